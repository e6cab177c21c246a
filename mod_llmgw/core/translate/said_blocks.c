/* SPDX-License-Identifier: Apache-2.0 */
/* said_blocks.c - see said_blocks.h. */
#include "said_blocks.h"

#include "json_mend.h"

#define KEEP 4096               /* a larger memory is given back */

void gw_blocks_init(gw_blocks_t *b, const gw_blocks_how_t *how, void *writer,
                    apr_pool_t *pool)
{
    memset(b, 0, offsetof(gw_blocks_t, args));
    b->how = how;
    b->writer = writer;
    b->pool = pool;
    gw_text_init(&b->out_of_object, GW_TRANSLATE_EVENT, pool);
    gw_args_init(&b->args, GW_TRANSLATE_ANSWER, pool);
}

gw_str_t gw_blocks_id(const gw_blocks_t *b, const gw_block_t *call)
{
    gw_str_t id = gw_text_str(&call->id), other;
    const gw_block_t *c;

    for (c = b->calls; c != NULL && id.n > 0; c = c->older) {
        other = gw_text_str(&c->id);
        if (c != call && c->begun && other.n == id.n
            && memcmp(other.p, id.p, id.n) == 0)
            id.n = 0;
    }
    return id;
}

/* ---- one block ------------------------------------------------------- */

static void write_begin(gw_blocks_t *b, gw_block_t *block, gw_text_t *out)
{
    b->how->begin(b->writer, block, out);
    if (block->kind == GW_SAID_CALL)
        gw_args_start(&b->args);
    block->begun = 1;
}

static void write_text(gw_blocks_t *b, gw_block_t *block, gw_str_t text,
                       gw_text_t *out)
{
    gw_str_t half = { b->half, b->half_n };
    apr_size_t keep = gw_json_half_at_end(text);

    text.n -= keep;
    if (half.n + text.n > 0) {
        b->how->delta(b->writer, block, half, text, out);
        if (block->kind == GW_SAID_CALL)
            gw_args_feed(&b->args, half, text);
    }
    if (keep > 0)
        memcpy(b->half, text.p + text.n, keep);
    b->half_n = keep;
    if (block->kind != GW_SAID_CALL)
        return;
    block->whole = b->args.whole && !b->args.bad;
    if (b->args.bad && !block->any)
        b->why = GW_SAID_NO_OBJECT;
}

static void write_held(gw_blocks_t *b, gw_block_t *block, gw_text_t *out)
{
    b->held -= block->held.n;
    write_text(b, block, gw_text_str(&block->held), out);
    if (block->held.size > KEEP)
        gw_text_drop(&block->held);
    gw_text_clear(&block->held);
}

/* Can its start be written?  That of a call not before its arguments begin:
 * until then, more of its id and name may come, and Anthropic's SDK for Python
 * fails on a delta of nothing but white space. */
static int can_begin(const gw_block_t *block)
{
    return !block->begun && block->solid
           && (block->kind != GW_SAID_CALL || block->name.n > 0);
}

static void try_begin(gw_blocks_t *b, gw_block_t *block, gw_text_t *out)
{
    if (!can_begin(block))
        return;
    write_begin(b, block, out);
    write_held(b, block, out);
}

static void end_call(gw_blocks_t *b, gw_block_t *block, gw_text_t *out)
{
    static const gw_str_t none = { "", 0 }, empty = GW_STR("{}");

    if (!b->args.any && !block->any)
        b->how->delta(b->writer, block, empty, none, out);
    if (b->cut || block->whole)
        return;
    if (b->args.any && !block->any)
        b->why = GW_SAID_NO_OBJECT;
    else
        block->whole = 1;
}

static void write_end(gw_blocks_t *b, gw_block_t *block, gw_text_t *out)
{
    static const gw_str_t none = { "", 0 }, lone = GW_STR("\\ufffd");

    if (b->half_n > 0)
        b->how->delta(b->writer, block, lone, none, out);
    b->half_n = 0;
    if (block->kind == GW_SAID_CALL)
        end_call(b, block, out);
    b->how->end(b->writer, block, out);
}

