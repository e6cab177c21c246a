/* SPDX-License-Identifier: Apache-2.0 */
/* gw.h - what every file uses.
 *
 * core/ is pure: C on APR's types, tables and pools.  It knows no httpd, no
 * SQLite, no clock, no I/O and no log; time, randomness and limits are
 * arguments.  Errors go up as apr_status_t, and as a gw_problem_t where the
 * client must be told.
 */
#ifndef GW_GW_H
#define GW_GW_H

#include <stddef.h>
#include <string.h>

#include <apr.h>
#include <apr_errno.h>
#include <apr_pools.h>

/* Bytes that another object owns; not terminated. */
typedef struct gw_str_t {
    const char *p;
    apr_size_t n;
} gw_str_t;

#define GW_STR(literal) { (literal), sizeof(literal) - 1 }
#define GW_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Are its bytes those of text? */
static inline int gw_str_is(gw_str_t s, const char *text)
{
    return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

/* The value of a hexadecimal digit; -1: it is none. */
static inline int gw_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The index of name in names[0..n), or -1. */
static inline int gw_index_of(const char *const *names, unsigned n,
                              const char *name)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

#endif
