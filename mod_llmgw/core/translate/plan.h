/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h - a body of chat completions that is to be made of another one: what
 * its messages will be, and what all who make one do.
 *
 * The client's body is indexed, and its messages become a list of those that
 * are to be written: lists of parts that point at the client's texts as they
 * are written in the body, since the rules move texts between messages.
 *
 * Functions that may refuse return 0 or the problem that *req->problem
 * describes.
 */
#ifndef GW_PLAN_H
#define GW_PLAN_H

#include <apr_hash.h>

#include "json_tree.h"
#include "translate_rows.h"

/* ---- what is to be written ------------------------------------------- */

typedef enum {
    GW_PLAN_SYSTEM, GW_PLAN_USER, GW_PLAN_ASSISTANT, GW_PLAN_TOOL
} gw_plan_role_t;

typedef enum {
    GW_PLAN_TEXT, GW_PLAN_IMAGE, GW_PLAN_FILE, GW_PLAN_AUDIO
} gw_plan_kind_t;

typedef struct gw_plan_part_t {
    struct gw_plan_part_t *next;
    gw_plan_kind_t kind;
    const char *join;           /* between it and a text before it, as JSON */
    const char *before;         /* in front of it, as JSON: of media how their
                                   URL begins */
    gw_str_t text;              /* as JSON, without quotes */
    const char *more;           /* of a medium: members beside it, as JSON with
                                   a comma behind each */
    unsigned plain:1;           /* ... but this one is yet to be escaped */
    unsigned marked:1;          /* it bears a cache marker */
} gw_plan_part_t;

typedef struct gw_plan_parts_t {
    gw_plan_part_t *first, *last;
} gw_plan_parts_t;

typedef struct gw_plan_call_t {
    struct gw_plan_call_t *next;
    const gw_node_t *block, *id;
    gw_str_t name;              /* as JSON, without quotes */
    const char *before, *behind;    /* of the arguments, plain */
    gw_str_t input;             /* the arguments: */
    unsigned string:1;          /* the inside of a JSON string that holds all
                                   of them; else JSON, to be put into one */
    unsigned answered:1;        /* its result was found */
} gw_plan_call_t;

typedef struct gw_plan_message_t {
    struct gw_plan_message_t *next;
    gw_plan_role_t role;
    gw_plan_parts_t parts;
    gw_plan_parts_t thinking;   /* assistant */
    gw_plan_call_t *calls, *last_call;
    const gw_node_t *id;        /* tool: of the call */
    int partial;                /* assistant: it is to be gone on with */
} gw_plan_message_t;

/* A request that is being translated. */
typedef struct gw_plan_t {
    gw_endpoint_t from;         /* what the client asked for */
    gw_translated_t *out;
    const gw_model_t *model;
    const gw_route_t *route;
    const gw_vendor_row_t *vendor;
    const gw_family_t *family;
    gw_problem_t *problem;
    apr_pool_t *pool;
    gw_tree_t tree;
    gw_plan_message_t *first, *last;    /* the messages to write */
    gw_plan_parts_t system;
    apr_hash_t *open;           /* calls of the last turn, by id; NULL: none */
    gw_plan_call_t *calls;      /* ... in order */
    unsigned tools;             /* that are sent */
    int forced;                 /* one of them must be used */
    gw_tri_t thinking;          /* the switch ... */
    const char *thinking_name;  /* ... in this member of a chat ... */
    const char *thinking_at;    /* ... and asked for in this one of the
                                   client's */
    const gw_node_t *budget;    /* tokens of thinking; NULL: not sent */
    const gw_node_t *effort;    /* NULL: not sent */
    const char *effort_at;      /* the client's member */
    const gw_node_t *schema;    /* of the answer; NULL: none */
    int json;                   /* the answer is to be any JSON object */
} gw_plan_t;

#define GW_PLAN_MARKERS 4       /* Alibaba, "context cache": the last four
                                   markers count */
#define GW_PLAN_STOPS   4       /* OpenAI, `stop` */
#define GW_PLAN_NAME    64      /* OpenAI, a function's name */
#define GW_PLAN_TOOLS   1000    /* tools of a request, and calls of a turn: far
                                   more than any upstream takes */
#define GW_PLAN_WORD    64      /* bytes of a word that is shown in a message
                                   or a header */

/* ---- plan.c: notes of what is to be written --------------------------- */

/* A request from this endpoint is to be planned; nothing of out is needed.
 * *req is set anew. */
void gw_plan_begin(gw_plan_t *req, gw_endpoint_t from, gw_translated_t *out,
                   const gw_model_t *model, const gw_route_t *route,
                   gw_problem_t *problem, apr_pool_t *pool);

/* Index the body.  schema: of json_tree.h. */
gw_problem_kind_t gw_plan_read(gw_plan_t *req, gw_str_t body,
                               const gw_json_schema_t *schema);

/* All was written: is it whole? */
gw_problem_kind_t gw_plan_end(gw_plan_t *req);

/* Refuse the value at node, or its member (NULL: itself).  message: behind its
 * path in quotes. */
gw_problem_kind_t gw_plan_refuse(gw_plan_t *req, gw_problem_kind_t kind,
                                 const gw_node_t *node, const char *member,
                                 const char *message);

/* Name what is dropped: "messages[].content[word]" and the like; before and
 * behind it: constants. */
void gw_plan_drop(gw_plan_t *req, const char *before, gw_str_t word,
                  const char *behind);

/* Look up each member of an object in the table of docs/translation.md: those
 * that are dropped are named, those that are refused refuse the request. */
