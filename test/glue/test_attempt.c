/* SPDX-License-Identifier: Apache-2.0 */
/* test_attempt.c - an attempt that gave no answer: may the request be sent
 * again?  Only where nobody can have read it. */
#include <httpd.h>
#include <http_config.h>

#include "attempt.h"
#include "dialect.h"
#include "glue.h"
#include "replay.h"
#include "rewrite.h"
#include "tap_private.h"        /* tap.h is the test's */
#include "worker.h"

#include "tap.h"

/* ---- mod_proxy, and what watches it --------------------------------- */

static gw_watch_t watch;
static gw_attempt_state_t reaches;      /* how far mod_proxy gets */
static gw_tap_outcome_t outcome;
static int abandoned;

AP_DECLARE(int) ap_run_handler(request_rec *r)
{
    gw_exchange_t *x = watch.x;

    if (reaches >= GW_ATTEMPT_SENT)
        gw_exchange_on(x, GW_X_SENT);
    if (reaches >= GW_ATTEMPT_HEAD)
        gw_exchange_on(x, GW_X_HEAD);
    if (reaches >= GW_ATTEMPT_BODY)
        gw_exchange_on(x, GW_X_BYTES);
    return HTTP_BAD_GATEWAY;
}

apr_status_t gw_worker_hold(gw_worker_t **w, server_rec *s,
                            const gw_upstream_t *u, gw_endpoint_t endpoint,
                            const char *url)
{
    *w = NULL;
    return APR_SUCCESS;
}

void gw_worker_release(gw_worker_t *w)
{
}

ap_conf_vector_t *gw_worker_dir_config(const gw_worker_t *w,
                                       const request_rec *r)
{
    return r->per_dir_config;
}

const char *gw_worker_host(const gw_worker_t *w)
{
    return "127.0.0.1";
}

void gw_worker_offer(request_rec *r, gw_worker_t *w)
{
}

void gw_worker_withdraw(request_rec *r)
{
}

void gw_watch_attempt(gw_call_t *call)
{
}

void gw_watch_attempt_end(gw_call_t *call)
{
}

void gw_watch_unsent(gw_call_t *call)
{
}

gw_stop_t gw_watch_stopped(const gw_call_t *call)
{
    return call->watch->stop;
}

void gw_watch_note_stop(gw_call_t *call, gw_stop_t why)
{
    call->watch->stop = why;
}

/* ---- what reads the answer ------------------------------------------ */

void gw_tap_attempt(gw_call_t *call, int last)
{
}

void gw_tap_finish(gw_call_t *call)
{
}

int gw_tap_status(const gw_call_t *call)
{
    return 0;
}

gw_tap_outcome_t gw_tap_outcome(const gw_call_t *call)
{
    return outcome;
}

void gw_tap_abandon(gw_call_t *call, gw_end_t end)
{
    abandoned = 1;
}

/* ---- the body ------------------------------------------------------- */

void gw_replay(gw_call_t *call, const gw_str_t *pieces, unsigned count,
               apr_size_t length)
{
}

static void no_edits(gw_edits_t *edits, const gw_request_t *req,
                     const gw_rewrite_t *how, apr_pool_t *pool)
{
    memset(edits, 0, sizeof(*edits));
}

const gw_dialect_row_t *gw_dialect_row(unsigned at)
{
    static gw_dialect_row_t row;

    row.rewrite = no_edits;
    return &row;
}

/* ---- tests ---------------------------------------------------------- */

static gw_call_t *call;
static gw_attempt_result_t res;

/* A connection that had served before, and broke. */
static void begin(void)
{
    call = glue_call();
    memset(&watch, 0, sizeof(watch));
    watch.call = call;
    watch.x = &call->exchange;
    watch.reused = 1;
    call->watch = &watch;
    reaches = GW_ATTEMPT_SENT;
    outcome = GW_TAP_NOTHING;
    abandoned = 0;
    apr_table_clear(call->r->notes);
}

static gw_reason_t attempt(void)
{
    gw_attempt_before_t before;

    memset(&before, 0, sizeof(before));
    before.headers_out = before.err_headers_out = call->r->headers_out;
    gw_attempt(call, call->route, &before, 0, &res);
    return res.reason;
}

static void test_sent_again(void)
{
    begin();
    is_int(attempt(), GW_REASON_BROKE, "it was sent, and may have been read");
    begin();
    watch.unread = 1;
    is_int(attempt(), GW_REASON_POOLED, "it was sent, and not read");
    begin();
    watch.unread = 1;
    watch.reused = 0;
    is_int(attempt(), GW_REASON_BROKE, "over a new connection");
    begin();
    watch.unread = 1;
    reaches = GW_ATTEMPT_BODY;
    is_int(attempt(), GW_REASON_BROKE, "bytes of an answer came");
    begin();
    watch.unread = 1;
    apr_table_setn(call->r->notes, "proxy-status", "200");
    is_int(attempt(), GW_REASON_BROKE, "its head came");
    begin();
    ((gw_upstream_t *)call->route->upstream)->retry_sent = 1;
    is_int(attempt(), GW_REASON_POOLED, "its upstream does not mind");
}

static void test_not_sent(void)
{
    begin();
    reaches = GW_ATTEMPT_SENDING;
    is_int(attempt(), GW_REASON_POOLED, "an old connection was dead");
    begin();
    reaches = GW_ATTEMPT_SENDING;
    watch.fresh = 1;
    is_int(attempt(), GW_REASON_CONNECT, "a new one was not made");
    is_int(call->cell->row.failed_count, 1, "which the row says");
}

static void test_stopped(void)
{
    begin();
    watch.stop = GW_STOP_FIRST_BYTE;
    is_int(attempt(), GW_REASON_TIMEOUT, "a deadline has passed");
    ok(!res.done, "another attempt may follow");
    begin();
    watch.stop = GW_STOP_CLIENT;
    attempt();
    ok(res.done && abandoned, "nobody waits for another attempt");
    begin();
    outcome = GW_TAP_PASSED;
    attempt();
    ok(res.done && !abandoned, "there is an answer");
}

int main(void)
{
    test_sent_again();
    test_not_sent();
    test_stopped();
    return tap_end();
}
