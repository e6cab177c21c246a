/* SPDX-License-Identifier: Apache-2.0 */
/* plan_option.c - members of a chat beside its messages: how long the answer
 * may be, whether it is thought about, which form it has, and what of that
 * cannot be had together. */
#include "plan.h"

#include <apr_lib.h>

static const gw_node_t *top(const gw_plan_t *req, const char *name)
{
    return gw_tree_value(&req->tree, gw_tree_root(&req->tree), name);
}

/* ---- validating -------------------------------------------------------- */

apr_int64_t gw_plan_count(const gw_plan_t *req, const gw_node_t *node)
{
    gw_str_t s = gw_tree_bytes(&req->tree, node);
    apr_int64_t n = 0;
    apr_size_t i;

    for (i = 0; i < s.n && n <= GW_REQUEST_MOST; i++) {
        if (!apr_isdigit(s.p[i]))
            return -1;
        n = 10 * n + (s.p[i] - '0');
    }
    return n >= 1 && n <= GW_REQUEST_MOST ? n : -1;
}

gw_problem_kind_t gw_plan_switch(gw_plan_t *req)
{
    static const char *const names[] = { "enable_thinking",
                                         "llmgw_thinking" };
    const gw_node_t *root = gw_tree_root(&req->tree);
    gw_problem_kind_t rv = 0;
    unsigned i;
    int on;

    for (i = 0; i < GW_COUNT(names) && rv == 0; i++) {
        rv = gw_plan_bool(req, root, names[i], &on);
        if (rv == 0 && top(req, names[i]) != NULL) {
            req->thinking = on ? GW_TRUE : GW_FALSE;
            req->thinking_name = req->thinking_at = names[i];
        }
    }
    return rv;
}

gw_problem_kind_t gw_plan_check_model(gw_plan_t *req)
{
    const gw_node_t *model;
    gw_problem_kind_t rv = gw_plan_string(req, gw_tree_root(&req->tree),
                                          "model", &model);
    gw_str_t name;

    if (rv != 0)
        return rv;
    name = gw_tree_string(&req->tree, model, req->pool);
    if (name.n > 0 && memchr(name.p, '\0', name.n) == NULL)
        return 0;
    return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, model, NULL,
                          "must be the name of a model, a string.");
}

/* ---- what cannot be had together --------------------------------------- */

static int declares(const gw_plan_t *req, unsigned what)
{
    return (req->model->declares & what) != 0;
}

/* Does it think, where nothing is said, or is that not known? */
static int may_think(const gw_plan_t *req)
{
    return req->model->thinks_by_default || req->model->thinks == 0;
}

static void settle_thinking(gw_plan_t *req, int alone)
{
    int never = req->model->thinks < 0;

    if (req->thinking == GW_TRUE && (alone || never))
        gw_translate_drop(req->out, req->thinking_at, req->pool);
    if (never)
        req->thinking = GW_ABSENT;
    else if (alone && (req->thinking == GW_TRUE || may_think(req)))
        req->thinking = GW_FALSE;
    if (req->budget == NULL
        || (req->thinking == GW_TRUE && req->vendor->thinking_budget))
        return;
    gw_translate_drop(req->out, "thinking.budget_tokens", req->pool);
    req->budget = NULL;
}

/* Where there is a switch, effort would overrule it. */
static void settle_effort(gw_plan_t *req, int alone)
{
    if (req->effort == NULL
        || (declares(req, GW_DECLARES_EFFORT) && req->budget == NULL && !alone
            && (req->thinking != GW_FALSE
                || req->route->thinking == GW_THINKING_NONE)))
        return;
    gw_translate_drop(req->out, req->effort_at, req->pool);
    req->effort = NULL;
}

/* The schema as words, where it cannot be given otherwise. */
static void tell_schema(gw_plan_t *req)
{
    static const gw_str_t words = GW_STR(
        "Answer with one JSON object and nothing else. It must be valid "
        "against this JSON schema:\\n");
    gw_plan_part_t *part;

    gw_plan_text(req, &req->system, words, "\\n\\n");
    part = gw_plan_text(req, &req->system,
                        gw_tree_bytes(&req->tree, req->schema), "");
    part->plain = 1;
}

void gw_plan_settle(gw_plan_t *req, int prefilled)
{
    int alone = req->vendor->thinking_alone
                && (req->forced || req->schema != NULL || req->json
                    || prefilled);

    settle_thinking(req, alone);
    settle_effort(req, alone);
    if (req->schema != NULL && !declares(req, GW_DECLARES_JSON_SCHEMA))
        tell_schema(req);
}

/* ---- writing ----------------------------------------------------------- */

void gw_plan_write_value(gw_plan_t *req, const char *name,
                         const gw_node_t *value)
{
    if (value == NULL)
        return;
    gw_text_put(&req->out->body, ",\"");
    gw_text_put(&req->out->body, name);
    gw_text_put(&req->out->body, "\":");
    gw_text_add(&req->out->body, gw_tree_bytes(&req->tree, value));
}

void gw_plan_write_max(gw_plan_t *req, apr_int64_t max)
{
    apr_int64_t most = req->model->output;

    if (max <= 0)
        return;
    gw_text_put(&req->out->body, req->vendor->max_completion
                ? ",\"max_completion_tokens\":" : ",\"max_tokens\":");
    gw_text_number(&req->out->body, most > 0 && most < max ? most : max);
}

/* What the client does not say: a name, and that the schema binds. */
static void write_schema(gw_plan_t *req, const gw_node_t *form)
{
    const gw_tree_t *tree = &req->tree;

    gw_text_put(&req->out->body, ",\"response_format\":{\"type\":"
                "\"json_schema\",\"json_schema\":{");
    if (form == NULL) {
        gw_text_put(&req->out->body, "\"name\":\"output\"");
    }
    else {
        gw_text_put(&req->out->body, "\"name\":");
        gw_text_add(&req->out->body,
                    gw_tree_bytes(tree, gw_tree_value(tree, form, "name")));
    }
    gw_plan_write_value(req, "description",
                        gw_tree_value(tree, form, "description"));
    gw_plan_write_value(req, "schema", req->schema);
    if (form == NULL)
        gw_text_put(&req->out->body, ",\"strict\":true");
    gw_plan_write_value(req, "strict", gw_tree_value(tree, form, "strict"));
    gw_text_put(&req->out->body, "}}");
}

void gw_plan_write_format(gw_plan_t *req, const gw_node_t *form)
{
    if (req->schema != NULL && declares(req, GW_DECLARES_JSON_SCHEMA))
        write_schema(req, form);
    else if (req->schema != NULL || req->json)
        gw_text_put(&req->out->body,
                    ",\"response_format\":{\"type\":\"json_object\"}");
}

void gw_plan_write_thinking(gw_plan_t *req)
{
    if (req->thinking != GW_ABSENT) {
        gw_text_put(&req->out->body, ",\"");
        gw_text_put(&req->out->body, req->thinking_name);
        gw_text_put(&req->out->body, req->thinking ? "\":true" : "\":false");
    }
    gw_plan_write_value(req, "thinking_budget", req->budget);
    gw_plan_write_value(req, "reasoning_effort", req->effort);
}
