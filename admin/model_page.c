/* SPDX-License-Identifier: Apache-2.0 */
/* model_page.c - see model_page.h.  Prices are in price_table.c. */
#include "model_page.h"

#include <apr_escape.h>
#include <apr_strings.h>

#include "html_text.h"
#include "member.h"
#include "price_table.h"

static const char *text_of(json_t *o, const char *name)
{
    json_t *v = gw_member(o, name);

    return v != NULL ? json_object_get_string(v) : NULL;
}

/* The elements of a list of words, with commas; NULL: there are none. */
static const char *joined(json_t *list, apr_pool_t *pool)
{
    const char *all = NULL;
    size_t i;

    for (i = 0; list != NULL && i < json_object_array_length(list); i++) {
        const char *word = json_object_get_string(
                               json_object_array_get_idx(list, i));

        all = all == NULL ? word : apr_pstrcat(pool, all, ", ", word, NULL);
    }
    return all;
}

/* ---- what it is, and can do ----------------------------------------- */

/* A line of the list; text NULL: nothing is known, and nothing shown. */
static void item(gw_buffer_t *b, const char *name, const char *text)
{
    if (text == NULL)
        return;
    gw_html_element(b, "dt", name);
    gw_html_element(b, "dd", text);
    gw_buffer_puts(b, "\n");
}

static void token_item(gw_buffer_t *b, const char *name, json_t *limit,
                       const char *member, apr_pool_t *pool)
{
    json_t *v = gw_member(limit, member);

    if (v != NULL)
        item(b, name, apr_pstrcat(pool, gw_price_count(
                                      json_object_get_int64(v), pool),
                                  " tokens", NULL));
}

static void limit_items(gw_buffer_t *b, json_t *limit, apr_pool_t *pool)
{
    static const char *const rows[][2] = {
        { "Context", "context" }, { "Longest answer", "output" },
        { "Longest thinking", "thinking" }, { "An image", "image_tokens" },
        { "An audio part", "audio_tokens" }, { "A video", "video_tokens" },
        { "A PDF", "pdf_tokens" }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++)
        token_item(b, rows[i][0], limit, rows[i][1], pool);
}

static void thinking_item(gw_buffer_t *b, json_t *thinking)
{
    if (!gw_member_flag(thinking, "supported", 0))
        return;
    item(b, "Thinking", gw_member_flag(thinking, "default", 0)
                        ? "yes, where nobody says otherwise"
                        : "yes, where it is asked for");
}

static void caching_item(gw_buffer_t *b, json_t *caching, apr_pool_t *pool)
{
    int implicit = gw_member_flag(caching, "implicit", 0);
    int marked = gw_member_flag(caching, "explicit", 0);
    json_t *least = gw_member(caching, "min_tokens");

    if (!implicit && !marked)
        return;
    item(b, "Caching", apr_pstrcat(pool, implicit ? "implicit" : "",
                                   implicit && marked ? " and " : "",
                                   marked ? "explicit" : "",
                                   least != NULL ? ", from " : "",
                                   least != NULL ? gw_price_count(
                                       json_object_get_int64(least), pool)
                                       : "",
                                   least != NULL ? " tokens" : "", NULL));
}

static void facts(gw_buffer_t *b, json_t *o, apr_pool_t *pool)
{
    json_t *modalities = gw_member(o, "modalities");

    gw_buffer_puts(b, "<dl>\n");
    item(b, "Vendor", text_of(o, "owned_by"));
    item(b, "Other names", joined(gw_member(o, "aliases"), pool));
    item(b, "Takes", joined(gw_member(modalities, "input"), pool));
    item(b, "Gives", joined(gw_member(modalities, "output"), pool));
    limit_items(b, gw_member(o, "limit"), pool);
    thinking_item(b, gw_member(o, "thinking"));
    caching_item(b, gw_member(o, "caching"), pool);
    item(b, "Endpoints", joined(gw_member(o, "endpoints"), pool));
    item(b, "Translated", joined(gw_member(o, "translated"), pool));
    gw_buffer_puts(b, "</dl>\n");
}

/* ---- the parameters matrix ------------------------------------------ */

static const char *range(json_t *p, apr_pool_t *pool)
{
    const char *low = text_of(p, "min"), *high = text_of(p, "max");

    if (low != NULL && high != NULL)
        return apr_pstrcat(pool, low, " to ", high, NULL);
    if (low != NULL)
        return apr_pstrcat(pool, "from ", low, NULL);
    return high != NULL ? apr_pstrcat(pool, "up to ", high, NULL) : NULL;
}

static void parameter(gw_buffer_t *b, json_t *p, apr_pool_t *pool)
{
    const char *only = text_of(p, "only");

    gw_buffer_puts(b, "<tr><th scope=\"row\">");
    gw_html_element(b, "code", text_of(p, "name"));
    gw_buffer_puts(b, "</th>");
    gw_html_element(b, "td", gw_member_flag(p, "supported", 1) ? "yes"
                                                               : "no");
    gw_html_element(b, "td class=\"n\"", range(p, pool));
    gw_html_element(b, "td", only == NULL ? NULL
                             : strcmp(only, "stream") == 0 ? "streams"
                                                           : "plain calls");
    gw_html_element(b, "td", joined(gw_member(p, "excludes"), pool));
    gw_html_element(b, "td class=\"note\"", text_of(p, "note"));
    gw_buffer_puts(b, "</tr>\n");
}

