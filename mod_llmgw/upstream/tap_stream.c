/* SPDX-License-Identifier: Apache-2.0 */
/* tap_stream.c - an answer that is a stream of events.
 *
 * Complete events leave in the round in which they come; a bucket that holds
 * nothing but such events is passed as it is.  Kept back are the incomplete
 * event at the end (it might be the one to hide, and has to go if the
 * upstream breaks off) and the terminal event until the settlement is made.
 */
#include "tap_private.h"

#include "clock.h"

/* The bucket being read: [run, p) is to be passed. */
typedef struct round_t {
    apr_bucket *e;              /* NULL once a part of it was passed */
    const char *data, *run, *p, *end;
} round_t;

/* ---- passing -------------------------------------------------------- */

/* Pass [run, upto) of the round's bucket: the bucket itself if that is it. */
static void pass_run(gw_tap_t *t, round_t *rd, const char *upto)
{
    apr_size_t n = (apr_size_t)(upto - rd->run);

    if (n == 0)
        return;
    if (rd->e != NULL && rd->run == rd->data && upto == rd->end
        && t->x->answer != GW_ANSWER_HELD) {
        APR_BUCKET_REMOVE(rd->e);
        gw_tap_put_bucket(t, rd->e, n);
    }
    else {
        gw_tap_put(t, rd->run, n);
    }
    rd->e = NULL;
    rd->run = upto;
}

/* What an earlier round kept of this event; it is used again at once. */
static void pass_tail(gw_tap_t *t)
{
    if (t->tail_len > 0)
        gw_tap_put_bucket(t, apr_bucket_heap_create(t->tail, t->tail_len,
                                 NULL, t->f->c->bucket_alloc), t->tail_len);
    t->tail_len = t->waiting = 0;
}

/* Room for n more bytes of tail: most events are short. */
static void grow_tail(gw_tap_t *t, apr_size_t n)
{
    apr_size_t size = t->tail_size > 0 ? t->tail_size : GW_TAP_TAIL;
    char *bigger;

    if (t->tail_len + n <= t->tail_size)
        return;
    while (size < t->tail_len + n)
        size *= 2;
    bigger = apr_palloc(t->call->r->pool, size);
    if (t->tail_len > 0)
        memcpy(bigger, t->tail, t->tail_len);
    t->tail = bigger;
    t->tail_size = size;
}

static void keep_tail(gw_tap_t *t, const char *p, apr_size_t n)
{
    if (!t->flowing && t->tail_len + n <= GW_TAP_EVENT) {
        grow_tail(t, n);
        memcpy(t->tail + t->tail_len, p, n);
        t->tail_len += n;
        return;
    }
    t->flowing = 1;
    gw_tap_begin(t);
    pass_tail(t);
    gw_tap_put(t, p, n);
    if (!gw_tap_is_mute(t))
        t->flowed = (apr_int64_t)gw_answer_text(&t->answer);
    gw_tap_progress(t);
}

/* ---- what becomes of an event --------------------------------------- */

static void note_text(gw_tap_t *t, const gw_event_t *ev)
{
    t->read += (apr_int64_t)ev->text;
    if (gw_tap_is_mute(t))
        return;
    t->text += (apr_int64_t)ev->text;
    if ((ev->choice || ev->text > 0) && !ev->opening && !ev->error)
        t->delivered = 1;
}

static void note_passed(gw_tap_t *t, const gw_event_t *ev)
{
    note_text(t, ev);
    t->urgent |= ev->finish || ev->ends || ev->error;
    if (ev->data)
        gw_tap_begin(t);
    gw_tap_progress(t);
}

/* Was as much counted as came?  Text without output is counted later. */
int gw_tap_counted(const gw_tap_t *t)
{
    const gw_counts_t *counts = &t->answer.counts;

    return counts->seen
           && (t->read == 0 || counts->n[GW_N_COMPLETION] > 0
               || (counts->n[GW_N_COMPLETION] < 0
                   && counts->n[GW_N_TOTAL] > counts->n[GW_N_PROMPT]));
}

/* The terminal event, n bytes from rd->p on, waits for the end of the body,
 * since usage may stand between them: until the upstream pauses, or longer
 * where usage is wanting.  Settle before it is passed. */
static void terminal(gw_tap_t *t, round_t *rd, apr_size_t n)
{
    gw_tap_progress(t);
    if (t->failed || t->x->answer >= GW_ANSWER_SETTLED) {
        gw_tap_commit(t);       /* all of it may have come at once */
        if (!gw_tap_is_mute(t))
            t->pending = (apr_int64_t)t->tail_len + (rd->p - rd->run)
                         + (apr_int64_t)n;
        gw_tap_settle(t, gw_tap_ending(t));
        t->pending = 0;
        return;
    }
    pass_run(t, rd, rd->p);
    if (t->x->answer == GW_ANSWER_BEGUN) {
        gw_exchange_on(t->x, GW_X_HOLD);
        gw_watch_hold(t->call, gw_steady_now() + GW_TAP_HOLD);
    }
    gw_watch_hold_briefly(t->call, gw_tap_counted(t));
}

