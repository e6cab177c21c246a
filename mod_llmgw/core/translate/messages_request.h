/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request.h - what the files share that make a chat body of one for
 * /v1/messages: gw_messages_request() of translate_rows.h.
 *
 * Its messages become those of a plan (plan.h).  Everything else is validated
 * first and written from the index.
 *
 * Functions that may refuse return 0 or the problem that *req->problem
 * describes.
 */
#ifndef GW_MESSAGES_REQUEST_H
#define GW_MESSAGES_REQUEST_H

#include "plan.h"

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
gw_problem_kind_t gw_mreq_block(gw_plan_t *req, const gw_node_t *block,
                                unsigned in, gw_mreq_block_t *kind);

/* The parts of a text, an image, a document, a search result or a reference;
 * `join` comes between them and what stands before. */
gw_problem_kind_t gw_mreq_block_parts(gw_plan_t *req, const gw_node_t *block,
                                      gw_mreq_block_t kind, unsigned in,
                                      gw_plan_parts_t *parts,
                                      const char *join);

/* The role of a message; -1: none that is known. */
int gw_mreq_role(const gw_plan_t *req, const gw_node_t *message);

/* A message's content, a string or an array, not empty unless may_be_empty. */
gw_problem_kind_t gw_mreq_content(gw_plan_t *req, const gw_node_t *message,
                                  int may_be_empty, const gw_node_t **out);

/* ---- messages_request_media.c ----------------------------------------- */

/* The part of an image; of a document's source that is a PDF. */
gw_problem_kind_t gw_mreq_image(gw_plan_t *req, const gw_node_t *block,
                                gw_plan_parts_t *parts);
gw_problem_kind_t gw_mreq_pdf(gw_plan_t *req, const gw_node_t *source,
                              gw_plan_parts_t *parts);

/* ---- messages_request_system.c ---------------------------------------- */

/* The texts of `system`, or of the content of a message of that role; a
 * message without text is refused. */
gw_problem_kind_t gw_mreq_system(gw_plan_t *req, const gw_node_t *content,
                                 gw_plan_parts_t *parts);
gw_problem_kind_t gw_mreq_system_message(gw_plan_t *req,
                                         const gw_node_t *message,
                                         gw_plan_parts_t *parts);

/* ---- messages_request_user.c, messages_request_assistant.c ------------- */

/* All messages from first to before end, none of them an assistant's (all an
 * assistant's), become those to write. */
gw_problem_kind_t gw_mreq_user_turn(gw_plan_t *req, const gw_node_t *first,
                                    const gw_node_t *end);
gw_problem_kind_t gw_mreq_assistant_turn(gw_plan_t *req,
                                         const gw_node_t *first,
                                         const gw_node_t *end);

/* ---- messages_request_result.c ----------------------------------------- */

/* A tool_result becomes a message of its own, the media in it parts of
 * `late`. */
gw_problem_kind_t gw_mreq_result(gw_plan_t *req, const gw_node_t *block,
                                 gw_plan_parts_t *late,
                                 gw_plan_message_t **out);

/* Have all calls of the last turn a result?  They are over then. */
gw_problem_kind_t gw_mreq_results_end(gw_plan_t *req);

/* ---- messages_request_turn.c -------------------------------------------- */

/* All of `messages`. */
gw_problem_kind_t gw_mreq_turns(gw_plan_t *req, const gw_node_t *messages);

/* ---- messages_request_tool.c, messages_request_option.c:
 * validate, then write --------------------------------------------------- */

gw_problem_kind_t gw_mreq_tools(gw_plan_t *req);
void gw_mreq_tools_write(gw_plan_t *req);

gw_problem_kind_t gw_mreq_options(gw_plan_t *req);
void gw_mreq_options_write(gw_plan_t *req);

#endif
