/* SPDX-License-Identifier: Apache-2.0 */
/* watch_filter.c - calls, attempts, and the hooks that put the filters where
 * they read. */
#include "watch.h"

#include <http_connection.h>
#include <http_core.h>
#include <http_ssl.h>
#include <mod_proxy.h>
#include <util_filter.h>

#include "address.h"
#include "clock.h"
#include "dechunk.h"
#include "drain_slots.h"
#include "settle.h"
#include "watch_private.h"

static ap_filter_rec_t *watch_handle;

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
    ap_add_input_filter_handle(watch_handle, secure ? NULL : &gw_watch_clear,
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
    if (!w->secure)             /* no answer was read along with anything */
        w->dry = GW_DRY_TOLD;
    gw_dechunk_add(rp);
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
    w->fresh = w->reused = w->direct = w->full = 0;
    w->dry = GW_DRY_NO;
    w->reads = 0;
    w->unread = 0;
    w->before = -1;
    w->head = w->pushed = 0;
    gw_head_start(&w->parsed);
    w->room = GW_WATCH_ROOM;
    w->measured = w->brief = 0;
    w->window = 0;
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
    watch_handle = ap_register_input_filter("LLMGW_WATCH", gw_watch_read, NULL,
                                            AP_FTYPE_NETWORK - 1);
    gw_watch_send_register();
    gw_watch_head_register();
    gw_watch_client_register();
    gw_dechunk_register();
    ap_hook_pre_connection(pre_connection, NULL, NULL, APR_HOOK_MIDDLE);
    APR_OPTIONAL_HOOK(proxy, create_req, create_req, NULL, NULL,
                      APR_HOOK_MIDDLE);
}
