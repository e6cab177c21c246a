/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request_tool.c - tools: those of `tools`, and those that items tell
 * of; which names they have in the chat. */
#include "responses_request.h"

#include <apr_strings.h>

/* Where a list of tools stands. */
typedef struct place_t {
    gw_str_t space;             /* of their names; empty: none */
    int top;                    /* `tools` itself */
    int inner;                  /* a namespace: in it there is no other */
} place_t;

static const gw_node_t *value(const gw_rreq_t *rq, const gw_node_t *object,
                              const char *name)
{
    return gw_tree_value(&rq->plan.tree, object, name);
}

/* ---- names ------------------------------------------------------------- */

/* As the client knows it: "a.b" or "b". */
static const char *word_of(const gw_rreq_t *rq, const gw_tool_name_t *name)
{
    return apr_psprintf(rq->plan.pool, "%.*s%s%.*s", (int)name->space.n,
                        name->space.p, name->space.n > 0 ? "." : "",
                        (int)name->name.n, name->name.p);
}

/* Two tools of which a call could not be told apart. */
static gw_problem_kind_t clash(gw_rreq_t *rq, const gw_rreq_tool_t *was,
                               const gw_node_t *node, gw_str_t space,
                               gw_str_t name)
{
    gw_plan_t *plan = &rq->plan;
    const gw_tool_name_t is = { GW_TOOL_FUNCTION, was->name->chat,
                                space, name };
    const char *at = gw_tree_path(&plan->tree, was->node, NULL, plan->pool);

    return gw_plan_refuse(plan, GW_P_INVALID_PARAMETER, node, NULL,
                          apr_psprintf(plan->pool, "is the tool \"%s\", and "
                                       "'%s' is the tool \"%s\": at the "
                                       "upstream that this model is served "
                                       "by both would be the function "
                                       "\"%.*s\". Give one of them another "
                                       "name.", word_of(rq, &is), at,
                                       word_of(rq, was->name),
                                       (int)was->name->chat.n,
                                       was->name->chat.p));
}

static gw_problem_kind_t new_tool(gw_rreq_t *rq, const gw_node_t *node,
                                  const gw_tool_name_t *name, int top)
{
    gw_rreq_tool_t *tool = apr_pcalloc(rq->plan.pool, sizeof(*tool));

    if (rq->plan.tools == GW_PLAN_TOOLS)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, node, NULL,
                              "is one tool too many: at most 1000 are "
                              "translated.");
    tool->node = node;
    tool->name = name;
    tool->top = top;
    tool->allowed = 1;
    if (rq->first_tool == NULL)
        rq->first_tool = tool;
    else
        rq->last_tool->next = tool;
    rq->last_tool = tool;
    rq->plan.tools++;
    apr_hash_set(rq->by_name, name->chat.p, (apr_ssize_t)name->chat.n, tool);
    return 0;
}

/* A tool that is told of again, as a search finds it a second time, is sent
 * once; twice in `tools` is a mistake. */
static gw_problem_kind_t add(gw_rreq_t *rq, const gw_node_t *node,
                             gw_tool_kind_t kind, gw_str_t name,
                             const place_t *in)
{
    const gw_tool_name_t *chat = gw_tool_names_add(rq->names, kind, in->space,
                                                   name);
    const gw_rreq_tool_t *was = apr_hash_get(rq->by_name, chat->chat.p,
                                             (apr_ssize_t)chat->chat.n);

    if (was == NULL)
        return new_tool(rq, node, chat, in->top);
    if (gw_tool_is(chat, kind, in->space, name) && !(in->top && was->top))
        return 0;
    return clash(rq, was, node, in->space, name);
}

/* ---- kinds of tools ---------------------------------------------------- */

static gw_problem_kind_t check_description(gw_rreq_t *rq,
                                           const gw_node_t *tool)
{
    const gw_node_t *m;

    if (value(rq, tool, "description") == NULL)
        return 0;
    return gw_plan_string(&rq->plan, tool, "description", &m);
}

static gw_problem_kind_t function(gw_rreq_t *rq, const gw_node_t *tool,
                                  const place_t *in)
{
    const gw_node_t *m;
    gw_str_t name;
    int strict;
    gw_problem_kind_t rv = gw_rreq_name(rq, tool, "name", &name);

    if (rv == 0)
        rv = gw_plan_object(&rq->plan, tool, "parameters", 1, &m);
    if (rv == 0)
        rv = gw_plan_bool(&rq->plan, tool, "strict", &strict);
    return rv != 0 ? rv : add(rq, tool, GW_TOOL_FUNCTION, name, in);
}

/* A text that has a grammar is told of it. */
static gw_problem_kind_t check_format(gw_rreq_t *rq, const gw_node_t *tool)
{
    const gw_node_t *format = value(rq, tool, "format"), *type, *m;
    gw_problem_kind_t rv;

    if (format == NULL)
        return 0;
    if (format->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, format, NULL,
                              "must be an object with a 'type'.");
    rv = gw_plan_string(&rq->plan, format, "type", &type);
    if (rv == 0)
        rv = gw_plan_members(&rq->plan, format, "tools[].format");
    if (rv != 0 || gw_tree_is(&rq->plan.tree, type, "text"))
        return rv;
    if (!gw_tree_is(&rq->plan.tree, type, "grammar"))
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, type, NULL,
                              "must be \"text\" or \"grammar\".");
    rv = gw_plan_string(&rq->plan, format, "syntax", &m);
    return rv != 0 ? rv : gw_plan_string(&rq->plan, format, "definition", &m);
}

