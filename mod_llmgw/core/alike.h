/* SPDX-License-Identifier: Apache-2.0 */
/* alike.h - knowing an event again that differs in its text only.
 *
 * The chunks of one stream are the same bytes but for the generated text
 * (and, from OpenAI, a string of padding).  What was read of one of them is
 * true of all that have the same bytes around those strings, so such an
 * event costs two comparisons instead of a parse.
 */
#ifndef GW_ALIKE_H
#define GW_ALIKE_H

#include "gw.h"

#define GW_ALIKE_BYTES 1024     /* of an event, without its holes */
#define GW_ALIKE_HOLES 2

/* Where a string's bytes stand in an event, without the quotes. */
typedef struct gw_hole_t {
    apr_size_t start, end;
    int text;                   /* its bytes are generated text */
} gw_hole_t;

typedef struct gw_alike_t {
    unsigned holes;             /* 0: nothing is known */
    int text[GW_ALIKE_HOLES];
    apr_size_t part[GW_ALIKE_HOLES + 1];    /* lengths of what is between */
    apr_size_t length;          /* of all parts */
    char bytes[GW_ALIKE_BYTES]; /* the parts, one after the other */
} gw_alike_t;

/* Remember the event [p, p + n) with its holes, in order of their place.
 * Forgets what was known if it is too long. */
void gw_alike_learn(gw_alike_t *a, const char *p, apr_size_t n,
                    const gw_hole_t *holes, unsigned count);

/* The length of the whole event at p if it is like the one known; 0: it is
 * not, or it does not end within n bytes, or a hole has an escape in it.
 * *text gets the bytes of generated text. */
apr_size_t gw_alike_match(const gw_alike_t *a, const char *p, apr_size_t n,
                          apr_size_t *text);

#endif
