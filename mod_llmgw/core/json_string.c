/* SPDX-License-Identifier: Apache-2.0 */
/* json_string.c - a string that is whole in memory, read in one go. */
#include "json.h"
#include "json_plain.h"
#include "utf8.h"

/* Behind the escape at p; NULL: it is none. */
static const char *escape(const char *p, const char *end)
{
    unsigned i;

    if (end - p < 2)
        return NULL;
    if (p[1] != 'u')
        return is_short_escape(p[1]) ? p + 2 : NULL;
    if (end - p < 6)
        return NULL;
    for (i = 2; i < 6; i++) {
        if (gw_hex(p[i]) < 0)
            return NULL;
    }
    return p + 6;
}

/* Behind the characters at p that are not ASCII; NULL: one is none. */
static const char *characters(const char *p, const char *end)
{
    apr_uint32_t c;
    apr_size_t n;

    while (p < end && (signed char)*p < 0) {
        const char *behind = wide_run(p, end);

        n = behind > p ? (apr_size_t)(behind - p)
                       : gw_utf8_char(&c, p, (apr_size_t)(end - p));
        if (n == 0)
            return NULL;
        p += n;
    }
    return p;
}

const char *gw_json_string_end(const char *p, const char *end)
{
    for (;;) {
        p = plain_run(p, end);
        if (p == end)
            return NULL;
        if (*p == '"')
            return p;
        if (*p == '\\')
            p = escape(p, end);
        else
            p = (signed char)*p < 0 ? characters(p, end) : NULL;
        if (p == NULL)
            return NULL;
    }
}

/* ---- measuring ------------------------------------------------------ */

/* \uXXXX at p; -1: it is none. */
static int unit_at(const char *p, const char *end)
{
    int unit = 0, i;

    if (end - p < 6)
        return -1;
    for (i = 2; i < 6; i++) {
        int v = gw_hex(p[i]);

        if (v < 0)
            return -1;
        unit = unit << 4 | v;
    }
    return unit;
}

const char *gw_json_string_measure(const char *p, const char *end,
                                   apr_size_t *text, int *escaped)
{
    const char *start = p;
    apr_size_t saved = 0;
    unsigned high = 0;
    int unit;

    for (;;) {
        const char *run = p;

        p = lenient_run(p, end);
        if (p > run)
            high = 0;
        if (end - p < 2 || *p != '\\')
            break;
        if (p[1] == 'u') {
            unit = unit_at(p, end);
            if (unit < 0)
                return NULL;
            saved += escape_saves((unsigned)unit, &high);
            p += 6;
            continue;
        }
        if (!is_short_escape(p[1]))
            return NULL;
        saved++;
        high = 0;
        p += 2;
    }
    if (p == end || *p != '"')
        return NULL;
    *escaped = saved > 0;
    *text = (apr_size_t)(p - start) - saved;
    return p;
}
