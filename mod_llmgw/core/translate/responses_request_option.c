/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request_option.c - members beside input and tools: how long the
 * answer may be, how it is drawn, whether it is thought about, which form it
 * has. */
#include "responses_request.h"

static const gw_node_t *value(const gw_rreq_t *rq, const gw_node_t *object,
                              const char *name)
{
    return gw_tree_value(&rq->plan.tree, object, name);
}

static const gw_node_t *top(const gw_rreq_t *rq, const char *name)
{
    return value(rq, gw_tree_root(&rq->plan.tree), name);
}

static gw_problem_kind_t refuse(gw_rreq_t *rq, const gw_node_t *node,
                                const char *message)
{
    return gw_plan_refuse(&rq->plan, GW_P_INVALID_PARAMETER, node, NULL,
                          message);
}

/* A member that may be there, an object. */
static gw_problem_kind_t object(gw_rreq_t *rq, const gw_node_t *in,
                                const char *name, const char *where,
                                const gw_node_t **out)
{
    *out = value(rq, in, name);
    if (*out == NULL)
        return 0;
    if ((*out)->kind != GW_JSON_OBJECT)
        return refuse(rq, *out, "must be an object.");
    return gw_plan_members(&rq->plan, *out, where);
}

static gw_problem_kind_t check_max(gw_rreq_t *rq)
{
    const gw_node_t *max = top(rq, "max_output_tokens");

    if (max == NULL)
        return 0;
    rq->max = gw_plan_count(&rq->plan, max);
    return rq->max > 0 ? 0 : refuse(rq, max, "must be a whole number from 1 "
                                    "on.");
}

static gw_problem_kind_t check_kinds(gw_rreq_t *rq)
{
    static const struct {
        const char *name;
        gw_json_kind_t kind;
        const char *message;
    } members[] = {
        { "temperature", GW_JSON_NUM, "must be a number." },
        { "top_p", GW_JSON_NUM, "must be a number." },
        { "user", GW_JSON_STR, "must be a string." },
        { "safety_identifier", GW_JSON_STR, "must be a string." }
    };
    static const char *const switches[] = {
        "stream", "parallel_tool_calls", "enable_context_caching"
    };
    gw_problem_kind_t rv = 0;
    unsigned i;
    int on;

    for (i = 0; i < GW_COUNT(members) && rv == 0; i++) {
        const gw_node_t *m = top(rq, members[i].name);

        if (m != NULL && m->kind != members[i].kind)
            rv = refuse(rq, m, members[i].message);
    }
    for (i = 0; i < GW_COUNT(switches) && rv == 0; i++)
        rv = gw_plan_bool(&rq->plan, gw_tree_root(&rq->plan.tree),
                          switches[i], &on);
    return rv;
}

/* ---- thinking ---------------------------------------------------------- */

/* What has no word for it has a switch; that there is more or less of it is
 * lost then. */
static void use_effort(gw_rreq_t *rq, const gw_node_t *effort)
{
    gw_plan_t *plan = &rq->plan;
    int none = gw_tree_is(&plan->tree, effort, "none");
    int switched = plan->route->thinking != GW_THINKING_NONE
                   && plan->route->thinking != GW_THINKING_RELAY;

    if ((plan->model->declares & GW_DECLARES_EFFORT) && !(none && switched)) {
        plan->effort = effort;
        return;
    }
    if (!none)
        gw_translate_drop(plan->out, plan->effort_at, plan->pool);
    if (!none && plan->model->thinks <= 0)
        return;
    plan->thinking = none ? GW_FALSE : GW_TRUE;
    plan->thinking_at = plan->effort_at;
}

static gw_problem_kind_t check_thinking(gw_rreq_t *rq)
{
    const gw_node_t *reasoning = NULL, *effort;
    gw_problem_kind_t rv = gw_plan_switch(&rq->plan);

    rq->plan.effort_at = "reasoning.effort";
    if (rv == 0)
        rv = object(rq, gw_tree_root(&rq->plan.tree), "reasoning", "reasoning",
                    &reasoning);
    rq->plan.out->summary = value(rq, reasoning, "summary") != NULL;
    if (rv != 0 || value(rq, reasoning, "effort") == NULL)
        return rv;
    rv = gw_plan_string(&rq->plan, reasoning, "effort", &effort);
    if (rv != 0)
        return rv;
    rq->plan.thinking = GW_ABSENT;  /* it wins, as in a chat */
    use_effort(rq, effort);
    return 0;
}

