/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request.h - what the files share that make a chat body of one for
 * /v1/messages: gw_messages_request() of translate_rows.h.
 *
 * The body is indexed, and its messages become a list of those that are to be
 * written: lists of parts that point at the client's texts as they are written
 * in the body, since the rules move texts between messages.  Everything else
 * is validated first and written from the index.
 *
 * Functions that may refuse return 0 or the problem that *req->problem
 * describes.
 */
#ifndef GW_MESSAGES_REQUEST_H
#define GW_MESSAGES_REQUEST_H

#include <apr_hash.h>

#include "json_tree.h"
#include "translate_rows.h"

/* ---- what is to be written ------------------------------------------- */

typedef enum {
    GW_MREQ_SYSTEM, GW_MREQ_USER, GW_MREQ_ASSISTANT, GW_MREQ_TOOL
} gw_mreq_role_t;

typedef enum { GW_MREQ_TEXT, GW_MREQ_IMAGE, GW_MREQ_PDF } gw_mreq_kind_t;

typedef struct gw_mreq_part_t {
    struct gw_mreq_part_t *next;
    gw_mreq_kind_t kind;
    const char *join;           /* between it and a text before it, as JSON */
    const char *before;         /* in front of it, as JSON: of media how their
                                   URL begins */
    gw_str_t text;              /* as JSON, without quotes */
    unsigned plain:1;           /* ... but this one is yet to be escaped */
    unsigned marked:1;          /* it bears a cache marker */
} gw_mreq_part_t;

typedef struct gw_mreq_parts_t {
    gw_mreq_part_t *first, *last;
} gw_mreq_parts_t;

typedef struct gw_mreq_call_t {
    struct gw_mreq_call_t *next;
    const gw_node_t *block, *id, *name, *input;
    int answered;               /* its result was found */
} gw_mreq_call_t;

typedef struct gw_mreq_message_t {
    struct gw_mreq_message_t *next;
    gw_mreq_role_t role;
    gw_mreq_parts_t parts;
    gw_mreq_parts_t thinking;   /* assistant */
    gw_mreq_call_t *calls, *last_call;
    const gw_node_t *id;        /* tool: of the call */
    int partial;                /* assistant: it is to be gone on with */
} gw_mreq_message_t;

/* A request that is being translated. */
typedef struct gw_mreq_t {
    gw_translated_t *out;
    const gw_model_t *model;
    const gw_route_t *route;
    const gw_vendor_row_t *vendor;
    const gw_family_t *family;
    gw_problem_t *problem;
    apr_pool_t *pool;
    gw_tree_t tree;
    gw_mreq_message_t *first, *last;    /* the messages to write */
    gw_mreq_parts_t system;
    apr_hash_t *open;           /* calls of the last turn, by id; NULL: none */
    gw_mreq_call_t *calls;      /* ... in order */
    unsigned tools;             /* that are sent */
    int forced;                 /* one of them must be used */
    gw_tri_t thinking;          /* the switch ... */
    const char *thinking_name;  /* ... in this member of a chat */
    const gw_node_t *budget;    /* tokens of thinking; NULL: not sent */
    const gw_node_t *effort;
    const gw_node_t *schema;    /* of the answer */
} gw_mreq_t;

#define GW_MREQ_MARKERS 4       /* Alibaba, "context cache": the last four
                                   markers count */
#define GW_MREQ_STOPS   4       /* OpenAI, `stop` */
#define GW_MREQ_NAME    64      /* OpenAI, a function's name */
#define GW_MREQ_TOOLS   1000    /* tools of a request, and calls of a turn: far
                                   more than any upstream takes */
#define GW_MREQ_WORD    64      /* bytes of a word that is shown in a message
                                   or a header */

/* ---- messages_request_draft.c: notes of what is to be written --------- */

/* Refuse the value at node, or its member (NULL: itself).  message: behind its
 * path in quotes. */
gw_problem_kind_t gw_mreq_refuse(gw_mreq_t *req, gw_problem_kind_t kind,
                                 const gw_node_t *node, const char *member,
                                 const char *message);

/* Name what is dropped: "messages[].content[word]" and the like; before and
 * behind it: constants. */
void gw_mreq_drop(gw_mreq_t *req, const char *before, gw_str_t word,
                  const char *behind);

/* Look up each member of an object in the table of docs/translation.md: those
 * that are dropped are named, those that are refused refuse the request. */
gw_problem_kind_t gw_mreq_members(gw_mreq_t *req, const gw_node_t *object,
                                  const char *where);

/* A member that must be a string; refused if it is not there. */
gw_problem_kind_t gw_mreq_string(gw_mreq_t *req, const gw_node_t *object,
                                 const char *name, const gw_node_t **out);

/* A member that is true or false; absent and null: false. */
gw_problem_kind_t gw_mreq_bool(gw_mreq_t *req, const gw_node_t *object,
                               const char *name, int *out);

/* A member that is JSON of the client's own, an object, which will stand in
 * `deeper` more containers than it does; NULL: it is not there. */
gw_problem_kind_t gw_mreq_object(gw_mreq_t *req, const gw_node_t *object,
                                 const char *name, unsigned deeper,
                                 const gw_node_t **out);

/* Is it the name of a function, as chat completions take it? */
gw_problem_kind_t gw_mreq_name(gw_mreq_t *req, const gw_node_t *name);

