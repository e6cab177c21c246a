/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite_messages.c - see rewrite_messages.h. */
#include "rewrite_messages.h"

#include <apr_strings.h>

#define BUDGET_LEAST 1024
#define BUDGET_MOST  32000

/* The value of `thinking`; NULL: there is no room for any. */
static const char *thinking_value(const gw_request_t *req, apr_pool_t *pool)
{
    apr_int64_t budget = req->max_tokens / 2;

    if (req->thinking == GW_FALSE)
        return "{\"type\":\"disabled\"}";
    if (budget < BUDGET_LEAST)
        budget = BUDGET_LEAST;
    if (budget > BUDGET_MOST)
        budget = BUDGET_MOST;
    if (req->max == GW_MAX_GIVEN && req->max_tokens <= budget)
        return NULL;
    return apr_psprintf(pool, "{\"type\":\"enabled\",\"budget_tokens\":%"
                        APR_INT64_T_FMT "}", budget);
}

static void thinking_object(gw_edits_t *edits, const gw_request_t *req,
                            apr_pool_t *pool)
{
    const gw_member_t *m = &req->member[GW_M_THINKING];  /* null, if there */
    const char *value = thinking_value(req, pool);

    if (value != NULL && m->end != 0)
        gw_edit_replace(edits, m, value);
    else if (value != NULL)
        gw_edit_insert(edits, req, apr_pstrcat(pool, "\"thinking\":", value,
                                               ",", NULL));
}

/* Returns whether enable_thinking is to be removed. */
static int thinking(gw_edits_t *edits, const gw_request_t *req,
                    gw_thinking_t how, apr_pool_t *pool)
{
    if (how == GW_THINKING_RELAY)
        return 0;
    if (req->native_thinking || req->thinking == GW_ABSENT)
        return 1;
    if (how == GW_THINKING_ENABLE || how == GW_THINKING_OBJECT)
        thinking_object(edits, req, pool);
    else if (how == GW_THINKING_INSTRUCTION)
        gw_rewrite_instruction(edits, req, "text", pool);
    return 1;
}

void gw_rewrite_messages(gw_edits_t *edits, const gw_request_t *req,
                         const gw_rewrite_t *how, apr_pool_t *pool)
{
    /* the last one may stay */
    static const gw_member_id_t ours[] = { GW_M_LLMGW_THINKING,
                                           GW_M_ENABLE_THINKING };
    int gone;

    edits->count = 0;
    gw_rewrite_model(edits, req, how->model, pool);
    gw_rewrite_max_tokens(edits, req, how, GW_M_MAX_TOKENS, pool);
    if (!how->store)
        gw_rewrite_store(edits, req);
    gone = thinking(edits, req, how->thinking, pool);
    gw_edit_remove(edits, req, ours, gone ? 2 : 1);
}
