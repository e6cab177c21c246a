/* SPDX-License-Identifier: Apache-2.0 */
/* messages_stream.c - a stream of chat completion chunks, as one of Messages
 * events.
 *
 * message_start says what the prompt is by estimate, since nothing is counted
 * yet and readers show it; the end says what was counted, or nothing.
 */
#include "said_call.h"
#include "translate_rows.h"

struct gw_translator_t {
    gw_translate_about_t about;
    gw_messages_stop_t stop;
    gw_blocks_t blocks;
    gw_said_read_t read;
};

gw_translator_t *gw_messages_start(const gw_translate_about_t *about)
{
    gw_translator_t *tr = apr_palloc(about->pool, sizeof(*tr));

    tr->about = *about;
    tr->stop = GW_STOP_END_TURN;
    gw_blocks_init(&tr->blocks, &tr->about);
    gw_said_read_init(&tr->read, about->pool);
    return tr;
}

/* A word that keeps the line busy, or nothing, is no chunk. */
static int is_chunk(gw_str_t data)
{
    apr_size_t i = 0;

    while (i < data.n && strchr(" \t\r\n", data.p[i]) != NULL
           && data.p[i] != '\0')
        i++;
    return i < data.n && data.p[i] == '{';
}

static void say(gw_blocks_t *b, const gw_said_t *said, gw_text_t *out)
{
    gw_block_t *block;

    if (said->kind == GW_SAID_CALL) {
        gw_call_add(b, said, out);
    }
    else {
        block = gw_blocks_for(b, said->kind);
        if (block != NULL)
            gw_blocks_more(b, block, said->text, out);
    }
    if (b->why == NULL)
        gw_blocks_go_on(b, out);
}

/* Thoughts, text, calls: as they follow each other in a message. */
static void say_all(gw_blocks_t *b, const gw_said_read_t *r,
                    gw_text_t *out)
{
    gw_said_kind_t kind;
    unsigned i;

    for (kind = GW_SAID_THINKING; kind < GW_SAID_KINDS; kind++) {
        for (i = 0; i < r->count && b->why == NULL; i++) {
            if (r->said[i].kind == kind)
                say(b, &r->said[i], out);
        }
    }
}

static const char *result(gw_blocks_t *b, const gw_text_t *out)
{
    if (b->why == NULL && out->full)
        b->why = GW_MESSAGES_TOO_LONG;
    return b->why;
}

const char *gw_messages_event(gw_translator_t *tr, gw_text_t *out,
                              gw_str_t data)
{
    gw_said_read_t *r = &tr->read;
    gw_blocks_t *b = &tr->blocks;
    apr_status_t rv;

    if (b->why != NULL || !is_chunk(data))
        return b->why;
    rv = gw_said_read(r, data);
    if (rv != APR_SUCCESS) {
        b->why = rv == APR_EINVAL ? GW_MESSAGES_NO_JSON : GW_MESSAGES_TOO_LONG;
        return b->why;
    }
    if (r->model.n > 0 && b->model.n == 0)
        gw_text_add(&b->model, r->model);
    if (r->finish.n > 0)
        tr->stop = gw_messages_stop(r->finish);
    say_all(b, r, out);
    return result(b, out);
}

const char *gw_messages_end(gw_translator_t *tr, gw_text_t *out,
                            const gw_translate_usage_t *usage)
{
    gw_blocks_t *b = &tr->blocks;

    b->cut = gw_messages_cut(tr->stop) != 0;
    gw_blocks_end(b, out);
    if (b->why == NULL && tr->stop == GW_STOP_BROKEN)
        b->why = GW_MESSAGES_BROKEN;
    if (b->why != NULL)
        return b->why;
    gw_blocks_start(b, out);
    gw_text_put(out, "event: message_delta\ndata: {\"type\":\"message_delta\","
                     "\"delta\":{\"stop_reason\":");
    gw_messages_write_stop(out, tr->stop, b->called);
    gw_text_put(out, ",\"stop_sequence\":null},\"usage\":");
    gw_messages_write_usage(out, usage, 0);
    gw_text_put(out, "}\n\nevent: message_stop\n"
                     "data: {\"type\":\"message_stop\"}\n\n");
    return result(b, out);
}
