/* SPDX-License-Identifier: Apache-2.0 */
/* tap_coalesce.c - LLMGatewayCoalesce: events that wait for others.
 *
 * The first event of an answer leaves at once.  A later one waits, and opens a
 * window; meanwhile nothing is read (watch_wait.c), what comes waits in the
 * socket.  When the window is over all that is there is read and leaves in one
 * piece, and the next window begins; if nothing was there, what waited leaves,
 * and the next event is waited for as ever.  So an event is late by a window at
 * most, and a wake-up, a read and a write serve all events of one.
 *
 * What ends something does not wait, nor does what stands before it.
 */
#include "tap_private.h"

#include "clock.h"

#define MOST 16384              /* bytes that may wait */

/* Is what goes out one more piece of an answer that goes on? */
static int may_wait(const gw_tap_t *t)
{
    apr_off_t n = 0;

    return t->x->answer == GW_ANSWER_BEGUN && t->x->body == GW_BODY_STREAM
           && t->first_passed && !t->urgent && !t->flowing && !t->failed
           && apr_brigade_length(t->out, 0, &n) == APR_SUCCESS && n >= 0
           && t->bytes - t->passed.bytes <= MOST;
}

/* What `out` refers to is gone after this round. */
static int set_aside(gw_tap_t *t)
{
    apr_bucket *e = APR_BRIGADE_FIRST(t->out), *next;
    apr_status_t rv;

    for (; e != APR_BRIGADE_SENTINEL(t->out); e = next) {
        next = APR_BUCKET_NEXT(e);
        if (APR_BUCKET_IS_FLUSH(e)) {
            apr_bucket_delete(e);
            continue;
        }
        rv = apr_bucket_setaside(e, t->call->r->pool);
        if (rv != APR_SUCCESS && rv != APR_ENOTIMPL)
            return 0;
    }
    APR_BRIGADE_CONCAT(t->later, t->out);
    return 1;
}

static void window(gw_tap_t *t, apr_time_t until)
{
    t->window = until;
    gw_watch_window(t->call, until);
}

/* All of it goes now. */
static void release(gw_tap_t *t)
{
    apr_bucket *last;

    t->urgent = 0;
    APR_BRIGADE_PREPEND(t->out, t->later);
    if (APR_BRIGADE_EMPTY(t->out))
        return;
    last = APR_BRIGADE_LAST(t->out);
    if (!APR_BUCKET_IS_FLUSH(last) && !APR_BUCKET_IS_EOS(last))
        APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_flush_create(
                                            t->f->c->bucket_alloc));
    t->first_passed |= t->x->answer >= GW_ANSWER_BEGUN;
    t->passed.text = t->text;
    t->passed.bytes = t->bytes;
    t->passed.delivered = t->delivered;
}

int gw_tap_coalesce(gw_tap_t *t)
{
    apr_time_t now, next = 0;

    if (!t->urgent && (APR_BRIGADE_EMPTY(t->out)
                       || (APR_BUCKET_IS_FLUSH(APR_BRIGADE_FIRST(t->out))
                           && !APR_BRIGADE_EMPTY(t->later)))) {
        apr_brigade_cleanup(t->out);
        return 1;
    }
    if (may_wait(t)) {
        now = gw_steady_now();
        if (t->window == 0)
            window(t, now + t->call->coalesce);
        if (now < t->window && set_aside(t))
            return 1;
        next = now + t->call->coalesce;
    }
    window(t, next);
    release(t);
    return 0;
}

void gw_tap_coalesce_leave(gw_tap_t *t)
{
    if (t->call->coalesce == 0 || !t->first_passed)
        return;
    apr_brigade_cleanup(t->later);
    t->text = t->passed.text;
    t->bytes = t->passed.bytes;
    t->delivered = t->passed.delivered & 1;
    window(t, 0);
}
