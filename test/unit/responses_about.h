/* SPDX-License-Identifier: Apache-2.0 */
/* responses_about.h - what the tests of Responses answers say of a request:
 * its tools.  A name without a namespace that is not here is a function. */
#ifndef GW_TEST_RESPONSES_ABOUT_H
#define GW_TEST_RESPONSES_ABOUT_H

#include <apr_strings.h>

#include "responses_names.h"
#include "translate_rows.h"

static inline gw_translate_about_t about_of(unsigned summary, apr_pool_t *pool)
{
    static const gw_str_t none = { "", 0 }, space = GW_STR("mcp__x"),
        run = GW_STR("run"), edit = GW_STR("edit"), f = GW_STR("f"),
        patch = GW_STR("apply_patch"), search = GW_STR("tool_search");
    gw_translate_about_t about = {
        .id = "req_77", .created = 1772000000, .prompt = 1234,
        .model = GW_STR("asked\"for")
    };
    gw_tool_names_t *names = gw_tool_names_make(pool);

    gw_tool_names_add(names, GW_TOOL_FUNCTION, none, f);
    gw_tool_names_add(names, GW_TOOL_FUNCTION, space, run);
    gw_tool_names_add(names, GW_TOOL_CUSTOM, space, edit);
    gw_tool_names_add(names, GW_TOOL_CUSTOM, none, patch);
    gw_tool_names_add(names, GW_TOOL_SEARCH, none, search);
    about.names = names;
    about.summary = summary;
    about.pool = pool;
    return about;
}

/* In the pool: with quotes for apostrophes, and a count from 0 for signs of
 * number. */
static inline char *quoted(const char *text, apr_pool_t *pool)
{
    char *copy = apr_palloc(pool, 8 * strlen(text) + 1), *to = copy;
    unsigned n = 0;

    for (; *text != '\0'; text++) {
        if (*text == '#')
            to += sprintf(to, "%u", n++);
        else
            *to++ = *text == '\'' ? '"' : *text;
    }
    *to = '\0';
    return copy;
}

static inline gw_str_t str(const char *text)
{
    gw_str_t s = { text, strlen(text) };

    return s;
}

#endif
