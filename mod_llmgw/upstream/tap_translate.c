/* SPDX-License-Identifier: Apache-2.0 */
/* tap_translate.c - a stream that is translated.
 *
 * Each event is gathered whole and given to the translation; what that writes
 * leaves at the end of the round.  It writes nothing before something can be
 * seen, and as long as it has not, another upstream may still be tried.  The
 * end is written once the upstream's own is there and usage was waited for:
 * then it is settled, then the end is passed.  For a client that has left the
 * events are counted, and not translated.
 */
#include "tap_translate.h"

#include <apr_strings.h>

#include "clock.h"
#include "sse_data.h"

#define PUT 32768               /* bytes that are put at a time */

/* ---- an attempt ------------------------------------------------------ */

static gw_tap_translation_t *make(gw_call_t *call)
{
    apr_pool_t *pool = call->r->pool;
    gw_tap_translation_t *tr = apr_pcalloc(pool, sizeof(*tr));

    gw_text_init(&tr->event, GW_TRANSLATE_EVENT, pool);
    gw_text_init(&tr->data, GW_TRANSLATE_EVENT, pool);
    gw_text_init(&tr->out, GW_TRANSLATE_EVENT, pool);
    tr->about.id = call->id_text;
    tr->about.created = apr_time_sec(gw_id_time(call->id));
    tr->about.prompt = call->cell->prompt;
    tr->about.req = call->req;
    tr->about.model.p = apr_pstrmemdup(pool, call->req->model.p,
                                       call->req->model.n);
    tr->about.model.n = call->req->model.n;     /* it is in the body */
    tr->about.include_usage = call->req->include_usage == GW_TRUE;
    tr->about.pool = pool;
    return tr;
}

gw_tap_translation_t *gw_tap_translate_attempt(gw_tap_t *t)
{
    gw_call_t *call = t->call;
    gw_tap_translation_t *tr = t->tr != NULL ? t->tr : make(call);
    const char *id = gw_translate_id(call->translation->id, call->id_text,
                                     call->r->pool);
    gw_str_t text = { id, strlen(id) };

    t->id_hash = gw_answer_id_hash(text);
    tr->how = call->translation;
    tr->about.names = call->names;
    tr->about.summary = call->summary;
    tr->stream = NULL;
    tr->first = 1;
    tr->said = 0;
    gw_text_clear(&tr->event);
    gw_text_clear(&tr->out);
    return tr;
}

/* ---- passing --------------------------------------------------------- */

static void put_out(gw_tap_t *t)
{
    gw_text_t *out = &t->tr->out;

    if (out->n > 0)
        gw_tap_put_bucket(t, apr_bucket_heap_create(out->p, out->n, NULL,
                                 t->f->c->bucket_alloc), out->n);
    gw_text_clear(out);
}

/* It cannot go on.  Nothing was passed: it is no answer, and another upstream
 * may have one. */
static void fail(gw_tap_t *t, const char *why)
{
    if (!t->leaked)
        gw_tap_translate_log(t, why);
    t->failed = t->enough = 1;
    if (gw_tap_is_open(t) && !gw_tap_is_mute(t)) {
        t->kept_len = 0;
        gw_tap_refuse(t);
        t->no_answer = 1;
        return;
    }
    put_out(t);
    gw_tap_error_event(t, GW_P_UPSTREAM_UNAVAILABLE, why);
    gw_tap_end(t, GW_END_CUT);
}

/* What was written since there were n bytes may be passed.  0: not, or it
 * could not be written, and that is that. */
static int is_written(gw_tap_t *t, apr_size_t n, const char *why)
{
    gw_text_t *out = &t->tr->out;

    if (why == NULL && out->full)
        why = "The answer is too long to be translated.";
    if (why == NULL && gw_tap_leaks_clear(t, out->p + n, out->n - n))
        why = "The upstream is not available.";
    if (why == NULL)
        return 1;
    out->n = n;
    out->full = 0;
    fail(t, why);
    return 0;
}

/* The event was read, and written so far as it can be by now. */
static void note(gw_tap_t *t, const gw_event_t *ev, int wrote)
{
    t->tr->said |= ev->choice || ev->text > 0 || ev->usage;
    t->read += (apr_int64_t)ev->text;
    if (gw_tap_is_mute(t)) {
        gw_tap_begin(t);
        return;
    }
    t->text += (apr_int64_t)ev->text;
    if (!wrote)
        return;
    gw_tap_begin(t);
    t->delivered = 1;
}

