/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request.c - a body for /v1/responses becomes one of a chat, step by
 * step: see responses_request.h, and docs/translation.md for what becomes of
 * each member. */
#include "responses_request.h"

static gw_problem_kind_t read_instructions(gw_rreq_t *rq)
{
    const gw_node_t *root = gw_tree_root(&rq->plan.tree), *m;
    gw_problem_kind_t rv;

    if (gw_tree_value(&rq->plan.tree, root, "instructions") == NULL)
        return 0;
    rv = gw_plan_string(&rq->plan, root, "instructions", &m);
    if (rv == 0 && gw_tree_inside(&rq->plan.tree, m).n > 0)
        gw_plan_text(&rq->plan, &rq->plan.system,
                     gw_tree_inside(&rq->plan.tree, m), "\\n\\n");
    return rv;
}

/* A string is what the user says. */
static gw_problem_kind_t read_string(gw_rreq_t *rq, const gw_node_t *input)
{
    gw_plan_message_t *m;
    gw_str_t text = gw_tree_inside(&rq->plan.tree, input);

    if (text.n == 0)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, input, NULL,
                              "is empty.");
    m = gw_plan_message(&rq->plan, GW_PLAN_USER);
    gw_plan_text(&rq->plan, &m->parts, text, "");
    return 0;
}

static gw_problem_kind_t find_input(gw_rreq_t *rq, const gw_node_t **out)
{
    const gw_node_t *root = gw_tree_root(&rq->plan.tree);
    const gw_node_t *input = gw_tree_value(&rq->plan.tree, root, "input");

    *out = input;
    if (input == NULL)
        return gw_plan_refuse(&rq->plan, GW_P_MISSING_PARAMETER, root,
                              "input", "is missing: give a string, or an "
                              "array with at least one item.");
    if (input->kind != GW_JSON_STR
        && (input->kind != GW_JSON_ARRAY || input->count == 0))
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, input, NULL,
                              "must be a string, or an array with at least "
                              "one item.");
    return 0;
}

static gw_problem_kind_t read_turns(gw_rreq_t *rq, const gw_node_t *input)
{
    gw_problem_kind_t rv = read_instructions(rq);

    if (rv == 0)
        rv = input->kind == GW_JSON_STR ? read_string(rq, input)
                                        : gw_rreq_turns(rq);
    if (rv == 0 && rq->plan.first == NULL)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, input, NULL,
                              "must have a message of the user that says "
                              "something.");
    return rv;
}

static gw_problem_kind_t write_body(gw_rreq_t *rq)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *root = gw_tree_root(&plan->tree);
    gw_text_t *body = &plan->out->body;

    gw_text_put(body, "{\"model\":");
    gw_text_add(body, gw_tree_bytes(&plan->tree,
                                    gw_tree_value(&plan->tree, root,
                                                  "model")));
    gw_text_put(body, ",");
    gw_plan_write(plan);
    gw_rreq_tools_write(rq);
    gw_rreq_options_write(rq);
    gw_text_put(body, "}");
    return gw_plan_end(plan);
}

gw_problem_kind_t gw_responses_request(gw_translated_t *out,
                                       const gw_request_t *from,
                                       const gw_model_t *model,
                                       const gw_route_t *route,
                                       gw_problem_t *problem,
                                       apr_pool_t *pool)
{
    const gw_node_t *input = NULL;
    gw_rreq_t rq;
    gw_problem_kind_t rv;

    memset(&rq, 0, sizeof(rq));
    /* what a policy puts where the client says nothing */
    rq.max = from->max == GW_MAX_NONE ? from->max_tokens : -1;
    gw_plan_begin(&rq.plan, GW_EP_RESPONSES, out, model, route, problem,
                  pool);
    rv = gw_plan_read(&rq.plan, from->body, &gw_tree_items);
    if (rv == 0)
        rv = gw_plan_members(&rq.plan, gw_tree_root(&rq.plan.tree), "");
    if (rv == 0)
        rv = gw_rreq_options(&rq);
    if (rv == 0)
        rv = find_input(&rq, &input);
    if (rv == 0 && input->kind == GW_JSON_ARRAY)
        rv = gw_rreq_items(&rq, input);
    if (rv == 0)
        rv = gw_rreq_tools(&rq);
    if (rv == 0)
        rv = gw_rreq_choice(&rq);
    if (rv == 0)
        rv = read_turns(&rq, input);
    if (rv != 0)
        return rv;
    out->names = rq.names;
    gw_plan_settle(&rq.plan, 0);
    return write_body(&rq);
}
