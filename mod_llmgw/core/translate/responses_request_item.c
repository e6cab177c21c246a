/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request_item.c - the items of `input`: what each is, and which
 * output answers which call. */
#include "responses_request.h"

#include <apr_strings.h>

#define KNOWN "message, reasoning, function_call, function_call_output, " \
    "custom_tool_call, custom_tool_call_output, tool_search_call, " \
    "tool_search_output, local_shell_call, local_shell_call_output and " \
    "additional_tools"

static const gw_rreq_row_t rows[] = {
    { .type = "message", .kind = GW_RREQ_MESSAGE },     /* the first one */
    { .type = "reasoning", .kind = GW_RREQ_REASONING },
    { .type = "function_call", .kind = GW_RREQ_CALL, .holds = "arguments" },
    { .type = "function_call_output", .kind = GW_RREQ_OUTPUT,
      .holds = "output" },
    { .type = "custom_tool_call", .kind = GW_RREQ_CALL, .holds = "input",
      .custom = 1 },
    { .type = "custom_tool_call_output", .kind = GW_RREQ_OUTPUT,
      .holds = "output" },
    { .type = "tool_search_call", .kind = GW_RREQ_CALL,
      .name = "tool_search", .holds = "arguments", .executes = 1 },
    { .type = "tool_search_output", .kind = GW_RREQ_OUTPUT,
      .holds = "tools", .executes = 1 },
    { .type = "local_shell_call", .kind = GW_RREQ_CALL,
      .name = "local_shell", .holds = "action" },
    { .type = "local_shell_call_output", .kind = GW_RREQ_OUTPUT,
      .holds = "output" },
    { .type = "additional_tools", .kind = GW_RREQ_TOOLS, .holds = "tools" },
    { .type = "web_search_call", .kind = GW_RREQ_HOSTED },
    { .type = "file_search_call", .kind = GW_RREQ_HOSTED },
    { .type = "code_interpreter_call", .kind = GW_RREQ_HOSTED },
    { .type = "image_generation_call", .kind = GW_RREQ_HOSTED },
    { .type = "computer_call", .kind = GW_RREQ_HOSTED },
    { .type = "computer_call_output", .kind = GW_RREQ_HOSTED },
    { .type = "mcp_call", .kind = GW_RREQ_HOSTED },
    { .type = "mcp_list_tools", .kind = GW_RREQ_HOSTED },
    { .type = "mcp_approval_request", .kind = GW_RREQ_HOSTED },
    { .type = "mcp_approval_response", .kind = GW_RREQ_HOSTED }
};

/* ---- names ------------------------------------------------------------- */

gw_problem_kind_t gw_rreq_name(gw_rreq_t *rq, const gw_node_t *object,
                               const char *member, gw_str_t *out)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *m;
    gw_problem_kind_t rv = gw_plan_string(plan, object, member, &m);

    if (rv != 0)
        return rv;
    *out = gw_tree_string(&plan->tree, m, plan->pool);
    if (out->n > 0 && out->n <= GW_RREQ_NAME)
        return 0;
    return gw_plan_refuse(plan, GW_P_INVALID_PARAMETER, m, NULL,
                          "must be a name, of 256 bytes at most.");
}

gw_problem_kind_t gw_rreq_space(gw_rreq_t *rq, const gw_node_t *object,
                                gw_str_t *out)
{
    *out = (gw_str_t){ "", 0 };
    if (gw_tree_value(&rq->plan.tree, object, "namespace") == NULL)
        return 0;
    return gw_rreq_name(rq, object, "namespace", out);
}

/* ---- which item -------------------------------------------------------- */

static gw_problem_kind_t unknown(gw_rreq_t *rq, const gw_node_t *type)
{
    return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, type, NULL,
                          "is no item that can be translated for the upstream "
                          "that this model is served by: " KNOWN " can.");
}

/* An item without a type is a message, if it has a role. */
static gw_problem_kind_t row_of(gw_rreq_t *rq, gw_rreq_item_t *item)
{
    const gw_tree_t *tree = &rq->plan.tree;
    const gw_node_t *type = gw_tree_value(tree, item->node, "type");
    gw_problem_kind_t rv;
    unsigned i;

    item->is = rows;
    if (type == NULL && gw_tree_value(tree, item->node, "role") != NULL)
        return 0;
    rv = gw_plan_string(&rq->plan, item->node, "type", &type);
    if (rv != 0)
        return rv;
    for (i = 0; i < GW_COUNT(rows); i++) {
        if (gw_tree_is(tree, type, rows[i].type)) {
            item->is = &rows[i];
            return 0;
        }
    }
    return unknown(rq, type);
}

