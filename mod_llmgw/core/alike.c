/* SPDX-License-Identifier: Apache-2.0 */
/* alike.c - see alike.h. */
#include "alike.h"

void gw_alike_learn(gw_alike_t *a, const char *p, apr_size_t n,
                    const gw_hole_t *holes, unsigned count)
{
    apr_size_t from = 0, used = 0;
    unsigned i;

    a->holes = 0;
    for (i = 0; i <= count; i++) {
        apr_size_t to = i < count ? holes[i].start : n;

        if (to < from || used + (to - from) > GW_ALIKE_BYTES)
            return;
        memcpy(a->bytes + used, p + from, to - from);
        used += to - from;
        a->part[i] = to - from;
        if (i < count) {
            a->text[i] = holes[i].text;
            from = holes[i].end;
        }
    }
    a->length = used;
    a->holes = count;
}

/* The end of a string without escapes: its quote; NULL: it has one, or does
 * not end here, or its line does before it. */
static const char *string_end(const char *p, const char *end)
{
    const char *quote = memchr(p, '"', (apr_size_t)(end - p));
    apr_size_t n = quote ? (apr_size_t)(quote - p) : 0;

    if (quote == NULL || memchr(p, '\\', n) != NULL
        || memchr(p, '\n', n) != NULL || memchr(p, '\r', n) != NULL)
        return NULL;
    return quote;
}

apr_size_t gw_alike_match(const gw_alike_t *a, const char *p, apr_size_t n,
                          apr_size_t *text)
{
    const char *known = a->bytes, *start = p, *end = p + n;
    unsigned i;

    if (a->holes == 0 || n < a->length)
        return 0;
    *text = 0;
    for (i = 0; i <= a->holes; i++) {
        const char *quote;

        if ((apr_size_t)(end - p) < a->part[i]
            || memcmp(p, known, a->part[i]) != 0)
            return 0;
        p += a->part[i];
        known += a->part[i];
        if (i == a->holes)
            break;
        quote = string_end(p, end);
        if (quote == NULL)
            return 0;
        if (a->text[i])
            *text += (apr_size_t)(quote - p);
        p = quote;
    }
    return (apr_size_t)(p - start);
}
