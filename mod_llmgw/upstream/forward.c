/* SPDX-License-Identifier: Apache-2.0 */
/* forward.c - see forward.h. */
#include "forward.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "attempt.h"
#include "candidates.h"
#include "sent.h"
#include "settle.h"
#include "tap.h"
#include "watch.h"
#include "worker.h"

#define ATTEMPTS 3              /* at different upstreams */
#define POOLED   2              /* extra ones, for dead pooled connections and
                                   refused members of ours */

/* What the upstream has it may work on, and bill: who repeats it by itself
 * can be kept from that. */
static gw_problem_kind_t timed_out(const gw_call_t *call,
                                   gw_problem_t *problem)
{
    gw_problem(problem, GW_P_UPSTREAM_TIMEOUT, NULL,
               "The upstream did not answer in time.");
    if (call->exchange.attempt >= GW_ATTEMPT_SENT
        && call->conf->timeout_status > 0)
        problem->status = call->conf->timeout_status;
    return problem->kind;
}

static gw_problem_kind_t give_up(gw_call_t *call,
                                 const gw_attempt_result_t *res,
                                 gw_problem_t *problem)
{
    if (res->reason == GW_REASON_TIMEOUT)
        return timed_out(call, problem);
    if (gw_watch_stopped(call) == GW_STOP_CHILD)
        return gw_problem(problem, GW_P_OVERLOADED, NULL, "The engine is "
                          "currently overloaded: the server restarts. Please "
                          "try again.");
    if (res->reason == GW_REASON_BROKE
        && call->exchange.attempt >= GW_ATTEMPT_SENT)
        return gw_problem(problem, GW_P_UPSTREAM_UNAVAILABLE, NULL,
                          "The upstream closed the connection after it was "
                          "sent the request and before it answered. It may "
                          "have worked on it, so it was not sent there again: "
                          "repeat the request if that does no harm.");
    return gw_problem(problem, GW_P_UPSTREAM_UNAVAILABLE, NULL,
                      apr_psprintf(call->r->pool, "No upstream of model '%s' "
                                   "is available now. Please try again "
                                   "later.", call->model->name));
}

/* Does it say what is wrong with the body?  Where tokens are only counted, our
 * estimate is better than any other error. */
static int is_about_the_body(const gw_attempt_result_t *res)
{
    return (res->class == GW_CLASS_CLIENT || res->class == GW_CLASS_CONTENT)
           && res->status != HTTP_NOT_FOUND
           && res->status != HTTP_METHOD_NOT_ALLOWED;
}

/* The upstream's own error, where it is the client's business. */
static int pass_on(gw_call_t *call, const gw_attempt_result_t *res)
{
    if ((res->reason != GW_REASON_STATUS
         && res->reason != GW_REASON_ERROR_EVENT)
        || res->leaks || res->class == GW_CLASS_ACCOUNT
        || (res->status >= 300 && res->status < 400)
        || (gw_endpoint_row(call->url.endpoint)->counts
            && !is_about_the_body(res)))
        return 0;
    gw_watch_answer(call);
    gw_tap_pass_kept(call);
    gw_watch_attempt_end(call);
    return 1;
}

static int may_try_another(const gw_attempt_result_t *res)
{
    return res->reason != GW_REASON_TIMEOUT
           && res->class != GW_CLASS_CLIENT
           && res->class != GW_CLASS_CONTENT;
}

/* Can it be sent by this route, for what is reserved, or can be? */
static int is_ready(gw_call_t *call, const gw_route_t *route,
                    gw_problem_t *problem)
{
    const char *why;

    if (gw_sent_make(call, route, problem) != 0)
        why = problem->message;
    else if ((why = gw_settle_cover(call)) == NULL)
        return 1;
    else
        why = apr_pstrcat(call->r->pool, "it ", why, NULL);
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, call->r, GW_TAG(0075)
                  "%s: upstream %s is left out: translated for it, %s",
                  call->id_text, route->upstream->name, why);
    return 0;
}

