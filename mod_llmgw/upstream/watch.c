/* SPDX-License-Identifier: Apache-2.0 */
/* watch.c - see watch.h. */
#include "watch.h"

#include <errno.h>
#include <poll.h>

#include <apr_portable.h>
#include <http_connection.h>
#include <http_core.h>
#include <http_ssl.h>
#include <mod_proxy.h>
#include <util_filter.h>

#include "address.h"
#include "clock.h"
#include "drains.h"
#include "tap.h"
#include "watch_private.h"

#define GRACE_END    apr_time_from_sec(1)   /* after the terminal event */
#define GRACE_FINISH apr_time_from_sec(2)   /* after the finish_reason */
#define BRIEF        apr_time_from_msec(20) /* for more behind the end */
#define HEAD_MOST    (256 << 10)            /* bytes of headers */
#define ALERT        64     /* bytes of one in TLS, at most */
#define SLICE_H2_MS  250    /* HTTP/2: the client's going away wakes nobody */

static ap_filter_rec_t *watch_handle;

/* The attempt that this thread runs.  The filter stays on its connection,
 * calls and threads come and go. */
static __thread gw_watch_t *current;

/* The context of the filter on a connection without TLS. */
static int lines_are_clear;

gw_watch_t *gw_watch_current(void)
{
    return current;
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

static int is_h2(const request_rec *r)
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
    if (is_h2(w->call->r))
        return !w->client_gone && w->call->r->connection->aborted;
    return (revents != 0 && gw_watch_client_is_gone(w, revents))
           || gw_watch_client_ask(w);
}

/* For how long to wait at most. */
static int slice(const gw_watch_t *w, apr_time_t at, apr_time_t now)
{
    int ms = gw_watch_ms(at, now), ask;

    if (is_h2(w->call->r) && !w->ended && !w->client_gone && ms > SLICE_H2_MS)
        ms = SLICE_H2_MS;
    if (w->ask_at != 0 && w->client_fd >= 0) {
        ask = gw_watch_ms(w->ask_at, gw_real_now());
        ms = ask < ms ? ask : ms;
    }
    return gw_steady_nap(ms);
}

/* A deadline has passed. */
static apr_status_t passed(gw_watch_t *w, gw_deadline_t d)
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
    return passed(w, d);
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
            rv = passed(w, d);
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

/* ---- the filter ----------------------------------------------------- */

static int got_nothing(apr_status_t rv, apr_bucket_brigade *bb)
{
    return APR_STATUS_IS_EAGAIN(rv)
           || (rv == APR_SUCCESS && APR_BRIGADE_EMPTY(bb));
}

/* Something was read.  An upstream that never rests is never waited for: its
 * bounds are looked at here, now and then. */
static apr_status_t look(gw_watch_t *w, apr_bucket_brigade *bb)
{
    const apr_bucket *e;
    gw_deadline_t d;
    apr_time_t now;

    if (!w->answering) {
        for (e = APR_BRIGADE_FIRST(bb); e != APR_BRIGADE_SENTINEL(bb);
             e = APR_BUCKET_NEXT(e))
            w->head += (apr_off_t)e->length;    /* all are in memory */
        if (w->head > HEAD_MOST)
            return gw_watch_stop(w, GW_STOP_HEAD);
    }
    if (++w->reads % 16 != 0 && !is_h2(w->call->r))
        return APR_SUCCESS;
    if (gw_process.stopping)
        return gw_watch_stop(w, GW_STOP_CHILD);
    now = gw_steady_now();
    d = gw_watch_deadline(w, now);
    if (now >= d.at)
        return passed(w, d);
    if (w->brief && w->hold != 0) {
        d.stop = GW_STOP_NONE;  /* it never pauses, and that is enough */
        return passed(w, d);
    }
    return APR_SUCCESS;
}

/* Does a pooled connection end here?  TLS says so itself, in a few bytes. */
static void note_end(gw_watch_t *w, apr_status_t rv, apr_bucket_brigade *bb)
{
    if (APR_STATUS_IS_EOF(rv)
        || (w->secure && rv == APR_SUCCESS && gw_watch_length(bb) <= ALERT))
        w->unread = gw_watch_unread(w);
}

static apr_status_t read_now(gw_watch_t *w, ap_filter_t *f,
                             apr_bucket_brigade *bb, ap_input_mode_t mode,
                             apr_off_t readbytes)
{
    apr_status_t rv = ap_get_brigade(f->next, bb, mode, APR_NONBLOCK_READ,
                                     readbytes);

    w->drained = got_nothing(rv, bb);
    if (w->reused && !w->answering)
        note_end(w, rv, bb);
    if (rv != APR_SUCCESS || w->drained)
        return rv;
    rv = look(w, bb);
    return rv == APR_SUCCESS && mode == AP_MODE_GETLINE
           && f->ctx == &lines_are_clear && w->parsed.at != GW_HEAD_OVER
           ? gw_watch_head(w, bb) : rv;
}

