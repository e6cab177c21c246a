/* SPDX-License-Identifier: Apache-2.0 */
/* said_template.h - knowing a chunk again that says another text and no
 * more, as nearly all of a stream do: then the string is all of it that has to
 * be read. */
#ifndef GW_SAID_TEMPLATE_H
#define GW_SAID_TEMPLATE_H

#include "gw.h"

#define GW_SAID_BYTES  1024     /* of a chunk, without what differs */
#define GW_SAID_PLACES 2        /* that differ: text and padding */

typedef struct gw_said_template_t {
    unsigned places;            /* 0: there is no template */
    unsigned text;              /* which of them is the text */
    apr_size_t part[GW_SAID_PLACES + 1];    /* lengths of what is between */
    apr_size_t length;          /* of all parts */
    char bytes[GW_SAID_BYTES];  /* the parts, one after the other */
} gw_said_template_t;

/* Learn the chunk at data, whose text is this part of it, and whose padding
 * that; padding.p may be NULL: there is none.  Both are insides of strings. */
void gw_said_template_learn(gw_said_template_t *t, gw_str_t data,
                            gw_str_t text, gw_str_t padding);

/* Is data the same but for text and padding?  Then *text is its text, not
 * empty and with nothing in it that JSON does not allow in a string. */
int gw_said_template_match(const gw_said_template_t *t, gw_str_t data,
                           gw_str_t *text);

#endif
