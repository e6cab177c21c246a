/* SPDX-License-Identifier: Apache-2.0 */
/* tap_commit.c - what goes out: headers, bytes, the end. */
#include "tap_private.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "crash.h"
#include "header.h"
#include "headers.h"
#include "utf8.h"

/* ---- headers -------------------------------------------------------- */

void gw_tap_note_upstream(gw_tap_t *t)
{
    static const char *const names[] = {
        "x-request-id", "request-id", "x-dashscope-request-id"
    };
    gw_cell_t *cell = t->call->cell;
    unsigned i;

    if (cell == NULL)
        return;
    for (i = 0; i < GW_COUNT(names); i++) {
        const char *id = apr_table_get(t->call->r->headers_out, names[i]);

        if (id != NULL && !gw_tap_leaks(t, id, strlen(id))) {
            gw_str_t text = { id, strlen(id) };

            gw_utf8_copy(cell->row.upstream_request,
                         sizeof(cell->row.upstream_request), text);
            return;
        }
    }
}

/* The setting of an upstream that only few have. */
static int is_named(const char *name, const char *const *list)
{
    for (; list != NULL && *list != NULL; list++) {
        if (ap_cstr_casecmp(name, *list) == 0)
            return 1;
    }
    return 0;
}

/* httpd's words for the status: NULL, but where it knows none. */
static const char *status_line(const request_rec *r)
{
    if (r->status == HTTP_INTERNAL_SERVER_ERROR
        || ap_get_status_line(r->status)
           != ap_get_status_line(HTTP_INTERNAL_SERVER_ERROR))
        return NULL;
    return apr_psprintf(r->pool, "%d Unknown", r->status);
}

/* Of the upstream's headers only those that are known to be for clients, and
 * none that holds our credential; nor its words for the status. */
static void choose_headers(gw_tap_t *t)
{
    request_rec *r = t->call->r;
    const char *const *named = t->call->route->upstream->pass_headers;
    const apr_array_header_t *all = apr_table_elts(r->headers_out);
    const apr_table_entry_t *e = (const apr_table_entry_t *)all->elts;
    apr_table_t *chosen = apr_table_make(r->pool, 12);
    int i;

    for (i = 0; i < all->nelts; i++) {
        if ((gw_header_passes(e[i].key) || is_named(e[i].key, named))
            && !gw_tap_leaks(t, e[i].val, strlen(e[i].val)))
            apr_table_addn(chosen, e[i].key, e[i].val);
    }
    r->headers_out = chosen;
    r->status_line = status_line(r);
    if (r->content_type != NULL
        && gw_tap_leaks(t, r->content_type, strlen(r->content_type)))
        r->content_type = NULL;
    apr_table_unset(r->err_headers_out, "WWW-Authenticate");
    apr_table_unset(r->err_headers_out, "Set-Cookie");
}

void gw_tap_commit(gw_tap_t *t)
{
    request_rec *r = t->call->r;

    if (t->x->answer != GW_ANSWER_NONE || gw_tap_is_mute(t))
        return;
    gw_exchange_on(t->x, GW_X_OPEN);
    choose_headers(t);
    gw_headers_add(t->call, r->headers_out,
                   t->call->route->upstream->pass_headers == NULL);
    if (t->tr != NULL)
        ap_set_content_type(r, t->x->body == GW_BODY_STREAM
                               ? "text/event-stream; charset=utf-8"
                               : "application/json");
    if (t->x->body == GW_BODY_STREAM) {
        apr_table_unset(r->headers_out, "Content-Length");
        apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
        apr_table_setn(r->headers_out, "X-Accel-Buffering", "no");
        apr_table_setn(r->subprocess_env, "no-gzip", "1");
        apr_table_setn(r->subprocess_env, "no-brotli", "1");
    }
    if (t->call->cell != NULL) {
        gw_row_t *row = &t->call->cell->row;

        row->status = (apr_int16_t)r->status;
        row->first_ms = gw_call_ms(t->call);
    }
}

void gw_tap_begin(gw_tap_t *t)
{
    if (!gw_tap_is_open(t))
        return;
    gw_tap_commit(t);
    gw_exchange_on(t->x, GW_X_BEGIN);
    gw_call_drop_body(t->call);         /* no other attempt needs it */
}

