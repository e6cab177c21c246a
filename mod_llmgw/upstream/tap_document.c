/* SPDX-License-Identifier: Apache-2.0 */
/* tap_document.c - an answer that is one document.
 *
 * It flows as it comes; unless it is to be edited (LLMGatewayAnswer tidy, the
 * envelope): then it is collected, edited and passed at its end, and what
 * breaks off before that is no answer.  One that is too long for this flows
 * too, in the envelope where it has to be, but not tidied.
 */
#include "tap_private.h"

#include <stdlib.h>

#include <apr_strings.h>
#include <http_protocol.h>

#include "envelope.h"
#include "strip_reasoning.h"

/* ---- collecting ----------------------------------------------------- */

static int wants_envelope(const gw_tap_t *t)
{
    return t->call->shape == GW_SHAPE_ENVELOPE;
}

static apr_status_t free_document(void *data)
{
    gw_tap_document_drop(data);
    return APR_SUCCESS;
}

void gw_tap_document_start(gw_tap_t *t)
{
    if (t->tr != NULL
        || (!t->call->req->stream
            && (wants_envelope(t) || gw_tap_is_tidy(t))))
        gw_exchange_on(t->x, GW_X_COLLECT);
}

void gw_tap_document_drop(gw_tap_t *t)
{
    free(t->document);
    t->document = NULL;
    t->document_len = 0;
}

/* Room for n more bytes.  Returns whether there is. */
static int make_room(gw_tap_t *t, apr_size_t n)
{
    apr_size_t wanted = t->document_len + n, size;
    char *bigger;

    if (wanted > GW_TAP_DOCUMENT)
        return 0;
    if (t->document != NULL && wanted <= t->document_size)
        return 1;
    if (t->document == NULL && t->length >= (apr_off_t)wanted
        && t->length <= GW_TAP_DOCUMENT)
        size = (apr_size_t)t->length;
    else
        for (size = 8192; size < wanted;)
            size *= 2;
    bigger = realloc(t->document, size);
    if (bigger == NULL)
        return 0;
    if (t->document_size == 0)
        apr_pool_cleanup_register(t->call->r->pool, t, free_document,
                                  apr_pool_cleanup_null);
    t->document = bigger;
    t->document_size = size;
    return 1;
}

/* What was collected, as a bucket that owns it. */
static void put_document(gw_tap_t *t)
{
    apr_size_t n = t->document_len;

    if (n > 0)
        gw_tap_put_bucket(t, apr_bucket_heap_create(
                                 t->document, n, free,
                                 t->f->c->bucket_alloc), n);
    else
        free(t->document);
    t->document = NULL;
    t->document_len = 0;
}

/* ---- editing -------------------------------------------------------- */

/* Too long to be edited: what was collected goes first.  0: it holds our
 * credential. */
static int overflow(gw_tap_t *t)
{
    if (gw_tap_leaks(t, t->document, t->document_len)) {
        gw_exchange_on(t->x, GW_X_BREAK);
        t->enough = 1;
        return 0;
    }
    gw_exchange_on(t->x, GW_X_DOCUMENT);
    if (wants_envelope(t)) {
        const char *head = gw_envelope_head(t->status, NULL,
                                            t->call->r->pool);

        gw_tap_new_length(t, t->length < 0 ? -1 : t->length
                             + (apr_off_t)(strlen(head)
                                           + strlen(GW_ENVELOPE_TAIL)));
        gw_tap_put(t, head, strlen(head));
        t->wrapped = 1;
    }
    put_document(t);
    return 1;
}

/* The collected document leaves, between head and the envelope's tail where
 * there is a head. */
static void put_edited(gw_tap_t *t, const char *head, int changed)
{
    apr_size_t n = t->document_len;

    if (head != NULL)
        n += strlen(head) + strlen(GW_ENVELOPE_TAIL);
    if (changed || (apr_off_t)n != t->got || t->tr != NULL)
        gw_tap_new_length(t, (apr_off_t)n);
    if (head != NULL)
        gw_tap_put(t, head, strlen(head));
    put_document(t);
    if (head != NULL)
        gw_tap_put(t, GW_ENVELOPE_TAIL, strlen(GW_ENVELOPE_TAIL));
}

/* readable: it is JSON; else it is passed as it came. */
static void put_collected(gw_tap_t *t, int readable)
{
    apr_pool_t *pool = t->call->r->pool;
    gw_str_t text = { t->document, t->document_len };
    const char *head = NULL;
    int changed = 0;

    if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) {
        text.n = t->document_len -= 3;  /* a mark that JSON does not know */
        memmove(t->document, t->document + 3, text.n);
    }
    if (readable && !t->failed && gw_tap_is_tidy(t))
        changed = gw_strip_reasoning(&t->document, &t->document_len, pool);
    if (readable && wants_envelope(t))
        head = t->failed ? gw_envelope_error_head(t->status, text, pool)
                         : gw_envelope_head(t->status, NULL, pool);
    put_edited(t, head, changed);
}

