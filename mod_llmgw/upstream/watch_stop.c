/* SPDX-License-Identifier: Apache-2.0 */
/* watch_stop.c - the attempt that is watched: why it ends, who reads on. */
#include "watch_private.h"

#include "clock.h"
#include "drain_slots.h"

#define GRACE_END    apr_time_from_sec(1)   /* after the terminal event */
#define GRACE_FINISH apr_time_from_sec(2)   /* after the finish_reason */

/* The attempt that this thread runs.  The filter stays on its connection,
 * calls and threads come and go. */
static __thread gw_watch_t *current;

gw_watch_t *gw_watch_current(void)
{
    return current;
}

void gw_watch_set_current(gw_watch_t *w)
{
    current = w;
}

/* ---- stopping ------------------------------------------------------- */

static struct ap_logconf *quiet_log;

void gw_watch_config(apr_pool_t *p, server_rec *s)
{
    static const char *const names[] = { "mod_proxy.c", "mod_proxy_http.c" };
    unsigned i;

    quiet_log = ap_new_log_config(p, &s->log);
    for (i = 0; i < GW_COUNT(names); i++) {
        module *m = ap_find_linked_module(names[i]);

        if (m != NULL)
            ap_set_module_loglevel(p, quiet_log, m->module_index,
                                   APLOG_CRIT);
    }
}

apr_status_t gw_watch_stop(gw_watch_t *w, gw_stop_t why)
{
    static const char *const words[] = {
        "", "the client left",
        "no byte of an answer within deadlines.first_byte",
        "no byte for deadlines.idle", "deadlines.total has passed",
        "this child stops",
        "it was read on for as long as LLMGatewayDrain allows",
        "the headers of its answer do not end",
        "the head of its answer is not valid HTTP/1.1"
    };
    request_rec *r = w->call->r;
    int quiet = why == GW_STOP_CLIENT || why == GW_STOP_GRACE
                || w->x->answer >= GW_ANSWER_SETTLED
                || w->answer->finished(w->call);

    w->stop = why;
    ap_log_rerror(APLOG_MARK, quiet ? APLOG_INFO : APLOG_WARNING,
                  0, r, GW_TAG(0060) "%s: attempt at upstream %s stopped: "
                  "%s", w->call->id_text, w->call->route->upstream->name,
                  words[why]);
    r->log = quiet_log;
    if (why == GW_STOP_CLIENT) {
        r->connection->aborted = 1;
        return APR_ECONNABORTED;
    }
    return why == GW_STOP_CHILD || why == GW_STOP_GRACE
           || why == GW_STOP_HEAD || why == GW_STOP_BAD_HEAD
           ? APR_ECONNABORTED : APR_TIMEUP;
}

/* state: GW_X_DRAIN or GW_X_SERVED. */
static void read_on(gw_watch_t *w, gw_exchange_event_t state,
                    apr_interval_time_t grace)
{
    w->client_fd = -1;
    w->grace = gw_steady_now() + grace;
    w->call->r->connection->aborted = 0;    /* mod_proxy is to read on */
    w->answer->client_leaves(w->call);
    gw_exchange_on(w->x, state);
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, w->call->r, GW_TAG(0061)
                  "%s: the client left, upstream %s is read on for at most "
                  "%" APR_TIME_T_FMT " s", w->call->id_text,
                  w->call->route->upstream->name, apr_time_sec(grace));
}

/* The policy is to drain, if others leave room for it. */
static int drain(gw_watch_t *w)
{
    static const char *const whose[GW_DRAINS] = {
        "its key", "its team", "all"
    };
    const gw_server_conf_t *conf = gw_process.conf;
    apr_uint32_t most[GW_DRAINS];
    gw_drain_bound_t full;

    if (w->call->abort != GW_ABORT_DRAIN
        || !gw_exchange_may(w->x, GW_X_DRAIN))
        return 0;
    gw_config_drains(most, conf);
    full = gw_drain_slots_enter(gw_process.seg, w->call->cell, most);
    if (full != GW_DRAINS) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, w->call->r, GW_TAG(0062)
                      "%s: the client left, and as many answers of %s as "
                      "LLMGatewayDrain allows are read on already",
                      w->call->id_text, whose[full]);
        return 0;
    }
    read_on(w, GW_X_DRAIN, apr_time_from_sec(conf->drain_seconds));
    return 1;
}

apr_status_t gw_watch_drained_enough(gw_call_t *call)
{
    return gw_watch_stop(call->watch, GW_STOP_GRACE);
}

int gw_watch_client_left(gw_call_t *call)
{
    gw_watch_t *w = call->watch;

    if (w->x->answer >= GW_ANSWER_SETTLED || gw_exchange_reads_on(w->x)) {
        call->r->connection->aborted = 0;
        if (w->x->client == GW_CLIENT_PRESENT)
            gw_exchange_on(w->x, GW_X_LEAVE);
        return 0;
    }
    if (w->answer->finished(call)) {
        read_on(w, GW_X_SERVED, GRACE_FINISH);
        return 0;
    }
    return !drain(w);
}

void gw_watch_end(gw_call_t *call)
{
    gw_watch_t *w = call->watch;

    w->client_fd = -1;
    w->grace = gw_steady_now() + GRACE_END;
}

void gw_watch_hold(gw_call_t *call, apr_time_t until)
{
    call->watch->hold = until;
}

void gw_watch_hold_briefly(gw_call_t *call, int brief)
{
    call->watch->brief = brief;
}

void gw_watch_window(gw_call_t *call, apr_time_t until)
{
    call->watch->window = until;
}

gw_stop_t gw_watch_stopped(const gw_call_t *call)
{
    return call->watch->stop;
}

void gw_watch_note_stop(gw_call_t *call, gw_stop_t why)
{
    call->watch->stop = why;
}
