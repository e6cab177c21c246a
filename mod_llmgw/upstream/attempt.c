/* SPDX-License-Identifier: Apache-2.0 */
/* attempt.c - see attempt.h. */
#include "attempt.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_proxy.h>

#include "clock.h"
#include "replay.h"
#include "settle.h"
#include "tap.h"
#include "watch.h"
#include "worker.h"

/* ---- the request of an attempt -------------------------------------- */

static const char *join_query(const char *a, const char *b, apr_pool_t *pool)
{
    if (a == NULL || *a == '\0')
        return b == NULL || *b == '\0' ? "" : apr_pstrcat(pool, "?", b, NULL);
    if (b == NULL || *b == '\0')
        return apr_pstrcat(pool, "?", a, NULL);
    return apr_pstrcat(pool, "?", a, "&", b, NULL);
}

#define PROXY "proxy:"          /* in front of the URL, for mod_proxy */

/* With PROXY in front of it. */
static char *upstream_url(const gw_call_t *call, const gw_upstream_t *u)
{
    apr_pool_t *pool = call->r->pool;
    const char *whole = u->paths[call->dialect->at];
    /* what the client's says is of its own dialect */
    const char *query = join_query(u->query, call->translation == NULL
                                             ? call->r->args : NULL, pool);
    apr_size_t n = strlen(u->base_url);
    int slash = n > 0 && u->base_url[n - 1] == '/';

    if (whole != NULL)
        return apr_pstrcat(pool, PROXY, whole, query, NULL);
    return apr_pstrcat(pool, PROXY, u->base_url, slash ? "" : "/",
                       gw_endpoint_names[call->dialect->at], query, NULL);
}

static void prepare_body(gw_call_t *call, const gw_route_t *route)
{
    gw_edits_t edits;
    gw_str_t *pieces;
    const gw_request_t *sent = call->sent;
    const gw_vendor_row_t *vendor = gw_vendor_row(route->upstream->vendor);
    gw_rewrite_t how;
    apr_size_t length;
    unsigned n;

    memset(&how, 0, sizeof(how));
    how.model = route->model;
    how.thinking = call->conf->thinking_relay == 1 ? GW_THINKING_RELAY
                                                   : route->thinking;
    how.include_usage = call->dialect->asks_usage
                        && route->upstream->include_usage
                        && !call->without_usage;
    call->usage_added = how.include_usage && sent->stream
                        && sent->include_usage != GW_TRUE;
    how.explicit_cache = call->model->cache_explicit != 0;
    how.text_without_tools = route->text_without_tools != 0;
    how.max_completion = vendor->max_completion;
    how.max_tokens_only = vendor->max_tokens_only;
    how.max_tokens = sent->max == GW_MAX_NONE && sent->max_tokens > 0
                     ? sent->max_tokens : 0;
    how.store = route->upstream->stored_ids != 0;
    call->dialect->rewrite(&edits, sent, &how, call->r->pool);
    pieces = apr_palloc(call->r->pool,
                        (2 * edits.count + 1) * sizeof(*pieces));
    n = gw_edits_apply(pieces, &length, &edits, sent->body);
    gw_replay(call, pieces, n, length);
}

static apr_table_t *again(const apr_table_t *table, apr_pool_t *pool)
{
    return table != NULL ? apr_table_copy(pool, table)
                         : apr_table_make(pool, 5);
}

void gw_attempt_reset(gw_call_t *call, const gw_attempt_before_t *before)
{
    static const char *const notes[] = {
        "proxy_timedout", "proxy-status", "proxy-error-override",
        "error-notes", "verbose-error-to", "proxy-source-port"
    };
    request_rec *r = call->r;
    unsigned i;

    r->status = HTTP_OK;
    r->status_line = NULL;
    r->headers_out = again(before->headers_out, r->pool);
    r->err_headers_out = again(before->err_headers_out, r->pool);
    apr_table_clear(r->trailers_out);
    apr_table_unset(r->subprocess_env, "proxy-nokeepalive");
    for (i = 0; i < GW_COUNT(notes); i++)
        apr_table_unset(r->notes, notes[i]);
    apr_table_unset(r->headers_in, "Max-Forwards");
    r->content_type = r->content_encoding = NULL;
    r->content_languages = NULL;
    r->clength = 0;
    r->chunked = 0;
    r->sent_bodyct = 0;
    r->eos_sent = 0;            /* set although the tap swallowed the EOS */
    r->no_cache = 0;
    r->expecting_100 = 0;
    r->log = before->log;
    apr_pool_userdata_setn(NULL, "proxy-req-input", NULL, r->pool);
}

/* The return code of mod_proxy says less than what the tap and the watch
 * saw: it is OK for a swallowed answer and 502 for a passed deadline. */
static int run_proxy(gw_call_t *call, const gw_attempt_before_t *before,
                     gw_worker_t *w, char *filename)
{
    request_rec *r = call->r;
    int rc;

    r->per_dir_config = gw_worker_dir_config(w, r);
    r->proxyreq = PROXYREQ_REVERSE;
    r->handler = "proxy-server";
    r->filename = filename;
    gw_worker_offer(r, w);
    rc = ap_run_handler(r);
    gw_worker_withdraw(r);
    r->per_dir_config = before->per_dir_config;
    r->handler = before->handler;
    r->filename = before->filename;
    return rc;
}

/* ---- what came of it ------------------------------------------------ */

/* The client is gone and no answer came, or an error. */
static void client_gone(gw_call_t *call, gw_attempt_result_t *res)
{
    gw_tap_abandon(call, gw_watch_stopped(call) == GW_STOP_NONE
                         || res->status >= 300
                         ? GW_END_FAILED : GW_END_CLIENT);
    res->done = 1;
}

