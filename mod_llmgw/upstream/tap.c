/* SPDX-License-Identifier: Apache-2.0 */
/* tap.c - see tap.h: the filter, what it has to do with, error answers. */
#include "tap_private.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "body.h"
#include "crash.h"
#include "glob.h"

static ap_filter_rec_t *tap_handle;

/* ---- what kind of answer is it? ------------------------------------- */

/* By its first bytes: vendors and proxies leave a Content-Type that belongs
 * to what was asked for. */
typedef enum { FORM_OPEN, FORM_DOCUMENT, FORM_STREAM, FORM_OTHER } form_t;

/* Does an event stream begin here?  FORM_OPEN: it may. */
static form_t field_form(const char *p, apr_size_t n)
{
    static const char *const fields[] = {
        "data:", "event:", "id:", "retry:", ":"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(fields); i++) {
        apr_size_t all = strlen(fields[i]);

        if (memcmp(p, fields[i], n < all ? n : all) == 0)
            return n < all ? FORM_OPEN : FORM_STREAM;
    }
    return FORM_OTHER;
}

static form_t form_of(const char *p, apr_size_t n)
{
    static const char mark[] = "\xef\xbb\xbf";     /* byte order mark */

    if (n > 0 && memcmp(p, mark, n < 3 ? n : 3) == 0) {
        if (n < 3)
            return FORM_OPEN;
        p += 3;
        n -= 3;
    }
    while (n > 0 && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) {
        p++;
        n--;
    }
    if (n == 0)
        return FORM_OPEN;
    if (*p == '{' || *p == '[' || *p == '<')
        return FORM_DOCUMENT;
    return field_form(p, n);
}

static int is_stream(const request_rec *r, form_t form)
{
    const char *type = r->content_type;

    if (form == FORM_STREAM || form == FORM_DOCUMENT)
        return form == FORM_STREAM;
    return type != NULL && ap_cstr_casecmpn(type, "text/event-stream", 17) == 0;
}

static int is_encoded(const request_rec *r)
{
    const char *encoding = apr_table_get(r->headers_out, "Content-Encoding");

    return (encoding != NULL && ap_cstr_casecmp(encoding, "identity") != 0)
           || r->content_encoding != NULL;
}

/* Does the body's form matter, and can it be read? */
static int has_form(const request_rec *r)
{
    return r->status >= 200 && r->status < 300 && !is_encoded(r);
}

/* readable: what has_form() says. */
static void choose_mode(gw_tap_t *t, form_t form, int readable)
{
    request_rec *r = t->call->r;
    const char *length = apr_table_get(r->headers_out, "Content-Length");

    t->status = r->status;
    gw_tap_note_upstream(t);
    t->length = -1;
    if (length != NULL)
        ap_parse_strict_length(&t->length, length);
    if (r->status < 200 || r->status >= 300)
        t->mode = TAP_SWALLOW;
    else if (!readable)
        t->mode = TAP_BLIND;
    else
        t->mode = is_stream(r, form) ? TAP_STREAM : TAP_PLAIN;
    if (t->committed && (t->mode == TAP_PLAIN || t->mode == TAP_BLIND)) {
        t->mode = TAP_SWALLOW;          /* a stream has begun */
        t->no_answer = 1;
    }
    t->failed = t->mode == TAP_SWALLOW;
    if (t->mode == TAP_PLAIN)
        gw_tap_document_start(t);
    gw_answer_start(&t->answer, t->mode == TAP_STREAM);
    if (t->mode == TAP_BLIND)
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, GW_TAG(0072)
                      "%s: upstream %s compressed its answer, which was not "
                      "asked for: it is billed by estimate",
                      t->call->id_text, t->call->route->upstream->name);
}

/* ---- error answers -------------------------------------------------- */

/* Too long to be kept: let it through, unless it is about our account or
 * another upstream may do better. */
static void keep_overflow(gw_tap_t *t, const char *data, apr_size_t n)
{
    gw_blame_t blame = gw_tap_blame(t->call);

    if (blame == GW_BLAME_ACCOUNT || t->committed || t->no_answer
        || (t->status >= 300 && t->status < 400)
        || (!t->last && (blame == GW_BLAME_RATE
                         || blame == GW_BLAME_UPSTREAM))) {
        t->enough = 1;
        t->no_answer |= t->committed;   /* no event can be made of a part */
        return;
    }
    if (!t->kept_sse) {
        gw_tap_document_long_error(t, data, n);
        return;
    }
    if (gw_tap_leaks(t, t->kept, t->kept_len) || gw_tap_leaks(t, data, n)) {
        t->enough = 1;
        return;
    }
    t->mode = TAP_STREAM;
    t->failed = t->begun = 1;
    gw_tap_put(t, t->kept, t->kept_len);
    gw_tap_put(t, data, n);
}

void gw_tap_keep(gw_tap_t *t, const char *data, apr_size_t n)
{
    if (n == 0)
        return;
    if (t->kept_len + n > GW_TAP_KEEP) {
        keep_overflow(t, data, n);
        return;
    }
    if (t->kept == NULL)
        t->kept = apr_palloc(t->call->r->pool, GW_TAP_KEEP);
    memcpy(t->kept + t->kept_len, data, n);
    t->kept_len += n;
}

