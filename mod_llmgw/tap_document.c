/* SPDX-License-Identifier: Apache-2.0 */
/* tap_document.c - an answer that is one document; it flows as it comes. */
#include "tap_private.h"

#include <http_protocol.h>

void gw_tap_document_bytes(gw_tap_t *t, apr_bucket *e, const char *data,
                           apr_size_t n)
{
    if (t->mode == TAP_PLAIN)
        gw_answer_feed(&t->answer, data, n);
    APR_BUCKET_REMOVE(e);
    gw_tap_put_bucket(t, e, n);
    if (t->mute)
        return;
    t->delivered = 1;
    t->text = t->mode == TAP_PLAIN ? (apr_int64_t)t->answer.event.text
                                   : t->bytes;
    gw_tap_progress(t);
}

/* The end of a document that did not come to its end. */
static gw_end_t cut_end(const gw_tap_t *t)
{
    gw_stop_t stop = t->call->watch->stop;

    if (stop == GW_STOP_CLIENT || (t->mute && stop != GW_STOP_NONE))
        return GW_END_CLIENT;
    if (stop == GW_STOP_CHILD)
        return GW_END_STOPPED;
    /* a stream that we cannot read is a stream all the same */
    return t->mode == TAP_BLIND && t->call->req->stream ? GW_END_CUT
                                                        : GW_END_FAILED;
}

void gw_tap_document_broke(gw_tap_t *t)
{
    if (!t->committed && !t->mute) {
        t->broke = 1;
        return;
    }
    if (t->call->watch->stop == GW_STOP_CLIENT)
        t->mute = 1;
    gw_settle(t->call, cut_end(t));
    if (!t->mute)               /* a document that was cut must look cut */
        APR_BRIGADE_INSERT_TAIL(t->out, ap_bucket_error_create(
                                            HTTP_BAD_GATEWAY, NULL,
                                            t->call->r->pool,
                                            t->f->c->bucket_alloc));
    gw_tap_end(t, GW_END_FAILED);
}

/* What was generated: the text of a document that could be read, else all of
 * its bytes. */
void gw_tap_document_end(gw_tap_t *t)
{
    int readable = t->mode == TAP_PLAIN
                   && gw_answer_end(&t->answer) == APR_SUCCESS;

    if (!t->any) {
        t->broke = 1;           /* nothing is no answer: try another one */
        return;
    }
    if (t->closed && t->mode == TAP_PLAIN && !readable
        && t->answer.json.error == GW_JSON_E_CUT) {
        gw_tap_document_broke(t);      /* only the connection's end ended it */
        return;
    }
    t->read = t->text = readable ? (apr_int64_t)t->answer.event.text
                                 : t->bytes;
    if (readable && t->answer.error)
        t->failed = 1;
    gw_tap_end(t, t->failed ? GW_END_FAILED : GW_END_COMPLETE);
}

/* With all bytes that were announced the client has the end, EOS or not. */
int gw_tap_document_whole(const gw_tap_t *t)
{
    return (t->mode == TAP_PLAIN || t->mode == TAP_BLIND) && t->any
           && t->length >= 0 && t->bytes >= t->length
           && t->call->cell != NULL;
}
