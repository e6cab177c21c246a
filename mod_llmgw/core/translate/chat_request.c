/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request.c - see chat_request.h: gw_chat_request(), the order in which
 * the new body is written. */
#include "chat_request.h"

#include "translate_rows.h"

/* The body was validated before: what fails here is its size. */
static void index_body(gw_chat_t *ch)
{
    switch (gw_tree_read(&ch->tree, ch->req->body, &gw_tree_outer,
                         GW_JSON_TRUSTED, ch->pool)) {
    case APR_SUCCESS:
        gw_chat_take(ch, ch->root, gw_tree_root(&ch->tree), GW_CHAT_ROOT);
        break;
    case APR_EINVAL:
        ch->kind = gw_problem(ch->problem, GW_P_INVALID_JSON, NULL,
                              gw_json_error_text(ch->tree.error));
        break;
    case APR_ENOSPC:
        ch->kind = gw_problem(ch->problem, GW_P_INVALID_PARAMETER, "messages",
                              "The body has more than 200000 values, which "
                              "is the most that can be translated for this "
                              "model: send less of the conversation.");
        break;
    default:
        ch->kind = gw_problem(ch->problem, GW_P_REQUEST_TOO_LARGE, NULL,
                              "The body cannot be translated for this "
                              "model: there is no memory for it.");
        break;
    }
}

static void write_body(gw_chat_t *ch)
{
    const char *effort;

    gw_text_put(ch->body, "{\"model\":");
    gw_text_quote(ch->body, ch->req->model);
    gw_chat_max_tokens(ch);
    ch->given_back = gw_chat_given_back(ch);
    gw_chat_system(ch);
    gw_chat_messages(ch);
    gw_chat_tools(ch);
    effort = gw_chat_thinking(ch);
    gw_chat_output_config(ch, effort);
    gw_chat_options(ch);
    gw_text_put(ch->body, "}");
}

gw_problem_kind_t gw_chat_request(gw_translated_t *out,
                                  const gw_request_t *req,
                                  const gw_model_t *model,
                                  const gw_route_t *route,
                                  gw_problem_t *problem, apr_pool_t *pool)
{
    gw_chat_t ch;

    memset(&ch, 0, sizeof(ch));
    ch.req = req;
    ch.model = model;
    ch.route = route;
    ch.out = out;
    ch.body = &out->body;
    ch.problem = problem;
    ch.pool = pool;
    ch.calls = apr_array_make(pool, 4, sizeof(gw_chat_call_t));
    ch.ids = apr_hash_make(pool);
    gw_text_init(&out->body, GW_TRANSLATE_BODY, pool);
    gw_text_init(&out->dropped, GW_TRANSLATE_DROPPED, pool);
    ch.instruction = gw_chat_instruction(&ch);
    index_body(&ch);
    if (ch.kind == 0)
        write_body(&ch);
    if (ch.kind == 0 && out->body.full)
        ch.kind = gw_problem(problem, GW_P_REQUEST_TOO_LARGE, NULL,
                             "The body becomes longer than 64 MB where it is "
                             "translated for this model: send less of the "
                             "conversation.");
    return ch.kind;
}
