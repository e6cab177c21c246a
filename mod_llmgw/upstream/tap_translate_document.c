/* SPDX-License-Identifier: Apache-2.0 */
/* tap_translate_document.c - a document that is translated, and errors of an
 * upstream whose clients know another shape of them. */
#include "tap_translate.h"

#include <stdlib.h>

#include <apr_strings.h>
#include "translate_error.h"

void gw_tap_translate_usage(gw_translate_usage_t *said, gw_usage_t *usage,
                            gw_tap_t *t)
{
    gw_tap_progress(t);         /* into the cell, which is what is billed */
    said->counts = t->answer.counts.seen ? &t->answer.counts : NULL;
    said->usage = gw_settle_counted(t->call, usage) ? usage : NULL;
}

void gw_tap_translate_log(const gw_tap_t *t, const char *why)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, t->call->r, GW_TAG(0076)
                  "%s: the answer of upstream %s cannot be translated: %s",
                  t->call->id_text, t->call->route->upstream->name, why);
}

/* ---- an answer ------------------------------------------------------- */

int gw_tap_translate_document(gw_tap_t *t, gw_tap_translation_t *tr)
{
    gw_str_t document = { t->document, t->document_len };
    gw_translate_usage_t said;
    gw_usage_t usage;
    gw_text_t out;
    const char *why;

    if (document.n >= 3 && memcmp(document.p, "\xef\xbb\xbf", 3) == 0) {
        document.p += 3;        /* a mark that JSON does not know */
        document.n -= 3;
    }
    gw_text_init(&out, GW_TRANSLATE_ANSWER, t->call->r->pool);
    gw_tap_translate_usage(&said, &usage, t);
    why = tr->how->document(&out, document, &tr->about, &said);
    if (why == NULL && out.full)
        why = "The answer is too long to be translated.";
    if (why != NULL) {
        gw_tap_translate_log(t, why);
        gw_text_drop(&out);
        return 0;
    }
    free(t->document);
    t->document_len = out.n;
    t->document = gw_text_take(&out);
    return 1;
}

/* ---- errors ---------------------------------------------------------- */

void gw_tap_translate_keep(gw_tap_t *t, const char *data, apr_size_t n)
{
    apr_size_t room = GW_TAP_KEEP - t->kept_len;

    if (n > room) {
        t->enough = 1;          /* what it says stands at its begin */
        n = room;
    }
    (void)gw_tap_keep(t, data, n);
}

/* Seconds that it says to wait; 1 where it says none that can be read. */
static int wait_told(const request_rec *r)
{
    const char *said = apr_table_get(r->headers_out, "Retry-After");
    apr_int64_t n = said != NULL ? apr_atoi64(said) : 0;

    return n < 1 || n > 86400 ? 1 : (int)n;
}

static void make_fault(gw_problem_t *problem, gw_tap_t *t,
                       const gw_error_t *error, int status)
{
    gw_call_t *call = t->call;
    gw_fault_t fault;

    fault.status = status;
    fault.class = gw_error_classify(status, error,
                                    call->route->upstream->vendor);
    fault.shape = call->shape;
    fault.prompt = call->cell != NULL ? call->cell->prompt : 0;
    fault.max_tokens = call->sent->max_tokens;
    fault.context = call->model->context;
    gw_translate_error(problem, error, &fault, call->r->pool);
    problem->retry_after = wait_told(call->r);
}

void gw_tap_translate_fault(gw_problem_t *problem, gw_tap_t *t,
                            const char *p, apr_size_t n)
{
    gw_error_t error;

    gw_tap_event_error(&error, t, p, n);
    make_fault(problem, t, &error, 200);
}

/* The client reads a stream by now; or it is told of a context that is too
 * short in one, and nowhere else. */
static int in_stream(const gw_tap_t *t, const gw_problem_t *problem)
{
    return t->x->answer == GW_ANSWER_OPENED
           || (t->call->req->stream && problem->kind == GW_P_CONTEXT_LENGTH
               && gw_shape_row(t->call->shape)->streams_overflow);
}

static void other_body(request_rec *r)
{
    apr_table_unset(r->headers_out, "Content-Encoding");
    r->content_encoding = NULL;
}

/* Where comments opened it, its head was sent. */
static void start_stream(gw_tap_t *t)
{
    if (t->x->answer == GW_ANSWER_OPENED)
        return;
    t->call->r->status = HTTP_OK;
    other_body(t->call->r);
    gw_tap_new_length(t, -1);
}

/* In place of the upstream's body, whatever it was in. */
static void put_error(gw_tap_t *t, const gw_problem_t *problem)
{
    request_rec *r = t->call->r;
    const char *json = gw_problem_json(problem, t->call->shape,
                                       t->call->id_text, r->pool);

    r->status = gw_problem_status(problem, t->call->shape);
    other_body(r);
    gw_tap_new_length(t, (apr_off_t)strlen(json));
    gw_tap_put(t, json, strlen(json));
}

void gw_tap_translate_kept(gw_tap_t *t)
{
    gw_str_t kept = { t->kept, t->kept_len };
    gw_problem_t problem;
    gw_error_t error;

    gw_error_read(&error, kept);
    make_fault(&problem, t, &error, t->status);
    if (in_stream(t, &problem)) {
        gw_exchange_on(t->x, GW_X_STREAM);
        start_stream(t);
        gw_tap_put_problem(t, &problem);
    }
    else {
        gw_exchange_on(t->x, GW_X_DOCUMENT);
        put_error(t, &problem);
    }
}
