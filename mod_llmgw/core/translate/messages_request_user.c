/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request_user.c - what stands between two messages of the assistant:
 * results of tools first, as chat completions want them, then what the user
 * says, with the system texts in between. */
#include "messages_request.h"

#define BLANK_LINE "\\n\\n"

/* A message of the client, and what comes of it. */
typedef struct source_t {
    struct source_t *next;
    const gw_node_t *message;
    gw_plan_role_t role;
    const gw_node_t *content;
    gw_plan_message_t *result;  /* its last result */
    gw_plan_message_t *said;    /* the rest of it */
} source_t;

typedef struct user_turn_t {
    source_t *first, *last;
    gw_plan_parts_t late;       /* media of results */
    gw_plan_parts_t opening;    /* system texts that no user message was yet
                                   there for */
    source_t *host;             /* the user message that was last */
    gw_plan_message_t *said;    /* the first message that says something */
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
            rv = gw_mreq_result(req, b, &turn->late, &s->result);
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

static gw_plan_message_t *say(gw_plan_t *req, user_turn_t *turn,
                              const gw_plan_parts_t *parts)
{
    gw_plan_message_t *m = gw_plan_message(req, GW_PLAN_USER);

    if (turn->said == NULL)
        turn->said = m;
    gw_plan_append(&m->parts, parts);
    return m;
}

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

static gw_problem_kind_t user(gw_plan_t *req, user_turn_t *turn, source_t *s)
{
    gw_plan_parts_t parts = { NULL, NULL }, all = turn->opening;
    gw_problem_kind_t rv = rest(req, s->content, &parts);

    if (rv != 0)
        return rv;
    turn->host = s;
    turn->opening.first = turn->opening.last = NULL;
    if (parts.first == NULL && s->result != NULL) {
        gw_plan_append(&s->result->parts, &all);
        return 0;
    }
    gw_plan_append(&all, &parts);
    if (all.first != NULL)
        s->said = say(req, turn, &all);
    return 0;
}

static gw_problem_kind_t system_text(gw_plan_t *req, user_turn_t *turn,
                                     const source_t *s)
{
    gw_plan_parts_t *to = &turn->opening;

    if (turn->host != NULL && turn->host->said != NULL)
        to = &turn->host->said->parts;
    else if (turn->host != NULL && turn->host->result != NULL)
        to = &turn->host->result->parts;
    return gw_mreq_system_message(req, s->message, to);
}

/* Before what the user says, and behind all results. */
static void place_late(gw_plan_t *req, user_turn_t *turn)
{
    gw_plan_parts_t all = turn->late;

    if (all.first == NULL)
        return;
    if (turn->said == NULL) {
        say(req, turn, &all);
        return;
    }
    gw_plan_append(&all, &turn->said->parts);
    turn->said->parts = all;
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
                                     : system_text(req, &turn, s);
    if (rv != 0)
        return rv;
    if (turn.opening.first != NULL)
        say(req, &turn, &turn.opening);
    place_late(req, &turn);
    return 0;
}