static const gw_error_t *error_of(gw_tap_t *t)
{
    gw_str_t kept = { t->kept, t->kept_len };

    if (t->error == NULL) {
        t->error = apr_palloc(t->call->r->pool, sizeof(*t->error));
        gw_error_read(t->error, kept);
    }
    return t->error;
}

/* The answer says 2xx and is none.  What does it say?  An error goes to the
 * client as it came, anything else does not. */
void gw_tap_refuse(gw_tap_t *t)
{
    const gw_error_t *error;
    gw_blame_t blame;

    t->mode = TAP_SWALLOW;
    t->error = NULL;
    error = error_of(t);
    blame = gw_tap_blame(t->call);
    if (!error->said && blame != GW_BLAME_CLIENT && blame != GW_BLAME_CONTENT)
        t->no_answer = 1;
    t->failed = error->said || !t->no_answer;
}

void gw_tap_pass_swallowed(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    t->mode = t->kept_sse ? TAP_STREAM : TAP_PLAIN;
    t->failed = 1;
    if (t->committed && !t->kept_sse)
        gw_tap_stream_error(t);
    else
        gw_tap_document_error(t);
    gw_tap_end(t, GW_END_FAILED);
    gw_tap_flush(t);
}

int gw_tap_give_up(gw_call_t *call, const gw_problem_t *problem, gw_end_t end)
{
    gw_tap_t *t = call->tap;

    if (!t->committed || t->ended)
        return 0;
    t->mode = TAP_STREAM;
    gw_tap_error_event(t, problem->kind, problem->message);
    gw_tap_end(t, end);
    gw_tap_flush(t);
    return 1;
}

int gw_tap_kept_leaks(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    return t->leaked || gw_tap_leaks(t, t->kept, t->kept_len);
}

int gw_tap_status(const gw_call_t *call)
{
    return call->tap->status;
}

gw_blame_t gw_tap_blame(const gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    if (t->leaked || (t->status >= 300 && t->status < 400))
        return GW_BLAME_UPSTREAM;       /* a redirect is not for clients */
    return gw_blame(t->status, error_of(t), call->route->upstream->vendor);
}

int gw_tap_names(const gw_call_t *call, const char *pattern)
{
    gw_str_t kept = { call->tap->kept, call->tap->kept_len };

    return gw_glob(pattern, kept, 0);
}

/* ---- the filter ----------------------------------------------------- */

