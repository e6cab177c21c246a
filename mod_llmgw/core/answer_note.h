/* SPDX-License-Identifier: Apache-2.0 */
/* answer_note.h - what the visitors of all formats of answers note alike. */
#ifndef GW_ANSWER_NOTE_H
#define GW_ANSWER_NOTE_H

#include "answer.h"

/* A count of a usage object; the larger of those that came stays. */
void gw_answer_count(gw_answer_t *a, gw_count_t which,
                     const gw_json_node_t *node);

/* A count that nobody knows the meaning of: if it is one, usage is bad. */
void gw_answer_unread(gw_answer_t *a, const gw_json_node_t *node);

/* The value of a member that is there where there is an error. */
void gw_answer_error(gw_answer_t *a, const gw_json_node_t *node);

/* A member that makes a document an answer, GW_SHOWS_*: an array, or of
 * GW_SHOWS_TOKENS a count, and in the document itself. */
void gw_answer_show(gw_answer_t *a, const gw_json_node_t *node, unsigned what);

/* The answer's own id; the first one counts. */
void gw_answer_id(gw_answer_t *a, const gw_json_node_t *node);

/* The number that an event of a stream gives itself, as sequence_number. */
void gw_answer_number(gw_answer_t *a, const gw_json_node_t *node);

#endif