/* A new part at the end of a list; a text (as JSON). */
gw_mreq_part_t *gw_mreq_part(gw_mreq_t *req, gw_mreq_parts_t *parts,
                             gw_mreq_kind_t kind);
gw_mreq_part_t *gw_mreq_text(gw_mreq_t *req, gw_mreq_parts_t *parts,
                             gw_str_t text, const char *join);

/* Put the parts of `more` behind those of `parts`. */
void gw_mreq_append(gw_mreq_parts_t *parts, const gw_mreq_parts_t *more);

/* Mark the last of these parts if object has a cache_control. */
gw_problem_kind_t gw_mreq_mark(gw_mreq_t *req, const gw_node_t *object,
                               const gw_mreq_parts_t *parts);

/* A new message behind the others. */
gw_mreq_message_t *gw_mreq_message(gw_mreq_t *req, gw_mreq_role_t role);

/* ---- messages_request_block.c: contents of messages, and their
 * blocks that stand in several places ---------------------------------- */

/* Where a block stands, as bits. */
#define GW_MREQ_IN_USER      0x01
#define GW_MREQ_IN_ASSISTANT 0x02
#define GW_MREQ_IN_RESULT    0x04
#define GW_MREQ_IN_DOCUMENT  0x08
#define GW_MREQ_IN_SYSTEM    0x10

typedef enum {
    GW_MREQ_B_TEXT, GW_MREQ_B_IMAGE, GW_MREQ_B_DOCUMENT, GW_MREQ_B_SEARCH,
    GW_MREQ_B_REFERENCE, GW_MREQ_B_TOOL_USE, GW_MREQ_B_TOOL_RESULT,
    GW_MREQ_B_THINKING, GW_MREQ_B_COMPACTION, GW_MREQ_B_QUIET,
    GW_MREQ_B_DROPPED, GW_MREQ_B_UPLOAD
} gw_mreq_block_t;

/* Which block is this?  One that is not known, or may not stand there, is
 * refused; of one that is taken all members have been looked up, and one that
 * is dropped is named. */
gw_problem_kind_t gw_mreq_block(gw_mreq_t *req, const gw_node_t *block,
                                unsigned in, gw_mreq_block_t *kind);

/* The parts of a text, an image, a document, a search result or a reference;
 * `join` comes between them and what stands before. */
gw_problem_kind_t gw_mreq_block_parts(gw_mreq_t *req, const gw_node_t *block,
                                      gw_mreq_block_t kind, unsigned in,
                                      gw_mreq_parts_t *parts,
                                      const char *join);

/* The role of a message; -1: none that is known. */
int gw_mreq_role(const gw_mreq_t *req, const gw_node_t *message);

/* A message's content, a string or an array, not empty unless may_be_empty. */
gw_problem_kind_t gw_mreq_content(gw_mreq_t *req, const gw_node_t *message,
                                  int may_be_empty, const gw_node_t **out);

/* ---- messages_request_media.c ----------------------------------------- */

/* The part of an image; of a document's source that is a PDF. */
gw_problem_kind_t gw_mreq_image(gw_mreq_t *req, const gw_node_t *block,
                                gw_mreq_parts_t *parts);
gw_problem_kind_t gw_mreq_pdf(gw_mreq_t *req, const gw_node_t *source,
                              gw_mreq_parts_t *parts);

/* ---- messages_request_system.c ---------------------------------------- */

/* The texts of `system`, or of the content of a message of that role; a
 * message without text is refused. */
gw_problem_kind_t gw_mreq_system(gw_mreq_t *req, const gw_node_t *content,
                                 gw_mreq_parts_t *parts);
gw_problem_kind_t gw_mreq_system_message(gw_mreq_t *req,
                                         const gw_node_t *message,
                                         gw_mreq_parts_t *parts);

/* ---- messages_request_user.c, messages_request_assistant.c ------------- */

/* All messages from first to before end, none of them an assistant's (all an
 * assistant's), become those to write. */
gw_problem_kind_t gw_mreq_user_turn(gw_mreq_t *req, const gw_node_t *first,
                                    const gw_node_t *end);
gw_problem_kind_t gw_mreq_assistant_turn(gw_mreq_t *req,
                                         const gw_node_t *first,
                                         const gw_node_t *end);

/* ---- messages_request_result.c ----------------------------------------- */

/* A tool_result becomes a message of its own, the media in it parts of
 * `late`. */
gw_problem_kind_t gw_mreq_result(gw_mreq_t *req, const gw_node_t *block,
                                 gw_mreq_parts_t *late,
                                 gw_mreq_message_t **out);

/* Have all calls of the last turn a result?  They are over then. */
gw_problem_kind_t gw_mreq_results_end(gw_mreq_t *req);

/* ---- messages_request_turn.c -------------------------------------------- */

/* All of `messages`. */
gw_problem_kind_t gw_mreq_turns(gw_mreq_t *req, const gw_node_t *messages);

/* ---- messages_request_tool.c, messages_request_option.c,
 * messages_request_write.c: validate, then write ------------------------- */

gw_problem_kind_t gw_mreq_tools(gw_mreq_t *req);
void gw_mreq_tools_write(gw_mreq_t *req);

gw_problem_kind_t gw_mreq_options(gw_mreq_t *req);
/* What cannot be had together, now that all is known. */
void gw_mreq_options_settle(gw_mreq_t *req);
void gw_mreq_options_write(gw_mreq_t *req);

void gw_mreq_messages_write(gw_mreq_t *req);

#endif
