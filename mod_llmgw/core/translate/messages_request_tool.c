/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_tool.c - tools, and which of them is to be used. */
#include "messages_request.h"

#include <apr_strings.h>

static const gw_node_t *tools_of(const gw_plan_t *req)
{
    return gw_tree_value(&req->tree, gw_tree_root(&req->tree), "tools");
}

/* Anthropic's own tools have a type, and no schema: its servers run them, or
 * its models were taught them. */
static int is_function(const gw_plan_t *req, const gw_node_t *tool)
{
    const gw_node_t *type = gw_tree_value(&req->tree, tool, "type");

    return type == NULL || gw_tree_is(&req->tree, type, "custom")
           || gw_tree_value(&req->tree, tool, "input_schema") != NULL;
}

/* ---- validating -------------------------------------------------------- */

static gw_problem_kind_t refuse_double(gw_plan_t *req, const gw_node_t *was,
                                       const gw_node_t *name)
{
    const char *other = gw_tree_path(&req->tree, was, NULL, req->pool);
    gw_str_t word = gw_tree_string(&req->tree, name, req->pool);

    return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, name, NULL,
                          apr_psprintf(req->pool, "is \"%.*s\", and so is "
                                       "'%s': each tool must have a name of "
                                       "its own.", (int)word.n, word.p,
                                       other));
}

static gw_problem_kind_t check_function(gw_plan_t *req, const gw_node_t *tool,
                                        apr_hash_t *names)
{
    const gw_node_t *name, *m, *was;
    gw_str_t word;
    int strict;
    gw_problem_kind_t rv = gw_plan_string(req, tool, "name", &name);

    if (rv == 0)
        rv = gw_plan_name(req, name);
    if (rv == 0)
        rv = gw_plan_object(req, tool, "input_schema", 1, &m);
    if (rv == 0)
        rv = gw_plan_bool(req, tool, "strict", &strict);
    if (rv == 0 && gw_tree_value(&req->tree, tool, "description") != NULL)
        rv = gw_plan_string(req, tool, "description", &m);
    if (rv != 0)
        return rv;
    word = gw_tree_string(&req->tree, name, req->pool);
    was = apr_hash_get(names, word.p, (apr_ssize_t)word.n);
    if (was != NULL)
        return refuse_double(req, was, name);
    apr_hash_set(names, word.p, (apr_ssize_t)word.n, name);
    req->tools++;
    return gw_plan_members(req, tool, "tools[]");
}

static gw_problem_kind_t drop_tool(gw_plan_t *req, const gw_node_t *tool)
{
    const gw_node_t *type;
    gw_problem_kind_t rv = gw_plan_string(req, tool, "type", &type);

    if (rv == 0)
        gw_plan_drop(req, "tools[", gw_tree_string(&req->tree, type,
                                                   req->pool), "]");
    return rv;
}

static gw_problem_kind_t only_server_tools(gw_plan_t *req,
                                           const gw_node_t *tools)
{
    const gw_node_t *first = gw_tree_child(&req->tree, tools), *type;
    gw_str_t word;

    type = gw_tree_value(&req->tree, first, "type");
    word = gw_tree_string(&req->tree, type, req->pool);
    if (word.n > GW_PLAN_WORD)
        word.n = GW_PLAN_WORD;
    return gw_plan_refuse(req, GW_P_UNSUPPORTED_PARAMETER, type, NULL,
                          apr_psprintf(req->pool, "is \"%.*s\", which only "
                                       "Anthropic's own API has, and there is "
                                       "no other tool: give tools with an "
                                       "'input_schema', or use a model that "
                                       "is served by that API.",
                                       (int)word.n, word.p));
}

/* The choice must be one that there is. */
static gw_problem_kind_t check_named(gw_plan_t *req, const gw_node_t *choice,
                                     apr_hash_t *names)
{
    const gw_node_t *name;
    gw_problem_kind_t rv = gw_plan_string(req, choice, "name", &name);
    gw_str_t word;

    if (rv != 0)
        return rv;
    word = gw_tree_string(&req->tree, name, req->pool);
    if (apr_hash_get(names, word.p, (apr_ssize_t)word.n) != NULL)
        return 0;
    return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, name, NULL,
                          "names none of the tools that are sent.");
}

static gw_problem_kind_t check_choice(gw_plan_t *req, apr_hash_t *names)
{
    const gw_node_t *type, *choice = gw_tree_value(&req->tree,
        gw_tree_root(&req->tree), "tool_choice");
    int off;
    gw_problem_kind_t rv;

    if (choice == NULL)
        return 0;
    if (choice->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, choice, NULL,
                              "must be an object.");
    rv = gw_plan_string(req, choice, "type", &type);
    if (rv == 0)
        rv = gw_plan_bool(req, choice, "disable_parallel_tool_use", &off);
    if (rv == 0)
        rv = gw_plan_members(req, choice, "tool_choice");
    if (rv != 0 || gw_tree_is(&req->tree, type, "auto")
        || gw_tree_is(&req->tree, type, "none"))
        return rv;
    req->forced = 1;
    if (gw_tree_is(&req->tree, type, "tool"))
        return check_named(req, choice, names);
    if (!gw_tree_is(&req->tree, type, "any"))
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, type, NULL,
                              "must be \"auto\", \"any\", \"tool\" or "
                              "\"none\".");
    if (req->tools == 0)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, type, NULL,
                              "wants a tool to be used, and there is none.");
    return 0;
}

