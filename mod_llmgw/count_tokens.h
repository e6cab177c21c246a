/* SPDX-License-Identifier: Apache-2.0 */
/* count_tokens.h - how many tokens a prompt has, for who asks before sending
 * it. */
#ifndef GW_COUNT_TOKENS_H
#define GW_COUNT_TOKENS_H

#include "call.h"

/* Answer a call whose body was read and whose model was found: by an upstream
 * that counts for this endpoint; else by what the gateway estimates, which says
 * so in the header x-llmgw-estimate.  An upstream's error about the body is
 * passed on.  It takes from the windows of requests, and that is all: no row,
 * no place, no tokens, no budget.  Returns 0, or the problem to answer with:
 * such a window is used up.  In the thread that serves the request, without a
 * lock. */
gw_problem_kind_t gw_count_tokens(gw_call_t *call, gw_problem_t *problem);

#endif
