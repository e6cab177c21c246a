/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite_responses.c - see rewrite_responses.h. */
#include "rewrite_responses.h"

static void store(gw_edits_t *edits, const gw_request_t *req)
{
    const gw_member_t *m = &req->member[GW_M_STORE];

    if (m->end == 0)
        gw_edit_insert(edits, req, "\"store\":false,");
    else if (m->kind != GW_JSON_FALSE)
        gw_edit_replace(edits, m, "false");
}

void gw_rewrite_responses(gw_edits_t *edits, const gw_request_t *req,
                          const gw_rewrite_t *how, apr_pool_t *pool)
{
    /* the last one may stay */
    static const gw_member_id_t ours[] = { GW_M_LLMGW_THINKING,
                                           GW_M_ENABLE_CONTEXT_CACHING,
                                           GW_M_ENABLE_THINKING };
    int gone;

    edits->count = 0;
    gw_rewrite_model(edits, req, how->model, pool);
    gw_rewrite_max_tokens(edits, req, how, GW_M_MAX_OUTPUT_TOKENS, pool);
    if (!how->store)
        store(edits, req);
    gone = gw_rewrite_thinking(edits, req, how->thinking, "input_text", pool);
    gw_edit_remove(edits, req, ours, gone ? 3 : 2);
}
