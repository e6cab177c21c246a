/* SPDX-License-Identifier: Apache-2.0 */
/* tap_filter.c - see tap.h: the filter, and what is done with its parts. */
#include "tap_form.h"
#include "tap_private.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "crash.h"

static ap_filter_rec_t *tap_handle;

/* ---- what kind of answer is it? ------------------------------------- */

static gw_exchange_event_t kind_of(const gw_tap_t *t, gw_form_t form,
                                   int readable)
{
    const request_rec *r = t->call->r;
    int stream = readable && gw_form_is_stream(r, form);

    if (r->status < 200 || r->status >= 300
        || (t->x->answer == GW_ANSWER_OPENED && !stream))
        return GW_X_KEEP;
    if (stream || readable)
        return stream ? GW_X_STREAM : GW_X_DOCUMENT;
    return t->tr != NULL ? GW_X_KEEP : GW_X_OPAQUE; /* nothing to translate */
}

/* readable: what gw_form_matters() says. */
static void choose_kind(gw_tap_t *t, gw_form_t form, int readable)
{
    request_rec *r = t->call->r;
    const char *length = apr_table_get(r->headers_out, "Content-Length");
    gw_exchange_event_t kind = kind_of(t, form, readable);

    t->status = r->status;
    gw_tap_note_upstream(t);
    t->length = -1;
    if (length != NULL)
        ap_parse_strict_length(&t->length, length);
    gw_exchange_on(t->x, kind);
    t->failed = kind == GW_X_KEEP;
    if (kind == GW_X_KEEP && r->status >= 200 && r->status < 300)
        t->no_answer = 1;               /* a stream has begun */
    if (kind == GW_X_DOCUMENT)
        gw_tap_document_start(t);
    gw_answer_start(&t->answer, t->call->dialect->answer,
                    kind == GW_X_STREAM);
    if (kind == GW_X_OPAQUE)
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, GW_TAG(0072)
                      "%s: upstream %s compressed its answer, which was not "
                      "asked for: it is billed by estimate",
                      t->call->id_text, t->call->route->upstream->name);
}

/* ---- what was kept back --------------------------------------------- */

/* More of it. */
static void keep(gw_tap_t *t, const char *data, apr_size_t n)
{
    if (t->tr != NULL) {
        gw_tap_translate_keep(t, data, n);
        return;
    }
    if (gw_tap_keep(t, data, n))
        return;
    if (t->kept_sse)
        gw_tap_stream_long_error(t, data, n);
    else if (gw_tap_may_pass_long(t))
        gw_tap_document_long_error(t, data, n);
}

void gw_tap_pass_kept(gw_call_t *call)
{
    gw_tap_t *t = call->tap;
    int in_stream = t->x->answer == GW_ANSWER_OPENED && !t->kept_sse;

    t->failed = 1;
    if (t->tr != NULL
        || (in_stream && gw_shape_row(call->shape)->named_events)) {
        gw_tap_translate_kept(t);
    }
    else {
        gw_exchange_on(t->x, t->kept_sse ? GW_X_STREAM : GW_X_DOCUMENT);
        if (in_stream)
            gw_tap_error_as_events(t);
        else
            gw_tap_document_error(t);
    }
    gw_tap_end(t, GW_END_FAILED);
    gw_tap_flush(t);
}

int gw_tap_give_up(gw_call_t *call, const gw_problem_t *problem, gw_end_t end)
{
    gw_tap_t *t = call->tap;

    if (t->x->answer != GW_ANSWER_OPENED)
        return 0;
    gw_tap_error_event(t, problem->kind, problem->message);
    gw_tap_end(t, end);
    gw_tap_flush(t);
    return 1;
}

/* ---- the filter ----------------------------------------------------- */

static void body_bytes(gw_tap_t *t, apr_bucket *e, const char *data,
                       apr_size_t n)
{
    switch (t->x->body) {
    case GW_BODY_KEPT:
        keep(t, data, n);
        break;
    case GW_BODY_STREAM:
        if (t->tr != NULL)
            gw_tap_translate_events(t, data, n);
        else
            gw_tap_events(t, e, data, n);
        break;
    default:
        gw_tap_document_bytes(t, e, data, n);
        break;
    }
}

/* What the body is can be told by its first bytes that are not blank; those
 * before are kept.  e NULL: there is no more of it. */