void gw_tap_document_error(gw_tap_t *t)
{
    gw_str_t text = { t->kept, t->kept_len };
    const char *head = NULL;

    if (wants_envelope(t) && !t->kept_sse)
        head = gw_envelope_error_head(t->status, text, t->call->r->pool);
    if (head != NULL) {
        gw_tap_new_length(t, (apr_off_t)(strlen(head) + text.n
                                         + strlen(GW_ENVELOPE_TAIL)));
        gw_tap_put(t, head, strlen(head));
    }
    gw_tap_put(t, text.p, text.n);
    if (head != NULL)
        gw_tap_put(t, GW_ENVELOPE_TAIL, strlen(GW_ENVELOPE_TAIL));
}

/* ---- bytes ---------------------------------------------------------- */

/* e NULL: it is no bucket of the upstream's, and stays as it is. */
static void flow(gw_tap_t *t, apr_bucket *e, const char *data, apr_size_t n)
{
    if (gw_tap_is_mute(t) || t->x->body == GW_BODY_OPAQUE) {
        if (e == NULL) {
            gw_tap_put(t, data, n);
        }
        else {
            APR_BUCKET_REMOVE(e);
            gw_tap_put_bucket(t, e, n);
        }
    }
    else if (!gw_tap_carry(t, e, data, n)) {
        t->enough = 1;
        gw_tap_document_broke(t);
        return;
    }
    if (gw_tap_is_mute(t))
        return;
    gw_tap_begin(t);
    if (t->bytes == 0)          /* all of it waits, see tap_leak.c */
        return;
    t->delivered = 1;
    t->text = t->x->body == GW_BODY_DOCUMENT
              ? (apr_int64_t)t->answer.event.text : t->bytes;
    gw_tap_progress(t);
}

/* Has it shown by now that it is an answer? */
static int is_answer(const gw_tap_t *t)
{
    return !gw_exchange_is_document(t->x)
           || gw_answer_is(&t->answer, t->call->dialect->shows);
}

/* Keep it, for another attempt may follow, until it shows what it is.
 * Returns 0: it may go on, as it is longer than can be kept. */
static int keep_doubtful(gw_tap_t *t, const char *data, apr_size_t n)
{
    if (t->kept_len + n <= GW_TAP_KEEP) {
        (void)gw_tap_keep(t, data, n);
        gw_tap_progress(t);
        return 1;
    }
    if (t->answer.json.error == GW_JSON_OK && !t->answer.event.error)
        return 0;
    gw_tap_refuse(t);
    t->no_answer = t->enough = 1;
    return 1;
}

/* Nothing of it was passed yet. */
static void first_flow(gw_tap_t *t, apr_bucket *e, const char *data,
                       apr_size_t n)
{
    if (!is_answer(t) && keep_doubtful(t, data, n))
        return;
    if (t->kept_len > 0)
        flow(t, NULL, t->kept, t->kept_len);
    if (!t->enough)             /* what was kept holds our credential */
        flow(t, e, data, n);
}

void gw_tap_document_bytes(gw_tap_t *t, apr_bucket *e, const char *data,
                           apr_size_t n)
{
    int collecting = t->x->body == GW_BODY_COLLECTED;

    if (gw_exchange_is_document(t->x))
        gw_answer_feed(&t->answer, data, n);
    if (collecting && !gw_tap_is_mute(t) && make_room(t, n)) {
        memcpy(t->document + t->document_len, data, n);
        t->document_len += n;
        gw_tap_progress(t);
        return;
    }
    if (collecting && gw_tap_is_mute(t)) {
        gw_tap_document_drop(t);        /* it is for no client */
    }
    else if (collecting && is_answer(t) && t->tr == NULL) {
        if (!overflow(t))
            return;
    }
    else if (collecting) {
        gw_tap_refuse(t);
        t->no_answer = t->enough = 1;
        return;
    }
    if (!gw_tap_is_open(t) || gw_tap_is_mute(t))
        flow(t, e, data, n);
    else
        first_flow(t, e, data, n);
}

void gw_tap_document_long_error(gw_tap_t *t, const char *data, apr_size_t n)
{
    if (!make_room(t, t->kept_len + n)) {
        t->enough = 1;
        return;
    }
    gw_exchange_on(t->x, GW_X_COLLECT);
    t->failed = 1;
    memcpy(t->document, t->kept, t->kept_len);
    memcpy(t->document + t->kept_len, data, n);
    t->document_len = t->kept_len + n;
    t->kept_len = 0;
}