static void parameters(gw_buffer_t *b, json_t *list, apr_pool_t *pool)
{
    size_t i;

    if (list == NULL || json_object_array_length(list) == 0)
        return;
    gw_buffer_puts(b, "<h3>Parameters</h3>\n<div class=\"wide\">\n<table>\n"
                      "<thead><tr><th>Parameter</th><th>Supported</th>"
                      "<th>Values</th><th>Only in</th><th>Not with</th>"
                      "<th>Note</th></tr></thead>\n<tbody>\n");
    for (i = 0; i < json_object_array_length(list); i++)
        parameter(b, json_object_array_get_idx(list, i), pool);
    gw_buffer_puts(b, "</tbody>\n</table>\n</div>\n");
}

/* ---- the page ------------------------------------------------------- */

static void line(gw_model_page_t *page, gw_admin_t *a, const gw_model_t *m,
                 unsigned i, json_t *o)
{
    json_t *modalities = gw_member(o, "modalities");
    json_t *context = gw_member(gw_member(o, "limit"), "context");
    gw_buffer_t *b = &page->table;

    gw_buffer_puts(b, apr_psprintf(a->pool, "<tr><th scope=\"row\"><a href=\""
                                   "#m%u\">", page->count));
    gw_html_text(b, m->name);
    gw_buffer_puts(b, "</a></th>");
    gw_price_cells(b, a, m, i);
    gw_html_element(b, "td class=\"n\"", context == NULL ? NULL
                    : gw_price_count(json_object_get_int64(context),
                                     a->pool));
    gw_html_element(b, "td", joined(gw_member(modalities, "input"), a->pool));
    gw_buffer_puts(b, "</tr>\n");
}

void gw_model_page_add(gw_model_page_t *page, gw_admin_t *a,
                       const gw_model_t *m, unsigned i, json_object *json)
{
    gw_buffer_t *b = &page->models;

    page->count++;
    line(page, a, m, i, json);
    gw_buffer_puts(b, apr_psprintf(a->pool, "<section id=\"m%u\">\n",
                                   page->count));
    gw_html_element(b, "h2", m->display);
    gw_buffer_puts(b, "\n<p>");
    gw_html_element(b, "code", m->name);
    gw_buffer_puts(b, "</p>\n");
    facts(b, json, a->pool);
    gw_buffer_puts(b, "<h3>Price</h3>\n");
    gw_price_table(b, a, m, i);
    if (i + 1 < m->price_count)
        gw_price_table(b, a, m, i + 1);
    parameters(b, gw_member(json, "parameters"), a->pool);
    gw_buffer_puts(b, "</section>\n");
}

/* The rest of the list: the same query with another `after`. */
static void next_link(gw_buffer_t *b, gw_admin_t *a, const char *next)
{
    const char *args = a->call->r->args;
    char *rest, *word, *state;

    gw_buffer_puts(b, "<p><a href=\"?after=");
    gw_html_text(b, apr_pescape_urlencoded(a->pool, next));
    rest = apr_pstrdup(a->pool, args != NULL ? args : "");
    for (word = apr_strtok(rest, "&", &state); word != NULL;
         word = apr_strtok(NULL, "&", &state)) {
        if (strncmp(word, "after=", 6) == 0)
            continue;
        gw_buffer_puts(b, "&amp;");
        gw_html_text(b, word);
    }
    gw_buffer_puts(b, "\">More models</a></p>\n");
}

static void put(gw_buffer_t *b, gw_buffer_t *part, apr_pool_t *pool)
{
    gw_buffer_puts(b, gw_buffer_take(part, pool));
}

void gw_model_page_end(gw_model_page_t *page, gw_admin_t *a,
                       const char *next)
{
    gw_buffer_t b = { NULL, 0, 0 };

    gw_page_begin(&b, "Models and prices");
    if (page->count == 0)
        gw_buffer_puts(&b, "<p>There are no models here.</p>\n");
    if (page->count > 0 && a->id == NULL) {
        gw_buffer_puts(&b, "<div class=\"wide\">\n<table>\n<thead><tr>"
                           "<th>Model</th><th>Input</th><th>Output</th>"
                           "<th>Context</th><th>Takes</th></tr></thead>\n"
                           "<tbody>\n");
        put(&b, &page->table, a->pool);
        gw_buffer_puts(&b, "</tbody>\n</table>\n</div>\n");
    }
    if (next != NULL)
        next_link(&b, a, next);
    put(&b, &page->models, a->pool);
    if (next != NULL)
        next_link(&b, a, next);
    gw_buffer_take(&page->table, a->pool);
    gw_page_end(a, &b);
}

int gw_model_page_none(gw_admin_t *a)
{
    gw_buffer_t b = { NULL, 0, 0 };

    gw_page_begin(&b, "No such model");
    gw_buffer_puts(&b, "<p>There is no model <code>");
    gw_html_text(&b, a->id);
    gw_buffer_puts(&b, "</code> here.</p>\n");
    gw_page_end(a, &b);
    return HTTP_NOT_FOUND;
}