/* ---- the end --------------------------------------------------------- */

void gw_tap_translate_finish(gw_tap_t *t)
{
    gw_tap_translation_t *tr = t->tr;
    gw_translate_usage_t said;
    gw_usage_t usage;

    if (t->x->answer >= GW_ANSWER_SETTLED)
        return;
    put_out(t);
    gw_tap_begin(t);            /* an answer may be empty */
    if (t->x->answer == GW_ANSWER_BEGUN)
        gw_exchange_on(t->x, GW_X_HOLD);
    if (!gw_tap_is_mute(t)) {
        gw_tap_translate_usage(&said, &usage, t);
        if (tr->stream == NULL)
            tr->stream = tr->how->start(&tr->about);
        if (!is_written(t, 0, tr->how->end(tr->stream, &tr->out, &said)))
            return;
        put_out(t);             /* it is held, as the exchange is */
    }
    gw_tap_settle(t, gw_tap_whole_end(t));
    APR_BRIGADE_CONCAT(t->out, t->held);
}

/* The upstream's own end waits for usage, as the terminal event of one that
 * is passed as it is. */
static void terminal(gw_tap_t *t)
{
    if (t->x->answer >= GW_ANSWER_SETTLED)
        return;
    put_out(t);
    gw_tap_begin(t);
    if (t->x->answer == GW_ANSWER_BEGUN) {
        gw_exchange_on(t->x, GW_X_HOLD);
        gw_watch_hold(t->call, gw_steady_now() + GW_TAP_HOLD);
    }
    gw_watch_hold_briefly(t->call, gw_tap_counted(t));
}

/* ---- an event -------------------------------------------------------- */

/* No answer, so far as it goes: another attempt may do better. */
static void keep_event(gw_tap_t *t, gw_str_t event)
{
    int error = t->answer.event.error;

    gw_exchange_on(t->x, GW_X_KEEP);
    t->kept_sse = 1;
    gw_tap_translate_keep(t, event.p, event.n);
    if (!error)
        gw_tap_refuse(t);
}

static void error_event(gw_tap_t *t, gw_str_t event)
{
    gw_problem_t problem;

    t->failed = 1;
    if (gw_tap_is_open(t) && !gw_tap_is_mute(t)) {
        keep_event(t, event);
        return;
    }
    put_out(t);
    if (gw_tap_event_is_ours(t, event.p, event.n)) {
        gw_tap_replace(t, event.p, event.n);
    }
    else {
        gw_tap_translate_fault(&problem, t, event.p, event.n);
        gw_tap_put_problem(t, &problem);
    }
    t->enough = 1;              /* nothing follows that could be passed */
    gw_tap_end(t, gw_tap_ending(t));
}

static void translate(gw_tap_t *t, const gw_event_t *ev, gw_str_t data)
{
    gw_tap_translation_t *tr = t->tr;
    apr_size_t n = tr->out.n;

    if (tr->stream == NULL)
        tr->stream = tr->how->start(&tr->about);
    if (!is_written(t, n, tr->how->event(tr->stream, &tr->out, data)))
        return;
    note(t, ev, tr->out.n > n);
    t->urgent |= ev->finish || ev->ends;
    if (tr->out.n >= PUT)
        put_out(t);
}

/* Comments keep connections alive; what else has no data says nothing. */
static void no_data(gw_tap_t *t, gw_str_t event)
{
    if (event.n == 0 || *event.p != ':' || !t->call->req->stream
        || gw_tap_leaks_clear(t, event.p, event.n))
        return;
    put_out(t);
    gw_tap_put_bucket(t, apr_bucket_heap_create(event.p, event.n, NULL,
                             t->f->c->bucket_alloc), event.n);
}

static void whole_event(gw_tap_t *t, gw_str_t event)
{
    gw_tap_translation_t *tr = t->tr;
    const gw_event_t *ev = &t->answer.event;
    gw_str_t data;

    if (t->x->answer >= GW_ANSWER_SETTLED)
        return;
    if (!ev->data) {
        no_data(t, event);
        return;
    }
    if (ev->error) {
        error_event(t, event);
        return;
    }
    if (ev->done && gw_tap_is_open(t) && !tr->said) {
        keep_event(t, event);
        return;
    }
    data = gw_sse_data(&tr->data, event, tr->first);
    tr->first = 0;
    if (!gw_str_is(data, "[DONE]"))
        translate(t, ev, data);
    if (t->x->body != GW_BODY_STREAM || t->x->answer >= GW_ANSWER_SETTLED)
        return;
    if (ev->done)
        terminal(t);
    else if (t->x->answer == GW_ANSWER_HELD && ev->usage)
        gw_watch_hold_briefly(t->call, gw_tap_counted(t));
}