/* ---- the answer's form ------------------------------------------------- */

static gw_problem_kind_t check_schema(gw_rreq_t *rq, const gw_node_t *format)
{
    const gw_node_t *m;
    int strict;
    gw_problem_kind_t rv = gw_plan_string(&rq->plan, format, "name", &m);

    if (rv == 0)
        rv = gw_plan_object(&rq->plan, format, "schema", 0, &rq->plan.schema);
    if (rv == 0 && rq->plan.schema == NULL)
        return gw_plan_refuse(&rq->plan, GW_P_MISSING_PARAMETER, format,
                              "schema", "is missing: it must be an object.");
    if (rv == 0)
        rv = gw_plan_bool(&rq->plan, format, "strict", &strict);
    if (rv == 0 && value(rq, format, "description") != NULL)
        rv = gw_plan_string(&rq->plan, format, "description", &m);
    rq->form = format;
    return rv;
}

static gw_problem_kind_t check_format(gw_rreq_t *rq, const gw_node_t *format)
{
    const gw_node_t *type;
    gw_problem_kind_t rv = gw_plan_string(&rq->plan, format, "type", &type);

    if (rv != 0 || gw_tree_is(&rq->plan.tree, type, "text"))
        return rv;
    rq->plan.json = gw_tree_is(&rq->plan.tree, type, "json_object");
    if (rq->plan.json)
        return 0;
    if (gw_tree_is(&rq->plan.tree, type, "json_schema"))
        return check_schema(rq, format);
    return refuse(rq, type, "must be \"text\", \"json_schema\" or "
                  "\"json_object\".");
}

static gw_problem_kind_t check_text(gw_rreq_t *rq)
{
    const gw_node_t *text, *format, *m;
    gw_problem_kind_t rv = object(rq, gw_tree_root(&rq->plan.tree), "text",
                                  "text", &text);

    if (rv == 0)
        rv = object(rq, text, "format", "text.format", &format);
    if (rv == 0 && format != NULL)
        rv = check_format(rq, format);
    if (rv != 0 || value(rq, text, "verbosity") == NULL)
        return rv;
    rv = gw_plan_string(&rq->plan, text, "verbosity", &m);
    if (rv == 0 && !rq->plan.vendor->verbosity)
        gw_translate_drop(rq->plan.out, "text.verbosity", rq->plan.pool);
    return rv;
}

gw_problem_kind_t gw_rreq_options(gw_rreq_t *rq)
{
    gw_problem_kind_t rv = gw_plan_check_model(&rq->plan);

    if (rv == 0)
        rv = check_max(rq);
    if (rv == 0)
        rv = check_kinds(rq);
    if (rv == 0)
        rv = check_thinking(rq);
    return rv != 0 ? rv : check_text(rq);
}

/* ---- writing ----------------------------------------------------------- */

void gw_rreq_options_write(gw_rreq_t *rq)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *user = top(rq, "safety_identifier");

    gw_plan_write_max(plan, rq->max);
    gw_plan_write_value(plan, "stream", top(rq, "stream"));
    gw_plan_write_value(plan, "temperature", top(rq, "temperature"));
    gw_plan_write_value(plan, "top_p", top(rq, "top_p"));
    gw_plan_write_format(plan, rq->form);
    if (plan->vendor->verbosity)
        gw_plan_write_value(plan, "verbosity",
                            value(rq, top(rq, "text"), "verbosity"));
    gw_plan_write_thinking(plan);
    gw_plan_write_value(plan, "user", user != NULL ? user : top(rq, "user"));
    gw_plan_write_value(plan, "enable_context_caching",
                        top(rq, "enable_context_caching"));
}
