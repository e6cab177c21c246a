/* SPDX-License-Identifier: Apache-2.0 */
/* responses_item.h - the items of a Responses answer: what a block of a chat's
 * answer is to a client of /v1/responses, and how it is written.
 */
#ifndef GW_RESPONSES_ITEM_H
#define GW_RESPONSES_ITEM_H

#include "responses_input.h"
#include "responses_names.h"
#include "said_blocks.h"

typedef enum {
    GW_ITEM_REASONING,          /* what the model thought, as a text and as
                                   encrypted_content */
    GW_ITEM_SUMMARY,            /* ... as a summary, to be shown */
    GW_ITEM_TEXT, GW_ITEM_REFUSAL, GW_ITEM_FUNCTION, GW_ITEM_CUSTOM,
    GW_ITEM_SEARCH, GW_ITEMS
} gw_item_kind_t;

/* What items of a kind have in common: constant. */
typedef struct gw_item_row_t {
    const char *id;             /* what their ids begin with */
    const char *type;
    const char *delta, *done;   /* events that say more of the text, and all
                                   of it; NULL: none */
    const char *member;         /* of the latter: the text */
    const char *place;          /* what else both say: members */
    const char *more;           /* ... behind the text */
    const char *part;           /* events for the part that holds the text end
                                   in .added and .done behind this; NULL: there
                                   is no part */
    const char *part_begin, *part_end;  /* the part, around its text */
} gw_item_row_t;

/* The row of a kind; constant. */
const gw_item_row_t *gw_output_row(gw_item_kind_t kind);

/* An item that is being written. */
typedef struct gw_item_t {
    gw_item_kind_t kind;
    const gw_tool_name_t *tool; /* of a call; NULL: it was not sent, and is a
                                   function of the name that is said */
    gw_text_t id;
    gw_text_t call_id, name;    /* of a call: name as it is said */
    gw_text_t text;             /* all of it so far, as it stands in the
                                   upstream's strings; once it is known, that
                                   of the item; of a search its arguments, as
                                   JSON */
    gw_text_t *thinking;        /* about's: what of it was signed */
    gw_text_t room;
    gw_input_t input;           /* of a custom tool */
} gw_item_t;

/* Ready for the first one; in the pool. */
void gw_output_init(gw_item_t *item, apr_pool_t *pool);

/* A block begins, as the item at this place of the output.  b: the queue. */
void gw_output_start(gw_item_t *item, const gw_block_t *block,
                     const gw_blocks_t *b, const gw_translate_about_t *about,
                   unsigned place);

/* More of its text, in two parts.  Of a custom tool the text is its arguments:
 * returns more of its input, or nothing. */
gw_str_t gw_output_add(gw_item_t *item, gw_str_t first, gw_str_t second);

/* All of its text has come: text becomes what the item holds.  whole: its
 * arguments are, if it is a call.  Returns as above. */
gw_str_t gw_output_finish(gw_item_t *item, int whole);

/* Has its text become too long? */
static inline int gw_output_full(const gw_item_t *item)
{
    return item->text.full || item->input.inner.full;
}

/* Write the item as JSON, with this status: as it begins, without its text,
 * or with all of it. */
void gw_output_write(gw_text_t *out, gw_item_t *item, const char *status,
                     int whole);

/* Write the part that holds its text: empty, or whole. */
void gw_output_write_part(gw_text_t *out, const gw_item_t *item, int whole);

#endif