/* For a client that left: what was made is counted. */
static void unseen_event(gw_tap_t *t, const gw_event_t *ev)
{
    if (!ev->data || t->x->answer >= GW_ANSWER_SETTLED)
        return;
    t->failed |= ev->error;
    note(t, ev, 0);
    if (ev->done)
        terminal(t);
    else if (t->x->answer == GW_ANSWER_HELD && ev->usage)
        gw_watch_hold_briefly(t->call, gw_tap_counted(t));
}

/* More of an event.  0: it is too long. */
static int gather(gw_tap_t *t, const char *p, apr_size_t n)
{
    gw_str_t piece = { p, n };

    if (gw_tap_is_mute(t))
        return 1;
    gw_text_add(&t->tr->event, piece);
    if (!t->tr->event.full)
        return 1;
    fail(t, "An event of the answer is too long to be translated.");
    return 0;
}

/* An event ends at p + n. */
static void event_end(gw_tap_t *t, const char *p, apr_size_t n)
{
    gw_text_t *before = &t->tr->event;
    gw_str_t event = { p, n };

    if (gw_tap_is_mute(t)) {
        unseen_event(t, &t->answer.event);
    }
    else if (before->n == 0) {
        whole_event(t, event);
    }
    else if (gather(t, p, n)) {
        whole_event(t, gw_text_str(before));
    }
    gw_text_clear(before);
}

void gw_tap_translate_events(gw_tap_t *t, const char *data, apr_size_t n)
{
    const char *p = data, *end = data + n;

    while (p < end && t->x->body == GW_BODY_STREAM
           && t->x->answer != GW_ANSWER_ENDED) {
        apr_size_t used;
        gw_sse_result_t got = gw_answer_next(&t->answer, p,
                                             (apr_size_t)(end - p), &used);

        if (got == GW_SSE_MORE)
            gather(t, p, used);
        else if (got == GW_SSE_EVENT)
            event_end(t, p, used);
        p += used;
    }
    if (t->x->body != GW_BODY_STREAM) {
        gw_tap_translate_keep(t, p, (apr_size_t)(end - p));
        return;
    }
    put_out(t);
    gw_tap_progress(t);
}

/* ---- the end of the body --------------------------------------------- */

/* No answer came.  Without a byte but comments the upstream as good as broke
 * off. */
static void no_answer(gw_tap_t *t)
{
    if (t->tr->first || t->leaked) {
        gw_exchange_on(t->x, GW_X_BREAK);
        return;
    }
    t->kept_len = 0;
    gw_tap_refuse(t);
    t->no_answer = 1;
}

void gw_tap_translate_end(gw_tap_t *t)
{
    static const char none[] = "";
    int half = gw_tap_last(t);
    int whole = gw_tap_complete(t)
                || (!t->closed && gw_answer_ended(&t->answer));

    if (half && (whole || t->answer.event.error))
        event_end(t, none, 0);
    if (t->x->body != GW_BODY_STREAM || t->x->answer == GW_ANSWER_ENDED)
        return;
    if (gw_tap_is_open(t) && !(whole && t->tr->said))
        no_answer(t);
    else if (!whole && !t->failed && t->x->answer <= GW_ANSWER_HELD)
        gw_tap_short(t);
    else {
        if (!t->failed)
            gw_tap_translate_finish(t);
        gw_tap_end(t, gw_tap_ending(t));
    }
}

/* A stream that had come to its end is whole, however its connection ended. */
void gw_tap_translate_broke(gw_tap_t *t)
{
    gw_tap_cut(t);
    if (!gw_tap_is_open(t) && !gw_tap_is_mute(t) && !t->failed
        && gw_watch_stopped(t->call) != GW_STOP_CLIENT && gw_tap_complete(t))
        gw_tap_translate_finish(t);
    if (t->x->answer != GW_ANSWER_ENDED)
        gw_tap_stream_broke(t);
}