/* What concerns our account upstream is not for clients, nor is our
 * credential. */
void gw_tap_replace(gw_tap_t *t, const char *p, apr_size_t n)
{
    gw_error_t error;

    gw_tap_event_error(&error, t, p, n);
    t->answer.number = t->answer.before.number;     /* ours takes its place */
    if (!t->leaked)
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, t->call->r, GW_TAG(0070)
                      "%s: upstream %s broke off over our account there: %s "
                      "%s", t->call->id_text, t->call->route->upstream->name,
                      gw_error_name(&error),
                      error.words > 1 ? error.word[1] : "");
    gw_tap_error_event(t, GW_P_UPSTREAM_UNAVAILABLE,
                       "The upstream is not available.");
}

/* It says nothing, and nothing was said before: it goes with the first one
 * that does, or not at all if none comes. */
static void wait_event(gw_tap_t *t, round_t *rd, apr_size_t n)
{
    pass_run(t, rd, rd->p);
    keep_tail(t, rd->p, n);
    t->waiting = t->tail_len;
    rd->run = rd->p + n;
    rd->e = NULL;
}

void gw_tap_stream_long_error(gw_tap_t *t, const char *data, apr_size_t n)
{
    if (!gw_tap_may_pass_long(t))
        return;
    if (gw_tap_leaks(t, t->kept, t->kept_len) || gw_tap_leaks(t, data, n)) {
        t->enough = 1;
        return;
    }
    gw_exchange_on(t->x, GW_X_STREAM);
    t->failed = 1;
    gw_tap_begin(t);
    gw_tap_put(t, t->kept, t->kept_len);
    gw_tap_put(t, data, n);
}

/* The first event is an error, or the end: no answer. */
static void keep_event(gw_tap_t *t, const round_t *rd, apr_size_t n)
{
    int error = t->answer.event.error;

    gw_exchange_on(t->x, GW_X_KEEP);
    t->kept_sse = 1;
    (void)gw_tap_keep(t, t->tail, t->tail_len);    /* no longer than that */
    if (!gw_tap_keep(t, rd->p, n))
        gw_tap_stream_long_error(t, rd->p, n);
    else if (!error)
        gw_tap_refuse(t);
}

/* Does the event hold our credential?  An error is searched in all forms. */
static int leaks(gw_tap_t *t, const round_t *rd, apr_size_t n)
{
    const char *p = rd->p;

    if (t->needle.p == NULL || gw_tap_is_mute(t))
        return 0;
    if (t->tail_len > 0) {
        grow_tail(t, n);
        memcpy(t->tail + t->tail_len, rd->p, n);
        p = t->tail;
        n += t->tail_len;
    }
    return t->answer.event.error ? gw_tap_leaks(t, p, n)
                                 : gw_tap_leaks_clear(t, p, n);
}

static gw_tap_fate_t fate_of(gw_tap_t *t, const round_t *rd, apr_size_t n)
{
    gw_tap_fate_t fate = gw_tap_event_fate(t, &t->answer.event, rd->p, n);

    if (fate == GW_EV_HIDE || !leaks(t, rd, n))
        return fate;
    t->failed = 1;
    return t->x->answer != GW_ANSWER_NONE || rd->run != rd->p
           ? GW_EV_REPLACE : GW_EV_KEEP;
}

/* An event ends at rd->p + n; what of it came earlier is in the tail. */
static void event_end(gw_tap_t *t, round_t *rd, apr_size_t n)
{
    const gw_event_t *ev = &t->answer.event;
    gw_tap_fate_t fate = fate_of(t, rd, n);

    t->flowed = 0;
    t->hidden |= fate == GW_EV_HIDE && ev->no_choices;
    t->hidden_before = fate == GW_EV_HIDE || fate == GW_EV_REPLACE;
    if (t->x->answer == GW_ANSWER_HELD && ev->usage)
        gw_watch_hold_briefly(t->call, gw_tap_counted(t));
    if (fate == GW_EV_PASS) {
        note_passed(t, ev);
        pass_tail(t);
        return;
    }
    if (fate == GW_EV_WAIT) {
        wait_event(t, rd, n);
        return;
    }
    if (fate == GW_EV_TERMINAL) {
        note_text(t, ev);
        terminal(t, rd, n);
        pass_tail(t);
        if (t->x->answer == GW_ANSWER_HELD)
            pass_run(t, rd, rd->p + n);
        return;
    }
    pass_run(t, rd, rd->p);
    rd->run = rd->p + n;
    rd->e = NULL;
    if (fate == GW_EV_KEEP)
        keep_event(t, rd, n);
    else if (fate == GW_EV_REPLACE)
        gw_tap_replace(t, rd->p, n);
    t->tail_len = t->waiting = 0;
    gw_tap_progress(t);
}