/* Does the upstream refuse that it is asked for usage, which we added? */
static int refuses_usage(gw_call_t *call, const gw_attempt_result_t *res)
{
    if (res->reason != GW_REASON_STATUS || !call->usage_added
        || (res->status != HTTP_BAD_REQUEST
            && res->status != HTTP_UNPROCESSABLE_ENTITY)
        || !(gw_tap_names(call, "*include_usage*")
             || (!gw_request_has(call->sent, GW_M_STREAM_OPTIONS)
                 && gw_tap_names(call, "*stream_options*"))))
        return 0;
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, call->r, GW_TAG(0074)
                  "%s: upstream %s refuses stream_options.include_usage, "
                  "which the gateway adds: it is tried once more without, and "
                  "billed by estimate; set \"include_usage\":\"never\" on "
                  "that upstream", call->id_text,
                  call->route->upstream->name);
    return 1;
}

/* What a request goes through its routes with.  In the pool: what stands on the
 * stack while the answer is awaited makes that deeper for all that passes it
 * on, and a thread keeps each page that it ever used. */
typedef struct walk_t {
    gw_attempt_before_t before;
    gw_attempt_result_t res;
    gw_candidates_t at, after;
} walk_t;

static void run_attempts(gw_call_t *call, walk_t *w, gw_problem_t *problem)
{
    gw_attempt_result_t *res = &w->res;
    const gw_route_t *route, *other;
    int tries = 0, pooled = 0;

    gw_candidates_start(&w->at, call->model, call->url.endpoint, call->req);
    route = gw_candidate_next(&w->at);
    while (route != NULL) {
        if (!is_ready(call, route, problem)) {
            route = gw_candidate_next(&w->at);
            continue;
        }
        w->after = w->at;
        other = tries + 1 < ATTEMPTS ? gw_candidate_next(&w->after) : NULL;
        gw_attempt(call, route, &w->before, other == NULL, res);
        if (res->done || gw_watch_stopped(call) == GW_STOP_CHILD)
            return;
        if (pooled < POOLED
            && (res->reason == GW_REASON_POOLED
                || (call->without_usage = refuses_usage(call, res)))) {
            pooled++;
            continue;
        }
        if (!may_try_another(res))
            return;
        call->without_usage = 0;
        tries++;
        w->at = w->after;
        route = other;
    }
}

/* Most often there is nothing in it. */
static const apr_table_t *as_it_is(const apr_table_t *table, apr_pool_t *pool)
{
    return apr_is_empty_table(table) ? NULL : apr_table_copy(pool, table);
}

static void remember(gw_attempt_before_t *before, const request_rec *r)
{
    memset(before, 0, sizeof(*before));
    before->headers_out = as_it_is(r->headers_out, r->pool);
    before->err_headers_out = as_it_is(r->err_headers_out, r->pool);
    before->per_dir_config = r->per_dir_config;
    before->handler = r->handler;
    before->filename = r->filename;
    before->log = r->log;
}

/* No attempt gave an answer.  Returns what gw_forward() does. */
static gw_problem_kind_t without_answer(gw_call_t *call,
                                        const gw_attempt_before_t *before,
                                        const gw_attempt_result_t *res,
                                        gw_problem_t *problem)
{
    gw_problem_kind_t kind = give_up(call, res, problem);
    gw_end_t end = gw_watch_stopped(call) == GW_STOP_CHILD ? GW_END_STOPPED
                                                           : GW_END_FAILED;

    if (gw_tap_give_up(call, problem, end))
        return 0;
    gw_attempt_reset(call, before);
    if (call->cell != NULL)
        call->cell->row.status = (apr_int16_t)gw_problem_status(problem,
                                                                call->shape);
    gw_tap_abandon(call, end);
    gw_tap_remove(call);
    return kind;
}

gw_problem_kind_t gw_forward(gw_call_t *call, gw_problem_t *problem)
{
    request_rec *r = call->r;
    walk_t *w = apr_pcalloc(r->pool, sizeof(*w));

    remember(&w->before, r);
    gw_worker_sweep(call->snapshot->catalog);
    gw_watch_start(call, &gw_tap_for_watch);
    gw_tap_start(call);
    apr_table_setn(r->subprocess_env, "proxy-interim-response", "Suppress");
    run_attempts(call, w, problem);
    if (!w->res.done && pass_on(call, &w->res))
        w->res.done = 1;
    r->log = w->before.log;
    if (call->exchange.client != GW_CLIENT_PRESENT)
        r->connection->aborted = 1;     /* for the log, and to close it */
    if (!w->res.done)
        return without_answer(call, &w->before, &w->res, problem);
    gw_tap_abandon(call, GW_END_CUT);   /* if ever it is not settled */
    return 0;
}
