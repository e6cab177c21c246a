/* SPDX-License-Identifier: Apache-2.0 */
/* tap_for_watch.c - what the watch asks of the answer (watch.h). */
#include "tap_private.h"

apr_int64_t gw_tap_text_read(const gw_tap_t *t)
{
    switch (t->x->body) {
    case GW_BODY_STREAM:
        return t->read + (t->flowing
                          ? (apr_int64_t)gw_answer_text(&t->answer) : 0);
    case GW_BODY_DOCUMENT:
    case GW_BODY_COLLECTED:
        return (apr_int64_t)t->answer.event.text;
    case GW_BODY_OPAQUE:
        return (apr_int64_t)t->got;
    default:
        return 0;
    }
}

/* A comment that ends nothing, between two events: a client that is gone
 * answers with a reset.  What else is on its way asks as well. */
static apr_status_t ask(gw_call_t *call)
{
    static const char comment[] = ":\n";
    gw_tap_t *t = call->tap;
    apr_bucket_alloc_t *alloc = t->f->c->bucket_alloc;

    if (t->x->body != GW_BODY_STREAM || t->flowing || gw_tap_is_mute(t)
        || t->x->answer == GW_ANSWER_ENDED)
        return APR_SUCCESS;
    t->bytes += (apr_int64_t)sizeof(comment) - 1;
    t->passed.bytes += (apr_int64_t)sizeof(comment) - 1;
    APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_immortal_create(
                                        comment, sizeof(comment) - 1, alloc));
    APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_flush_create(alloc));
    return gw_tap_pass(t);
}

static int finished(const gw_call_t *call)
{
    return gw_tap_stream_finished(call->tap);
}

static void client_leaves(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    gw_tap_coalesce_leave(t);
    t->muted_at = gw_tap_text_read(t);
    t->muted_counts = t->answer.counts;
}

static void release(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    if (t->tr != NULL)
        gw_tap_translate_finish(t);
    else
        gw_tap_release_held(t);
    APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_flush_create(
                                        t->f->c->bucket_alloc));
    t->flushed = 1;
    gw_tap_flush(t);
}

static void due(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    t->urgent = 1;
    (void)gw_tap_flush(t);
}

const gw_watch_answer_t gw_tap_for_watch = {
    finished, client_leaves, release, ask, due
};