static apr_status_t watch_filter(ap_filter_t *f, apr_bucket_brigade *bb,
                                 ap_input_mode_t mode, apr_read_type_e block,
                                 apr_off_t readbytes)
{
    gw_watch_t *w = current;
    apr_status_t rv;

    if (w == NULL || mode == AP_MODE_INIT || mode == AP_MODE_EATCRLF)
        return ap_get_brigade(f->next, bb, mode, block, readbytes);
    if (w->upstream_fd < 0)     /* a pooled one, before create_req */
        w->upstream_fd = gw_watch_fd(ap_get_conn_socket(f->c));
    if (block == APR_NONBLOCK_READ)
        return read_now(w, f, bb, mode, readbytes);
    for (;;) {
        if (!w->drained) {
            rv = read_now(w, f, bb, mode, readbytes);
            if (!w->drained)
                return rv;
        }
        w->drained = 0;
        rv = gw_watch_wait(w, POLLIN);
        if (rv != APR_SUCCESS)
            return rv;
    }
}

/* The address that the name of an upstream came to, or of the proxy on the
 * way; nothing was sent there yet. */
static int is_link_local(apr_socket_t *socket)
{
    apr_sockaddr_t *peer;

    return apr_socket_addr_get(&peer, APR_REMOTE, socket) == APR_SUCCESS
           && gw_address_is_local(peer->ipaddr_ptr,
                                  (apr_size_t)peer->ipaddr_len);
}

void gw_watch_log_link_local(const gw_call_t *call)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, call->r, GW_TAG(0085)
                  "%s: the host of upstream %s has an address of the link or "
                  "of a cloud's metadata: nothing is sent there without "
                  "LLMGatewayLinkLocal On", call->id_text,
                  call->route->upstream->name);
}

/* A connection that is made while this thread runs an attempt is its
 * upstream's. */
static int pre_connection(conn_rec *c, void *socket)
{
    int secure;

    if (current == NULL)
        return DECLINED;
    current->fresh = 1;
    if (!gw_process.conf->link_local && is_link_local(socket)) {
        gw_watch_log_link_local(current->call);
        return HTTP_FORBIDDEN;
    }
    current->upstream_fd = gw_watch_fd(socket);
    secure = ap_cstr_casecmpn(current->call->r->filename, "proxy:https:", 12)
             == 0;
    ap_add_input_filter_handle(watch_handle, secure ? NULL : &lines_are_clear,
                               NULL, c);
    if (secure)
        gw_watch_head_filter(c);
    gw_watch_send_filters(c);
    return OK;
}

/* mod_proxy's create_req: the request is sent, rp stands for its answer. */
static int create_req(request_rec *r, request_rec *rp)
{
    gw_call_t *call = gw_call_of(r);

    if (call == NULL || current == NULL || current->call != call)
        return DECLINED;
    current->sent = 1;
    current->upstream_fd = gw_watch_fd(ap_get_conn_socket(rp->connection));
    current->reused = rp->connection->keepalives > 0;
    current->secure = ap_ssl_conn_is_ssl(rp->connection);
    gw_tap_sent(call);
    return OK;
}

static apr_status_t end_watch(void *data)
{
    gw_watch_t *w = data;

    if (w->counted)
        gw_drains_leave(gw_process.seg);
    return APR_SUCCESS;
}

void gw_watch_start(gw_call_t *call)
{
    gw_watch_t *w = apr_pcalloc(call->r->pool, sizeof(*w));

    w->call = call;
    w->client_fd = w->upstream_fd = -1;
    if (!is_h2(call->r))
        gw_watch_client_start(w);
    w->began = gw_steady_now();
    call->watch = w;
    apr_pool_cleanup_register(call->r->pool, w, end_watch,
                              apr_pool_cleanup_null);
}

void gw_watch_attempt(gw_call_t *call)
{
    gw_watch_t *w = call->watch;

    w->stop = GW_STOP_NONE;
    w->fresh = w->sent = w->sending = w->reused = w->drained = w->answering = 0;
    w->reads = 0;
    w->unread = 0;
    w->before = -1;
    w->head = w->pushed = 0;
    gw_head_start(&w->parsed);
    w->room = GW_WATCH_ROOM;
    w->measured = w->brief = 0;
    w->hold = 0;
    w->upstream_fd = -1;
    w->attempt = gw_steady_now();
    current = w;
}

void gw_watch_answer(gw_call_t *call)
{
    current = call->watch;
}

void gw_watch_attempt_end(gw_call_t *call)
{
    current = NULL;
}

void gw_watch_register(void)
{
    watch_handle = ap_register_input_filter("LLMGW_WATCH", watch_filter, NULL,
                                            AP_FTYPE_NETWORK - 1);
    gw_watch_send_register();
    gw_watch_head_register();
    gw_watch_client_register();
    ap_hook_pre_connection(pre_connection, NULL, NULL, APR_HOOK_MIDDLE);
    APR_OPTIONAL_HOOK(proxy, create_req, create_req, NULL, NULL,
                      APR_HOOK_MIDDLE);
}
