/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_user.c - messages of the user and system texts between two
 * of the assistant: their results first, then what is said. */
#include "messages_request.h"

#define BLANK_LINE "\\n\\n"

/* A message of the client, and what comes of it. */
typedef struct source_t {
    struct source_t *next;
    const gw_node_t *message;
    gw_plan_role_t role;
    const gw_node_t *content;
    gw_plan_message_t *result;  /* its last result */
} source_t;

typedef struct user_turn_t {
    source_t *first, *last;
    gw_plan_turn_t plan;
} user_turn_t;

/* ---- results ----------------------------------------------------------- */

static int is_result(const gw_plan_t *req, const gw_node_t *block)
{
    return gw_tree_is(&req->tree, gw_tree_member(&req->tree, block, "type"),
                      "tool_result");
}

static gw_problem_kind_t results(gw_plan_t *req, user_turn_t *turn,
                                 source_t *s)
{
    const gw_node_t *b;
    gw_problem_kind_t rv = gw_mreq_content(req, s->message, 0, &s->content);

    if (rv != 0 || s->content->kind == GW_JSON_STR)
        return rv;
    b = gw_tree_child(&req->tree, s->content);
    for (; b != NULL && rv == 0; b = gw_tree_next(&req->tree, b)) {
        if (is_result(req, b))
            rv = gw_mreq_result(req, b, &turn->plan.late, &s->result);
    }
    return rv;
}

static gw_problem_kind_t all_results(gw_plan_t *req, user_turn_t *turn,
                                     const gw_node_t *first,
                                     const gw_node_t *end)
{
    const gw_node_t *m = first;
    gw_problem_kind_t rv = 0;
    source_t *s;

    for (; m != end && rv == 0; m = gw_tree_next(&req->tree, m)) {
        s = apr_pcalloc(req->pool, sizeof(*s));
        s->message = m;
        s->role = (gw_plan_role_t)gw_mreq_role(req, m);
        if (turn->first == NULL)
            turn->first = s;
        else
            turn->last->next = s;
        turn->last = s;
        if (s->role == GW_PLAN_USER)
            rv = results(req, turn, s);
    }
    return rv != 0 ? rv : gw_mreq_results_end(req);
}

/* ---- what is said ------------------------------------------------------ */

/* A message without its results. */
static gw_problem_kind_t rest(gw_plan_t *req, const gw_node_t *content,
                              gw_plan_parts_t *parts)
{
    const gw_node_t *b;
    gw_mreq_block_t kind;
    gw_problem_kind_t rv = 0;

    if (content->kind == GW_JSON_STR) {
        gw_plan_text(req, parts, gw_tree_inside(&req->tree, content),
                     BLANK_LINE);
        return 0;
    }
    b = gw_tree_child(&req->tree, content);
    for (; b != NULL && rv == 0; b = gw_tree_next(&req->tree, b)) {
        if (is_result(req, b))
            continue;
        rv = gw_mreq_block(req, b, GW_MREQ_IN_USER, &kind);
        if (rv == 0 && kind != GW_MREQ_B_DROPPED)
            rv = gw_mreq_block_parts(req, b, kind, GW_MREQ_IN_USER, parts,
                                     BLANK_LINE);
    }
    return rv;
}

static gw_problem_kind_t user(gw_plan_t *req, user_turn_t *turn,
                              const source_t *s)
{
    gw_plan_parts_t parts = { NULL, NULL };
    gw_problem_kind_t rv = rest(req, s->content, &parts);

    if (rv == 0)
        gw_plan_say(req, &turn->plan, &parts, s->result);
    return rv;
}

gw_problem_kind_t gw_mreq_user_turn(gw_plan_t *req, const gw_node_t *first,
                                    const gw_node_t *end)
{
    user_turn_t turn;
    source_t *s;
    gw_problem_kind_t rv;

    memset(&turn, 0, sizeof(turn));
    rv = all_results(req, &turn, first, end);
    for (s = turn.first; s != NULL && rv == 0; s = s->next)
        rv = s->role == GW_PLAN_USER ? user(req, &turn, s)
                                     : gw_mreq_system_message(
                                           req, s->message,
                                           gw_plan_aside(&turn.plan));
    if (rv != 0)
        return rv;
    gw_plan_turn_end(req, &turn.plan);
    return 0;
}
