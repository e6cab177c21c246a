/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request_turn.c - items become messages: those of the assistant
 * that follow each other are one, behind which the outputs of all its calls
 * come; then what the user says, with the system texts in between. */
#include "responses_request.h"

#include <apr_strings.h>

#include "responses_reasoning.h"

#define BLANK_LINE "\\n\\n"
#define LINE "\\n"

static const gw_node_t *value(const gw_rreq_t *rq, const gw_node_t *object,
                              const char *name)
{
    return gw_tree_value(&rq->plan.tree, object, name);
}

/* ---- calls ------------------------------------------------------------- */

static gw_problem_kind_t called(gw_rreq_t *rq, const gw_rreq_item_t *item,
                                gw_str_t *chat)
{
    gw_str_t name, space;
    gw_problem_kind_t rv;

    if (item->is->name != NULL) {
        *chat = (gw_str_t){ item->is->name, strlen(item->is->name) };
        return 0;
    }
    rv = gw_rreq_name(rq, item->node, "name", &name);
    if (rv == 0)
        rv = gw_rreq_space(rq, item->node, &space);
    if (rv == 0)
        *chat = gw_tool_chat_name(space, name, rq->plan.pool);
    return rv;
}

static void put_arguments(gw_plan_call_t *call, const gw_tree_t *tree,
                          const gw_node_t *input, int custom)
{
    static const gw_str_t none = GW_STR("{}");

    call->input = gw_tree_bytes(tree, input);
    if (custom) {
        call->before = "{\"input\":";
        call->behind = "}";
    }
    else if (input->kind == GW_JSON_STR) {
        call->string = 1;
        call->input = gw_tree_inside(tree, input);
        if (call->input.n == 0)
            call->input = none;
    }
}

static gw_problem_kind_t call(gw_rreq_t *rq, const gw_rreq_item_t *item,
                              gw_plan_message_t *m)
{
    const gw_node_t *input = value(rq, item->node, item->is->holds);
    int object = item->is->name != NULL;
    gw_plan_call_t *made;
    gw_str_t name;
    gw_problem_kind_t rv = called(rq, item, &name);

    if (rv == 0 && !(object && input != NULL
                     && input->kind == GW_JSON_OBJECT))
        rv = gw_plan_string(&rq->plan, item->node, item->is->holds, &input);
    if (rv != 0)
        return rv;
    made = gw_plan_call(&rq->plan, m, item->node, item->id);
    made->name = name;
    put_arguments(made, &rq->plan.tree, input, item->is->custom);
    return 0;
}

/* ---- reasoning --------------------------------------------------------- */

/* What we gave the client, in plain; 0: it is not ours. */
static int unseal(gw_rreq_t *rq, const gw_node_t *sealed,
                  gw_plan_parts_t *parts)
{
    gw_plan_t *plan = &rq->plan;
    gw_str_t text = gw_tree_string(&plan->tree, sealed, plan->pool);
    gw_plan_part_t *part;
    gw_text_t thought;

    gw_text_init(&thought, text.n + 1, plan->pool);
    if (!gw_reasoning_unseal(&thought, text))
        return 0;
    if (thought.n == 0)
        return 1;
    part = gw_plan_text(plan, parts, gw_text_str(&thought), BLANK_LINE);
    part->plain = 1;
    return 1;
}

static gw_problem_kind_t thoughts(gw_rreq_t *rq, const gw_node_t *item,
                                  const char *member, gw_plan_parts_t *parts)
{
    gw_plan_t *plan = &rq->plan;
    const gw_node_t *list = value(rq, item, member), *part, *text;
    gw_problem_kind_t rv = 0;

    if (list == NULL)
        return 0;
    if (list->kind != GW_JSON_ARRAY)
        return gw_plan_refuse(plan, GW_P_INVALID_PARAMETER, list, NULL,
                              "must be an array of parts.");
    part = gw_tree_child(&plan->tree, list);
    for (; part != NULL && rv == 0; part = gw_tree_next(&plan->tree, part)) {
        rv = gw_plan_string(plan, part, "text", &text);
        if (rv == 0 && gw_tree_inside(&plan->tree, text).n > 0)
            gw_plan_text(plan, parts, gw_tree_inside(&plan->tree, text),
                         BLANK_LINE);
    }
    return rv;
}

/* What is sealed is all of it; a summary is better than nothing. */
static gw_problem_kind_t reasoning(gw_rreq_t *rq, const gw_node_t *item,
                                   gw_plan_message_t *m)
{
    gw_plan_t *plan = &rq->plan;
    gw_plan_parts_t said = { NULL, NULL }, summary = { NULL, NULL };
    const gw_node_t *sealed = value(rq, item, "encrypted_content");
    gw_problem_kind_t rv = thoughts(rq, item, "content", &said);

    if (rv == 0)
        rv = thoughts(rq, item, "summary", &summary);
    if (rv == 0 && sealed != NULL)
        rv = gw_plan_string(plan, item, "encrypted_content", &sealed);
    if (rv != 0)
        return rv;
    if (plan->vendor->strict_messages || plan->model->thinks < 0) {
        gw_translate_drop(plan->out, "input[reasoning]", plan->pool);
        return 0;
    }
    if (sealed != NULL && unseal(rq, sealed, &m->thinking))
        return 0;
    if (sealed != NULL)
        gw_translate_drop(plan->out, "input[].encrypted_content", plan->pool);
    gw_plan_append(&m->thinking, said.first != NULL ? &said : &summary);
    return 0;
}

/* ---- the assistant ------------------------------------------------------ */

static int is_assistants(const gw_rreq_item_t *item)
{
    return item->is->kind == GW_RREQ_REASONING
           || item->is->kind == GW_RREQ_CALL
           || (item->is->kind == GW_RREQ_MESSAGE
               && item->role == GW_PLAN_ASSISTANT);
}