/* ---- the end -------------------------------------------------------- */

/* The end of a document that did not come to its end. */
static gw_end_t cut_end(const gw_tap_t *t)
{
    gw_stop_t stop = gw_watch_stopped(t->call);

    if (stop == GW_STOP_CLIENT || (gw_tap_is_mute(t) && stop != GW_STOP_NONE))
        return GW_END_CLIENT;
    if (stop == GW_STOP_CHILD)
        return GW_END_STOPPED;
    /* a stream that we cannot read is a stream all the same */
    return t->x->body == GW_BODY_OPAQUE && t->call->req->stream ? GW_END_CUT
                                                        : GW_END_FAILED;
}

void gw_tap_document_broke(gw_tap_t *t)
{
    if (gw_tap_is_open(t) && !gw_tap_is_mute(t)) {
        gw_exchange_on(t->x, GW_X_BREAK);
        return;
    }
    if (!t->leaked)
        gw_tap_log_break(t);
    if (gw_watch_stopped(t->call) == GW_STOP_CLIENT)
        gw_tap_leave(t);
    gw_tap_settle(t, cut_end(t));
    if (!gw_tap_is_mute(t))     /* a document that was cut must look cut */
        APR_BRIGADE_INSERT_TAIL(t->out, ap_bucket_error_create(
                                            HTTP_BAD_GATEWAY, NULL,
                                            t->call->r->pool,
                                            t->f->c->bucket_alloc));
    gw_tap_end(t, GW_END_FAILED);
}

/* It is whole, and no answer: what was collected is kept like the rest. */
static void refuse(gw_tap_t *t)
{
    int kept = t->document_len <= GW_TAP_KEEP;

    if (t->x->body == GW_BODY_COLLECTED && kept)
        (void)gw_tap_keep(t, t->document, t->document_len);
    gw_tap_document_drop(t);
    gw_tap_refuse(t);
    if (!kept)
        t->no_answer = 1;
}

/* If it has to be, it is translated by then.  0: it is no answer. */
static int translate(gw_tap_t *t, int readable)
{
    if (t->tr == NULL || gw_tap_is_mute(t) || t->failed
        || (readable && gw_tap_translate_document(t, t->tr)))
        return 1;
    refuse(t);
    t->no_answer = 1;
    return 0;
}

/* What was generated: the text of a document that could be read, else all of
 * its bytes. */
void gw_tap_document_end(gw_tap_t *t)
{
    int readable = gw_exchange_is_document(t->x)
                   && gw_answer_end(&t->answer) == APR_SUCCESS;

    if (t->x->attempt != GW_ATTEMPT_BODY) {
        gw_exchange_on(t->x, GW_X_BREAK);   /* no byte is no answer */
        return;
    }
    if (gw_exchange_is_document(t->x) && !readable
        && t->answer.json.error == GW_JSON_E_CUT
        && (t->closed || (!t->failed && is_answer(t)))) {
        gw_tap_document_broke(t);   /* whoever cut it off: half an answer */
        return;
    }
    if (gw_tap_is_open(t) && !t->failed && !is_answer(t)) {
        refuse(t);
        return;
    }
    t->read = t->text = readable ? (apr_int64_t)t->answer.event.text
                                 : (apr_int64_t)t->got;
    if (readable && t->answer.error)
        t->failed = 1;
    if (t->x->body == GW_BODY_COLLECTED
        && gw_tap_leaks(t, t->document, t->document_len)) {
        gw_tap_document_drop(t);
        gw_exchange_on(t->x, GW_X_BREAK);
        return;
    }
    if (!translate(t, readable))
        return;
    gw_tap_begin(t);
    gw_tap_carry_rest(t);
    if (t->x->body == GW_BODY_COLLECTED)
        put_collected(t, readable);
    else if (t->wrapped)
        gw_tap_put(t, GW_ENVELOPE_TAIL, strlen(GW_ENVELOPE_TAIL));
    gw_tap_end(t, t->failed ? GW_END_FAILED : GW_END_COMPLETE);
}

/* With all bytes that were announced the client has the end, EOS or not. */
int gw_tap_document_whole(const gw_tap_t *t)
{
    return (gw_exchange_is_document(t->x) || t->x->body == GW_BODY_OPAQUE)
           && t->x->attempt == GW_ATTEMPT_BODY
           && t->length >= 0 && t->got >= t->length
           && t->x->answer <= GW_ANSWER_HELD;
}
