/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request.c - a body for /v1/messages becomes one of a chat, step by
 * step: see messages_request.h, and docs/translation.md for what becomes of
 * each member. */
#include "messages_request.h"

#include <apr_strings.h>

#define NUMBER(n) TEXT(n)
#define TEXT(n) #n

static gw_problem_kind_t read_body(gw_plan_t *req, gw_str_t body)
{
    apr_status_t rv = gw_tree_read(&req->tree, body, &gw_tree_outer,
                                   GW_JSON_TRUSTED, req->pool);

    if (rv == APR_ENOSPC)
        return gw_problem(req->problem, GW_P_INVALID_PARAMETER, NULL,
                          "The body is too large to be translated for the "
                          "upstream that this model is served by: at most "
                          NUMBER(GW_TREE_NODES) " values and 4 GB.");
    if (rv == APR_EINVAL)
        return gw_problem(req->problem, GW_P_INVALID_JSON, NULL,
                          apr_pstrcat(req->pool, "The body ",
                                      gw_json_error_text(req->tree.error),
                                      ".", NULL));
    if (rv != APR_SUCCESS)
        return gw_problem(req->problem, GW_P_INTERNAL_ERROR, NULL,
                          "The server had an error while processing your "
                          "request: there was no memory to translate the "
                          "body.");
    if (gw_tree_root(&req->tree)->kind != GW_JSON_OBJECT)
        return gw_problem(req->problem, GW_P_INVALID_JSON, NULL,
                          "The body must be a JSON object.");
    return 0;
}

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
    if (!body->full)
        return 0;
    return gw_problem(req->problem, GW_P_REQUEST_TOO_LARGE, NULL,
                      "The body becomes too large when it is translated for "
                      "the upstream that this model is served by.");
}

gw_problem_kind_t gw_messages_request(gw_translated_t *out,
                                      const gw_request_t *from,
                                      const gw_model_t *model,
                                      const gw_route_t *route,
                                      gw_problem_t *problem, apr_pool_t *pool)
{
    gw_plan_t req;
    gw_problem_kind_t rv;

    memset(&req, 0, sizeof(req));
    req.from = GW_EP_MESSAGES;
    req.out = out;
    req.model = model;
    req.route = route;
    req.vendor = gw_vendor_row(route->upstream->vendor);
    req.family = gw_family(route->model);
    req.problem = problem;
    req.pool = pool;
    req.thinking = GW_ABSENT;
    req.thinking_name = "llmgw_thinking";
    gw_text_init(&out->body, GW_TRANSLATE_BODY, pool);
    gw_text_init(&out->dropped, GW_TRANSLATE_DROPPED, pool);
    rv = read_body(&req, from->body);
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
    gw_mreq_options_settle(&req);
    return write_body(&req);
}
