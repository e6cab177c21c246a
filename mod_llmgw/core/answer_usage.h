/* SPDX-License-Identifier: Apache-2.0 */
/* answer_usage.h - usage objects of the OpenAI dialect, in whatever answer:
 * what the visitors of its formats do with them.
 *
 * Their members are in tbl/usage_members.h.
 */
#ifndef GW_ANSWER_USAGE_H
#define GW_ANSWER_USAGE_H

#include "answer_note.h"

enum {              /* slots; a format's own begin at SLOT_OWN */
    SLOT_NONE, SLOT_USAGE, SLOT_CACHE_TYPE, SLOT_CREATION, SLOT_CREATED,
    SLOT_UNREAD,
    SLOT_COUNT,     /* SLOT_COUNT + gw_count_t */
    SLOT_OWN = SLOT_COUNT + GW_COUNTS
};

#define READ(name, slot, to) GW_JSON_MEMBER(name, slot, to, 0)
#define TEXT(name, slot, to) GW_JSON_MEMBER(name, slot, to, GW_JSON_TEXT)
#define WORD(name, slot) GW_JSON_MEMBER(name, slot, C_NONE, GW_JSON_DATA)
#define COUNT(name, which) GW_JSON_MEMBER(name, SLOT_COUNT + (which), C_NONE, 0)

/* Note the value of one of these slots. */
void gw_answer_usage(gw_answer_t *a, const gw_json_node_t *node);

#endif
