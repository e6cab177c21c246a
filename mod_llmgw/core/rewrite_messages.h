/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite_messages.h - the body that goes to an upstream's Messages API. */
#ifndef GW_REWRITE_MESSAGES_H
#define GW_REWRITE_MESSAGES_H

#include "rewrite.h"

/* As gw_rewrite().  The route's switch of thinking is written as Anthropic has
 * it, `thinking`: on with half of max_tokens as its budget, from 1024 to
 * 32000; where max_tokens leaves no room for the least budget, it stays as the
 * vendor has it by default.  A body that has none of our members and the
 * upstream's name of the model goes as it is.  Source: Anthropic's "Extended
 * thinking", limits of budget_tokens. */
void gw_rewrite_messages(gw_edits_t *edits, const gw_request_t *req,
                         const gw_rewrite_t *how, apr_pool_t *pool);

#endif
