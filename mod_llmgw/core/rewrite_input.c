/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite_input.c - see rewrite_input.h. */
#include "rewrite_input.h"

/* Where there are no messages, rules of messages find nothing to change. */
void gw_rewrite_completions(gw_edits_t *edits, const gw_request_t *req,
                            const gw_rewrite_t *how, apr_pool_t *pool)
{
    gw_rewrite_t as = *how;

    as.max_completion = 0;      /* of chats only, and not read here */
    as.max_tokens_only = 1;
    gw_rewrite(edits, req, &as, pool);
}

void gw_rewrite_input(gw_edits_t *edits, const gw_request_t *req,
                      const gw_rewrite_t *how, apr_pool_t *pool)
{
    static const gw_member_id_t ours[] = { GW_M_LLMGW_THINKING,
                                           GW_M_ENABLE_CONTEXT_CACHING,
                                           GW_M_ENABLE_THINKING };

    edits->count = 0;
    gw_rewrite_model(edits, req, how->model, pool);
    if (!how->store)
        gw_rewrite_store(edits, req);
    gw_edit_remove(edits, req, ours, 3);
}
