/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite_input.c - see rewrite_input.h. */
#include "rewrite_input.h"

/* The switches that are ours; the last one may be the upstream's, too. */
static const gw_member_id_t ours[] = { GW_M_LLMGW_THINKING,
                                       GW_M_ENABLE_CONTEXT_CACHING,
                                       GW_M_ENABLE_THINKING };

void gw_rewrite_completions(gw_edits_t *edits, const gw_request_t *req,
                            const gw_rewrite_t *how, apr_pool_t *pool)
{
    int gone;

    edits->count = 0;
    gw_rewrite_model(edits, req, how->model, pool);
    if (how->include_usage)
        gw_rewrite_include_usage(edits, req);
    if (!how->store)
        gw_rewrite_store(edits, req);
    gone = gw_rewrite_thinking(edits, req, how->thinking, "text", pool);
    gw_rewrite_max_tokens(edits, req, how, GW_M_MAX_TOKENS, pool);
    gw_edit_remove(edits, req, ours, gone ? 3 : 2);
}

void gw_rewrite_input(gw_edits_t *edits, const gw_request_t *req,
                      const gw_rewrite_t *how, apr_pool_t *pool)
{
    edits->count = 0;
    gw_rewrite_model(edits, req, how->model, pool);
    if (!how->store)
        gw_rewrite_store(edits, req);
    gw_edit_remove(edits, req, ours, 3);
}
