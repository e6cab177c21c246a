/* SPDX-License-Identifier: Apache-2.0 */
/* responses_stream.h - what a Responses answer is made of while it comes: for
 * responses_stream.c and responses_answer.c. */
#ifndef GW_RESPONSES_STREAM_H
#define GW_RESPONSES_STREAM_H

#include "responses_item.h"
#include "responses_write.h"
#include "said_stream.h"

/* What a reader has of a stream whatever becomes of the call under way. */
typedef struct gw_response_sure_t {
    apr_int64_t events;
    apr_size_t output;          /* bytes of it */
    unsigned place, open;
} gw_response_sure_t;

struct gw_translator_t {
    gw_translate_about_t about;
    apr_int64_t events;         /* that are written */
    unsigned place;             /* of the item that is written */
    unsigned started:1;         /* response.created is written */
    unsigned quiet:1;           /* no event is to be written: it is a
                                   document */
    unsigned open:1;            /* an item is open */
    gw_response_sure_t sure;
    gw_item_t item;             /* the open one */
    gw_text_t type;             /* of an event, terminated */
    gw_text_t prefix;           /* of a delta of the open item */
    gw_text_t begun;            /* the open item as it began */
    gw_text_t output;           /* the items that are whole, as they stand in
                                   the response */
    gw_said_stream_t said;
};

/* The model has thought, and what it thought is in about->thinking: an item
 * holds it, where none does by what could be read of it. */
void gw_responses_thought(gw_translator_t *tr, gw_text_t *out);

/* Write the response object with the items so far. */
void gw_responses_write(gw_translator_t *tr, gw_text_t *out,
                        const gw_response_state_t *state,
                        const gw_translate_usage_t *usage);

#endif