static void body_bytes(gw_tap_t *t, apr_bucket *e, const char *data,
                       apr_size_t n)
{
    switch (t->mode) {
    case TAP_SWALLOW:
        gw_tap_keep(t, data, n);
        break;
    case TAP_STREAM:
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
    form_t form = FORM_OTHER;
    int readable = has_form(t->call->r);

    if (readable) {
        if (k > 0) {
            memcpy(head, t->kept, k);
            memcpy(head + k, data, n < more ? n : more);
            form = form_of(head, k + (n < more ? n : more));
        }
        else {
            form = form_of(data, n);
        }
        if (form == FORM_OPEN && e != NULL && k + n <= GW_TAP_FIRST) {
            gw_tap_keep(t, data, n);
            return;
        }
    }
    choose_mode(t, form, readable);
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
    if (t->ended)
        return;
    if (t->mode == TAP_HEAD)
        first_bytes(t, NULL, "", 0);
    switch (t->mode) {
    case TAP_SWALLOW:
        break;
    case TAP_STREAM:
        gw_tap_stream_end(t);
        break;
    default:
        gw_tap_document_end(t);
        break;
    }
}

static void upstream_broke(gw_tap_t *t)
{
    if (t->ended)
        return;
    if (t->mode == TAP_HEAD || t->mode == TAP_SWALLOW) {
        t->broke = 1;
        t->mode = TAP_HEAD;
    }
    else if (t->mode == TAP_STREAM) {
        gw_tap_stream_broke(t);
    }
    else {
        gw_tap_document_broke(t);
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
    t->any = 1;
    t->got += (apr_off_t)n;
    if (t->mode == TAP_HEAD && !has_status_line(t->call->r)) {
        t->broke = 1;           /* mod_proxy takes it for HTTP/0.9 */
        return;
    }
    if (t->mode == TAP_HEAD)
        first_bytes(t, e, data, n);
    else
        body_bytes(t, e, data, n);
}

static void metadata(gw_tap_t *t, apr_bucket *e)
{
    if (!t->committed || t->mute)
        return;
    if (APR_BUCKET_IS_FLUSH(e) && t->call->watch->ended) {
        if (t->flushed)
            return;             /* the client may be gone, and rightly */
        t->flushed = 1;
    }
    APR_BUCKET_REMOVE(e);
    APR_BRIGADE_INSERT_TAIL(t->out, e);
}

/* Generated text that was read so far, given to the client or not. */
static apr_int64_t text_read(const gw_tap_t *t)
{
    switch (t->mode) {
    case TAP_STREAM:
        return t->read + (t->flowing
                          ? (apr_int64_t)gw_json_text(&t->answer.json) : 0);
    case TAP_PLAIN:
        return (apr_int64_t)t->answer.event.text;
    case TAP_BLIND:
        return (apr_int64_t)t->got;
    default:
        return 0;
    }
}

/* Was as much read on, for a client who left, as LLMGatewayDrain allows? */
static int drained_enough(const gw_tap_t *t)
{
    const gw_cell_t *cell = t->call->cell;

    return t->mute && !t->ended && cell != NULL && t->call->watch->counted
           && gw_usage_estimate(text_read(t) - t->muted_at, cell->rate)
              > gw_process.conf->drain_tokens;
}

static apr_status_t tap_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    gw_tap_t *t = f->ctx;
    apr_status_t rv;

    t->call->watch->answering = 1;
    while (!APR_BRIGADE_EMPTY(bb) && !t->ended) {
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
        if (t->broke)
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
    t->out = apr_brigade_create(r->pool, alloc);
    t->held = apr_brigade_create(r->pool, alloc);
    t->spent = apr_brigade_create(r->pool, alloc);
    t->f = ap_add_output_filter_handle(tap_handle, t, r, r->connection);
    call->tap = t;
}

void gw_tap_attempt(gw_call_t *call, int last)
{
    gw_tap_t *t = call->tap;

    t->last = last != 0;
    t->mode = TAP_HEAD;
    t->tail_len = t->kept_len = t->waiting = 0;
    t->error = NULL;
    t->got = t->flowed = 0;
    t->status = 0;
    t->any = t->broke = t->closed = t->kept_sse = t->failed = t->flowing = 0;
    t->hidden_before = t->collecting = t->enough = t->no_answer = 0;
    gw_tap_document_drop(t);
    gw_tap_leak_start(t);
    gw_answer_start(&t->answer, 0);
}

gw_tap_outcome_t gw_tap_outcome(const gw_call_t *call)
{
    const gw_tap_t *t = call->tap;

    if (t->begun || t->ended)
        return GW_TAP_PASSED;
    if (t->broke)
        return GW_TAP_BROKE;
    if (t->mode != TAP_SWALLOW)
        return GW_TAP_NOTHING;
    return t->no_answer ? GW_TAP_NO_ANSWER : GW_TAP_SWALLOWED;
}

void gw_tap_finish(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    if (t->ended || t->mode == TAP_HEAD || t->mode == TAP_SWALLOW || t->broke)
        return;
    if (t->f->c->aborted) {
        call->watch->stop = GW_STOP_CLIENT;
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
    if (call->tap == NULL)
        return;
    ap_remove_output_filter(call->tap->f);
}

/* ---- for the watch -------------------------------------------------- */

void gw_tap_sent(gw_call_t *call)
{
    gw_cell_t *cell = call->cell;

    if (cell != NULL && cell->phase < GW_PHASE_SENT)
        cell->phase = GW_PHASE_SENT;
    if (cell != NULL)
        cell->row.reached = 1;
    GW_CRASH("sent");
}

int gw_tap_has_bytes(const gw_call_t *call)
{
    return call->tap->any;
}

int gw_tap_committed(const gw_call_t *call)
{
    return call->tap->committed;
}

int gw_tap_is_stream(const gw_call_t *call)
{
    return call->tap->mode == TAP_STREAM;
}

/* A comment that ends nothing, between two events: a client that is gone
 * answers with a reset.  What else is on its way asks as well. */
apr_status_t gw_tap_ask(gw_call_t *call)
{
    static const char comment[] = ":\n";
    gw_tap_t *t = call->tap;
    apr_bucket_alloc_t *alloc = t->f->c->bucket_alloc;

    if (t->mode != TAP_STREAM || t->flowing || t->mute || t->ended)
        return APR_SUCCESS;
    t->bytes += (apr_int64_t)sizeof(comment) - 1;
    APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_immortal_create(
                                        comment, sizeof(comment) - 1, alloc));
    APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_flush_create(alloc));
    return gw_tap_flush(t);
}

int gw_tap_finished(const gw_call_t *call)
{
    const gw_tap_t *t = call->tap;

    return t->mode == TAP_STREAM && t->delivered
           && gw_answer_complete(&t->answer, call->req->n);
}

int gw_tap_may_drain(const gw_call_t *call)
{
    return call->cell != NULL && call->watch->sent;
}

void gw_tap_mute(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    if (t->mute)
        return;
    t->after_finish = gw_tap_finished(call) != 0;
    t->muted_at = text_read(t);
    t->muted_counts = t->answer.counts;
    t->mute = 1;
}

void gw_tap_let_go(gw_call_t *call)
{
    gw_tap_t *t = call->tap;

    gw_tap_release_held(t);
    APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_flush_create(
                                        t->f->c->bucket_alloc));
    t->flushed = 1;
    gw_tap_flush(t);
}

void gw_tap_register(void)
{
    tap_handle = ap_register_output_filter("LLMGW_TAP", tap_filter, NULL,
                                           AP_FTYPE_RESOURCE - 1);
}
