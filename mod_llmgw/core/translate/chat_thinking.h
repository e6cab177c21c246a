/* SPDX-License-Identifier: Apache-2.0 */
/* chat_thinking.h - the signed thinking of an answer of the Messages API, kept
 * for a client that gives it back (signed.h).  Beside that it is written for
 * reading, as reasoning_content.
 */
#ifndef GW_CHAT_THINKING_H
#define GW_CHAT_THINKING_H

#include "chat_event.h"
#include "translate.h"

/* Add a block: what is between the quotes of its strings.  Of a redacted one
 * there is data alone. */
void gw_chat_thinking_put(gw_text_t *blocks, gw_str_t thinking,
                          gw_str_t signature);
void gw_chat_thinking_put_redacted(gw_text_t *blocks, gw_str_t data);

/* The block of a stream that is open. */
typedef struct gw_chat_thinking_t {
    gw_text_t *blocks;          /* where whole ones go; NULL: nowhere */
    gw_text_t text, signature;  /* of the open one, as they are written */
    apr_int64_t index;          /* of it */
    unsigned open:1;
} gw_chat_thinking_t;

/* A stream begins. */
void gw_chat_thinking_start(gw_chat_thinking_t *t,
                            const gw_translate_about_t *about);

/* An event of it.  A block that is not signed, or is too long to be kept, ends
 * that: no block of the stream is kept from then on. */
void gw_chat_thinking_event(gw_chat_thinking_t *t, const gw_chat_event_t *ev);

#endif
