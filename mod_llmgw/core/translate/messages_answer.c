/* SPDX-License-Identifier: Apache-2.0 */
/* messages_answer.c - a chat completion, as a Messages answer. */
#include "messages_write.h"
#include "said_blocks.h"
#include "translate_rows.h"

typedef struct writing_t {
    gw_text_t *out;
    const gw_translate_about_t *about;
    const gw_said_read_t *read;
    unsigned blocks;            /* that are written */
    int called;
    int cut;
    gw_args_t args;
} writing_t;

static void next_block(writing_t *w)
{
    if (w->blocks++ > 0)
        gw_text_put(w->out, ",");
}

/* All pieces of a kind, as one block; none, if they are white space. */
static void write_block(writing_t *w, gw_said_kind_t kind, const char *start,
                        const char *end)
{
    const gw_said_t *said = w->read->said;
    unsigned count = w->read->count, i;
    int solid = 0;

    for (i = 0; i < count && !solid; i++)
        solid = said[i].kind == kind && !gw_args_blank(said[i].text);
    if (!solid)
        return;
    next_block(w);
    gw_text_put(w->out, start);
    for (i = 0; i < count; i++) {
        if (said[i].kind == kind)
            gw_text_add(w->out, said[i].text);
    }
    gw_text_put(w->out, end);
}

/* The bytes of a call's arguments; empty: it has none.  NULL or why not. */
static const char *arguments(writing_t *w, const gw_said_t *said,
                             gw_str_t *bytes)
{
    static const gw_str_t none = { "", 0 };

    *bytes = said->text;
    if (said->is_object)
        return NULL;
    gw_args_start(&w->args);
    gw_args_feed(&w->args, said->text, none);
    if (!w->args.any) {
        bytes->n = 0;
        return NULL;
    }
    *bytes = gw_text_str(&w->args.plain);
    return w->args.whole && !w->args.bad ? NULL : GW_SAID_NO_OBJECT;
}

/* Empty where another call before it has the same. */
static gw_str_t id_of(const writing_t *w, const gw_said_t *call)
{
    gw_str_t id = call->id;
    const gw_said_t *s;

    for (s = w->read->said; s < call; s++) {
        if (s->kind == GW_SAID_CALL && s->id.n == id.n && id.n > 0
            && memcmp(s->id.p, id.p, id.n) == 0)
            id.n = 0;
    }
    return id;
}

/* A call that was cut off is left out: what it would have said is not known,
 * and its stop_reason says that something is missing. */
static const char *write_call(writing_t *w, const gw_said_t *said)
{
    gw_str_t bytes;
    const char *why = arguments(w, said, &bytes);

    if (why != NULL)
        return w->cut ? NULL : why;
    if (said->name.n == 0)
        return bytes.n > 0 ? GW_SAID_NO_NAME : NULL;
    next_block(w);
    gw_messages_write_call(w->out, w->about, id_of(w, said), said->name,
                           w->blocks - 1);
    if (bytes.n > 0)
        gw_text_add(w->out, bytes);
    else
        gw_text_put(w->out, "{}");
    gw_text_put(w->out, "}");
    w->called = 1;
    return NULL;
}

static const char *write_content(writing_t *w)
{
    const char *why = NULL;
    unsigned i, calls = 0;

    write_block(w, GW_SAID_THINKING, "{\"type\":\"thinking\",\"thinking\":\"",
                "\",\"signature\":\"" GW_MESSAGES_SIGNATURE "\"}");
    write_block(w, GW_SAID_TEXT, "{\"type\":\"text\",\"text\":\"", "\"}");
    for (i = 0; i < w->read->count && why == NULL; i++) {
        if (w->read->said[i].kind != GW_SAID_CALL)
            continue;
        why = ++calls > GW_CALLS_MOST ? GW_SAID_TOO_LONG
                                      : write_call(w, &w->read->said[i]);
    }
    return why;
}

const char *gw_messages_document(gw_text_t *out, gw_str_t document,
                                 const gw_translate_about_t *about,
                                 const gw_translate_usage_t *usage)
{
    gw_said_read_t *r = apr_palloc(about->pool, sizeof(*r));
    writing_t *w = apr_pcalloc(about->pool, sizeof(*w));
    gw_said_end_t stop;
    const char *why;
    apr_status_t rv;

    gw_said_read_init(r, about->pool);
    rv = gw_said_read(r, document);
    if (rv != APR_SUCCESS)
        return rv == APR_EINVAL ? GW_SAID_NO_JSON : GW_SAID_TOO_LONG;
    stop = gw_said_end(r->finish);
    if (stop == GW_SAID_FAILED)
        return GW_SAID_BROKEN;
    w->out = out;
    w->about = about;
    w->read = r;
    w->cut = gw_said_is_cut(stop);
    gw_args_init(&w->args, GW_TRANSLATE_ANSWER, about->pool);
    gw_text_put(out, "{");
    gw_messages_write_head(out, about, r->model);
    gw_text_put(out, ",\"content\":[");
    why = write_content(w);
    if (why != NULL)
        return why;
    gw_text_put(out, "],\"stop_reason\":");
    gw_messages_write_stop(out, stop, w->called);
    gw_text_put(out, ",\"stop_sequence\":null,\"usage\":");
    gw_messages_write_usage(out, usage, 1);
    gw_text_put(out, "}");
    return out->full ? GW_SAID_TOO_LONG : NULL;
}
