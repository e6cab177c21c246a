/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request.c - a body for /v1/messages becomes one of a chat, step by
 * step: see messages_request.h, and docs/translation.md for what becomes of
 * each member. */
#include "messages_request.h"

static gw_problem_kind_t read_system(gw_plan_t *req)
{
    const gw_node_t *system = gw_tree_value(&req->tree,
                                            gw_tree_root(&req->tree),
                                            "system");

    return system == NULL ? 0 : gw_mreq_system(req, system, &req->system);
}

static gw_problem_kind_t read_messages(gw_plan_t *req)
{
    const gw_node_t *root = gw_tree_root(&req->tree);
    const gw_node_t *messages = gw_tree_value(&req->tree, root, "messages");
    gw_problem_kind_t rv;

    if (messages == NULL)
        return gw_plan_refuse(req, GW_P_MISSING_PARAMETER, root, "messages",
                              "is missing: give an array with at least one "
                              "message.");
    if (messages->kind != GW_JSON_ARRAY || messages->count == 0)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, messages, NULL,
                              "must be an array with at least one message.");
    rv = gw_mreq_turns(req, messages);
    /* of the whole request: it stands at the end of what can be cached */
    return rv != 0 ? rv : gw_plan_mark(req, root, &req->last->parts);
}

static gw_problem_kind_t write_body(gw_plan_t *req)
{
    const gw_node_t *root = gw_tree_root(&req->tree);
    gw_text_t *body = &req->out->body;

    gw_text_put(body, "{\"model\":");
    gw_text_add(body, gw_tree_bytes(&req->tree,
                                    gw_tree_value(&req->tree, root,
                                                  "model")));
    gw_text_put(body, ",");
    gw_plan_write(req);
    gw_mreq_tools_write(req);
    gw_mreq_options_write(req);
    gw_text_put(body, "}");
    return gw_plan_end(req);
}

gw_problem_kind_t gw_messages_request(gw_translated_t *out,
                                      const gw_request_t *from,
                                      const gw_model_t *model,
                                      const gw_route_t *route,
                                      gw_problem_t *problem, apr_pool_t *pool)
{
    gw_plan_t req;
    gw_problem_kind_t rv;

    gw_plan_begin(&req, GW_EP_MESSAGES, out, model, route, problem, pool);
    rv = gw_plan_read(&req, from->body, &gw_tree_outer);
    if (rv == 0)
        rv = gw_plan_members(&req, gw_tree_root(&req.tree), "");
    if (rv == 0)
        rv = gw_mreq_options(&req);
    if (rv == 0)
        rv = gw_mreq_tools(&req);
    if (rv == 0)
        rv = read_system(&req);
    if (rv == 0)
        rv = read_messages(&req);
    if (rv != 0)
        return rv;
    gw_plan_settle(&req, req.last->role == GW_PLAN_ASSISTANT);
    return write_body(&req);
}