static gw_problem_kind_t custom(gw_rreq_t *rq, const gw_node_t *tool,
                                const place_t *in)
{
    gw_str_t name;
    gw_problem_kind_t rv = gw_rreq_name(rq, tool, "name", &name);

    if (rv == 0)
        rv = check_format(rq, tool);
    return rv != 0 ? rv : add(rq, tool, GW_TOOL_CUSTOM, name, in);
}

static gw_problem_kind_t search(gw_rreq_t *rq, const gw_node_t *tool,
                                const place_t *in)
{
    static const gw_str_t name = GW_STR("tool_search");
    const gw_node_t *m;
    gw_problem_kind_t rv = gw_plan_object(&rq->plan, tool, "parameters", 1,
                                          &m);

    return rv != 0 ? rv : add(rq, tool, GW_TOOL_SEARCH, name, in);
}

static gw_problem_kind_t drop(gw_rreq_t *rq, const gw_node_t *type)
{
    gw_plan_drop(&rq->plan, "tools[",
                 gw_tree_string(&rq->plan.tree, type, rq->plan.pool), "]");
    return 0;
}

static gw_problem_kind_t list(gw_rreq_t *rq, const gw_node_t *tools,
                              const place_t *in);

static gw_problem_kind_t space(gw_rreq_t *rq, const gw_node_t *tool,
                               const gw_node_t *type, const place_t *in)
{
    const gw_node_t *tools = value(rq, tool, "tools");
    place_t inner = { { "", 0 }, 0, 1 };
    gw_problem_kind_t rv;

    if (in->inner)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, type, NULL,
                              "cannot stand in another namespace.");
    rv = gw_rreq_name(rq, tool, "name", &inner.space);
    if (rv == 0 && tools == NULL)
        return gw_plan_refuse(&rq->plan, GW_P_MISSING_PARAMETER, tool, "tools",
                              "is missing: it must be an array.");
    return rv != 0 ? rv : list(rq, tools, &inner);
}

/* ---- lists ------------------------------------------------------------- */

/* What OpenAI's servers run is left out: Codex always has a web_search. */
static gw_problem_kind_t one(gw_rreq_t *rq, const gw_node_t *tool,
                             const place_t *in)
{
    const gw_tree_t *tree = &rq->plan.tree;
    const gw_node_t *type;
    gw_problem_kind_t rv;

    if (tool->kind != GW_JSON_OBJECT)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, tool, NULL,
                              "must be an object.");
    rv = gw_plan_string(&rq->plan, tool, "type", &type);
    if (rv != 0)
        return rv;
    if (!gw_tree_is(tree, type, "function") && !gw_tree_is(tree, type, "custom")
        && !gw_tree_is(tree, type, "namespace")
        && !(gw_tree_is(tree, type, "tool_search")
             && gw_tree_is(tree, value(rq, tool, "execution"), "client")))
        return drop(rq, type);
    rv = gw_plan_members(&rq->plan, tool, "tools[]");
    if (rv == 0)
        rv = check_description(rq, tool);
    if (rv != 0)
        return rv;
    if (gw_tree_is(tree, type, "function"))
        return function(rq, tool, in);
    if (gw_tree_is(tree, type, "custom"))
        return custom(rq, tool, in);
    return gw_tree_is(tree, type, "namespace") ? space(rq, tool, type, in)
                                               : search(rq, tool, in);
}

static gw_problem_kind_t list(gw_rreq_t *rq, const gw_node_t *tools,
                              const place_t *in)
{
    const gw_node_t *tool;
    gw_problem_kind_t rv = 0;

    if (tools->kind != GW_JSON_ARRAY)
        return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, tools, NULL,
                              "must be an array.");
    tool = gw_tree_child(&rq->plan.tree, tools);
    for (; tool != NULL && rv == 0;
         tool = gw_tree_next(&rq->plan.tree, tool))
        rv = one(rq, tool, in);
    return rv;
}

/* In their order: what a conversation tells of later stands behind, so that
 * the prompt begins as it did before. */
gw_problem_kind_t gw_rreq_tools(gw_rreq_t *rq)
{
    static const place_t top = { { "", 0 }, 1, 0 }, item = { { "", 0 }, 0, 0 };
    const gw_node_t *tools = value(rq, gw_tree_root(&rq->plan.tree), "tools");
    gw_problem_kind_t rv = 0;
    unsigned i;

    rq->names = gw_tool_names_make(rq->plan.pool);
    rq->by_name = apr_hash_make(rq->plan.pool);
    if (tools != NULL)
        rv = list(rq, tools, &top);
    for (i = 0; i < rq->items && rv == 0; i++) {
        if (rq->item[i].is->holds == NULL
            || strcmp(rq->item[i].is->holds, "tools") != 0)
            continue;
        tools = value(rq, rq->item[i].node, "tools");
        rv = tools == NULL
             ? gw_plan_refuse(&rq->plan, GW_P_MISSING_PARAMETER,
                              rq->item[i].node, "tools", "is missing: it must "
                              "be an array.")
             : list(rq, tools, &item);
    }
    return rv;
}
