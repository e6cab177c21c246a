/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request.h - what the files share that make a chat body of one for
 * /v1/responses: gw_responses_request() of translate_rows.h.
 *
 * `input` is a list of items, of which several make one message of a chat.
 * They are looked up first, and calls are matched with their outputs; then the
 * turns are planned (plan.h).  Tools stand in `tools` and in items; what each
 * is called in the chat is noted for the answer (responses_names.h).
 *
 * Functions that may refuse return 0 or the problem that *rq->plan.problem
 * describes.
 */
#ifndef GW_RESPONSES_REQUEST_H
#define GW_RESPONSES_REQUEST_H

#include "plan.h"
#include "responses_names.h"

/* What an item is. */
typedef enum {
    GW_RREQ_MESSAGE, GW_RREQ_REASONING, GW_RREQ_CALL, GW_RREQ_OUTPUT,
    GW_RREQ_TOOLS,              /* tools that are told of here only */
    GW_RREQ_HOSTED              /* what a tool did at OpenAI's: dropped */
} gw_rreq_kind_t;

typedef struct gw_rreq_row_t {
    const char *type;
    gw_rreq_kind_t kind;
    const char *name;           /* call: of the tool; NULL: the item says it */
    const char *holds;          /* the member with the arguments, or with what
                                   came of them */
    unsigned custom:1;          /* call: of a tool that takes a text */
    unsigned executes:1;        /* `execution` says whose servers did it */
} gw_rreq_row_t;

typedef struct gw_rreq_item_t {
    const gw_node_t *node;
    const gw_rreq_row_t *is;
    int role;                   /* message: a gw_plan_role_t */
    const gw_node_t *id;        /* call, output: call_id */
    const gw_node_t *answer;    /* call: its output's item */
} gw_rreq_item_t;

/* A tool that is sent. */
typedef struct gw_rreq_tool_t {
    struct gw_rreq_tool_t *next;
    const gw_node_t *node;      /* the client's */
    const gw_tool_name_t *name;
    int top;                    /* it stands in `tools`, in no namespace */
    int allowed;                /* by a tool_choice that names some */
} gw_rreq_tool_t;

typedef struct gw_rreq_t {
    gw_plan_t plan;
    gw_rreq_item_t *item;
    unsigned items;
    gw_plan_turn_t turn;        /* behind the last message of the assistant */
    int begun;                  /* something stands in front that is no system
                                   text */
    gw_tool_names_t *names;
    apr_hash_t *by_name;        /* the tools, by their names in the chat */
    gw_rreq_tool_t *first_tool, *last_tool;
    apr_int64_t max;            /* tokens of the answer at most; -1: nobody
                                   says so */
    const char *choice;         /* as JSON; NULL: nothing is said */
    const gw_node_t *form;      /* text.format with a schema; NULL: none */
} gw_rreq_t;

#define GW_RREQ_NAME 256        /* bytes of a tool's or a namespace's name */

/* ---- responses_request_item.c: which items there are ------------------- */

/* Look up all items of `input`, an array, and match calls with outputs. */
gw_problem_kind_t gw_rreq_items(gw_rreq_t *rq, const gw_node_t *input);

/* A member that is the name of a tool or of a namespace, in plain; refused if
 * it is empty, too long or not there. */
gw_problem_kind_t gw_rreq_name(gw_rreq_t *rq, const gw_node_t *object,
                               const char *member, gw_str_t *out);

/* The namespace that an object names; empty: none. */
gw_problem_kind_t gw_rreq_space(gw_rreq_t *rq, const gw_node_t *object,
                                gw_str_t *out);

/* ---- responses_request_part.c: contents -------------------------------- */

/* Where parts stand, as bits. */
#define GW_RREQ_IN_USER      0x01
#define GW_RREQ_IN_ASSISTANT 0x02
#define GW_RREQ_IN_SYSTEM    0x04
#define GW_RREQ_IN_OUTPUT    0x08

/* The parts of a member that is a string or an array of parts; `join` comes
 * between texts, `first` before the first of them.  Empty texts are left
 * out. */
gw_problem_kind_t gw_rreq_parts(gw_rreq_t *rq, const gw_node_t *object,
                                const char *member, unsigned in,
                                const char *first, const char *join,
                                gw_plan_parts_t *parts);

/* ---- responses_request_turn.c ------------------------------------------ */

/* Plan the messages that the items make. */
gw_problem_kind_t gw_rreq_turns(gw_rreq_t *rq);

/* ---- responses_request_tool.c, responses_request_choice.c,
 * responses_request_option.c: validate, then write ------------------------ */

/* The tools of `tools` and of items. */
gw_problem_kind_t gw_rreq_tools(gw_rreq_t *rq);
gw_problem_kind_t gw_rreq_choice(gw_rreq_t *rq);
/* ... responses_request_write.c */
void gw_rreq_tools_write(gw_rreq_t *rq);

gw_problem_kind_t gw_rreq_options(gw_rreq_t *rq);
void gw_rreq_options_write(gw_rreq_t *rq);

#endif
