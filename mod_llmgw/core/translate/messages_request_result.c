/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_result.c - results of tools, and that each call has one. */
#include "messages_request.h"

/* The call that a result answers. */
static gw_problem_kind_t answer(gw_plan_t *req, const gw_node_t *block,
                                const gw_node_t **id)
{
    gw_problem_kind_t rv = gw_plan_string(req, block, "tool_use_id", id);
    gw_plan_call_t *call = NULL;
    gw_str_t text;

    if (rv != 0)
        return rv;
    text = gw_tree_string(&req->tree, *id, req->pool);
    if (req->open != NULL)
        call = apr_hash_get(req->open, text.p, (apr_ssize_t)text.n);
    if (call == NULL)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, *id, NULL,
                              "is the id of no tool_use in the assistant's "
                              "message before: each tool_result must answer "
                              "one.");
    if (call->answered)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, *id, NULL,
                              "is answered twice: each tool_use must have "
                              "one tool_result.");
    call->answered = 1;
    return 0;
}

static gw_problem_kind_t blocks(gw_plan_t *req, const gw_node_t *content,
                                gw_plan_parts_t *parts)
{
    const gw_node_t *b = gw_tree_child(&req->tree, content);
    gw_mreq_block_t kind;
    gw_problem_kind_t rv = 0;

    for (; b != NULL && rv == 0; b = gw_tree_next(&req->tree, b)) {
        rv = gw_mreq_block(req, b, GW_MREQ_IN_RESULT, &kind);
        if (rv == 0)
            rv = gw_mreq_block_parts(req, b, kind, GW_MREQ_IN_RESULT, parts,
                                     "\\n\\n");
    }
    return rv;
}

static gw_problem_kind_t contents(gw_plan_t *req, const gw_node_t *block,
                                  gw_plan_parts_t *parts)
{
    const gw_node_t *content = gw_tree_value(&req->tree, block, "content");

    if (content == NULL)
        return 0;
    if (content->kind == GW_JSON_ARRAY)
        return blocks(req, content, parts);
    if (content->kind != GW_JSON_STR)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, content, NULL,
                              "must be a string or an array of blocks.");
    if (gw_tree_inside(&req->tree, content).n > 0)
        gw_plan_text(req, parts, gw_tree_inside(&req->tree, content), "");
    return 0;
}

gw_problem_kind_t gw_mreq_result(gw_plan_t *req, const gw_node_t *block,
                                 gw_plan_parts_t *late,
                                 gw_plan_message_t **out)
{
    gw_plan_message_t *m;
    const gw_node_t *id;
    gw_mreq_block_t kind;
    int is_error;
    gw_problem_kind_t rv = gw_mreq_block(req, block, GW_MREQ_IN_USER, &kind);

    if (rv == 0)
        rv = answer(req, block, &id);
    if (rv == 0)
        rv = gw_plan_bool(req, block, "is_error", &is_error);
    if (rv != 0)
        return rv;
    *out = m = gw_plan_message(req, GW_PLAN_TOOL);
    m->id = id;
    rv = contents(req, block, &m->parts);
    if (rv != 0)
        return rv;
    gw_plan_leave_media(req, &m->parts, late);
    if (is_error && m->parts.first == NULL)
        gw_plan_part(req, &m->parts, GW_PLAN_TEXT);
    if (is_error)
        m->parts.first->before = "Error: ";
    return gw_plan_mark(req, block, &m->parts);
}

gw_problem_kind_t gw_mreq_results_end(gw_plan_t *req)
{
    const gw_plan_call_t *call = req->calls;

    for (; call != NULL; call = call->next) {
        if (!call->answered)
            return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, call->block,
                                  NULL, "is a tool_use without a tool_result "
                                  "in the next message.");
    }
    req->open = NULL;
    req->calls = NULL;
    return 0;
}