/* mod_proxy looks at a pooled connection before it uses it; but the upstream
 * may close it in that moment.  The request is sent again where it is certain
 * that it was not read, or where the upstream is said not to mind. */
static int may_send_again(const gw_call_t *call)
{
    const gw_watch_t *w = call->watch;

    return w->reused && (w->head == 0 || w->secure)
           && (w->unread || call->route->upstream->retry_sent)
           && call->exchange.attempt != GW_ATTEMPT_BODY
           && apr_table_get(call->r->notes, "proxy-status") == NULL;
}

static gw_reason_t why_nothing(const gw_call_t *call, int rc)
{
    const gw_watch_t *w = call->watch;

    if (w->stop == GW_STOP_CHILD || w->stop == GW_STOP_HEAD
        || w->stop == GW_STOP_BAD_HEAD)
        return GW_REASON_BROKE;
    if (w->stop != GW_STOP_NONE)
        return GW_REASON_TIMEOUT;
    if (call->exchange.attempt < GW_ATTEMPT_SENT)
        return w->fresh || rc != HTTP_BAD_GATEWAY ? GW_REASON_CONNECT
                                                  : GW_REASON_POOLED;
    return may_send_again(call) ? GW_REASON_POOLED : GW_REASON_BROKE;
}

static void classify(gw_call_t *call, gw_attempt_result_t *res, int rc)
{
    memset(res, 0, sizeof(*res));
    gw_watch_unsent(call);
    gw_tap_finish(call);
    res->class = GW_CLASS_UPSTREAM;
    res->status = gw_tap_status(call);
    switch (gw_tap_outcome(call)) {
    case GW_TAP_PASSED:
        res->done = 1;
        return;
    case GW_TAP_KEPT:
        res->reason = res->status < 300 ? GW_REASON_ERROR_EVENT
                                        : GW_REASON_STATUS;
        res->leaks = gw_tap_kept_leaks(call);
        res->class = gw_tap_error_class(call);
        break;
    case GW_TAP_NO_ANSWER:
        res->reason = GW_REASON_NO_ANSWER;
        res->class = gw_tap_error_class(call);
        break;
    default:
        if (gw_watch_stopped(call) == GW_STOP_NONE
            && call->r->connection->aborted)
            gw_watch_note_stop(call, GW_STOP_CLIENT);
        res->reason = why_nothing(call, rc);
        break;
    }
    if (gw_exchange_reads_on(&call->exchange)
        || gw_watch_stopped(call) == GW_STOP_CLIENT)
        client_gone(call, res);
}

static void log_attempt(gw_call_t *call, const gw_attempt_result_t *res)
{
    static const char *const words[] = {
        "", "answered with an error", "could not be connected to",
        "had closed a pooled connection", "broke off before it answered",
        "did not answer in time", "answered 2xx with an error",
        "gave what is no answer"
    };
    int level = res->reason == GW_REASON_POOLED
                || res->class == GW_CLASS_CLIENT
                || res->class == GW_CLASS_CONTENT ? APLOG_INFO
              : res->class == GW_CLASS_ACCOUNT ? APLOG_ERR : APLOG_WARNING;

    ap_log_rerror(APLOG_MARK, level, 0, call->r, GW_TAG(0080)
                  "%s: upstream %s %s (status %d, a matter of the %s)",
                  call->id_text, call->route->upstream->name,
                  words[res->reason], res->status,
                  gw_error_class_name(res->class));
}

/* res says that no connection was made, until something better is known. */
static void run_attempt(gw_call_t *call, const gw_attempt_before_t *before,
                        gw_attempt_result_t *res)
{
    const gw_route_t *route = call->route;
    char *filename = upstream_url(call, route->upstream);
    const char *url = filename + sizeof(PROXY) - 1;
    gw_worker_t *w;
    apr_status_t rv = gw_worker_hold(&w, call->r->server, route->upstream,
                                     call->dialect->at, url);

    if (rv == APR_EACCES)
        gw_watch_log_link_local(call);
    if (rv != APR_SUCCESS)
        return;
    if (ap_cstr_casecmpn(url, "https:", 6) == 0 && !gw_worker_tls_ready(w)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, call->r, GW_TAG(0081)
                      "upstream %s is https, but no <Proxy \"llmgw:upstreams"
                      "\"> section or no mod_ssl is there: see llmgw.conf",
                      route->upstream->name);
    }
    else {
        call->watch->host = gw_worker_host(w);
        prepare_body(call, route);
        classify(call, res, run_proxy(call, before, w, filename));
    }
    gw_worker_release(w);
}

void gw_attempt(gw_call_t *call, const gw_route_t *route,
                const gw_attempt_before_t *before, int last,
                gw_attempt_result_t *res)
{
    apr_time_t start = gw_steady_now();

    call->route = route;
    if (call->cell->row.attempts > 0)
        gw_attempt_reset(call, before);
    gw_settle_attempt(call, route);
    gw_exchange_on(&call->exchange, GW_X_ATTEMPT);
    gw_watch_attempt(call);
    gw_tap_attempt(call, last);
    memset(res, 0, sizeof(*res));
    res->reason = GW_REASON_CONNECT;
    res->class = GW_CLASS_UPSTREAM;
    run_attempt(call, before, res);
    gw_watch_attempt_end(call);
    if (res->done)
        return;
    if (gw_watch_stopped(call) == GW_STOP_NONE)   /* else it is logged */
        log_attempt(call, res);
    gw_settle_failed_attempt(call, res->reason, res->status,
                             gw_steady_now() - start);
}
