/* SPDX-License-Identifier: Apache-2.0 */
/* said_call.h - which call of a stream a piece of one belongs to.
 *
 * By its index; where that is missing, or the same for all, by its id.  Sources
 * of what comes: Bailian repeats an empty id; Gemini and old Ollama give each
 * call whole, with index 0 or none; some give the id late, or never.
 */
#ifndef GW_SAID_CALL_H
#define GW_SAID_CALL_H

#include "said_blocks.h"

/* Add what a chunk says of a call to the one it means, or to a new one. */
void gw_call_add(gw_blocks_t *b, const gw_said_t *said, gw_text_t *out);

/* The same of a call that is said whole, and is no other's. */
void gw_call_new(gw_blocks_t *b, const gw_said_t *said, gw_text_t *out);

#endif
