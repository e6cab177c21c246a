/* SPDX-License-Identifier: Apache-2.0 */
/* sse_template.c - see sse_template.h. */
#include "sse_template.h"

void gw_sse_template_learn(gw_sse_template_t *t, const char *p, apr_size_t n,
                           const gw_placeholder_t *placeholders,
                           unsigned count)
{
    apr_size_t from = 0, used = 0;
    unsigned i;

    t->placeholders = 0;
    for (i = 0; i <= count; i++) {
        apr_size_t to = i < count ? placeholders[i].start : n;

        if (to < from || used + (to - from) > GW_TEMPLATE_BYTES)
            return;
        memcpy(t->bytes + used, p + from, to - from);
        used += to - from;
        t->part[i] = to - from;
        if (i < count) {
            t->holds[i] = placeholders[i].holds;
            from = placeholders[i].end;
        }
    }
    t->length = used;
    t->placeholders = count;
}

/* The end of a string without escapes: its quote; NULL: it has one, or does
 * not end here, or its line does before it. */
static const char *closing_quote(const char *p, const char *end)
{
    const char *quote = memchr(p, '"', (apr_size_t)(end - p));
    apr_size_t n = quote ? (apr_size_t)(quote - p) : 0;

    if (quote == NULL || memchr(p, '\\', n) != NULL
        || memchr(p, '\n', n) != NULL || memchr(p, '\r', n) != NULL)
        return NULL;
    return quote;
}

/* The end of a count as JSON writes it; NULL: it is none, or too long. */
static const char *count_end(apr_int64_t *number, const char *p,
                             const char *end)
{
    const char *start = p;
    apr_int64_t v = 0;

    while (p < end && p - start <= 18 && *p >= '0' && *p <= '9')
        v = 10 * v + (*p++ - '0');
    if (p == start || p == end || p - start > 18
        || (*start == '0' && p - start > 1))
        return NULL;
    *number = v;
    return p;
}

apr_size_t gw_sse_template_match(const gw_sse_template_t *t, const char *p,
                                 apr_size_t n, apr_size_t *text,
                                 apr_int64_t *number)
{
    const char *known = t->bytes, *start = p, *end = p + n;
    apr_int64_t last = *number;
    unsigned i;

    if (t->placeholders == 0 || n < t->length)
        return 0;
    *text = 0;
    for (i = 0; i <= t->placeholders; i++) {
        const char *behind;

        if ((apr_size_t)(end - p) < t->part[i]
            || memcmp(p, known, t->part[i]) != 0)
            return 0;
        p += t->part[i];
        known += t->part[i];
        if (i == t->placeholders)
            break;
        behind = t->holds[i] == GW_HOLDS_NUMBER ? count_end(&last, p, end)
                                                : closing_quote(p, end);
        if (behind == NULL)
            return 0;
        if (t->holds[i] == GW_HOLDS_TEXT)
            *text += (apr_size_t)(behind - p);
        p = behind;
    }
    *number = last;
    return (apr_size_t)(p - start);
}
