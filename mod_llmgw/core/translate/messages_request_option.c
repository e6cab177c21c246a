/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_option.c - members beside messages and tools: how long the
 * answer may be, how it is drawn, whether it is thought about, which form it
 * has. */
#include "messages_request.h"

static const gw_node_t *top(const gw_plan_t *req, const char *name)
{
    return gw_tree_value(&req->tree, gw_tree_root(&req->tree), name);
}

/* ---- validating -------------------------------------------------------- */

static gw_problem_kind_t check_max(gw_plan_t *req)
{
    const gw_node_t *root = gw_tree_root(&req->tree);
    const gw_node_t *max = gw_tree_member(&req->tree, root, "max_tokens");

    if (max == NULL)
        return gw_plan_refuse(req, GW_P_MISSING_PARAMETER, root, "max_tokens",
                              "is missing: say how many tokens the answer may "
                              "have.");
    if (gw_plan_count(req, max) < 0)
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

static gw_problem_kind_t check_thinking(gw_plan_t *req)
{
    const gw_node_t *thinking = top(req, "thinking"), *type;
    gw_problem_kind_t rv = gw_plan_switch(req);

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
    req->thinking_at = "thinking";
    req->budget = gw_tree_value(&req->tree, thinking, "budget_tokens");
    if (req->budget != NULL && gw_plan_count(req, req->budget) < 0)
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
    req->effort_at = "output_config.effort";
    return rv != 0 || format == NULL ? rv : check_format(req, format);
}

gw_problem_kind_t gw_mreq_options(gw_plan_t *req)
{
    const gw_node_t *root = gw_tree_root(&req->tree);
    const gw_node_t *stream = top(req, "stream");
    gw_problem_kind_t rv = gw_plan_check_model(req);
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

/* ---- writing ----------------------------------------------------------- */

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

void gw_mreq_options_write(gw_plan_t *req)
{
    gw_plan_write_max(req, gw_plan_count(req, top(req, "max_tokens")));
    gw_plan_write_value(req, "stream", top(req, "stream"));
    gw_plan_write_value(req, "temperature", top(req, "temperature"));
    gw_plan_write_value(req, "top_p", top(req, "top_p"));
    if (req->vendor->top_k)
        gw_plan_write_value(req, "top_k", top(req, "top_k"));
    write_stops(req);
    gw_plan_write_format(req, NULL);
    gw_plan_write_thinking(req);
    gw_plan_write_value(req, "enable_context_caching",
                top(req, "enable_context_caching"));
}
