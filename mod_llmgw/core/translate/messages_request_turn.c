/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_turn.c - the list of messages: which of them make one turn,
 * and how it begins and ends. */
#include "messages_request.h"

static gw_problem_kind_t check_roles(gw_plan_t *req, const gw_node_t *messages)
{
    const gw_node_t *m = gw_tree_child(&req->tree, messages);

    for (; m != NULL; m = gw_tree_next(&req->tree, m)) {
        if (m->kind != GW_JSON_OBJECT)
            return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, NULL,
                                  "must be an object.");
        if (gw_mreq_role(req, m) < 0)
            return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, "role",
                                  "must be \"user\", \"assistant\" or "
                                  "\"system\".");
    }
    return 0;
}

/* The first message behind this one that ends its turn. */
static const gw_node_t *end_of_turn(const gw_plan_t *req, const gw_node_t *m,
                                    int assistant)
{
    while (m != NULL
           && (gw_mreq_role(req, m) == GW_PLAN_ASSISTANT) == assistant)
        m = gw_tree_next(&req->tree, m);
    return m;
}

/* A last message of the assistant is where the answer is to begin. */
static gw_problem_kind_t prefill(gw_plan_t *req, const gw_node_t *messages)
{
    const gw_node_t *m, *last = gw_tree_child(&req->tree, messages);

    if (req->last->role != GW_PLAN_ASSISTANT)
        return 0;
    while ((m = gw_tree_next(&req->tree, last)) != NULL)
        last = m;
    if (!req->vendor->partial)
        return gw_plan_refuse(req, GW_P_UNSUPPORTED_PARAMETER, last, NULL,
                              "is the assistant's, and the upstream that "
                              "this model is served by cannot go on with it: "
                              "end with a message of the user.");
    if (req->last->parts.first == NULL)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, last, "content",
                              "holds no text to go on with.");
    req->last->partial = 1;
    return 0;
}

gw_problem_kind_t gw_mreq_turns(gw_plan_t *req, const gw_node_t *messages)
{
    const gw_node_t *m = gw_tree_child(&req->tree, messages), *end;
    gw_problem_kind_t rv = check_roles(req, messages);

    while (rv == 0 && m != NULL && gw_mreq_role(req, m) == GW_PLAN_SYSTEM) {
        rv = gw_mreq_system_message(req, m, &req->system);
        m = gw_tree_next(&req->tree, m);
    }
    for (; rv == 0 && m != NULL; m = end) {
        int assistant = gw_mreq_role(req, m) == GW_PLAN_ASSISTANT;

        end = end_of_turn(req, m, assistant);
        rv = assistant ? gw_mreq_assistant_turn(req, m, end)
                       : gw_mreq_user_turn(req, m, end);
    }
    if (rv == 0)
        rv = gw_mreq_results_end(req);
    if (rv == 0 && req->last == NULL)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, messages, NULL,
                              "must have a message of the user.");
    return rv != 0 ? rv : prefill(req, messages);
}
