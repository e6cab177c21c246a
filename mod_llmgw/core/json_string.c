/* SPDX-License-Identifier: Apache-2.0 */
/* json_string.c - a string that is whole in memory, read in one go. */
#include "json.h"
#include "json_run.h"

const char *gw_json_string_end(const char *p, const char *end)
{
    gw_json_run_t run = { .base = p, .units = 1 };

    p = gw_json_run(&run, p, end);
    return p < end && *p == '"' ? p : NULL;
}

const char *gw_json_string_measure(const char *p, const char *end,
                                   apr_size_t *text, int *escaped)
{
    gw_json_run_t run = { .base = p, .units = 1 };
    const char *start = p, *slash = NULL;

    while (p != slash) {
        p = lenient_run(p, end);
        if (p == end || *p != '\\')
            break;
        slash = p;
        p = gw_json_escape(&run, p, end);
    }
    if (p == end || *p != '"')
        return NULL;
    *escaped = run.saved > 0;
    *text = (apr_size_t)(p - start) - run.saved;
    return p;
}