gw_problem_kind_t gw_mreq_tools(gw_plan_t *req)
{
    const gw_node_t *tools = tools_of(req), *tool = NULL;
    apr_hash_t *names = apr_hash_make(req->pool);
    gw_problem_kind_t rv = 0;

    if (tools != NULL && tools->kind != GW_JSON_ARRAY)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, tools, NULL,
                              "must be an array.");
    if (tools != NULL && tools->count > GW_PLAN_TOOLS)
        return gw_plan_refuse(req, GW_P_INVALID_PARAMETER, tools, NULL,
                              "has more than 1000 tools.");
    if (tools != NULL)
        tool = gw_tree_child(&req->tree, tools);
    for (; tool != NULL && rv == 0; tool = gw_tree_next(&req->tree, tool)) {
        if (tool->kind != GW_JSON_OBJECT)
            rv = gw_plan_refuse(req, GW_P_INVALID_PARAMETER, tool, NULL,
                                "must be an object.");
        else if (is_function(req, tool))
            rv = check_function(req, tool, names);
        else
            rv = drop_tool(req, tool);
    }
    if (rv == 0 && tools != NULL && tools->count > 0 && req->tools == 0)
        rv = only_server_tools(req, tools);
    return rv != 0 ? rv : check_choice(req, names);
}

/* ---- writing ----------------------------------------------------------- */

static void write_member(gw_plan_t *req, const char *name,
                         const gw_node_t *value)
{
    if (value == NULL)
        return;
    gw_text_put(&req->out->body, name);
    gw_text_add(&req->out->body, gw_tree_bytes(&req->tree, value));
}

static void write_tool(gw_plan_t *req, const gw_node_t *tool)
{
    const gw_tree_t *tree = &req->tree;
    const gw_node_t *schema = gw_tree_value(tree, tool, "input_schema");

    gw_text_put(&req->out->body, "{\"type\":\"function\",\"function\":{");
    write_member(req, "\"name\":", gw_tree_value(tree, tool, "name"));
    write_member(req, ",\"description\":",
                 gw_tree_value(tree, tool, "description"));
    if (schema == NULL)
        gw_text_put(&req->out->body, ",\"parameters\":{\"type\":\"object\","
                    "\"properties\":{}}");
    write_member(req, ",\"parameters\":", schema);
    write_member(req, ",\"strict\":", gw_tree_value(tree, tool, "strict"));
    gw_text_put(&req->out->body, "}}");
}

static void write_choice(gw_plan_t *req, const gw_node_t *choice)
{
    static const char *const words[][2] = {
        { "auto", "\"auto\"" }, { "any", "\"required\"" },
        { "none", "\"none\"" }
    };
    const gw_tree_t *tree = &req->tree;
    const gw_node_t *type = gw_tree_value(tree, choice, "type");
    unsigned i;

    gw_text_put(&req->out->body, ",\"tool_choice\":");
    for (i = 0; i < GW_COUNT(words); i++) {
        if (gw_tree_is(tree, type, words[i][0])) {
            gw_text_put(&req->out->body, words[i][1]);
            return;
        }
    }
    gw_text_put(&req->out->body, "{\"type\":\"function\",\"function\":{");
    write_member(req, "\"name\":", gw_tree_value(tree, choice, "name"));
    gw_text_put(&req->out->body, "}}");
}

void gw_mreq_tools_write(gw_plan_t *req)
{
    const gw_tree_t *tree = &req->tree;
    const gw_node_t *choice = gw_tree_value(tree, gw_tree_root(tree),
                                            "tool_choice");
    const gw_node_t *off = gw_tree_value(tree, choice,
                                         "disable_parallel_tool_use");
    const gw_node_t *tool;
    const char *comma = "";

    if (req->tools == 0)
        return;
    gw_text_put(&req->out->body, ",\"tools\":[");
    tool = gw_tree_child(tree, tools_of(req));
    for (; tool != NULL; tool = gw_tree_next(tree, tool)) {
        if (!is_function(req, tool))
            continue;
        gw_text_put(&req->out->body, comma);
        write_tool(req, tool);
        comma = ",";
    }
    gw_text_put(&req->out->body, "]");
    if (choice != NULL)
        write_choice(req, choice);
    gw_text_put(&req->out->body, off != NULL && off->kind == GW_JSON_TRUE
                ? ",\"parallel_tool_calls\":false"
                : ",\"parallel_tool_calls\":true");
}
