/* SPDX-License-Identifier: Apache-2.0 */
/* said_stream.c - see said_stream.h. */
#include "said_stream.h"

#include "said_call.h"

void gw_said_stream_init(gw_said_stream_t *s, const gw_blocks_how_t *how,
                         void *writer, apr_pool_t *pool)
{
    s->end = GW_SAID_END_TURN;
    gw_text_init(&s->model, GW_CALL_NAME_MOST, pool);
    gw_blocks_init(&s->blocks, how, writer, pool);
    gw_said_read_init(&s->read, pool);
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

static void say(gw_blocks_t *b, const gw_said_t *said, int document,
                gw_text_t *out)
{
    gw_block_t *block;

    if (said->kind == GW_SAID_CALL && document) {
        gw_call_new(b, said, out);
    }
    else if (said->kind == GW_SAID_CALL) {
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
static void say_all(gw_said_stream_t *s, int document, gw_text_t *out)
{
    const gw_said_read_t *r = &s->read;
    gw_blocks_t *b = &s->blocks;
    gw_said_kind_t kind;
    unsigned i;

    for (kind = GW_SAID_THINKING; kind < GW_SAID_KINDS; kind++) {
        for (i = 0; i < r->count && b->why == NULL; i++) {
            if (r->said[i].kind == kind)
                say(b, &r->said[i], document, out);
        }
    }
}

const char *gw_said_stream_why(gw_said_stream_t *s, const gw_text_t *out)
{
    if (s->blocks.why == NULL && out->full)
        s->blocks.why = GW_SAID_TOO_LONG;
    return s->blocks.why;
}

static const char *read_and_say(gw_said_stream_t *s, gw_text_t *out,
                                gw_str_t data, int document)
{
    gw_said_read_t *r = &s->read;
    apr_status_t rv = gw_said_read(r, data);

    if (rv != APR_SUCCESS) {
        s->blocks.why = rv == APR_EINVAL ? GW_SAID_NO_JSON : GW_SAID_TOO_LONG;
        return s->blocks.why;
    }
    if (r->model.n > 0 && s->model.n == 0)
        gw_text_add(&s->model, r->model);
    if (r->finish.n > 0)
        s->end = gw_said_end(r->finish);
    say_all(s, document, out);
    return gw_said_stream_why(s, out);
}

const char *gw_said_stream_event(gw_said_stream_t *s, gw_text_t *out,
                                 gw_str_t data)
{
    if (s->blocks.why != NULL || !is_chunk(data))
        return s->blocks.why;
    return read_and_say(s, out, data, 0);
}

const char *gw_said_stream_document(gw_said_stream_t *s, gw_text_t *out,
                                    gw_str_t document)
{
    const char *why = read_and_say(s, out, document, 1);

    return why != NULL ? why : gw_said_stream_end(s, out);
}

const char *gw_said_stream_end(gw_said_stream_t *s, gw_text_t *out)
{
    gw_blocks_t *b = &s->blocks;

    b->cut = gw_said_is_cut(s->end) != 0;
    gw_blocks_end(b, out);
    if (b->why == NULL && s->end == GW_SAID_FAILED)
        b->why = GW_SAID_BROKEN;
    return gw_said_stream_why(s, out);
}
