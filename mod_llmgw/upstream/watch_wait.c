/* SPDX-License-Identifier: Apache-2.0 */
/* watch_wait.c - one poll over all that may end an attempt, and its stop. */
#include "watch_private.h"

#include <errno.h>
#include <poll.h>

#include <apr_portable.h>

#include "clock.h"
#include "drains.h"
#include "tap.h"

#define GRACE_END    apr_time_from_sec(1)   /* after the terminal event */
#define GRACE_FINISH apr_time_from_sec(2)   /* after the finish_reason */
#define BRIEF        apr_time_from_msec(20) /* for more behind the end */
#define SLICE_H2_MS  250    /* HTTP/2: the client's going away wakes nobody */

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
        "", "the client left", "no first byte in time", "idle for too long",
        "took too long in all", "this child stops", "drained long enough",
        "its headers do not end", "its head is not as HTTP/1.1 has it"
    };
    request_rec *r = w->call->r;
    int quiet = why == GW_STOP_CLIENT || why == GW_STOP_GRACE || w->ended
                || gw_tap_finished(w->call);

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

static void read_on(gw_watch_t *w, apr_interval_time_t grace)
{
    w->client_gone = 1;
    w->client_fd = -1;
    w->grace = gw_steady_now() + grace;
    w->call->r->connection->aborted = 0;    /* mod_proxy is to read on */
    gw_tap_mute(w->call);
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

    if (w->call->abort != GW_ABORT_DRAIN || w->call->cell == NULL
        || !gw_tap_may_drain(w->call))
        return 0;
    gw_config_drains(most, conf);
    full = gw_drains_enter(gw_process.seg, w->call->cell, most);
    if (full != GW_DRAINS) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, w->call->r, GW_TAG(0062)
                      "%s: the client left, and as many answers of %s as "
                      "LLMGatewayDrain allows are read on already",
                      w->call->id_text, whose[full]);
        return 0;
    }
    w->counted = 1;
    read_on(w, apr_time_from_sec(conf->drain_seconds));
    return 1;
}

apr_status_t gw_watch_drained_enough(gw_call_t *call)
{
    return gw_watch_stop(call->watch, GW_STOP_GRACE);
}

int gw_watch_client_left(gw_call_t *call)
{
    gw_watch_t *w = call->watch;

    w->left = 1;
    if (w->ended || w->client_gone) {
        call->r->connection->aborted = 0;
        gw_tap_mute(call);
        return 0;
    }
    if (gw_tap_finished(call)) {
        read_on(w, GRACE_FINISH);
        return 0;
    }
    return !drain(w);
}

void gw_watch_end(gw_call_t *call)
{
    gw_watch_t *w = call->watch;

    if (w->ended)
        return;
    w->ended = 1;
    w->hold = 0;
    w->client_fd = -1;
    w->grace = gw_steady_now() + GRACE_END;
}

/* ---- waiting -------------------------------------------------------- */

int gw_watch_is_h2(const request_rec *r)
{
    return r->connection->master != NULL;
}

int gw_watch_ms(apr_time_t t, apr_time_t now)
{
    apr_time_t ms = t > now ? (t - now + 999) / 1000 : 0;

    return ms > 3600000 ? 3600000 : (int)ms;
}

static int client_is_gone(gw_watch_t *w, short revents)
{
    if (gw_watch_is_h2(w->call->r))
        return !w->client_gone && w->call->r->connection->aborted;
    return (revents != 0 && gw_watch_client_is_gone(w, revents))
           || gw_watch_client_ask(w);
}

/* For how long to wait at most. */
static int slice(const gw_watch_t *w, apr_time_t at, apr_time_t now)
{
    int ms = gw_watch_ms(at, now), ask;

    if (gw_watch_is_h2(w->call->r) && !w->ended && !w->client_gone
        && ms > SLICE_H2_MS)
        ms = SLICE_H2_MS;
    if (w->ask_at != 0 && w->client_fd >= 0) {
        ask = gw_watch_ms(w->ask_at, gw_real_now());
        ms = ask < ms ? ask : ms;
    }
    return gw_steady_nap(ms);
}

apr_status_t gw_watch_passed(gw_watch_t *w, gw_deadline_t d)
{
    if (d.stop != GW_STOP_NONE)
        return gw_watch_stop(w, d.stop);
    w->hold = 0;
    gw_tap_let_go(w->call);     /* no usage came: the client waits no longer */
    return APR_SUCCESS;
}

/* One poll.  *ready: the upstream is, for these events. */
static apr_status_t poll_once(gw_watch_t *w, short events, gw_deadline_t d,
                              apr_time_t now, int *ready)
{
    struct pollfd fds[3];
    int n;

    fds[0].fd = w->upstream_fd;
    fds[0].events = events;
    fds[1].fd = w->client_fd;
    fds[1].events = gw_watch_client_events(w);
    fds[2].fd = gw_process.stop_fd;
    fds[2].events = POLLIN;
    fds[0].revents = fds[1].revents = fds[2].revents = 0;
    n = poll(fds, 3, slice(w, d.at, now));
    if (n < 0)
        return errno == EINTR ? APR_SUCCESS : APR_FROM_OS_ERROR(errno);
    if (fds[2].revents != 0)
        return gw_watch_stop(w, GW_STOP_CHILD);
    if (client_is_gone(w, fds[1].revents)) {
        w->client_fd = -1;
        if (w->stop != GW_STOP_NONE || gw_watch_client_left(w->call))
            return gw_watch_stop(w, GW_STOP_CLIENT);
    }
    *ready = fds[0].revents != 0;
    return APR_SUCCESS;
}

/* What is held waits for as long as a packet may take, then goes. */
static apr_status_t wait_briefly(gw_watch_t *w, short events, int *ready)
{
    apr_time_t now = gw_steady_now();
    gw_deadline_t d = { now + BRIEF, GW_STOP_NONE };
    apr_status_t rv = poll_once(w, events, d, now, ready);

    if (rv != APR_SUCCESS || *ready || w->hold == 0)
        return rv;
    return gw_watch_passed(w, d);
}

apr_status_t gw_watch_wait(gw_watch_t *w, short events)
{
    apr_time_t start = gw_steady_now(), now = start;
    apr_status_t rv;
    int ready = 0;

    if (w->brief && w->hold != 0) {
        rv = wait_briefly(w, events, &ready);
        if (rv != APR_SUCCESS || ready)
            return rv;
    }
    for (;;) {
        gw_deadline_t d = gw_watch_deadline(w, start);

        if (now >= d.at) {
            rv = gw_watch_passed(w, d);
            if (rv != APR_SUCCESS)
                return rv;
            continue;
        }
        rv = poll_once(w, events, d, now, &ready);
        if (rv != APR_SUCCESS || ready)
            return rv;
        now = gw_steady_now();
    }
}

int gw_watch_fd(apr_socket_t *socket)
{
    apr_os_sock_t fd = -1;

    if (socket == NULL || apr_os_sock_get(&fd, socket) != APR_SUCCESS)
        return -1;
    return fd;
}
