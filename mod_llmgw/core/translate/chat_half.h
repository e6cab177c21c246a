/* SPDX-License-Identifier: Apache-2.0 */
/* chat_half.h - strings that come in pieces, of which one may end with half a
 * pair of surrogates: it waits for the other, since who reads the pieces takes
 * each for a string of its own.  Of chat_stream.c.
 */
#ifndef GW_CHAT_HALF_H
#define GW_CHAT_HALF_H

#include "json_mend.h"
#include "text.h"

typedef struct gw_half_t {
    apr_size_t n;               /* 0: none */
    char bytes[GW_JSON_HALF];
} gw_half_t;

static const gw_half_t gw_no_half;

/* Take the quotes of a string off, and half a pair at its end, which is *later.
 * 0: there is nothing to write by now. */
static inline int gw_half_take(const gw_half_t *half, gw_str_t *string,
                               gw_str_t *later)
{
    string->p++;
    string->n -= 2;
    later->n = gw_json_half_at_end(*string);
    string->n -= later->n;
    later->p = string->p + string->n;
    return half->n + string->n > 0;
}

static inline void gw_half_keep(gw_half_t *half, gw_str_t later)
{
    half->n = later.n;
    memcpy(half->bytes, later.p, later.n);
}

/* Write both as a string. */
static inline void gw_half_write(gw_text_t *out, const gw_half_t *half,
                                 gw_str_t inside)
{
    gw_str_t before = { half->bytes, half->n };

    gw_text_put(out, "\"");
    gw_text_add(out, before);
    gw_text_add(out, inside);
    gw_text_put(out, "\"");
}

#endif
