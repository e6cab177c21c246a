/* SPDX-License-Identifier: Apache-2.0 */
/* responses_write.h - the response object around its items, which a document
 * is, and which the events hold that say how an answer stands.
 *
 * Source: OpenAI's API reference and its SDKs, which require most members;
 * what was asked for is not repeated in them.
 */
#ifndef GW_RESPONSES_WRITE_H
#define GW_RESPONSES_WRITE_H

#include "said_end.h"
#include "translate.h"

/* How a response stands. */
typedef struct gw_response_state_t {
    const char *status;         /* "in_progress", "completed", ... */
    const char *reason;         /* of incomplete_details; NULL: none */
    const char *code, *message; /* of error, plain text; NULL: none */
} gw_response_state_t;

/* How one stands that has ended so. */
gw_response_state_t gw_responses_ended(gw_said_end_t end);

/* Write the object up to what stands within the brackets of `output`.  model:
 * as the upstream wrote it in JSON; empty: about's. */
void gw_responses_write_head(gw_text_t *out, const gw_translate_about_t *about,
                             gw_str_t model, const gw_response_state_t *state);

/* Write what follows.  usage is null in it if this is NULL, or nothing was
 * counted. */
void gw_responses_write_tail(gw_text_t *out,
                             const gw_translate_usage_t *usage);

#endif
