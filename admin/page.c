/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - see page.h. */
#include "page.h"

#include <apr_base64.h>
#include <apr_strings.h>

#include "accept.h"
#include "crypto.h"
#include "html_text.h"

const char *const gw_page_formats[3] = { "json", "html", NULL };

/* Wide tables scroll by themselves; colours are those that the reader's
 * system has, light or dark. */
static const char style[] =
    ":root{color-scheme:light dark;--back:#fff;--text:#1b1b1b;--soft:#555;"
    "--line:#ccc;--link:#0b57d0;--head:#f3f3f3}"
    "@media(prefers-color-scheme:dark){:root{--back:#141414;--text:#e8e8e8;"
    "--soft:#aaa;--line:#444;--link:#8ab4f8;--head:#222}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:70rem;padding:1rem;background:var(--back);"
    "color:var(--text);font:1rem/1.5 system-ui,sans-serif}"
    "h1,h2,h3,p,dd{overflow-wrap:anywhere}"
    "h1,h2,p,code,td,th,dd{unicode-bidi:isolate}"
    "h1{font-size:1.6rem}h2{font-size:1.25rem;margin:0}"
    "h3{font-size:1rem;margin:1rem 0 .25rem}"
    "a{color:var(--link)}code{font-size:.95em}"
    "section{border-top:1px solid var(--line);padding:1rem 0}"
    "dl{display:grid;grid-template-columns:minmax(6rem,10rem) 1fr;"
    "gap:.25rem 1rem;margin:.5rem 0}dt{color:var(--soft)}dd{margin:0}"
    ".wide{overflow-x:auto}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;color:var(--soft);padding:.25rem 0}"
    "th,td{border:1px solid var(--line);padding:.25rem .5rem;"
    "text-align:left;vertical-align:top}th{background:var(--head)}"
    ".n{text-align:right;white-space:nowrap}.note{min-width:12rem}";

int gw_page_wanted(gw_admin_t *a, const gw_param_value_t *format)
{
    const char *accept = apr_table_get(a->call->r->headers_in, "Accept");

    apr_table_mergen(a->call->r->headers_out, "Vary", "Accept");
    if (format->text != NULL)
        return format->n == 1;
    return gw_accept_weight(accept, "text/html")
           > gw_accept_weight(accept, "application/json");
}

void gw_page_begin(gw_buffer_t *b, const char *title)
{
    gw_buffer_puts(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                      "<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, "
                      "initial-scale=1\">\n");
    gw_html_element(b, "title", title);
    gw_buffer_puts(b, "\n<style>");
    gw_buffer_puts(b, style);
    gw_buffer_puts(b, "</style>\n</head>\n<body>\n<main>\n");
    gw_html_element(b, "h1", title);
    gw_buffer_puts(b, "\n");
}

/* The style is the only thing that a browser may use, and it is known by its
 * hash. */
static const char *policy(apr_pool_t *pool)
{
    unsigned char hash[GW_SHA256];
    char text[2 * GW_SHA256];

    gw_sha256(hash, style, sizeof(style) - 1);
    apr_base64_encode_binary(text, hash, sizeof(hash));
    return apr_pstrcat(pool, "default-src 'none'; style-src 'sha256-", text,
                       "'; base-uri 'none'; form-action 'none'; "
                       "frame-ancestors 'none'", NULL);
}

void gw_page_end(gw_admin_t *a, gw_buffer_t *b)
{
    apr_table_t *out = a->call->r->headers_out;

    gw_buffer_puts(b, "</main>\n</body>\n</html>\n");
    apr_table_setn(out, "Content-Security-Policy", policy(a->pool));
    apr_table_setn(out, "X-Content-Type-Options", "nosniff");
    apr_table_setn(out, "Referrer-Policy", "no-referrer");
    a->text = gw_buffer_take(b, a->pool);
    a->type = "text/html; charset=utf-8";
}