void gw_tap_new_length(gw_tap_t *t, apr_off_t length)
{
    static const char *const names[] = {
        "Content-MD5", "Digest", "Content-Digest", "Repr-Digest", "ETag"
    };
    request_rec *r = t->call->r;
    unsigned i;

    for (i = 0; i < GW_COUNT(names); i++)
        apr_table_unset(r->headers_out, names[i]);
    if (length < 0)
        apr_table_unset(r->headers_out, "Content-Length");
    else
        ap_set_content_length(r, length);
}

/* ---- bytes ---------------------------------------------------------- */

void gw_tap_put_bucket(gw_tap_t *t, apr_bucket *e, apr_size_t n)
{
    if (gw_tap_is_mute(t)) {
        apr_bucket_delete(e);
        return;
    }
    gw_tap_commit(t);
    t->bytes += (apr_int64_t)n;
    APR_BRIGADE_INSERT_TAIL(t->x->answer == GW_ANSWER_HELD ? t->held : t->out,
                            e);
}

void gw_tap_put(gw_tap_t *t, const char *p, apr_size_t n)
{
    apr_bucket_alloc_t *alloc = t->f->c->bucket_alloc;

    if (n == 0)
        return;
    /* what is held outlives this round: it needs memory of its own */
    gw_tap_put_bucket(t, t->x->answer == GW_ANSWER_HELD
                         ? apr_bucket_heap_create(p, n, NULL, alloc)
                         : apr_bucket_transient_create(p, n, alloc), n);
}

void gw_tap_leave(gw_tap_t *t)
{
    if (gw_tap_is_mute(t))
        return;
    gw_tap_coalesce_leave(t);
    gw_exchange_on(t->x, GW_X_LEAVE);
}

/* The client's connection failed under us.  A child that stops closes those
 * of its clients by itself. */
static apr_status_t client_failed(gw_tap_t *t, apr_status_t rv)
{
    if (t->x->answer == GW_ANSWER_ENDED)
        return rv;
    if (gw_process.stopping) {
        gw_watch_note_stop(t->call, GW_STOP_CHILD);
        gw_tap_leave(t);
        gw_tap_end(t, GW_END_STOPPED);
        return rv;
    }
    if (gw_watch_stopped(t->call) != GW_STOP_TOTAL
        && gw_watch_client_left(t->call) == 0)
        return APR_SUCCESS;     /* we read on, muted */
    gw_watch_note_stop(t->call, GW_STOP_CLIENT);
    gw_tap_leave(t);
    gw_tap_end(t, GW_END_CLIENT);
    return rv;
}

apr_status_t gw_tap_flush(gw_tap_t *t)
{
    if (gw_tap_is_mute(t)) {
        apr_brigade_cleanup(t->out);
        return APR_SUCCESS;
    }
    if (t->call->coalesce > 0 && gw_tap_coalesce(t))
        return APR_SUCCESS;
    return gw_tap_pass(t);
}

apr_status_t gw_tap_pass(gw_tap_t *t)
{
    apr_status_t rv = APR_SUCCESS;

    if (!APR_BRIGADE_EMPTY(t->out)) {
        GW_CRASH("passing");
        t->unflushed = !APR_BUCKET_IS_FLUSH(APR_BRIGADE_LAST(t->out));
        rv = gw_watch_pass(t->call, t->f, t->out);
        GW_CRASH("passed");
    }
    if (rv != APR_SUCCESS || t->f->c->aborted)
        return client_failed(t, rv != APR_SUCCESS ? rv : APR_ECONNABORTED);
    return APR_SUCCESS;
}

/* ---- the end -------------------------------------------------------- */

/* If it was we who stopped it, the watch has said so. */
void gw_tap_log_break(gw_tap_t *t)
{
    if (gw_watch_stopped(t->call) == GW_STOP_NONE
        && t->x->answer <= GW_ANSWER_HELD)
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, t->call->r, GW_TAG(0073)
                      "%s: upstream %s broke off in the middle of its answer",
                      t->call->id_text, t->call->route->upstream->name);
}

