/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request_write.c - tools, as chat completions have them: functions
 * all of them. */
#include "responses_request.h"

static const gw_node_t *value(const gw_rreq_t *rq, const gw_node_t *object,
                              const char *name)
{
    return gw_tree_value(&rq->plan.tree, object, name);
}

static void put(gw_rreq_t *rq, const char *text)
{
    gw_text_put(&rq->plan.out->body, text);
}

static void put_inside(gw_rreq_t *rq, const gw_node_t *string)
{
    if (string != NULL)
        gw_text_add(&rq->plan.out->body,
                    gw_tree_inside(&rq->plan.tree, string));
}

/* A chat has no grammars: it is told in words. */
static void write_custom(gw_rreq_t *rq, const gw_node_t *tool)
{
    const gw_node_t *about = value(rq, tool, "description");
    const gw_node_t *format = value(rq, tool, "format");
    const gw_node_t *grammar = value(rq, format, "definition");

    if (about != NULL || grammar != NULL)
        put(rq, ",\"description\":\"");
    put_inside(rq, about);
    if (grammar != NULL) {
        put(rq, about != NULL ? "\\n\\n" : "");
        put(rq, "The text that is given as `input` must follow this grammar "
            "(");
        put_inside(rq, value(rq, format, "syntax"));
        put(rq, "):\\n");
        put_inside(rq, grammar);
    }
    if (about != NULL || grammar != NULL)
        put(rq, "\"");
    put(rq, ",\"parameters\":{\"type\":\"object\",\"properties\":{\"input\":"
        "{\"type\":\"string\"}},\"required\":[\"input\"]}");
}

/* Not strict is what a function of a chat is by itself. */
static void write_function(gw_rreq_t *rq, const gw_node_t *tool)
{
    const gw_node_t *strict = value(rq, tool, "strict");
    const gw_node_t *schema = value(rq, tool, "parameters");

    gw_plan_write_value(&rq->plan, "description",
                        value(rq, tool, "description"));
    if (schema == NULL)
        put(rq, ",\"parameters\":{\"type\":\"object\",\"properties\":{}}");
    gw_plan_write_value(&rq->plan, "parameters", schema);
    if (strict != NULL && strict->kind == GW_JSON_TRUE)
        put(rq, ",\"strict\":true");
}

void gw_rreq_tools_write(gw_rreq_t *rq)
{
    const gw_node_t *side = value(rq, gw_tree_root(&rq->plan.tree),
                                  "parallel_tool_calls");
    const gw_rreq_tool_t *tool = rq->first_tool;
    const char *comma = "";

    if (rq->plan.tools == 0)
        return;
    put(rq, ",\"tools\":[");
    for (; tool != NULL; tool = tool->next) {
        if (!tool->allowed)
            continue;
        put(rq, comma);
        put(rq, "{\"type\":\"function\",\"function\":{\"name\":\"");
        gw_text_add(&rq->plan.out->body, tool->name->chat);
        put(rq, "\"");
        if (tool->name->kind == GW_TOOL_CUSTOM)
            write_custom(rq, tool->node);
        else
            write_function(rq, tool->node);
        put(rq, "}}");
        comma = ",";
    }
    put(rq, "]");
    if (rq->choice != NULL) {
        put(rq, ",\"tool_choice\":");
        put(rq, rq->choice);
    }
    put(rq, side != NULL && side->kind == GW_JSON_FALSE
        ? ",\"parallel_tool_calls\":false" : ",\"parallel_tool_calls\":true");
}