/* A LF that ends the event before, whose CR had ended an earlier bucket. */
static void late_lf(gw_tap_t *t, round_t *rd)
{
    if (!t->hidden_before)
        return;
    pass_run(t, rd, rd->p);
    rd->run = rd->p + 1;
    rd->e = NULL;
}

static void keep_rest(gw_tap_t *t, const char *p, apr_size_t n)
{
    if (!gw_tap_keep(t, p, n))
        gw_tap_stream_long_error(t, p, n);
}

void gw_tap_events(gw_tap_t *t, apr_bucket *e, const char *data, apr_size_t n)
{
    round_t rd = { e, data, data, data, data + n };

    while (rd.p < rd.end && t->x->body == GW_BODY_STREAM) {
        apr_size_t used;
        gw_sse_result_t got = gw_answer_next(&t->answer, rd.p,
                                             (apr_size_t)(rd.end - rd.p),
                                             &used);

        if (got == GW_SSE_MORE)
            break;
        if (got == GW_SSE_TAIL) {
            late_lf(t, &rd);
        }
        else {
            event_end(t, &rd, used);
            t->flowing = 0;
        }
        rd.p += used;
    }
    if (t->x->body != GW_BODY_STREAM) {
        keep_rest(t, rd.p, (apr_size_t)(rd.end - rd.p));
        return;
    }
    pass_run(t, &rd, rd.p);
    if (rd.p < rd.end)
        keep_tail(t, rd.p, (apr_size_t)(rd.end - rd.p));
}

/* ---- the end -------------------------------------------------------- */

int gw_tap_complete(const gw_tap_t *t)
{
    return gw_answer_complete(&t->answer, t->call->req->n);
}

int gw_tap_stream_finished(const gw_tap_t *t)
{
    return t->x->body == GW_BODY_STREAM && t->delivered && gw_tap_complete(t);
}

/* No answer came.  Without a byte but comments the upstream as good as broke
 * off. */
static void no_answer(gw_tap_t *t)
{
    if (t->tail_len == 0 || t->leaked) {
        gw_exchange_on(t->x, GW_X_BREAK);
        return;
    }
    t->kept_sse = 1;
    (void)gw_tap_keep(t, t->tail, t->tail_len);    /* no longer than that */
    gw_tap_refuse(t);
}

void gw_tap_stream_end(gw_tap_t *t)
{
    const gw_event_t *ev = &t->answer.event;
    int half = gw_tap_last(t);
    int whole = gw_tap_complete(t)
                || (!t->closed && gw_answer_ended(&t->answer));

    t->failed |= half && ev->error;
    if (t->tail_len > t->waiting && (whole || t->failed)
        && (!gw_tap_is_open(t) || gw_tap_event_first(t, ev) == GW_EV_PASS)
        && !gw_tap_event_hides(t, ev, NULL, 0)
        && !gw_tap_leaks(t, t->tail, t->tail_len)) {
        note_passed(t, ev);
        pass_tail(t);
    }
    gw_tap_tidy_end(t, half);
    if (gw_tap_is_open(t)) {
        no_answer(t);
        return;
    }
    if (!whole && !t->failed && t->x->answer <= GW_ANSWER_HELD)
        gw_tap_short(t);
    else
        gw_tap_end(t, gw_tap_ending(t));
}

void gw_tap_stream_broke(gw_tap_t *t)
{
    gw_stop_t stop = gw_watch_stopped(t->call);

    gw_tap_cut(t);
    t->tail_len = t->waiting = 0;
    if (t->x->answer == GW_ANSWER_NONE && !gw_tap_is_mute(t)) {
        gw_exchange_on(t->x, GW_X_BREAK);
        return;
    }
    /* while we read on for a client that left, any deadline is the bound */
    if (stop == GW_STOP_CLIENT
        || (gw_tap_is_mute(t) && stop != GW_STOP_NONE)) {
        gw_tap_leave(t);
        gw_tap_end(t, gw_tap_complete(t) ? gw_tap_ending(t)
                                         : GW_END_CLIENT);
        return;
    }
    if (t->x->answer >= GW_ANSWER_SETTLED || t->failed
        || gw_tap_complete(t)) {
        gw_tap_end(t, gw_tap_ending(t));
        return;
    }
    gw_tap_log_break(t);
    if (stop == GW_STOP_CHILD)
        gw_tap_error_event(t, GW_P_OVERLOADED, "The engine is currently "
                           "overloaded: the server stops.");
    else if (stop != GW_STOP_NONE)
        gw_tap_error_event(t, GW_P_UPSTREAM_TIMEOUT, "The upstream took too "
                           "long.");
    else
        gw_tap_error_event(t, GW_P_UPSTREAM_UNAVAILABLE, "The upstream broke "
                           "off before the end of the answer.");
    gw_tap_end(t, stop == GW_STOP_CHILD ? GW_END_STOPPED : GW_END_CUT);
}
