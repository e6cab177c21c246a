/* SPDX-License-Identifier: Apache-2.0 */
/* tap_stream.c - an answer that is a stream of events.
 *
 * Complete events leave in the round in which they come; a bucket that holds
 * nothing but such events is passed as it is.  Kept back are the incomplete
 * event at the end (it might be the one to hide, and has to go if the
 * upstream breaks off) and the terminal event until the settlement is made.
 */
#include "clock.h"
#include "tap_private.h"

/* What the tap does with an event. */
typedef enum { V_PASS, V_HIDE, V_TERMINAL, V_KEEP, V_REPLACE } verdict_t;

/* The bucket being read: [run, p) is to be passed. */
typedef struct round_t {
    apr_bucket *e;              /* NULL once a part of it was passed */
    const char *data, *run, *p, *end;
} round_t;

/* Hidden is one event at most: the usage chunk that we asked for. */
static int to_hide(const gw_tap_t *t, const gw_event_t *ev)
{
    return ev->usage && ev->no_choices && !ev->error && !t->flowing
           && !t->hidden && ev->bytes <= GW_TAP_HIDDEN
           && t->call->req->include_usage != GW_TRUE
           && t->call->route->upstream->include_usage;
}

static int is_account(const gw_tap_t *t)
{
    return gw_blame(200, t->answer.error_code, t->answer.error_type,
                    t->call->route->upstream->vendor) == GW_BLAME_ACCOUNT;
}

static verdict_t judge(gw_tap_t *t, const round_t *rd, const gw_event_t *ev)
{
    if (ev->error) {
        t->failed = 1;
        /* nothing was passed, and nothing waits for it in this round */
        if (!t->committed && rd->run == rd->p)
            return V_KEEP;      /* another attempt may do better */
        return is_account(t) && !t->flowing ? V_REPLACE : V_PASS;
    }
    if (to_hide(t, ev))
        return V_HIDE;
    return ev->done ? V_TERMINAL : V_PASS;
}

/* ---- passing -------------------------------------------------------- */

/* Pass [run, upto) of the round's bucket: the bucket itself if that is it. */
static void pass_run(gw_tap_t *t, round_t *rd, const char *upto)
{
    apr_size_t n = (apr_size_t)(upto - rd->run);

    if (n == 0)
        return;
    if (rd->e != NULL && rd->run == rd->data && upto == rd->end
        && !t->holding) {
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
    t->tail_len = 0;
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
    pass_tail(t);
    gw_tap_put(t, p, n);
    if (!t->mute)
        t->flowed = (apr_int64_t)gw_json_text(&t->answer.json);
    gw_tap_progress(t);
}

/* ---- verdicts ------------------------------------------------------- */

static void note_passed(gw_tap_t *t, const gw_event_t *ev)
{
    t->read += (apr_int64_t)ev->text;
    if (!t->mute) {
        t->text += (apr_int64_t)ev->text;
        if (ev->data && !ev->opening && !ev->done && !ev->error)
            t->delivered = 1;
    }
    gw_tap_progress(t);
}

static gw_end_t ending(gw_tap_t *t)
{
    if (t->failed)
        return t->delivered ? GW_END_CUT : GW_END_FAILED;
    return gw_tap_whole_end(t);
}

static void settle_before_end(gw_tap_t *t)
{
    gw_settle(t->call, ending(t));
    gw_watch_end(t->call);
}

/* Settle before it is passed, n bytes of it from rd->p, or wait for usage
 * that is still to come. */
static void terminal(gw_tap_t *t, round_t *rd, apr_size_t n)
{
    gw_tap_progress(t);
    if (t->answer.counts.seen || t->failed || t->call->cell == NULL) {
        if (!t->mute)
            t->pending = (apr_int64_t)t->tail_len + (rd->p - rd->run)
                         + (apr_int64_t)n;
        settle_before_end(t);
        t->pending = 0;
        return;
    }
    pass_run(t, rd, rd->p);
    t->holding = 1;
    t->call->watch->hold = gw_steady_now() + GW_TAP_HOLD;
}

/* Our account upstream is nobody else's business. */
static void replace(gw_tap_t *t)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, t->call->r, GW_TAG(0070)
                  "%s: upstream %s broke off over our account there: %s %s",
                  t->call->id_text, t->call->route->upstream->name,
                  t->answer.error_code, t->answer.error_type);
    gw_tap_error_event(t, GW_P_UPSTREAM_UNAVAILABLE,
                       "The upstream is not available.");
}