static void first_bytes(gw_tap_t *t, apr_bucket *e, const char *data,
                        apr_size_t n)
{
    char head[2 * GW_TAP_FIRST], *before;
    apr_size_t k = t->kept_len, more = sizeof(head) - k;
    gw_form_t form = GW_FORM_OTHER;
    int readable = gw_form_matters(t->call->r);

    if (readable) {
        if (k > 0) {
            memcpy(head, t->kept, k);
            memcpy(head + k, data, n < more ? n : more);
            form = gw_form_of(head, k + (n < more ? n : more));
        }
        else {
            form = gw_form_of(data, n);
        }
        if (form == GW_FORM_OPEN && e != NULL && k + n <= GW_TAP_FIRST) {
            (void)gw_tap_keep(t, data, n);      /* there is room for that */
            return;
        }
    }
    choose_kind(t, form, readable);
    t->kept_len = 0;
    if (k > 0) {                /* the buffer may be used for more */
        before = apr_pmemdup(t->call->r->pool, t->kept, k);
        body_bytes(t, NULL, before, k);
    }
    if (n > 0)
        body_bytes(t, e, data, n);
}

static void upstream_end(gw_tap_t *t)
{
    if (t->x->answer == GW_ANSWER_ENDED)
        return;
    if (t->x->body == GW_BODY_UNKNOWN)
        first_bytes(t, NULL, "", 0);
    switch (t->x->body) {
    case GW_BODY_KEPT:
    case GW_BODY_BROKEN:
        break;
    case GW_BODY_STREAM:
        if (t->tr != NULL)
            gw_tap_translate_end(t);
        else
            gw_tap_stream_end(t);
        break;
    default:
        gw_tap_document_end(t);
        break;
    }
}

static void upstream_broke(gw_tap_t *t)
{
    if (t->x->answer == GW_ANSWER_ENDED)
        return;
    switch (t->x->body) {
    case GW_BODY_UNKNOWN:
    case GW_BODY_KEPT:
        gw_exchange_on(t->x, GW_X_BREAK);
        break;
    case GW_BODY_STREAM:
        if (t->tr != NULL)
            gw_tap_translate_broke(t);
        else
            gw_tap_stream_broke(t);
        break;
    case GW_BODY_BROKEN:
        break;
    default:
        gw_tap_document_broke(t);
        break;
    }
}

static int has_status_line(const request_rec *r)
{
    return apr_table_get(r->notes, "proxy-status") != NULL;
}

static void data_bytes(gw_tap_t *t, apr_bucket *e)
{
    const char *data;
    apr_size_t n;
    apr_status_t rv = apr_bucket_read(e, &data, &n, APR_BLOCK_READ);

    if (rv == APR_SUCCESS && GW_FAULT("bucket"))
        rv = APR_EGENERAL;
    if (rv != APR_SUCCESS) {    /* the rest of the answer is worth nothing */
        ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, t->call->r, GW_TAG(0118)
                      "%s: a part of the answer cannot be read",
                      t->call->id_text);
        upstream_broke(t);
        return;
    }
    if (n == 0)
        return;
    if (t->x->attempt == GW_ATTEMPT_HEAD)
        gw_exchange_on(t->x, GW_X_BYTES);
    t->got += (apr_off_t)n;
    if (t->x->body == GW_BODY_UNKNOWN && !has_status_line(t->call->r)) {
        gw_exchange_on(t->x, GW_X_BREAK);   /* mod_proxy says HTTP/0.9 */
        return;
    }
    if (t->x->body == GW_BODY_UNKNOWN)
        first_bytes(t, e, data, n);
    else
        body_bytes(t, e, data, n);
}

static void metadata(gw_tap_t *t, apr_bucket *e)
{
    if (t->x->answer == GW_ANSWER_NONE || gw_tap_is_mute(t))
        return;
    if (APR_BUCKET_IS_FLUSH(e) && t->x->answer >= GW_ANSWER_SETTLED) {
        if (t->flushed)
            return;             /* the client may be gone, and rightly */
        t->flushed = 1;
    }
    if (APR_BUCKET_IS_FLUSH(e) && APR_BRIGADE_EMPTY(t->out) && !t->unflushed)
        return;                 /* dechunk.c's went with the data */
    APR_BUCKET_REMOVE(e);
    APR_BRIGADE_INSERT_TAIL(t->out, e);
}

/* Was as much read on, for a client that left, as LLMGatewayDrain allows? */
static int drained_enough(const gw_tap_t *t)
{
    return t->x->client == GW_CLIENT_DRAINED && t->x->answer <= GW_ANSWER_HELD
           && gw_usage_estimate(gw_tap_text_read(t) - t->muted_at,
                                t->call->cell->rate)
              > gw_process.conf->drain_tokens;
}