/* Nothing of it stands where it stands. */
static int is_nothing(const gw_rreq_item_t *item)
{
    return item->is->kind == GW_RREQ_TOOLS
           || item->is->kind == GW_RREQ_HOSTED;
}

static gw_problem_kind_t said(gw_rreq_t *rq, const gw_rreq_item_t *item,
                              gw_plan_message_t *m)
{
    switch (item->is->kind) {
    case GW_RREQ_REASONING:
        return reasoning(rq, item->node, m);
    case GW_RREQ_CALL:
        return call(rq, item, m);
    default:
        return gw_rreq_parts(rq, item->node, "content", GW_RREQ_IN_ASSISTANT,
                             BLANK_LINE, "", &m->parts);
    }
}

/* What was searched for is told as it is written. */
static gw_problem_kind_t output_parts(gw_rreq_t *rq, const gw_node_t *item,
                                      gw_plan_parts_t *parts)
{
    const gw_node_t *tools = value(rq, item, "tools");
    gw_plan_part_t *part;

    if (tools == NULL)
        return gw_rreq_parts(rq, item, "output", GW_RREQ_IN_OUTPUT, "", LINE,
                             parts);
    part = gw_plan_text(&rq->plan, parts, gw_tree_bytes(&rq->plan.tree, tools),
                        "");
    part->plain = 1;
    return 0;
}

static gw_problem_kind_t output(gw_rreq_t *rq, const gw_rreq_item_t *item)
{
    gw_plan_message_t *m = gw_plan_message(&rq->plan, GW_PLAN_TOOL);
    gw_problem_kind_t rv;

    m->id = item->id;
    rv = output_parts(rq, item->answer, &m->parts);
    if (rv != 0)
        return rv;
    gw_plan_leave_media(&rq->plan, &m->parts, &rq->turn.late);
    rq->turn.host = m;
    return 0;
}

/* All items from first to before end.  A thought that nothing came of is left
 * out: a message without content is refused by some upstreams. */
static gw_problem_kind_t assistant_turn(gw_rreq_t *rq, unsigned first,
                                        unsigned end)
{
    gw_plan_message_t all, *m;
    gw_problem_kind_t rv = 0;
    unsigned i;

    memset(&all, 0, sizeof(all));
    for (i = first; i < end && rv == 0; i++) {
        if (is_assistants(&rq->item[i]))
            rv = said(rq, &rq->item[i], &all);
    }
    if (rv == 0 && all.parts.first == NULL && all.calls == NULL) {
        if (all.thinking.first != NULL)
            gw_translate_drop(rq->plan.out, "input[reasoning]",
                              rq->plan.pool);
        return 0;
    }
    if (rv != 0)
        return rv;
    m = gw_plan_message(&rq->plan, GW_PLAN_ASSISTANT);
    m->parts = all.parts;
    m->thinking = all.thinking;
    m->calls = all.calls;
    for (i = first; i < end && rv == 0; i++) {
        if (rq->item[i].is->kind == GW_RREQ_CALL)
            rv = output(rq, &rq->item[i]);
    }
    return rv;
}

/* ---- the user ---------------------------------------------------------- */

static gw_problem_kind_t user(gw_rreq_t *rq, const gw_rreq_item_t *item)
{
    gw_plan_parts_t parts = { NULL, NULL };
    gw_problem_kind_t rv = gw_rreq_parts(rq, item->node, "content",
                                         GW_RREQ_IN_USER, BLANK_LINE,
                                         BLANK_LINE, &parts);

    if (rv == 0 && parts.first != NULL) {
        gw_plan_say(&rq->plan, &rq->turn, &parts, NULL);
        rq->begun = 1;
    }
    return rv;
}

static gw_problem_kind_t system_text(gw_rreq_t *rq, const gw_rreq_item_t *item)
{
    return gw_rreq_parts(rq, item->node, "content", GW_RREQ_IN_SYSTEM,
                         BLANK_LINE, BLANK_LINE,
                         rq->begun ? gw_plan_aside(&rq->turn)
                                   : &rq->plan.system);
}

static gw_problem_kind_t user_turn(gw_rreq_t *rq, unsigned first, unsigned end)
{
    gw_problem_kind_t rv = 0;

    for (; first < end && rv == 0; first++) {
        if (rq->item[first].is->kind == GW_RREQ_MESSAGE)
            rv = rq->item[first].role == GW_PLAN_USER
                 ? user(rq, &rq->item[first])
                 : system_text(rq, &rq->item[first]);
    }
    return rv;
}

/* ---- turns ------------------------------------------------------------- */

/* The first item behind this one that ends its turn. */
static unsigned end_of_turn(const gw_rreq_t *rq, unsigned i, int assistant)
{
    while (i < rq->items && (is_nothing(&rq->item[i])
                             || is_assistants(&rq->item[i]) == assistant))
        i++;
    return i;
}

gw_problem_kind_t gw_rreq_turns(gw_rreq_t *rq)
{
    gw_problem_kind_t rv = 0;
    unsigned i, end;

    for (i = 0; i < rq->items && rv == 0; i = end) {
        int assistant = is_assistants(&rq->item[i]);

        end = end_of_turn(rq, i, assistant);
        if (!assistant) {
            rv = user_turn(rq, i, end);
            continue;
        }
        gw_plan_turn_end(&rq->plan, &rq->turn);
        memset(&rq->turn, 0, sizeof(rq->turn));
        rq->begun = 1;
        rv = assistant_turn(rq, i, end);
    }
    if (rv == 0)
        gw_plan_turn_end(&rq->plan, &rq->turn);
    return rv;
}
