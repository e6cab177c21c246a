/* SPDX-License-Identifier: Apache-2.0 */
/* request_input.h - bodies for /v1/completions, /v1/embeddings and /v1/rerank:
 * requests whose prompts are not messages.
 *
 * A body may hold many prompts: the strings or token ids of `prompt`, those of
 * `input`, or each of `documents` together with the query.  How many it holds
 * is gw_request_t.prompts, since a model's context is that of one prompt.
 */
#ifndef GW_REQUEST_INPUT_H
#define GW_REQUEST_INPUT_H

#include "request_read.h"

/* `prompt`: a string, token ids, or an array of either.  Each prompt is
 * answered by n choices; best_of counts where it is more. */
extern const gw_request_format_t gw_request_completions;

/* `input`: the same, or objects that are texts and media.  Nothing is
 * generated or streamed. */
extern const gw_request_format_t gw_request_embeddings;

/* `query`, a string, and `documents`, strings or objects.  Nothing is generated
 * or streamed. */
extern const gw_request_format_t gw_request_rerank;

#endif