void gw_tap_progress(gw_tap_t *t)
{
    gw_cell_t *cell = t->call->cell;
    int delivered = t->first_passed ? t->passed.delivered : t->delivered;

    if (cell == NULL)
        return;
    if (t->answer.counts.seen)
        cell->counts = t->answer.counts;
    cell->text = t->flowed + (t->first_passed ? t->passed.text : t->text);
    cell->row.bytes = t->pending + (t->first_passed ? t->passed.bytes
                                                    : t->bytes);
    cell->reasoning = t->answer.reasoning;
    /* what flows is delivered, though it is not known yet what it is */
    if ((delivered || (t->flowing && !gw_tap_is_mute(t)))
        && cell->phase == GW_PHASE_SENT)
        cell->phase = GW_PHASE_DELIVERED;
}

/* The cell may have the counts of half an event. */
static void recount(gw_tap_t *t)
{
    if (t->call->cell != NULL)
        t->call->cell->counts = t->answer.counts;
}

int gw_tap_last(gw_tap_t *t)
{
    int half = gw_answer_last(&t->answer);

    recount(t);
    return half;
}

void gw_tap_cut(gw_tap_t *t)
{
    gw_answer_cut(&t->answer);
    recount(t);
}

/* A client that leaves after the finish_reason has got its answer. */
gw_end_t gw_tap_whole_end(gw_tap_t *t)
{
    if (t->x->client == GW_CLIENT_PRESENT || t->x->client == GW_CLIENT_SERVED)
        return GW_END_COMPLETE;
    t->text = t->read;          /* the client did not get it; it was made */
    return GW_END_DRAINED;
}

gw_end_t gw_tap_ending(gw_tap_t *t)
{
    if (t->failed)
        return t->delivered ? GW_END_CUT : GW_END_FAILED;
    return gw_tap_whole_end(t);
}

/* What a settlement needs, into the cell. */
static void report(gw_tap_t *t)
{
    gw_call_t *call = t->call;

    gw_tap_progress(t);
    if (call->caller.policies->team.answer_ids)
        call->cell->row.answer_hash = t->tr != NULL ? t->id_hash
                                                    : t->answer.id_hash;
    if (t->failed)
        call->cell->row.usage.flags |= GW_ROW_UPSTREAM_ERROR;
}

/* What was counted after the client had left is billed only if the answer
 * came to its end. */
void gw_tap_settle(gw_tap_t *t, gw_end_t end)
{
    gw_call_t *call = t->call;

    if (t->x->answer >= GW_ANSWER_SETTLED)
        return;
    t->first_passed = 0;        /* from here on nothing waits */
    if (end == GW_END_CLIENT && gw_exchange_reads_on(t->x))
        t->answer.counts = call->cell->counts = t->muted_counts;
    report(t);
    gw_settle(call, end);
    gw_watch_end(call);
}

void gw_tap_abandon(gw_call_t *call, gw_end_t end)
{
    gw_tap_t *t = call->tap;

    gw_tap_settle(t, end);
    if (t->x->answer == GW_ANSWER_SETTLED)
        gw_exchange_on(t->x, GW_X_END);
}

void gw_tap_release_held(gw_tap_t *t)
{
    if (t->x->answer != GW_ANSWER_HELD)
        return;
    gw_tap_settle(t, gw_tap_whole_end(t));
    APR_BRIGADE_CONCAT(t->out, t->held);
}

/* Settlement first, then the client may see the end. */
void gw_tap_end(gw_tap_t *t, gw_end_t end)
{
    if (t->x->answer == GW_ANSWER_ENDED)
        return;
    if (end == GW_END_COMPLETE)
        end = gw_tap_whole_end(t);
    gw_tap_commit(t);           /* an error may have no body */
    gw_tap_settle(t, end);
    gw_exchange_on(t->x, GW_X_END);
    APR_BRIGADE_CONCAT(t->out, t->held);
    /* HTTP/2 clients would get trailers, unfiltered */
    apr_table_clear(t->call->r->trailers_out);
    if (!gw_tap_is_mute(t))
        APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_eos_create(
                                            t->f->c->bucket_alloc));
}
