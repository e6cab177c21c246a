/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_assistant.c - what the model said and called before. */
#include "messages_request.h"

#include <apr_strings.h>

#define BLANK_LINE "\\n\\n"

typedef struct assistant_turn_t {
    gw_plan_message_t m;        /* to be written, if anything is in it */
    const char *join;           /* in front of the next text */
} assistant_turn_t;

/* ---- calls ------------------------------------------------------------- */

static gw_problem_kind_t note_call(gw_plan_t *req, gw_plan_call_t *call)
{
    gw_str_t id = gw_tree_string(&req->tree, call->id, req->pool);

    if (id.n == 0)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, call->id, NULL,
                              "is empty: results name the call by it.");
    if (req->open == NULL)
        req->open = apr_hash_make(req->pool);
    if (apr_hash_count(req->open) == GW_PLAN_TOOLS)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, call->block, NULL,
                              "is one call too many: at most 1000 are "
                              "translated in one turn.");
    if (apr_hash_get(req->open, id.p, (apr_ssize_t)id.n) != NULL)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, call->id, NULL,
                              "is the id of another tool_use, too.");
    apr_hash_set(req->open, id.p, (apr_ssize_t)id.n, call);
    return 0;
}

static gw_problem_kind_t tool_use(gw_plan_t *req, const gw_node_t *block,
                                  gw_plan_message_t *m)
{
    const gw_node_t *id, *name, *input;
    gw_plan_call_t *call;
    gw_problem_kind_t rv = gw_plan_string(req, block, "id", &id);

    if (rv == 0)
        rv = gw_plan_string(req, block, "name", &name);
    if (rv == 0)
        rv = gw_plan_name(req, name);
    if (rv != 0)
        return rv;
    input = gw_tree_value(&req->tree, block, "input");
    if (input == NULL || input->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, block, "input",
                              "must be an object.");
    call = gw_plan_call(req, m, block, id);
    call->name = gw_tree_inside(&req->tree, name);
    call->input = gw_tree_bytes(&req->tree, input);
    req->calls = m->calls;
    return note_call(req, call);
}

/* ---- other blocks ------------------------------------------------------ */

/* Whoever signed it: what was thought is text. */
static gw_problem_kind_t thinking(gw_plan_t *req, const gw_node_t *block,
                                  gw_plan_message_t *m)
{
    const gw_node_t *text;
    gw_problem_kind_t rv = gw_plan_string(req, block, "thinking", &text);

    if (rv != 0 || gw_tree_inside(&req->tree, text).n == 0)
        return rv;
    if (req->vendor->strict_messages || req->model->thinks < 0)
        gw_translate_drop(req->out, "messages[].content[].thinking",
                          req->pool);
    else
        gw_plan_text(req, &m->thinking, gw_tree_inside(&req->tree, text),
                     BLANK_LINE);
    return 0;
}

/* What the conversation was before it was made short. */
static gw_problem_kind_t compaction(gw_plan_t *req, const gw_node_t *block,
                                    assistant_turn_t *turn)
{
    const gw_node_t *text = gw_tree_value(&req->tree, block, "content");
    gw_problem_kind_t rv;

    if (text == NULL)
        return 0;
    rv = gw_plan_string(req, block, "content", &text);
    if (rv == 0 && gw_tree_inside(&req->tree, text).n > 0)
        gw_plan_text(req, &turn->m.parts, gw_tree_inside(&req->tree, text),
                     BLANK_LINE);
    return rv;
}

static gw_problem_kind_t block(gw_plan_t *req, const gw_node_t *b,
                               assistant_turn_t *turn)
{
    const char *join = turn->join;
    gw_mreq_block_t kind;
    gw_problem_kind_t rv = gw_mreq_block(req, b, GW_MREQ_IN_ASSISTANT, &kind);

    if (rv != 0)
        return rv;
    turn->join = BLANK_LINE;
    switch (kind) {
    case GW_MREQ_B_TEXT:
        turn->join = "";        /* texts side by side are one, cut up */
        return gw_mreq_block_parts(req, b, kind, GW_MREQ_IN_ASSISTANT,
                                   &turn->m.parts, join);
    case GW_MREQ_B_TOOL_USE:
        return tool_use(req, b, &turn->m);
    case GW_MREQ_B_THINKING:
        return thinking(req, b, &turn->m);
    case GW_MREQ_B_COMPACTION:
        return compaction(req, b, turn);
    default:
        return 0;
    }
}

/* ---- the turn ---------------------------------------------------------- */

static gw_problem_kind_t message(gw_plan_t *req, const gw_node_t *node,
                                 assistant_turn_t *turn)
{
    int last = gw_tree_next(&req->tree, node) == NULL;
    const gw_node_t *content, *b;
    gw_problem_kind_t rv = gw_mreq_content(req, node, last, &content);

    if (rv != 0)
        return rv;
    turn->join = BLANK_LINE;
    if (content->kind == GW_JSON_STR) {
        if (gw_tree_inside(&req->tree, content).n > 0)
            gw_plan_text(req, &turn->m.parts,
                         gw_tree_inside(&req->tree, content), turn->join);
        return 0;
    }
    b = gw_tree_child(&req->tree, content);
    for (; b != NULL && rv == 0; b = gw_tree_next(&req->tree, b))
        rv = block(req, b, turn);
    return rv;
}

/* Messages that follow each other are one: the results of all their calls
 * come behind the last. */
gw_problem_kind_t gw_mreq_assistant_turn(gw_plan_t *req,
                                         const gw_node_t *first,
                                         const gw_node_t *end)
{
    assistant_turn_t turn;
    gw_plan_message_t *m;
    gw_problem_kind_t rv = 0;

    memset(&turn, 0, sizeof(turn));
    for (; first != end && rv == 0; first = gw_tree_next(&req->tree, first))
        rv = message(req, first, &turn);
    if (rv != 0 || (turn.m.parts.first == NULL && turn.m.calls == NULL
                    && turn.m.thinking.first == NULL))
        return rv;
    m = gw_plan_message(req, GW_PLAN_ASSISTANT);
    m->parts = turn.m.parts;
    m->thinking = turn.m.thinking;
    m->calls = turn.m.calls;
    return 0;
}