gw_problem_kind_t gw_plan_members(gw_plan_t *req, const gw_node_t *object,
                                  const char *where);

/* A member that must be a string; refused if it is not there. */
gw_problem_kind_t gw_plan_string(gw_plan_t *req, const gw_node_t *object,
                                 const char *name, const gw_node_t **out);

/* A member that is true or false; absent and null: false. */
gw_problem_kind_t gw_plan_bool(gw_plan_t *req, const gw_node_t *object,
                               const char *name, int *out);

/* A member that is JSON of the client's own, an object, which will stand in
 * `deeper` more containers than it does; NULL: it is not there. */
gw_problem_kind_t gw_plan_object(gw_plan_t *req, const gw_node_t *object,
                                 const char *name, unsigned deeper,
                                 const gw_node_t **out);

/* Is it the name of a function, as chat completions take it? */
gw_problem_kind_t gw_plan_name(gw_plan_t *req, const gw_node_t *name);

/* A new part at the end of a list; a text (as JSON). */
gw_plan_part_t *gw_plan_part(gw_plan_t *req, gw_plan_parts_t *parts,
                             gw_plan_kind_t kind);
gw_plan_part_t *gw_plan_text(gw_plan_t *req, gw_plan_parts_t *parts,
                             gw_str_t text, const char *join);

/* Put the parts of `more` behind those of `parts`. */
void gw_plan_append(gw_plan_parts_t *parts, const gw_plan_parts_t *more);

/* Mark the last of these parts if object has a cache_control. */
gw_problem_kind_t gw_plan_mark(gw_plan_t *req, const gw_node_t *object,
                               const gw_plan_parts_t *parts);

/* A new message behind the others. */
gw_plan_message_t *gw_plan_message(gw_plan_t *req, gw_plan_role_t role);

/* A new call of an assistant's message, behind its others: the client's block
 * that it comes of, and its id, a string.  Name and arguments are empty. */
gw_plan_call_t *gw_plan_call(gw_plan_t *req, gw_plan_message_t *m,
                             const gw_node_t *block, const gw_node_t *id);

/* ---- plan_media.c ------------------------------------------------------- */

/* A string that must be base64, in lines or not; out: one line of it, which
 * needs no escapes.  A data: URL of base64, with its head, likewise. */
gw_problem_kind_t gw_plan_base64(gw_plan_t *req, const gw_node_t *data,
                                 gw_str_t *out);
gw_problem_kind_t gw_plan_data_url(gw_plan_t *req, const gw_node_t *node,
                                   gw_str_t *out);

/* Does a string begin as such a URL? */
int gw_plan_is_data_url(const gw_plan_t *req, const gw_node_t *node);

/* ---- plan_turn.c: between two messages of the assistant ---------------- */

/* Such a turn, all zero at first. */
typedef struct gw_plan_turn_t {
    gw_plan_parts_t late;       /* media of results */
    gw_plan_parts_t opening;    /* system texts that there was no message yet
                                   to put into */
    gw_plan_message_t *host;    /* the message that they go to; NULL: none */
    gw_plan_message_t *said;    /* the user's first */
} gw_plan_turn_t;

/* Make texts of the media among these parts of a tool's message; the media
 * themselves become parts of `late`. */
void gw_plan_leave_media(gw_plan_t *req, gw_plan_parts_t *parts,
                         gw_plan_parts_t *late);

/* The user says this, behind the message of a tool (NULL: none) that came with
 * it; nothing (no parts): the turn is at that tool's message.  Texts that
 * waited for a message are in it now. */
void gw_plan_say(gw_plan_t *req, gw_plan_turn_t *turn,
                 const gw_plan_parts_t *parts, gw_plan_message_t *result);

/* Where a system text that stands here is to be put. */
gw_plan_parts_t *gw_plan_aside(gw_plan_turn_t *turn);

/* The turn is over: place what is left of it. */
void gw_plan_turn_end(gw_plan_t *req, gw_plan_turn_t *turn);

/* ---- plan_option.c ------------------------------------------------------ */

/* A whole number from 1 to GW_REQUEST_MOST; -1: it is none. */
apr_int64_t gw_plan_count(const gw_plan_t *req, const gw_node_t *node);

/* The gateway's own switches of thinking: req->thinking. */
gw_problem_kind_t gw_plan_switch(gw_plan_t *req);

/* `model` must be the name of one. */
gw_problem_kind_t gw_plan_check_model(gw_plan_t *req);

/* Once all is known: drop, and name, what the model or its vendor does not
 * know or take beside the rest.  prefilled: the last message is to be gone on
 * with. */
void gw_plan_settle(gw_plan_t *req, int prefilled);

/* Write a member as the client wrote its value (NULL: nothing is written); the
 * bound of the answer in tokens, at most what the model can (max 0 and below:
 * there is none). */
void gw_plan_write_value(gw_plan_t *req, const char *name,
                         const gw_node_t *value);
void gw_plan_write_max(gw_plan_t *req, apr_int64_t max);

/* Write response_format.  form: the client's object with a name, which is a
 * string, and maybe more, for the schema; NULL: there is none. */
void gw_plan_write_format(gw_plan_t *req, const gw_node_t *form);

/* Write the switch of thinking, its budget, the effort. */
void gw_plan_write_thinking(gw_plan_t *req);

/* ---- plan_write.c ------------------------------------------------------ */

/* The member `messages`. */
void gw_plan_write(gw_plan_t *req);

#endif