static apr_status_t tap_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    gw_tap_t *t = f->ctx;
    apr_status_t rv;

    if (t->x->attempt != GW_ATTEMPT_NONE && t->x->attempt < GW_ATTEMPT_HEAD)
        gw_exchange_on(t->x, GW_X_HEAD);
    while (!APR_BRIGADE_EMPTY(bb) && t->x->answer != GW_ANSWER_ENDED) {
        apr_bucket *e = APR_BRIGADE_FIRST(bb);

        if (APR_BUCKET_IS_EOS(e))
            upstream_end(t);
        else if (AP_BUCKET_IS_ERROR(e))
            upstream_broke(t);
        else if (APR_BUCKET_IS_METADATA(e))
            metadata(t, e);
        else
            data_bytes(t, e);
        if (APR_BRIGADE_FIRST(bb) == e) {
            /* still there: it may be read by what is in `out` */
            APR_BUCKET_REMOVE(e);
            APR_BRIGADE_INSERT_TAIL(t->spent, e);
        }
        if (t->x->body == GW_BODY_BROKEN)
            break;
    }
    if (gw_tap_document_whole(t))
        gw_tap_document_end(t);
    apr_brigade_cleanup(bb);
    rv = gw_tap_flush(t);
    apr_brigade_cleanup(t->spent);
    if (t->enough)
        return APR_ECONNABORTED;        /* mod_proxy reads no further */
    if (drained_enough(t)) {
        rv = gw_watch_drained_enough(t->call);
        upstream_broke(t);
    }
    return rv;
}

/* ---- for the attempt loop ------------------------------------------- */

void gw_tap_start(gw_call_t *call)
{
    request_rec *r = call->r;
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    gw_tap_t *t = apr_palloc(r->pool, sizeof(*t));

    /* the rest is set as it is read into, see gw_json_start and
     * gw_answer_start */
    memset(t, 0, offsetof(gw_tap_t, answer.json.level));
    t->call = call;
    t->x = &call->exchange;
    t->out = apr_brigade_create(r->pool, alloc);
    t->held = apr_brigade_create(r->pool, alloc);
    t->later = apr_brigade_create(r->pool, alloc);
    t->spent = apr_brigade_create(r->pool, alloc);
    t->f = ap_add_output_filter_handle(tap_handle, t, r, r->connection);
    call->tap = t;
}

void gw_tap_attempt(gw_call_t *call, int last)
{
    gw_tap_t *t = call->tap;

    t->last = last != 0;
    t->tail_len = t->kept_len = t->waiting = 0;
    t->error = NULL;
    t->got = t->flowed = 0;
    t->read = t->text = 0;
    t->tr = call->translation != NULL ? gw_tap_translate_attempt(t) : NULL;
    t->status = 0;
    t->closed = t->kept_sse = t->failed = t->flowing = 0;
    t->hidden_before = t->enough = t->no_answer = 0;
    gw_tap_document_drop(t);
    gw_tap_leak_start(t);
    gw_answer_start(&t->answer, call->dialect->answer, 0);
}

gw_tap_outcome_t gw_tap_outcome(const gw_call_t *call)
{
    const gw_tap_t *t = call->tap;

    if (!gw_tap_is_open(t))
        return GW_TAP_PASSED;
    if (t->x->body != GW_BODY_KEPT)
        return GW_TAP_NOTHING;
    return t->no_answer ? GW_TAP_NO_ANSWER : GW_TAP_KEPT;
}

void gw_tap_finish(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    if (t->x->answer == GW_ANSWER_ENDED || t->x->body == GW_BODY_UNKNOWN
        || t->x->body == GW_BODY_KEPT || t->x->body == GW_BODY_BROKEN)
        return;
    if (t->f->c->aborted) {
        gw_watch_note_stop(call, GW_STOP_CLIENT);
        upstream_broke(t);
    }
    else {
        t->closed = 1;
        upstream_end(t);
    }
    gw_tap_flush(t);
}

void gw_tap_remove(gw_call_t *call)
{
    ap_remove_output_filter(call->tap->f);
}

void gw_tap_register(void)
{
    tap_handle = ap_register_output_filter("LLMGW_TAP", tap_filter, NULL,
                                           AP_FTYPE_RESOURCE - 1);
}