/* An event ends at rd->p + n; what of it came earlier is in the tail. */
static void event_end(gw_tap_t *t, round_t *rd, apr_size_t n)
{
    const gw_event_t *ev = &t->answer.event;
    verdict_t v = judge(t, rd, ev);

    t->flowed = 0;
    t->hidden |= v == V_HIDE;
    t->hidden_before = v == V_HIDE || v == V_REPLACE;
    if (v == V_PASS) {
        note_passed(t, ev);
        pass_tail(t);
        if (ev->usage && t->holding) {
            pass_run(t, rd, rd->p + n);
            gw_tap_release_held(t);
        }
        return;
    }
    if (v == V_TERMINAL) {
        terminal(t, rd, n);
        pass_tail(t);
        if (t->holding)
            pass_run(t, rd, rd->p + n);
        return;
    }
    pass_run(t, rd, rd->p);
    rd->run = rd->p + n;
    rd->e = NULL;
    if (v == V_KEEP) {
        t->mode = TAP_SWALLOW;
        t->kept_sse = 1;
        gw_tap_keep(t, t->tail, t->tail_len);
        gw_tap_keep(t, rd->p, n);
    }
    else if (v == V_REPLACE) {
        replace(t);
    }
    t->tail_len = 0;
    gw_tap_progress(t);
    if (v == V_HIDE && t->holding)
        gw_tap_release_held(t);
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

void gw_tap_events(gw_tap_t *t, apr_bucket *e, const char *data, apr_size_t n)
{
    round_t rd = { e, data, data, data, data + n };

    while (rd.p < rd.end && t->mode == TAP_STREAM) {
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
    if (t->mode != TAP_STREAM) {
        gw_tap_keep(t, rd.p, (apr_size_t)(rd.end - rd.p));
        return;
    }
    pass_run(t, &rd, rd.p);
    if (rd.p < rd.end)
        keep_tail(t, rd.p, (apr_size_t)(rd.end - rd.p));
}

/* ---- the end -------------------------------------------------------- */

static int complete(const gw_tap_t *t)
{
    return gw_answer_complete(&t->answer, t->call->req->n);
}

void gw_tap_stream_end(gw_tap_t *t)
{
    int half = gw_answer_last(&t->answer);

    if (half && t->answer.event.error && !t->failed)
        t->failed = 1;
    if (!t->committed && t->tail_len == 0 && !t->failed) {
        t->broke = 1;           /* not one event: as if there was no answer */
        return;
    }
    if (t->tail_len > 0 && (complete(t) || t->failed)
        && !to_hide(t, &t->answer.event)) {
        note_passed(t, &t->answer.event);
        pass_tail(t);
    }
    if (!t->committed) {
        t->broke = 1;
        return;
    }
    if (!complete(t) && !t->failed && t->call->cell != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, t->call->r, GW_TAG(0071)
                      "%s: upstream %s ended a stream before its end",
                      t->call->id_text, t->call->route->upstream->name);
        gw_tap_error_event(t, GW_P_UPSTREAM_UNAVAILABLE,
                           "The upstream broke off before the end of the "
                           "answer.");
        gw_tap_end(t, GW_END_CUT);
        return;
    }
    gw_tap_end(t, ending(t));
}

void gw_tap_stream_broke(gw_tap_t *t)
{
    gw_stop_t stop = t->call->watch->stop;

    t->tail_len = 0;
    if (!t->committed && !t->mute) {
        t->broke = 1;
        return;
    }
    /* while we read on for a client who left, any deadline is the bound */
    if (stop == GW_STOP_CLIENT || (t->mute && stop != GW_STOP_NONE)) {
        t->mute = 1;
        gw_tap_end(t, complete(t) ? ending(t) : GW_END_CLIENT);
        return;
    }
    if (t->call->cell == NULL || complete(t) || t->failed) {
        gw_tap_end(t, ending(t));
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
