/* SPDX-License-Identifier: Apache-2.0 */
/* said_blocks.h - the blocks of a stream that is written: content blocks of
 * Messages, output items of Responses.
 *
 * A reader has one open block at a time, with indices without gaps, while a
 * model may go on with any of its calls.  So blocks stand in a queue: the
 * first one is written as it comes, those behind it are held, and it ends when
 * another one stands behind it - a call not before its arguments are whole, or
 * the stream ends.  A text or a thought of nothing but white space is no block:
 * Anthropic's API refuses it when it comes back.
 */
#ifndef GW_SAID_BLOCKS_H
#define GW_SAID_BLOCKS_H

#include "said_args.h"
#include "said_end.h"
#include "said_read.h"
#include "translate.h"

#define GW_CALLS_MOST 256       /* calls of tools in one answer */
#define GW_CALL_NAME_MOST 1024  /* bytes of a call's id, and of its name */
#define GW_BLOCK_BYTES 1024      /* bytes that a block which waits counts as,
                                   beside what it holds */

typedef struct gw_block_t {
    gw_said_kind_t kind;
    int index;                  /* of a call, as the upstream says */
    gw_text_t held;             /* what is not written yet; all as it stands
                                   in the upstream's strings */
    gw_text_t id, name;         /* of a call */
    unsigned solid:1;           /* more than white space came, or than half a
                                   character */
    unsigned begun:1;           /* its start is written */
    unsigned whole:1;           /* of a call: its arguments are whole */
    unsigned done:1;            /* its end is written */
    unsigned any:1;             /* of a call: its arguments may be any text;
                                   begin sets it */
    struct gw_block_t *next;    /* behind it; or the next spare one */
    struct gw_block_t *older;   /* the call that began before it */
} gw_block_t;

/* How blocks are written: constant.  Only one is open at a time. */
typedef struct gw_blocks_how_t {
    void (*begin)(void *writer, gw_block_t *block, gw_text_t *out);
    /* More of it, in two parts: escaped as in the upstream's string, and no
     * half of a character at an end. */
    void (*delta)(void *writer, const gw_block_t *block, gw_str_t first,
                  gw_str_t second, gw_text_t *out);
    /* A call that is not whole here was cut off, or is no JSON object: `why`
     * of the blocks says which. */
    void (*end)(void *writer, const gw_block_t *block, gw_text_t *out);
} gw_blocks_how_t;

typedef struct gw_blocks_t {
    const gw_blocks_how_t *how;
    void *writer;               /* its baton */
    apr_pool_t *pool;
    gw_block_t *head, *tail;    /* the queue */
    gw_block_t *spare;
    gw_block_t *calls;          /* the latest one */
    unsigned call_count;
    unsigned cut:1;             /* the answer was cut off: so may be what a
                                   call says */
    apr_size_t held;            /* bytes that wait, GW_BLOCK_BYTES too */
    gw_text_t out_of_object;    /* arguments that came as an object */
    apr_size_t half_n;          /* half a pair of surrogates that ended the
                                   last delta: it waits for the other */
    char half[8];
    const char *why;            /* it cannot be translated, for this reason */
    gw_args_t args;             /* of the call that is written */
} gw_blocks_t;

/* No block yet; in the pool. */
void gw_blocks_init(gw_blocks_t *b, const gw_blocks_how_t *how, void *writer,
                    apr_pool_t *pool);

/* The last block if it is of this kind, or a new one behind it; a call is
 * always a new one.  NULL: there are too many (b->why). */
gw_block_t *gw_blocks_for(gw_blocks_t *b, gw_said_kind_t kind);

/* More of a block: written, or held. */
void gw_blocks_more(gw_blocks_t *b, gw_block_t *block, gw_str_t text,
                    gw_text_t *out);

/* Write what can be: the first block begins, or ends and the next one is the
 * first. */
void gw_blocks_go_on(gw_blocks_t *b, gw_text_t *out);

/* Nothing comes any more: write all that is held. */
void gw_blocks_end(gw_blocks_t *b, gw_text_t *out);

/* The id of a call; empty: it has none, or another one has it. */
gw_str_t gw_blocks_id(const gw_blocks_t *b, const gw_block_t *call);

#endif
