/* SPDX-License-Identifier: Apache-2.0 */
/* accept.c - see accept.h. */
#include "accept.h"

#include <apr_cstr.h>
#include <apr_lib.h>

/* The end of what is to the next `end` or comma, or of the text; what stands
 * in quotes is passed over. */
static const char *element_end(const char *p, char end)
{
    int quoted = 0;

    for (; *p != '\0' && (quoted || (*p != ',' && *p != end)); p++) {
        if (*p == '"')
            quoted = !quoted;
        else if (quoted && *p == '\\' && p[1] != '\0')
            p++;
    }
    return p;
}

static gw_str_t trimmed(const char *p, const char *end)
{
    gw_str_t s;

    while (p < end && apr_isspace(*p))
        p++;
    while (end > p && apr_isspace(end[-1]))
        end--;
    s.p = p;
    s.n = (apr_size_t)(end - p);
    return s;
}

/* 0, 1, 0.5, 0.333, 1.000; -1: it is none of these. */
static int weight_of(gw_str_t s)
{
    int n, unit = 100;
    apr_size_t i;

    if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1')
        || (s.n > 1 && s.p[1] != '.'))
        return -1;
    n = s.p[0] == '1' ? GW_ACCEPT_MOST : 0;
    for (i = 2; i < s.n; i++, unit /= 10) {
        if (!apr_isdigit(s.p[i]))
            return -1;
        n += unit * (s.p[i] - '0');
    }
    return n <= GW_ACCEPT_MOST ? n : -1;
}

/* The weight that parameters say: [p, end) begins with a semicolon, or is
 * empty. */
static int parameters_weight(const char *p, const char *end)
{
    while (p < end) {
        const char *next = element_end(p + 1, ';');
        gw_str_t s = trimmed(p + 1, next);

        if (s.n >= 2 && (s.p[0] == 'q' || s.p[0] == 'Q') && s.p[1] == '=')
            return weight_of(trimmed(s.p + 2, s.p + s.n));
        p = next;
    }
    return GW_ACCEPT_MOST;
}

/* How closely a range names the type: 3: by itself, 2: by what stands before
 * its slash, 1: as any type, 0: not at all. */
static int closeness(gw_str_t range, const char *type)
{
    apr_size_t major = strcspn(type, "/") + 1;

    if (range.n == strlen(type)
        && apr_cstr_casecmpn(range.p, type, range.n) == 0)
        return 3;
    if (range.n == major + 1 && range.p[major] == '*'
        && apr_cstr_casecmpn(range.p, type, major) == 0)
        return 2;
    return range.n == 3 && memcmp(range.p, "*/*", 3) == 0;
}

int gw_accept_weight(const char *accept, const char *type)
{
    int best = 0, weight = 0, something = 0;
    const char *p, *end;

    for (p = accept; p != NULL && *p != '\0'; p = *end ? end + 1 : end) {
        const char *range_end = element_end(p, ';');
        gw_str_t range = trimmed(p, range_end);
        int close, w;

        end = element_end(p, ',');
        something |= range.n > 0;
        close = closeness(range, type);
        w = close > 0 && close >= best ? parameters_weight(range_end, end)
                                       : -1;
        if (w >= 0 && (close > best || w > weight)) {
            best = close;
            weight = w;
        }
    }
    return something ? weight : GW_ACCEPT_MOST;
}
