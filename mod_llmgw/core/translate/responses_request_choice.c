/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request_choice.c - which of the tools is to be used, or may be. */
#include "responses_request.h"

#include <apr_strings.h>

static const gw_node_t *value(const gw_rreq_t *rq, const gw_node_t *object,
                              const char *name)
{
    return gw_tree_value(&rq->plan.tree, object, name);
}

static int is_type(const gw_rreq_t *rq, const gw_node_t *object,
                   const char *word)
{
    return gw_tree_is(&rq->plan.tree, value(rq, object, "type"), word);
}

static gw_problem_kind_t refuse(gw_rreq_t *rq, const gw_node_t *node,
                                const char *member, const char *message)
{
    return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, node, member,
                          message);
}

/* The tool that is named; *out is NULL: it is none that is sent, since others
 * run it. */
static gw_problem_kind_t named(gw_rreq_t *rq, const gw_node_t *choice,
                               gw_rreq_tool_t **out)
{
    int search = is_type(rq, choice, "tool_search");
    gw_str_t name = GW_STR("tool_search"), space = { "", 0 };
    gw_problem_kind_t rv = 0;

    *out = NULL;
    if (!search && !is_type(rq, choice, "function")
        && !is_type(rq, choice, "custom"))
        return 0;
    if (!search)
        rv = gw_rreq_name(rq, choice, "name", &name);
    if (rv == 0)
        rv = gw_rreq_space(rq, choice, &space);
    if (rv != 0)
        return rv;
    name = gw_tool_chat_name(space, name, rq->plan.pool);
    *out = apr_hash_get(rq->by_name, name.p, (apr_ssize_t)name.n);
    if (*out == NULL)
        return refuse(rq, choice, search ? NULL : "name",
                      "names none of the tools that are sent.");
    return 0;
}

static gw_problem_kind_t no_tool(gw_rreq_t *rq, const gw_node_t *choice,
                                 const char *member)
{
    return refuse(rq, choice, member, "wants a tool to be used, and none is "
                  "sent: what OpenAI's servers run is not there at the "
                  "upstream that this model is served by.");
}

/* ---- words ------------------------------------------------------------- */

static gw_problem_kind_t word(gw_rreq_t *rq, const gw_node_t *in,
                              const gw_node_t *choice)
{
    static const char *const words[] = { "auto", "none", "required" };
    unsigned i;

    for (i = 0; i < GW_COUNT(words); i++) {
        if (gw_tree_is(&rq->plan.tree, choice, words[i]))
            break;
    }
    if (i == GW_COUNT(words))
        return refuse(rq, in, NULL, "must be \"auto\", \"none\", "
                      "\"required\", or an object that names tools.");
    rq->plan.forced = i == 2;
    if (rq->plan.forced && rq->plan.tools == 0)
        return no_tool(rq, in, NULL);
    rq->choice = apr_psprintf(rq->plan.pool, "\"%s\"", words[i]);
    return 0;
}

/* ---- one ---------------------------------------------------------------- */

static gw_problem_kind_t forced(gw_rreq_t *rq, const gw_node_t *choice)
{
    gw_rreq_tool_t *tool;
    gw_problem_kind_t rv = named(rq, choice, &tool);

    if (rv != 0)
        return rv;
    if (tool == NULL)
        return no_tool(rq, choice, "type");
    rq->plan.forced = 1;
    rq->choice = apr_psprintf(rq->plan.pool, "{\"type\":\"function\","
                              "\"function\":{\"name\":\"%.*s\"}}",
                              (int)tool->name->chat.n, tool->name->chat.p);
    return 0;
}

/* ---- some ---------------------------------------------------------------- */

static gw_problem_kind_t allow_space(gw_rreq_t *rq, const gw_node_t *one)
{
    gw_rreq_tool_t *tool = rq->first_tool;
    gw_str_t space;
    gw_problem_kind_t rv = gw_rreq_name(rq, one, "name", &space);

    for (; tool != NULL && rv == 0; tool = tool->next)
        tool->allowed |= gw_tool_is(tool->name, tool->name->kind, space,
                                    tool->name->name);
    return rv;
}

static gw_problem_kind_t allow(gw_rreq_t *rq, const gw_node_t *one)
{
    gw_rreq_tool_t *tool;
    gw_problem_kind_t rv;

    if (one->kind != GW_JSON_OBJECT)
        return refuse(rq, one, NULL, "must be an object with a 'type'.");
    if (is_type(rq, one, "namespace"))
        return allow_space(rq, one);
    rv = named(rq, one, &tool);
    if (rv == 0 && tool != NULL)
        tool->allowed = 1;
    return rv;
}

/* Most upstreams know no such choice: the others are not sent. */
static gw_problem_kind_t allowed(gw_rreq_t *rq, const gw_node_t *choice)
{
    const gw_node_t *tools = value(rq, choice, "tools"), *one;
    gw_rreq_tool_t *tool;
    gw_problem_kind_t rv = 0;

    if (tools == NULL || tools->kind != GW_JSON_ARRAY)
        return refuse(rq, choice, "tools", "must be an array.");
    for (tool = rq->first_tool; tool != NULL; tool = tool->next)
        tool->allowed = 0;
    one = gw_tree_child(&rq->plan.tree, tools);
    for (; one != NULL && rv == 0; one = gw_tree_next(&rq->plan.tree, one))
        rv = allow(rq, one);
    rq->plan.tools = 0;
    for (tool = rq->first_tool; tool != NULL; tool = tool->next)
        rq->plan.tools += (unsigned)tool->allowed;
    if (rv != 0 || value(rq, choice, "mode") == NULL)
        return rv;
    return word(rq, value(rq, choice, "mode"), value(rq, choice, "mode"));
}

gw_problem_kind_t gw_rreq_choice(gw_rreq_t *rq)
{
    const gw_node_t *choice = value(rq, gw_tree_root(&rq->plan.tree),
                                    "tool_choice"), *type;
    gw_problem_kind_t rv;

    if (choice == NULL)
        return 0;
    if (choice->kind != GW_JSON_OBJECT)
        return word(rq, choice, choice);
    rv = gw_plan_string(&rq->plan, choice, "type", &type);
    if (rv == 0)
        rv = gw_plan_members(&rq->plan, choice, "tool_choice");
    if (rv != 0)
        return rv;
    return gw_tree_is(&rq->plan.tree, type, "allowed_tools")
           ? allowed(rq, choice) : forced(rq, choice);
}
