/* SPDX-License-Identifier: Apache-2.0 */
/* coding.c - see coding.h. */
#include "coding.h"

#include <apr_cstr.h>

static const struct {
    const char *name;
    gw_coding_t coding;
} codings[] = {
    { "identity", GW_CODING_PLAIN },
    { "gzip", GW_CODING_GZIP },
    { "x-gzip", GW_CODING_GZIP },       /* RFC 9110 8.4.1.3 */
    { "deflate", GW_CODING_DEFLATE },
    { "zstd", GW_CODING_ZSTD },
};

static int is_space(char c)
{
    return c == ' ' || c == '\t';
}

static gw_coding_t coding_named(const char *p, apr_size_t n)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(codings); i++) {
        if (strlen(codings[i].name) == n
            && apr_cstr_casecmpn(codings[i].name, p, n) == 0)
            return codings[i].coding;
    }
    return GW_CODING_UNKNOWN;
}

gw_coding_t gw_coding_of(const char *header)
{
    gw_coding_t found = GW_CODING_PLAIN;
    const char *p = header != NULL ? header : "";

    while (*p != '\0') {
        apr_size_t all = strcspn(p, ","), n = all, from = 0;

        while (from < n && is_space(p[from]))
            from++;
        while (n > from && is_space(p[n - 1]))
            n--;
        /* elements of a list may be empty (RFC 9110 5.6.1.2) */
        if (n > from) {
            gw_coding_t next = coding_named(p + from, n - from);

            if (next != GW_CODING_PLAIN)
                found = found == GW_CODING_PLAIN ? next : GW_CODING_SEVERAL;
        }
        p += all + (p[all] == ',');
    }
    return found;
}
