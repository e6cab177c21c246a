/* SPDX-License-Identifier: Apache-2.0 */
/* json_unit.h - what is known while the bytes of a string are read in one go
 * (json_run.h), and \uXXXX escapes that are whole in memory. */
#ifndef GW_JSON_UNIT_H
#define GW_JSON_UNIT_H

#include "json_plain.h"

typedef struct gw_json_run_t {
    const char *base;        /* bytes before it cannot be read */
    const char *high;        /* behind a \uXXXX that is a high surrogate; or
                                NULL */
    apr_size_t saved;        /* bytes that unescaping saves, added up */
    unsigned lenient;        /* any byte may stand in the string */
    unsigned units;          /* read \uXXXX as well */
} gw_json_run_t;

/* A hexadecimal digit's value; any other byte's is above all units in each
 * place of one. */
extern const apr_uint32_t gw_json_hex[256];

/* The four digits at p; more than 0xffff: one is none. */
static inline apr_uint32_t gw_json_unit(const char *p)
{
    const unsigned char *c = (const unsigned char *)p;

    return gw_json_hex[c[0]] << 12 | gw_json_hex[c[1]] << 8
           | gw_json_hex[c[2]] << 4 | gw_json_hex[c[3]];
}

/* What \uXXXX of this unit saves against its spelling: six bytes stand for one
 * to three of UTF-8, a pair of them, twelve, for four.  second: it may end a
 * pair. */
static inline unsigned gw_json_unit_saves(apr_uint32_t unit, int second)
{
    if (second && unit >= 0xdc00 && unit <= 0xdfff)
        return 5;
    return unit < 0x80 ? 5 : unit < 0x800 ? 4 : 3;
}

/* Does a pair begin with it? */
static inline int gw_json_is_high(apr_uint32_t unit)
{
    return unit >= 0xd800 && unit <= 0xdbff;
}

/* Behind the \uXXXX at p that stand side by side. */
const char *gw_json_units(gw_json_run_t *run, const char *p, const char *end);

/* Behind the escape at p; p: it is none, not whole, or not to be read. */
static inline const char *gw_json_escape(gw_json_run_t *run, const char *p,
                                         const char *end)
{
    if (end - p < 2)
        return p;
    if (is_short_escape(p[1])) {
        run->saved++;
        return p + 2;
    }
    return run->units ? gw_json_units(run, p, end) : p;
}

#endif
