/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_option.c - members beside messages and tools: how long the
 * answer may be, how it is drawn, whether it is thought about, which form it
 * has. */
#include "messages_request.h"

#include <apr_lib.h>

static const gw_node_t *top(const gw_plan_t *req, const char *name)
{
    return gw_tree_value(&req->tree, gw_tree_root(&req->tree), name);
}

/* ---- validating -------------------------------------------------------- */

/* From 1 to GW_REQUEST_MOST; -1: it is none. */
static apr_int64_t count_of(const gw_plan_t *req, const gw_node_t *node)
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

static gw_problem_kind_t check_max(gw_plan_t *req)
{
    const gw_node_t *root = gw_tree_root(&req->tree);
    const gw_node_t *max = gw_tree_member(&req->tree, root, "max_tokens");

    if (max == NULL)
        return gw_plan_refuse(req, GW_P_MISSING_PARAMETER, root, "max_tokens",
                              "is missing: say how many tokens the answer may "
                              "have.");
    if (count_of(req, max) < 0)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, max, NULL,
                              "must be a whole number from 1 on.");
    return 0;
}

static gw_problem_kind_t check_numbers(gw_plan_t *req)
{
    static const char *const names[] = { "temperature", "top_p", "top_k" };
    unsigned i;

    for (i = 0; i < GW_COUNT(names); i++) {
        const gw_node_t *m = top(req, names[i]);

        if (m != NULL && m->kind != GW_JSON_NUM)
            return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, m, NULL,
                                  "must be a number.");
    }
    if (top(req, "top_k") != NULL && !req->vendor->top_k)
        gw_translate_drop(req->out, "top_k", req->pool);
    return 0;
}

static gw_problem_kind_t check_stops(gw_plan_t *req)
{
    const gw_node_t *stops = top(req, "stop_sequences"), *s;

    if (stops == NULL)
        return 0;
    if (stops->kind != GW_JSON_ARRAY)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, stops, NULL,
                              "must be an array of strings.");
    s = gw_tree_child(&req->tree, stops);
    for (; s != NULL; s = gw_tree_next(&req->tree, s)) {
        if (s->kind != GW_JSON_STR)
            return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, s, NULL,
                                  "must be a string.");
    }
    if (stops->count > GW_PLAN_STOPS)
        gw_translate_drop(req->out, "stop_sequences", req->pool);
    return 0;
}

/* Without `thinking`, the gateway's own switches say it. */
static gw_problem_kind_t own_switch(gw_plan_t *req)
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
            req->thinking_name = names[i];
        }
    }
    return rv;
}

static gw_problem_kind_t check_thinking(gw_plan_t *req)
{
    const gw_node_t *thinking = top(req, "thinking"), *type;
    gw_problem_kind_t rv = own_switch(req);

    if (rv != 0 || thinking == NULL)
        return rv;
    if (thinking->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, thinking, NULL,
                              "must be an object with a 'type'.");
    rv = gw_plan_string(req, thinking, "type", &type);
    if (rv == 0)
        rv = gw_plan_members(req, thinking, "thinking");
    if (rv != 0)
        return rv;
    req->thinking = gw_tree_is(&req->tree, type, "disabled") ? GW_FALSE
                                                             : GW_TRUE;
    req->thinking_name = "llmgw_thinking";
    req->budget = gw_tree_value(&req->tree, thinking, "budget_tokens");
    if (req->budget != NULL && count_of(req, req->budget) < 0)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, req->budget, NULL,
                              "must be a whole number from 1 on.");
    return 0;
}

static gw_problem_kind_t check_format(gw_plan_t *req, const gw_node_t *format)
{
    const gw_node_t *type;
    int top_level = gw_tree_named(&req->tree, format, "output_format");
    gw_problem_kind_t rv;

    if (format->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, format, NULL,
                              "must be an object with a 'type'.");
    rv = gw_plan_string(req, format, "type", &type);
    if (rv != 0)
        return rv;
    if (!gw_tree_is(&req->tree, type, "json_schema"))
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, type, NULL,
                              "must be \"json_schema\".");
    rv = gw_plan_object(req, format, "schema", top_level, &req->schema);
    if (rv == 0 && req->schema == NULL)
        return gw_plan_refuse(req, GW_P_MISSING_PARAMETER, format, "schema",
                              "is missing: it must be an object.");
    return rv != 0 ? rv : gw_plan_members(req, format, "output_config.format");
}