/* ---- the queue ------------------------------------------------------- */

static gw_block_t *new_block(gw_blocks_t *b, gw_said_kind_t kind)
{
    gw_block_t *block = kind == GW_SAID_CALL ? NULL : b->spare;

    if (block != NULL) {
        b->spare = block->next;
        block->solid = block->begun = block->whole = block->done = 0;
        block->next = NULL;
        block->kind = kind;
        return block;
    }
    block = apr_pcalloc(b->pool, sizeof(*block));
    block->kind = kind;
    gw_text_init(&block->held, GW_TRANSLATE_EVENT, b->pool);
    if (kind != GW_SAID_CALL)
        return block;
    gw_text_init(&block->id, GW_CALL_NAME_MOST, b->pool);
    gw_text_init(&block->name, GW_CALL_NAME_MOST, b->pool);
    block->older = b->calls;
    b->calls = block;
    b->call_count++;
    return block;
}

gw_block_t *gw_blocks_for(gw_blocks_t *b, gw_said_kind_t kind)
{
    gw_block_t *block = b->tail;

    if (block != NULL && block->kind == kind && kind != GW_SAID_CALL)
        return block;
    b->held += GW_BLOCK_BYTES;
    if (b->held > GW_TRANSLATE_EVENT
        || (kind == GW_SAID_CALL && b->call_count == GW_CALLS_MOST)) {
        b->why = GW_SAID_TOO_LONG;
        return NULL;
    }
    block = new_block(b, kind);
    if (b->tail != NULL)
        b->tail->next = block;
    else
        b->head = block;
    b->tail = block;
    return block;
}

void gw_blocks_more(gw_blocks_t *b, gw_block_t *block, gw_str_t text,
                    gw_text_t *out)
{
    if (text.n == 0)
        return;
    if (block->done) {          /* a call: what follows may be white space */
        if (!gw_args_blank(text))
            b->why = GW_SAID_NO_OBJECT;
        return;
    }
    if (block == b->head && block->begun) {
        write_text(b, block, text, out);
        return;
    }
    block->solid |= !gw_args_blank(text)
                    && gw_json_half_at_end(text) < text.n;
    b->held += text.n;
    gw_text_add(&block->held, text);
    if (b->held > GW_TRANSLATE_EVENT || block->held.full)
        b->why = GW_SAID_TOO_LONG;
}

/* The first block leaves the queue. */
static void leave(gw_blocks_t *b, gw_text_t *out)
{
    gw_block_t *block = b->head;

    if (!block->begun && block->kind == GW_SAID_CALL) {
        if (block->name.n > 0)
            write_begin(b, block, out);
        else if (block->solid)
            b->why = GW_SAID_NO_NAME;
    }
    if (block->begun)
        write_end(b, block, out);
    block->done = 1;
    b->held -= GW_BLOCK_BYTES + block->held.n;
    gw_text_clear(&block->held);
    b->head = block->next;
    if (b->head == NULL)
        b->tail = NULL;
    if (block->kind == GW_SAID_CALL) {
        gw_text_drop(&block->held);
        return;
    }
    block->next = b->spare;
    b->spare = block;
}

void gw_blocks_go_on(gw_blocks_t *b, gw_text_t *out)
{
    while (b->head != NULL && b->why == NULL) {
        try_begin(b, b->head, out);
        if (b->head->next == NULL
            || (b->head->kind == GW_SAID_CALL && !b->head->whole))
            break;
        leave(b, out);
    }
}

void gw_blocks_end(gw_blocks_t *b, gw_text_t *out)
{
    while (b->head != NULL && b->why == NULL) {
        try_begin(b, b->head, out);
        if (b->why == NULL)
            leave(b, out);
    }
}
