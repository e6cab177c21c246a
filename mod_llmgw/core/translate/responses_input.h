/* SPDX-License-Identifier: Apache-2.0 */
/* responses_input.h - the input of a custom tool, out of the arguments of the
 * function that a chat has for it: {"input":"..."}.
 *
 * It is read as it comes, so that a client sees a long input grow.  What a
 * model writes that is not of this form is the input as it stands: a model that
 * does not do as it was told may mean it so, and what it says is never lost.
 * If that is only known at the end, pieces told before are of the string.
 *
 * Within the string, a raw control byte becomes an escape, and a backslash that
 * begins no escape stands for itself.
 */
#ifndef GW_RESPONSES_INPUT_H
#define GW_RESPONSES_INPUT_H

#include "text.h"

typedef struct gw_input_t {
    gw_text_t plain;            /* a piece of the arguments, unescaped */
    gw_text_t inner;            /* the string so far, as JSON writes it */
    apr_size_t sure;            /* bytes of it that are whole characters */
    apr_size_t told;            /* bytes that were given out */
    unsigned state;
    unsigned at;                /* bytes of what stands before it */
    unsigned escape;            /* ... of an escape that is not whole */
    char hex[4];
    unsigned closed:1;          /* the object has ended */
    unsigned odd:1;             /* and something else came */
} gw_input_t;

/* Ready; in the pool. */
void gw_input_init(gw_input_t *in, apr_pool_t *pool);

/* The next one begins. */
void gw_input_start(gw_input_t *in);

/* More arguments, in two parts of a string, escaped as they are written and
 * not cut within an escape; all: those so far, these too.  Returns more of the
 * input, the inside of a JSON string, or nothing yet; valid until the next
 * call.  in->inner.full: it became too long. */
gw_str_t gw_input_feed(gw_input_t *in, gw_str_t all, gw_str_t first,
                       gw_str_t second);

/* No more arguments come; cut: though there were to be more.  *whole becomes
 * the input.  Returns the end of it that was not given out yet. */
gw_str_t gw_input_end(gw_input_t *in, gw_str_t all, int cut, gw_str_t *whole);

#endif