static gw_problem_kind_t role_of(gw_rreq_t *rq, gw_rreq_item_t *item)
{
    static const struct {
        const char *word;
        gw_plan_role_t role;
    } roles[] = {
        { "user", GW_PLAN_USER }, { "assistant", GW_PLAN_ASSISTANT },
        { "system", GW_PLAN_SYSTEM }, { "developer", GW_PLAN_SYSTEM }
    };
    const gw_node_t *role = gw_tree_value(&rq->plan.tree, item->node, "role");
    unsigned i;

    for (i = 0; i < GW_COUNT(roles); i++) {
        if (gw_tree_is(&rq->plan.tree, role, roles[i].word)) {
            item->role = (int)roles[i].role;
            return 0;
        }
    }
    return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, item->node,
                          "role", "must be \"user\", \"assistant\", "
                          "\"system\" or \"developer\".");
}

/* A search that OpenAI's servers ran has no id. */
static int is_servers(gw_rreq_t *rq, const gw_rreq_item_t *item)
{
    const gw_tree_t *tree = &rq->plan.tree;

    return item->is->executes
           && gw_tree_is(tree, gw_tree_value(tree, item->node, "execution"),
                         "server");
}

static gw_problem_kind_t look_up(gw_rreq_t *rq, gw_rreq_item_t *item)
{
    gw_problem_kind_t rv;

    if (item->node->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, item->node,
                              NULL, "must be an object.");
    rv = row_of(rq, item);
    if (rv != 0)
        return rv;
    if (item->is->kind == GW_RREQ_HOSTED || is_servers(rq, item)) {
        gw_plan_drop(&rq->plan, "input[", (gw_str_t){ item->is->type,
                     strlen(item->is->type) }, "]");
        item->is = &rows[GW_COUNT(rows) - 1];   /* a hosted one, too */
        return 0;
    }
    rv = gw_plan_members(&rq->plan, item->node, "input[]");
    return rv != 0 || item->is->kind != GW_RREQ_MESSAGE ? rv
                                                        : role_of(rq, item);
}

/* ---- calls and outputs ------------------------------------------------- */

static gw_problem_kind_t read_id(gw_rreq_t *rq, gw_rreq_item_t *item,
                                 gw_str_t *out)
{
    gw_plan_t *plan = &rq->plan;
    gw_problem_kind_t rv = gw_plan_string(plan, item->node, "call_id",
                                          &item->id);

    if (rv != 0)
        return rv;
    *out = gw_tree_string(&plan->tree, item->id, plan->pool);
    if (out->n > 0)
        return 0;
    return gw_plan_refuse(plan, GW_P_INVALID_PARAMETER, item->id, NULL,
                          "is empty: outputs name the call by it.");
}

/* Some upstreams count their calls anew in each turn: an id may come again
 * once it was answered, and an output answers the last call of its id. */
static gw_problem_kind_t match(gw_rreq_t *rq, gw_rreq_item_t *item,
                               apr_hash_t *calls)
{
    gw_rreq_item_t *call;
    gw_str_t id;
    gw_problem_kind_t rv = read_id(rq, item, &id);

    if (rv != 0)
        return rv;
    call = apr_hash_get(calls, id.p, (apr_ssize_t)id.n);
    if (item->is->kind == GW_RREQ_CALL) {
        if (call != NULL && call->answer == NULL)
            return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, item->id,
                                  NULL, "is the id of another call, too, which "
                                  "has no output before.");
        apr_hash_set(calls, id.p, (apr_ssize_t)id.n, item);
        return 0;
    }
    if (call == NULL)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, item->id,
                              NULL, "is the id of no call before: each output "
                              "must answer one.");
    if (call->answer != NULL)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, item->id,
                              NULL, "is answered twice: each call must have "
                              "one output.");
    call->answer = item->node;
    return 0;
}

static gw_problem_kind_t match_all(gw_rreq_t *rq)
{
    apr_hash_t *calls = apr_hash_make(rq->plan.pool);
    gw_problem_kind_t rv = 0;
    gw_rreq_item_t *item;
    unsigned i;

    for (i = 0; i < rq->items && rv == 0; i++) {
        item = &rq->item[i];
        if (item->is->kind == GW_RREQ_CALL || item->is->kind == GW_RREQ_OUTPUT)
            rv = match(rq, item, calls);
    }
    for (i = 0; i < rq->items && rv == 0; i++) {
        item = &rq->item[i];
        if (item->is->kind == GW_RREQ_CALL && item->answer == NULL)
            rv = gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, item->node,
                                NULL, "is a call without an output: the "
                                "upstream that this model is served by wants "
                                "one for each.");
    }
    return rv;
}

gw_problem_kind_t gw_rreq_items(gw_rreq_t *rq, const gw_node_t *input)
{
    const gw_node_t *node = gw_tree_child(&rq->plan.tree, input);
    gw_problem_kind_t rv = 0;

    rq->item = apr_pcalloc(rq->plan.pool, input->count * sizeof(*rq->item));
    for (; node != NULL && rv == 0;
         node = gw_tree_next(&rq->plan.tree, node)) {
        rq->item[rq->items].node = node;
        rv = look_up(rq, &rq->item[rq->items++]);
    }
    return rv != 0 ? rv : match_all(rq);
}
