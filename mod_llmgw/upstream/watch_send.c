/* SPDX-License-Identifier: Apache-2.0 */
/* watch_send.c - the request on its way to the upstream.
 *
 * Two output filters on its connection: one above TLS knows when all of the
 * request is handed over, one below TLS never sends more than the socket
 * takes at once.  So it is not httpd that waits for an upstream that does not
 * read, but the watch: for the client, the deadlines and the child's stop.
 */
#include "watch_private.h"

#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>

#include <linux/tcp.h>

#include <http_core.h>
#include <util_filter.h>

#include "crash.h"
#include "replay.h"

static ap_filter_rec_t *sending_handle, *pushing_handle;

/* Of an upstream's connection. */
typedef struct sent_t {
    apr_off_t bytes;            /* in all, TLS included */
} sent_t;

/* ---- above TLS ------------------------------------------------------ */

/* What goes to the upstream, above TLS.  With the end of the request in it
 * the upstream may have all of it before we can say so: the cell says it
 * first, for the helper, which writes our row if we die in between. */
static apr_status_t sending_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    gw_watch_t *w = gw_watch_current();
    gw_cell_t *cell = w != NULL ? w->call->cell : NULL;
    apr_status_t rv;

    if (cell == NULL || w->x->attempt != GW_ATTEMPT_SENDING
        || !gw_replay_sent(w->call))
        return ap_pass_brigade(f->next, bb);
    gw_exchange_on(w->x, GW_X_HANDED);
    w->reached = cell->row.reached;
    cell->row.reached = 1;
    cell->phase = GW_PHASE_SENT;
    GW_CRASH("handing");
    rv = ap_pass_brigade(f->next, bb);
    GW_CRASH("handed");
    return rv;
}

void gw_watch_unsent(gw_call_t *call)
{
    gw_watch_t *w = call->watch;

    if (w->x->attempt != GW_ATTEMPT_HANDED || call->cell == NULL)
        return;
    gw_exchange_on(w->x, GW_X_UNSENT);
    call->cell->row.reached = w->reached != 0;
    call->cell->phase = GW_PHASE_SENDING;
}

/* ---- below TLS ------------------------------------------------------ */

static apr_off_t room_of(int fd)
{
    return gw_watch_room(fd, GW_WATCH_ROOM, 256 << 10);
}

/* What this socket takes.  Nothing of an earlier request is left in it. */
static void find_room(gw_watch_t *w, const ap_filter_t *f)
{
    if (w->upstream_fd < 0)     /* a pooled one */
        w->upstream_fd = gw_watch_fd(ap_get_conn_socket(f->c));
    w->room = room_of(w->upstream_fd);
    w->measured = 1;
}

/* Wait until there is room again. */
static apr_status_t make_room(gw_watch_t *w)
{
    apr_status_t rv = gw_watch_wait(w, POLLOUT);

    w->pushed = 0;
    w->room = room_of(w->upstream_fd);
    return rv;
}

/* Pass as much of bb as there is room for. */
static apr_status_t push(gw_watch_t *w, ap_filter_t *f,
                         apr_bucket_brigade *bb)
{
    apr_bucket_brigade *rest = apr_brigade_create(w->call->r->pool,
                                                  f->c->bucket_alloc);
    apr_off_t n = w->room - w->pushed;
    apr_status_t rv;

    w->pushed = w->room;
    rv = gw_watch_push(f, bb, n, rest);
    apr_brigade_destroy(rest);
    return rv;
}

static apr_status_t pushing_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    gw_watch_t *w = gw_watch_current();
    sent_t *sent = f->ctx;
    apr_status_t rv = APR_SUCCESS;
    apr_off_t n = gw_watch_length(bb);

    if (w != NULL && w->before < 0)
        w->before = sent->bytes;
    sent->bytes += n;
    if (w == NULL || w->x->attempt >= GW_ATTEMPT_SENT)
        return ap_pass_brigade(f->next, bb);
    while (n > w->room - w->pushed && rv == APR_SUCCESS) {
        if (!w->measured)
            find_room(w, f);
        else
            rv = w->pushed < w->room ? push(w, f, bb) : make_room(w);
        n = gw_watch_length(bb);
    }
    if (rv != APR_SUCCESS) {
        apr_brigade_cleanup(bb);
        return rv;
    }
    w->pushed += n;
    return ap_pass_brigade(f->next, bb);
}

/* The upstream's system acknowledges what it takes in, and an end of the
 * connection acknowledges all that came before it.  (A reset does not.)  So
 * where the end has come, and nothing of this request was acknowledged, no
 * program there can have read any of it.  One for the SYN. */
int gw_watch_unread(const gw_watch_t *w)
{
    struct tcp_info info;
    socklen_t n = sizeof(info);

    memset(&info, 0, sizeof(info));
    return w->before >= 0
           && getsockopt(w->upstream_fd, IPPROTO_TCP, TCP_INFO, &info, &n) == 0
           && n >= offsetof(struct tcp_info, tcpi_bytes_acked)
                   + sizeof(info.tcpi_bytes_acked)
           && info.tcpi_bytes_acked > 0
           && info.tcpi_bytes_acked <= (apr_uint64_t)w->before + 1;
}

void gw_watch_send_filters(conn_rec *c)
{
    ap_add_output_filter_handle(sending_handle, NULL, NULL, c);
    ap_add_output_filter_handle(pushing_handle,
                                apr_pcalloc(c->pool, sizeof(sent_t)), NULL,
                                c);
}

void gw_watch_send_register(void)
{
    sending_handle = ap_register_output_filter("LLMGW_SENDING",
                                               sending_filter, NULL,
                                               AP_FTYPE_CONNECTION);
    pushing_handle = ap_register_output_filter("LLMGW_PUSHING",
                                               pushing_filter, NULL,
                                               AP_FTYPE_NETWORK - 1);
}
