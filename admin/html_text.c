/* SPDX-License-Identifier: Apache-2.0 */
/* html_text.c - see html_text.h. */
#include "html_text.h"

#include "utf8.h"

static const char *reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* C0 but tab and line feed, DEL, C1: no page may hold them. */
static int is_control(const char *p, apr_size_t n)
{
    unsigned char c = (unsigned char)p[0];

    if (n == 2)
        return c == 0xc2 && (unsigned char)p[1] < 0xa0;
    return n == 1 && ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f);
}

void gw_html_text(gw_buffer_t *b, const char *text)
{
    gw_str_t s = { text != NULL ? text : "", 0 };
    apr_size_t i, taken, n;
    char out[4];

    s.n = strlen(s.p);
    for (i = 0; i < s.n; i += taken) {
        const char *as = reference(s.p[i]);

        if (as != NULL) {
            gw_buffer_puts(b, as);
            taken = 1;
            continue;
        }
        n = gw_utf8_put(out, &taken, s, i);
        if (is_control(out, n))
            gw_buffer_puts(b, "\xef\xbf\xbd");
        else
            gw_buffer_put(b, out, n);
    }
}

void gw_html_element(gw_buffer_t *b, const char *name, const char *text)
{
    gw_buffer_puts(b, "<");
    gw_buffer_puts(b, name);
    gw_buffer_puts(b, ">");
    gw_html_text(b, text);
    gw_buffer_puts(b, "</");
    gw_buffer_put(b, name, strcspn(name, " "));
    gw_buffer_puts(b, ">");
}
