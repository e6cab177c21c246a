/* SPDX-License-Identifier: Apache-2.0 */
/* messages_stream.c - a stream of chat completion chunks, as one of Messages
 * events.
 *
 * message_start says what the prompt is by estimate, since nothing is counted
 * yet and readers show it; the end says what was counted, or nothing.
 */
#include "messages_write.h"
#include "said_stream.h"
#include "translate_rows.h"

#define PREFIX 4096             /* bytes of a delta before its text; fewer */

struct gw_translator_t {
    gw_translate_about_t about;
    unsigned place;             /* index of the block that is written */
    unsigned started:1;         /* message_start is written */
    unsigned called:1;          /* a call is written */
    gw_text_t prefix;           /* of a delta of the block that is written */
    gw_said_stream_t said;
};

/* What a block of a kind begins with, and each of its deltas; a call's start
 * is written by itself. */
static const struct {
    const char *start, *delta;
} shapes[GW_SAID_KINDS] = {
    [GW_SAID_THINKING] = {
        "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}",
        "thinking_delta\",\"thinking\":\"" },
    [GW_SAID_TEXT] = { "{\"type\":\"text\",\"text\":\"\"}",
                       "text_delta\",\"text\":\"" },
    [GW_SAID_CALL] = { NULL, "input_json_delta\",\"partial_json\":\"" }
};

#define EVENT(name) "event: " name "\ndata: {\"type\":\"" name "\""

/* ---- events ---------------------------------------------------------- */

/* Once. */
static void write_start(gw_translator_t *tr, gw_text_t *out)
{
    if (tr->started)
        return;
    tr->started = 1;
    gw_text_put(out, EVENT("message_start") ",\"message\":{");
    gw_messages_write_head(out, &tr->about, gw_text_str(&tr->said.model));
    gw_text_put(out, ",\"content\":[],\"stop_reason\":null,"
                     "\"stop_sequence\":null,\"usage\":{\"input_tokens\":");
    gw_text_number(out, tr->about.prompt);
    gw_text_put(out, ",\"cache_creation_input_tokens\":0,"
                     "\"cache_read_input_tokens\":0,\"output_tokens\":0}}}"
                     "\n\n");
}

static void learn_prefix(gw_translator_t *tr, gw_said_kind_t kind)
{
    gw_text_clear(&tr->prefix);
    gw_text_put(&tr->prefix, EVENT("content_block_delta") ",\"index\":");
    gw_text_number(&tr->prefix, tr->place);
    gw_text_put(&tr->prefix, ",\"delta\":{\"type\":\"");
    gw_text_put(&tr->prefix, shapes[kind].delta);
}

static void write_delta(void *writer, const gw_block_t *block, gw_str_t first,
                        gw_str_t second, gw_text_t *out)
{
    static const gw_str_t end = GW_STR("\"}}\n\n");
    gw_translator_t *tr = writer;

    gw_text_add(out, gw_text_str(&tr->prefix));
    gw_text_add(out, first);
    gw_text_add(out, second);
    gw_text_add(out, end);
}

static void write_begin(void *writer, gw_block_t *block, gw_text_t *out)
{
    gw_translator_t *tr = writer;

    write_start(tr, out);
    learn_prefix(tr, block->kind);
    gw_text_put(out, EVENT("content_block_start") ",\"index\":");
    gw_text_number(out, tr->place);
    gw_text_put(out, ",\"content_block\":");
    if (block->kind == GW_SAID_CALL) {
        gw_messages_write_call(out, &tr->about,
                               gw_blocks_id(&tr->said.blocks, block),
                               gw_text_str(&block->name), tr->place);
        gw_text_put(out, "{}}");
        tr->called = 1;
    }
    else {
        gw_text_put(out, shapes[block->kind].start);
    }
    gw_text_put(out, "}\n\n");
}

static void write_end(void *writer, const gw_block_t *block, gw_text_t *out)
{
    gw_translator_t *tr = writer;

    if (block->kind == GW_SAID_THINKING) {
        gw_text_put(out, EVENT("content_block_delta") ",\"index\":");
        gw_text_number(out, tr->place);
        gw_text_put(out, ",\"delta\":{\"type\":\"signature_delta\","
                         "\"signature\":\"" GW_MESSAGES_SIGNATURE "\"}}\n\n");
    }
    gw_text_put(out, EVENT("content_block_stop") ",\"index\":");
    gw_text_number(out, tr->place++);
    gw_text_put(out, "}\n\n");
}

static const gw_blocks_how_t how = { write_begin, write_delta, write_end };

/* ---- the stream ------------------------------------------------------ */

gw_translator_t *gw_messages_start(const gw_translate_about_t *about)
{
    gw_translator_t *tr = apr_palloc(about->pool, sizeof(*tr));

    memset(tr, 0, offsetof(gw_translator_t, prefix));
    tr->about = *about;
    gw_text_init(&tr->prefix, PREFIX, about->pool);
    gw_said_stream_init(&tr->said, &how, tr, about->pool);
    return tr;
}

const char *gw_messages_event(gw_translator_t *tr, gw_text_t *out,
                              gw_str_t data)
{
    return gw_said_stream_event(&tr->said, out, data);
}

const char *gw_messages_end(gw_translator_t *tr, gw_text_t *out,
                            const gw_translate_usage_t *usage)
{
    const char *why = gw_said_stream_end(&tr->said, out);

    if (why != NULL)
        return why;
    write_start(tr, out);
    gw_text_put(out, "event: message_delta\ndata: {\"type\":\"message_delta\","
                     "\"delta\":{\"stop_reason\":");
    gw_messages_write_stop(out, tr->said.end, tr->called);
    gw_text_put(out, ",\"stop_sequence\":null},\"usage\":");
    gw_messages_write_usage(out, usage, 0);
    gw_text_put(out, "}\n\nevent: message_stop\n"
                     "data: {\"type\":\"message_stop\"}\n\n");
    return gw_said_stream_why(&tr->said, out);
}
