/* SPDX-License-Identifier: Apache-2.0 */
/* messages_blocks.c - see messages_blocks.h. */
#include "messages_blocks.h"

#include "json_mend.h"

#define KEEP 4096               /* a larger memory is given back */

/* What a block of a kind begins with, and each of its deltas; a call's start
 * is written by itself. */
static const struct {
    const char *start, *delta;
} shapes[GW_SAID_KINDS] = {
    { "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}",
      "thinking_delta\",\"thinking\":\"" },
    { "{\"type\":\"text\",\"text\":\"\"}", "text_delta\",\"text\":\"" },
    { NULL, "input_json_delta\",\"partial_json\":\"" }
};

#define EVENT(name) "event: " name "\ndata: {\"type\":\"" name "\""

void gw_blocks_init(gw_blocks_t *b, const gw_translate_about_t *about)
{
    memset(b, 0, offsetof(gw_blocks_t, args));
    b->about = about;
    gw_text_init(&b->model, GW_CALL_NAME_MOST, about->pool);
    gw_text_init(&b->prefix, KEEP, about->pool);
    gw_text_init(&b->out_of_object, GW_TRANSLATE_EVENT, about->pool);
    gw_args_init(&b->args, GW_TRANSLATE_ANSWER, about->pool);
}

/* ---- events ---------------------------------------------------------- */

void gw_blocks_start(gw_blocks_t *b, gw_text_t *out)
{
    if (b->started)
        return;
    b->started = 1;
    gw_text_put(out, EVENT("message_start") ",\"message\":{");
    gw_messages_write_head(out, b->about, gw_text_str(&b->model));
    gw_text_put(out, ",\"content\":[],\"stop_reason\":null,"
                     "\"stop_sequence\":null,\"usage\":{\"input_tokens\":");
    gw_text_number(out, b->about->prompt);
    gw_text_put(out, ",\"cache_creation_input_tokens\":0,"
                     "\"cache_read_input_tokens\":0,\"output_tokens\":0}}}"
                     "\n\n");
}

static void learn_prefix(gw_blocks_t *b, gw_said_kind_t kind)
{
    gw_text_clear(&b->prefix);
    gw_text_put(&b->prefix, EVENT("content_block_delta") ",\"index\":");
    gw_text_number(&b->prefix, b->place);
    gw_text_put(&b->prefix, ",\"delta\":{\"type\":\"");
    gw_text_put(&b->prefix, shapes[kind].delta);
}

static void write_delta(gw_blocks_t *b, gw_str_t first, gw_str_t second,
                        gw_text_t *out)
{
    static const gw_str_t end = GW_STR("\"}}\n\n");

    gw_text_add(out, gw_text_str(&b->prefix));
    gw_text_add(out, first);
    gw_text_add(out, second);
    gw_text_add(out, end);
}

/* Our own id where there is none, or another call has it. */
static gw_str_t id_of(const gw_blocks_t *b, const gw_block_t *call)
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

static void write_begin(gw_blocks_t *b, gw_block_t *block, gw_text_t *out)
{
    gw_blocks_start(b, out);
    learn_prefix(b, block->kind);
    gw_text_put(out, EVENT("content_block_start") ",\"index\":");
    gw_text_number(out, b->place);
    gw_text_put(out, ",\"content_block\":");
    if (block->kind == GW_SAID_CALL) {
        gw_messages_write_call(out, b->about, id_of(b, block),
                               gw_text_str(&block->name), b->place);
        gw_text_put(out, "{}}");
        gw_args_start(&b->args);
        b->called = 1;
    }
    else {
        gw_text_put(out, shapes[block->kind].start);
    }
    gw_text_put(out, "}\n\n");
    block->begun = 1;
}

/* ---- one block ------------------------------------------------------- */

static void write_text(gw_blocks_t *b, gw_block_t *block, gw_str_t text,
                       gw_text_t *out)
{
    gw_str_t half = { b->half, b->half_n };
    apr_size_t keep = gw_json_half_at_end(text);

    text.n -= keep;
    if (half.n + text.n > 0) {
        write_delta(b, half, text, out);
        if (block->kind == GW_SAID_CALL)
            gw_args_feed(&b->args, half, text);
    }
    if (keep > 0)
        memcpy(b->half, text.p + text.n, keep);
    b->half_n = keep;
    if (block->kind != GW_SAID_CALL)
        return;
    block->whole = b->args.whole && !b->args.bad;
    if (b->args.bad)
        b->why = GW_MESSAGES_NO_OBJECT;
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

static void end_call(gw_blocks_t *b, gw_text_t *out)
{
    static const gw_str_t none = { "", 0 }, empty = GW_STR("{}");

    if (!b->args.any)
        write_delta(b, empty, none, out);
    else if (!b->args.whole && !b->cut)
        b->why = GW_MESSAGES_NO_OBJECT;
}

static void write_end(gw_blocks_t *b, gw_block_t *block, gw_text_t *out)
{
    static const gw_str_t none = { "", 0 }, lone = GW_STR("\\ufffd");

    if (b->half_n > 0)
        write_delta(b, lone, none, out);
    b->half_n = 0;
    if (block->kind == GW_SAID_CALL)
        end_call(b, out);
    if (block->kind == GW_SAID_THINKING) {
        gw_text_put(out, EVENT("content_block_delta") ",\"index\":");
        gw_text_number(out, b->place);
        gw_text_put(out, ",\"delta\":{\"type\":\"signature_delta\","
                         "\"signature\":\"" GW_MESSAGES_SIGNATURE "\"}}\n\n");
    }
    gw_text_put(out, EVENT("content_block_stop") ",\"index\":");
    gw_text_number(out, b->place++);
    gw_text_put(out, "}\n\n");
}

/* ---- the queue ------------------------------------------------------- */

static gw_block_t *new_block(gw_blocks_t *b, gw_said_kind_t kind)
{
    gw_block_t *block = kind == GW_SAID_CALL ? NULL : b->spare;
    apr_pool_t *pool = b->about->pool;

    if (block != NULL) {
        b->spare = block->next;
        block->solid = block->begun = block->whole = block->done = 0;
        block->next = NULL;
        block->kind = kind;
        return block;
    }
    block = apr_pcalloc(pool, sizeof(*block));
    block->kind = kind;
    gw_text_init(&block->held, GW_TRANSLATE_EVENT, pool);
    if (kind != GW_SAID_CALL)
        return block;
    gw_text_init(&block->id, GW_CALL_NAME_MOST, pool);
    gw_text_init(&block->name, GW_CALL_NAME_MOST, pool);
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
        b->why = GW_MESSAGES_TOO_LONG;
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
            b->why = GW_MESSAGES_NO_OBJECT;
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
        b->why = GW_MESSAGES_TOO_LONG;
}

/* The first block leaves the queue. */
static void leave(gw_blocks_t *b, gw_text_t *out)
{
    gw_block_t *block = b->head;

    if (!block->begun && block->kind == GW_SAID_CALL) {
        if (block->name.n > 0)
            write_begin(b, block, out);
        else if (block->solid)
            b->why = GW_MESSAGES_NO_NAME;
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