static gw_problem_kind_t check_output(gw_plan_t *req)
{
    const gw_node_t *config = top(req, "output_config"), *format;
    gw_problem_kind_t rv = 0;

    if (config != NULL && config->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, config, NULL,
                              "must be an object.");
    format = gw_tree_value(&req->tree, config, "format");
    if (format == NULL)
        format = top(req, "output_format");
    if (config != NULL)
        rv = gw_plan_members(req, config, "output_config");
    if (rv == 0 && gw_tree_value(&req->tree, config, "effort") != NULL)
        rv = gw_plan_string(req, config, "effort", &req->effort);
    return rv != 0 || format == NULL ? rv : check_format(req, format);
}

static gw_problem_kind_t check_model(gw_plan_t *req)
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

gw_problem_kind_t gw_mreq_options(gw_plan_t *req)
{
    const gw_node_t *root = gw_tree_root(&req->tree);
    const gw_node_t *stream = top(req, "stream");
    gw_problem_kind_t rv = check_model(req);
    int on;

    if (rv == 0)
        rv = check_max(req);
    if (rv == 0 && stream != NULL)
        rv = gw_plan_bool(req, root, "stream", &on);
    if (rv == 0)
        rv = gw_plan_bool(req, root, "enable_context_caching", &on);
    if (rv == 0)
        rv = check_numbers(req);
    if (rv == 0)
        rv = check_stops(req);
    if (rv == 0)
        rv = check_thinking(req);
    return rv != 0 ? rv : check_output(req);
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
        gw_translate_drop(req->out, "thinking", req->pool);
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
    gw_translate_drop(req->out, "output_config.effort", req->pool);
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

void gw_mreq_options_settle(gw_plan_t *req)
{
    int prefilled = req->last->role == GW_PLAN_ASSISTANT;
    int alone = req->vendor->thinking_alone
                && (req->forced || req->schema != NULL || prefilled);

    settle_thinking(req, alone);
    settle_effort(req, alone);
    if (req->schema != NULL && !declares(req, GW_DECLARES_JSON_SCHEMA))
        tell_schema(req);
}

/* ---- writing ----------------------------------------------------------- */

static void write_value(gw_plan_t *req, const char *name,
                        const gw_node_t *value)
{
    if (value == NULL)
        return;
    gw_text_put(&req->out->body, ",\"");
    gw_text_put(&req->out->body, name);
    gw_text_put(&req->out->body, "\":");
    gw_text_add(&req->out->body, gw_tree_bytes(&req->tree, value));
}

static void write_max(gw_plan_t *req)
{
    apr_int64_t max = count_of(req, top(req, "max_tokens"));
    apr_int64_t most = req->model->output;

    gw_text_put(&req->out->body, req->vendor->max_completion
                ? ",\"max_completion_tokens\":" : ",\"max_tokens\":");
    gw_text_number(&req->out->body, most > 0 && most < max ? most : max);
}

static void write_stops(gw_plan_t *req)
{
    const gw_node_t *stops = top(req, "stop_sequences"), *s;
    const char *comma = "";

    if (stops == NULL || stops->count == 0)
        return;
    gw_text_put(&req->out->body, ",\"stop\":[");
    s = gw_tree_child(&req->tree, stops);
    for (; s != NULL && s->index < GW_PLAN_STOPS;
         s = gw_tree_next(&req->tree, s)) {
        gw_text_put(&req->out->body, comma);
        gw_text_add(&req->out->body, gw_tree_bytes(&req->tree, s));
        comma = ",";
    }
    gw_text_put(&req->out->body, "]");
}

static void write_format(gw_plan_t *req)
{
    if (req->schema == NULL)
        return;
    if (!declares(req, GW_DECLARES_JSON_SCHEMA)) {
        gw_text_put(&req->out->body,
                    ",\"response_format\":{\"type\":\"json_object\"}");
        return;
    }
    gw_text_put(&req->out->body, ",\"response_format\":{\"type\":"
                "\"json_schema\",\"json_schema\":{\"name\":\"output\"");
    write_value(req, "schema", req->schema);
    gw_text_put(&req->out->body, ",\"strict\":true}}");
}

static void write_thinking(gw_plan_t *req)
{
    if (req->thinking != GW_ABSENT) {
        gw_text_put(&req->out->body, ",\"");
        gw_text_put(&req->out->body, req->thinking_name);
        gw_text_put(&req->out->body, req->thinking ? "\":true" : "\":false");
    }
    write_value(req, "thinking_budget", req->budget);
    write_value(req, "reasoning_effort", req->effort);
}

void gw_mreq_options_write(gw_plan_t *req)
{
    write_max(req);
    write_value(req, "stream", top(req, "stream"));
    write_value(req, "temperature", top(req, "temperature"));
    write_value(req, "top_p", top(req, "top_p"));
    if (req->vendor->top_k)
        write_value(req, "top_k", top(req, "top_k"));
    write_stops(req);
    write_format(req);
    write_thinking(req);
    write_value(req, "enable_context_caching",
                top(req, "enable_context_caching"));
}
