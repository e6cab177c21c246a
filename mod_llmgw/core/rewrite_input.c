/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite_input.c - see rewrite_input.h. */
#include "rewrite_input.h"

void gw_rewrite_completions(gw_edits_t *edits, const gw_request_t *req,
                            const gw_rewrite_t *how, apr_pool_t *pool)
{
    gw_member_id_t gone[GW_EDIT_REMOVES] = { GW_M_LLMGW_THINKING,
                                             GW_M_ENABLE_CONTEXT_CACHING };
    gw_rewrite_t bound = *how;
    unsigned n = 2;

    bound.max_completion = 0;   /* of chats only, and not read here */
    bound.max_tokens_only = 1;
    edits->count = 0;
    gw_rewrite_model(edits, req, how->model, pool);
    if (how->include_usage)
        gw_rewrite_include_usage(edits, req);
    if (!how->store)
        gw_rewrite_store(edits, req);
    if (gw_rewrite_thinking(edits, req, how->thinking, "text", pool))
        gone[n++] = GW_M_ENABLE_THINKING;
    gone[n] = gw_rewrite_bound(edits, req, &bound, pool);
    if (gone[n] != GW_M_NONE)
        n++;
    gw_edit_remove(edits, req, gone, n);
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
