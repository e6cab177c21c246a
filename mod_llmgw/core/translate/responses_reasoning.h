/* SPDX-License-Identifier: Apache-2.0 */
/* responses_reasoning.h - what a model thought, as the encrypted_content of a
 * reasoning item.
 *
 * A client of /v1/responses that stores nothing sends its reasoning items back
 * as they are, and some models need what they thought.  It is not encrypted,
 * only base64 behind GW_REASONING_MARK, and proves nothing: who gets it back
 * treats it as a text of the client's.
 */
#ifndef GW_RESPONSES_REASONING_H
#define GW_RESPONSES_REASONING_H

#include "text.h"

#define GW_REASONING_MARK "llmgw1:"

/* Write a thought, the inside of a JSON string as it is written there, as
 * encrypted_content, without quotes.  room: emptied, and holds the thought in
 * plain afterwards; if it is full then, nothing was written. */
void gw_reasoning_seal(gw_text_t *out, gw_str_t thought, gw_text_t *room);

/* Read what gw_reasoning_seal() wrote, the value in plain: the thought is
 * added to out, in plain, any bytes.  Returns 0, with nothing added, if it does
 * not begin with the mark, or what follows is no base64. */
int gw_reasoning_unseal(gw_text_t *out, gw_str_t sealed);

/* The same of any bytes, behind another mark. */
void gw_reasoning_seal_as(gw_text_t *out, const char *mark, gw_str_t bytes);
int gw_reasoning_unseal_as(gw_text_t *out, const char *mark, gw_str_t sealed);

#endif
