/* SPDX-License-Identifier: Apache-2.0 */
/* messages_write.h - parts of a Messages answer that a document and a stream
 * have alike. */
#ifndef GW_MESSAGES_WRITE_H
#define GW_MESSAGES_WRITE_H

#include "said_end.h"
#include "translate.h"

/* The signature of a thinking block that no Claude signed.  Who gets it back
 * knows it by its beginning; it proves nothing. */
#define GW_MESSAGES_SIGNATURE "llmgw1:unsigned"

/* Write the stop_reason, in quotes: whether it is tool_use is a matter of
 * calls, since some upstreams stop with `stop` where they call, or the other
 * way round. */
void gw_messages_write_stop(gw_text_t *out, gw_said_end_t stop,
                            int calls);

/* Write "id", "type", "role" and "model": of the upstream, as written, or the
 * one that was asked for. */
void gw_messages_write_head(gw_text_t *out, const gw_translate_about_t *about,
                            gw_str_t model);

/* Write `{"type":"tool_use","id":...,"name":...,"input":`.  An empty id is one
 * of our own, of the request's id and the place of the block. */
void gw_messages_write_call(gw_text_t *out, const gw_translate_about_t *about,
                            gw_str_t id, gw_str_t name, unsigned place);

/* Write a usage object; usage may be NULL.  Input, what was read of a cache
 * and what was written to one are apart in it.  Where nothing was counted
 * there is nothing true to say: a document, whose readers need both members,
 * says 0 of input and output; a stream's end says 0 of the output only, and
 * its reader keeps what message_start said of the input. */
void gw_messages_write_usage(gw_text_t *out, const gw_translate_usage_t *usage,
                             int document);

#endif
