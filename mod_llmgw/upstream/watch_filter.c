/* SPDX-License-Identifier: Apache-2.0 */
/* watch_filter.c - the filter of what an upstream sends, and the hooks. */
#include "watch.h"

#include <poll.h>

#include <http_connection.h>
#include <http_core.h>
#include <http_ssl.h>
#include <mod_proxy.h>
#include <util_filter.h>

#include "address.h"
#include "clock.h"
#include "drain_slots.h"
#include "settle.h"
#include "watch_private.h"

#define HEAD_MOST    (256 << 10)            /* bytes of headers */
#define ALERT        64     /* bytes of one in TLS, at most */

static ap_filter_rec_t *watch_handle;

/* The context of the filter on a connection without TLS. */
static int lines_are_clear;

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

    if (w->x->attempt < GW_ATTEMPT_HEAD) {
        for (e = APR_BRIGADE_FIRST(bb); e != APR_BRIGADE_SENTINEL(bb);
             e = APR_BUCKET_NEXT(e))
            w->head += (apr_off_t)e->length;    /* all are in memory */
        if (w->head > HEAD_MOST)
            return gw_watch_stop(w, GW_STOP_HEAD);
    }
    if (++w->reads % 16 != 0 && !gw_watch_is_h2(w->call->r))
        return APR_SUCCESS;
    if (gw_process.stopping)
        return gw_watch_stop(w, GW_STOP_CHILD);
    now = gw_steady_now();
    d = gw_watch_deadline(w, now);
    if (now >= d.at)
        return gw_watch_passed(w, d);
    if (w->brief && w->x->answer == GW_ANSWER_HELD) {
        d.stop = GW_STOP_NONE;  /* it never pauses, and that is enough */
        return gw_watch_passed(w, d);
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

    w->dry = got_nothing(rv, bb);
    if (w->reused && w->x->attempt < GW_ATTEMPT_HEAD)
        note_end(w, rv, bb);
    if (rv != APR_SUCCESS || w->dry)
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
    gw_watch_t *w = gw_watch_current();
    apr_status_t rv;

    if (w == NULL || mode == AP_MODE_INIT || mode == AP_MODE_EATCRLF)
        return ap_get_brigade(f->next, bb, mode, block, readbytes);
    if (w->upstream_fd < 0)     /* a pooled one, before create_req */
        w->upstream_fd = gw_watch_fd(ap_get_conn_socket(f->c));
    if (block == APR_NONBLOCK_READ)
        return read_now(w, f, bb, mode, readbytes);
    for (;;) {
        if (!w->dry) {
            rv = read_now(w, f, bb, mode, readbytes);
            if (!w->dry)
                return rv;
        }
        w->dry = 0;
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
    gw_watch_t *w = gw_watch_current();
    int secure;

    if (w == NULL)
        return DECLINED;
    w->fresh = 1;
    if (!gw_process.conf->link_local && is_link_local(socket)) {
        gw_watch_log_link_local(w->call);
        return HTTP_FORBIDDEN;
    }
    w->upstream_fd = gw_watch_fd(socket);
    secure = ap_cstr_casecmpn(w->call->r->filename, "proxy:https:", 12)
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
    gw_watch_t *w = gw_watch_current();

    if (call == NULL || w == NULL || w->call != call)
        return DECLINED;
    gw_exchange_on(w->x, GW_X_SENT);
    w->upstream_fd = gw_watch_fd(ap_get_conn_socket(rp->connection));
    w->reused = rp->connection->keepalives > 0;
    w->secure = ap_ssl_conn_is_ssl(rp->connection);
    gw_settle_sent(call);
    return OK;
}

static apr_status_t end_watch(void *data)
{
    gw_watch_t *w = data;

    if (w->x->client == GW_CLIENT_DRAINED)
        gw_drain_slots_leave(gw_process.seg);
    return APR_SUCCESS;
}

void gw_watch_start(gw_call_t *call, const gw_watch_answer_t *answer)
{
    gw_watch_t *w = apr_pcalloc(call->r->pool, sizeof(*w));

    w->call = call;
    w->x = &call->exchange;
    w->answer = answer;
    w->client_fd = w->upstream_fd = -1;
    if (!gw_watch_is_h2(call->r))
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
    w->host = NULL;
    w->fresh = w->reused = w->dry = 0;
    w->reads = 0;
    w->unread = 0;
    w->before = -1;
    w->head = w->pushed = 0;
    gw_head_start(&w->parsed);
    w->room = GW_WATCH_ROOM;
    w->measured = w->brief = 0;
    w->upstream_fd = -1;
    w->attempt = gw_steady_now();
    gw_watch_set_current(w);
}

void gw_watch_answer(gw_call_t *call)
{
    gw_watch_set_current(call->watch);
}

void gw_watch_attempt_end(gw_call_t *call)
{
    gw_watch_set_current(NULL);
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
