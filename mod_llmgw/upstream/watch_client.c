/* SPDX-License-Identifier: Apache-2.0 */
/* watch_client.c - the client while its request is under way: does it wait
 * for its answer, and does it take what it is sent?
 *
 * A client that shuts down its sending side looks like one that is gone until
 * something is sent to it: then a client that is gone answers with a reset.
 * So it is asked, with what no client minds.
 *
 * An output filter on its connection, below TLS, hands httpd no more at once
 * than the socket takes.  So it is not httpd that waits, for `Timeout`, in a
 * write for a client that does not read, but the watch, for its bounds and
 * the child's stop.
 */
#include "watch_private.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/sockios.h>

#include <http_connection.h>
#include <http_core.h>
#include <http_ssl.h>
#include <util_filter.h>

#include "clock.h"

#define ROOM_LEAST 2048         /* the smallest socket takes that much */
#define ROOM_MOST  (256 << 10)
#define LEAST      16384        /* less than that in `write` is nothing: so
                                   much the system's probes bring along */
#define PIECE      16384        /* for HTTP/2, at once */
#define ASK_AFTER  apr_time_from_msec(100)  /* an event may ask for us */

static ap_filter_rec_t *client_handle;

/* Of a client's connection. */
typedef struct room_t {
    apr_off_t pushed, room;     /* bytes sent since the last look, and how
                                   many the socket takes at least */
    apr_bucket_brigade *rest;   /* what waits while a part goes; else empty */
} room_t;

/* ---- does it wait? -------------------------------------------------- */

short gw_watch_client_events(const gw_watch_t *w)
{
    if (w->fin)
        return 0;               /* an error and a reset are always told */
    return w->secure_client && !w->peeked ? POLLRDHUP | POLLIN : POLLRDHUP;
}

/* An alert of TLS: type 21; in TLS 1.3 that is sealed, and no other message
 * of a client at rest is as short as one in its seal. */
static int says_goodbye(gw_watch_t *w)
{
    unsigned char head[5];
    ssize_t n = recv(w->client_fd, head, sizeof(head),
                     MSG_PEEK | MSG_DONTWAIT);
    unsigned length;

    w->peeked = 1;              /* else another request, which can wait */
    if (n < (ssize_t)sizeof(head))
        return 0;
    length = (unsigned)head[3] << 8 | head[4];
    return head[0] == 21 || (head[0] == 23 && length <= 2 + 1 + 16);
}

/* The interim answer goes the way that the answer will. */
static int ask_before_answer(gw_watch_t *w)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    conn_rec *c = w->call->r->connection;
    apr_bucket_brigade *bb = apr_brigade_create(w->call->r->pool,
                                                c->bucket_alloc);
    apr_status_t rv;

    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_immortal_create(
                                    text, sizeof(text) - 1,
                                    c->bucket_alloc));
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_flush_create(c->bucket_alloc));
    rv = ap_pass_brigade(c->output_filters, bb);
    apr_brigade_destroy(bb);
    return rv != APR_SUCCESS;
}

/* The client sends no more.  Returns whether that is a leave already. */
static int sends_no_more(gw_watch_t *w)
{
    w->fin = 1;
    if (w->secure_client)
        return 1;               /* TLS has words for waiting and leaving */
    if (w->call->r->proto_num < HTTP_VERSION(1, 1))
        return 0;               /* that is how some of them end a request */
    if (w->x->answer == GW_ANSWER_NONE)
        return ask_before_answer(w);
    if (w->x->body != GW_BODY_STREAM)
        return 1;               /* nothing can be said inside a document */
    w->ask_at = gw_real_now() + ASK_AFTER;
    return 0;
}

int gw_watch_client_is_gone(gw_watch_t *w, short revents)
{
    if (revents & (POLLHUP | POLLERR | POLLNVAL))
        return 1;
    if ((revents & POLLIN) && says_goodbye(w))
        return 1;
    return (revents & POLLRDHUP) && sends_no_more(w);
}

int gw_watch_client_ask(gw_watch_t *w)
{
    if (w->ask_at == 0 || w->client_fd < 0 || gw_real_now() < w->ask_at)
        return 0;
    w->ask_at = 0;
    return w->answer->ask(w->call) != APR_SUCCESS;
}

/* ---- does it take what it is sent? ---------------------------------- */

/* The client is given up: it gets a reset, nothing that looks like an end. */
static apr_status_t lose(gw_watch_t *w, int fd, gw_stop_t why)
{
    static const struct linger at_once = { 1, 0 };

    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    if (why != GW_STOP_CLIENT)
        (void)gw_watch_stop(w, why);
    else
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, w->call->r, GW_TAG(0063)
                      "%s: the client takes nothing of its answer: it counts "
                      "as having left", w->call->id_text);
    w->call->r->connection->aborted = 1;
    return APR_ECONNABORTED;
}

/* Bytes that the client's side has not acknowledged. */
static int queued(int fd)
{
    int n = 0;

    return ioctl(fd, SIOCOUTQ, &n) == 0 ? n : 0;
}

/* One poll.  *ready: the socket takes something. */
static apr_status_t poll_client(gw_watch_t *w, int fd, int ms, int *ready)
{
    struct pollfd fds[2];
    int n;

    fds[0].fd = fd;
    fds[0].events = POLLOUT;
    fds[1].fd = gw_process.stop_fd;
    fds[1].events = POLLIN;
    fds[0].revents = fds[1].revents = 0;
    n = poll(fds, 2, ms);
    if (n < 0)
        return errno == EINTR ? APR_SUCCESS : APR_FROM_OS_ERROR(errno);
    if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
        w->call->r->connection->aborted = 1;
        return APR_ECONNABORTED;
    }
    *ready = fds[0].revents != 0;
    return !*ready && fds[1].revents != 0 ? lose(w, fd, GW_STOP_CHILD)
                                          : APR_SUCCESS;
}

/* Wait until the client's socket takes something.  A slow client's takes it
 * late: what was sent arrives meanwhile, and that counts. */
static apr_status_t wait_for_client(gw_watch_t *w, int fd)
{
    apr_time_t since = gw_steady_now(), total = gw_watch_total(w), now, at;
    int ready = 0, rest, left;
    apr_status_t rv = poll_client(w, fd, 0, &ready);

    if (rv != APR_SUCCESS || ready)
        return rv;
    rest = queued(fd);
    for (;;) {
        now = gw_steady_now();
        at = since + gw_watch_write(w);
        if (now >= total)
            return lose(w, fd, GW_STOP_TOTAL);
        if (now >= at) {
            left = queued(fd);
            if (left > rest - LEAST)
                return lose(w, fd, GW_STOP_CLIENT);
            rest = left;
            since = now;
            continue;
        }
        rv = poll_client(w, fd, gw_steady_nap(gw_watch_ms(
                             at < total ? at : total, now)), &ready);
        if (rv != APR_SUCCESS || ready)
            return rv;
    }
}

/* What httpd's own filter at the end of the chain kept back, it writes when
 * it is called without a brigade; that is how the MPM calls it. */
static apr_status_t write_kept(ap_filter_t *f)
{
    while (f->next != NULL)
        f = f->next;
    return f->frec->filter_func.out_func(f, NULL);
}

static apr_status_t make_room(gw_watch_t *w, ap_filter_t *f)
{
    room_t *room = f->ctx;
    int fd = gw_watch_fd(ap_get_conn_socket(f->c));
    apr_status_t rv;

    for (;;) {
        rv = wait_for_client(w, fd);
        if (rv != APR_SUCCESS || !f->c->data_in_output_filters)
            break;
        rv = write_kept(f);
        if (rv != APR_SUCCESS)
            break;
    }
    room->pushed = 0;
    room->room = gw_watch_room(fd, ROOM_LEAST, ROOM_MOST);
    return rv;
}

/* Another answer passes, of whatever kind: it is neither read nor held up
 * here. */
static apr_status_t pass_unwatched(ap_filter_t *f, apr_bucket_brigade *bb)
{
    room_t *room = f->ctx;
    apr_off_t n = -1;

    (void)apr_brigade_length(bb, 0, &n);
    room->pushed += n < 0 ? room->room : n;
    return ap_pass_brigade(f->next, bb);
}

static apr_status_t client_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    gw_watch_t *w = gw_watch_current();
    room_t *room = f->ctx;
    apr_status_t rv = APR_SUCCESS;
    apr_off_t n;

    if (w == NULL || w->call->r->connection != f->c)
        return pass_unwatched(f, bb);
    n = gw_watch_length(bb);
    if (n > 0)
        w->ask_at = 0;          /* this asks */
    while (n > room->room - room->pushed && rv == APR_SUCCESS) {
        if (f->c->aborted) {
            rv = APR_ECONNABORTED;
        }
        else if (room->pushed < room->room) {
            rv = gw_watch_push(f, bb, room->room - room->pushed, room->rest);
            room->pushed = room->room;
        }
        else {
            rv = make_room(w, f);
        }
        n = gw_watch_length(bb);
    }
    if (rv != APR_SUCCESS) {
        apr_brigade_cleanup(bb);
        return rv;
    }
    room->pushed += n;
    return ap_pass_brigade(f->next, bb);
}

/* ---- HTTP/2 --------------------------------------------------------- */

static apr_status_t in_time(gw_watch_t *w)
{
    request_rec *r = w->call->r;

    if (w->stop != GW_STOP_NONE || gw_steady_now() < gw_watch_total(w))
        return APR_SUCCESS;
    (void)gw_watch_stop(w, GW_STOP_TOTAL);
    r->eos_sent = 1;            /* none goes out: mod_http2 resets the stream */
    return APR_ECONNABORTED;
}

/* All streams of a connection have one socket, which is not ours to poll:
 * mod_http2 waits, for H2StreamTimeout.  We look after each read from the
 * upstream (watch_filter.c), which may end in an error event; and between the
 * pieces of what is longer than that. */
static apr_status_t pass_in_pieces(gw_watch_t *w, ap_filter_t *f,
                                   apr_bucket_brigade *bb)
{
    apr_bucket_brigade *rest;
    apr_status_t rv = APR_SUCCESS;

    if (gw_watch_length(bb) <= PIECE)
        return ap_pass_brigade(f->next, bb);
    rest = apr_brigade_create(w->call->r->pool, f->c->bucket_alloc);
    while (!APR_BRIGADE_EMPTY(bb) && rv == APR_SUCCESS) {
        rv = in_time(w);
        if (rv == APR_SUCCESS)
            rv = gw_watch_push(f, bb, PIECE, rest);
    }
    apr_brigade_destroy(rest);
    return rv;
}

apr_status_t gw_watch_pass(gw_call_t *call, ap_filter_t *f,
                           apr_bucket_brigade *bb)
{
    apr_status_t rv;

    if (f->c->master != NULL && gw_watch_current() == call->watch)
        rv = pass_in_pieces(call->watch, f, bb);
    else
        rv = ap_pass_brigade(f->next, bb);
    apr_brigade_cleanup(bb);
    return rv;
}

/* ---- the connection ------------------------------------------------- */

void gw_watch_client_start(gw_watch_t *w)
{
    request_rec *r = w->call->r;
    conn_rec *c = r->connection;
    ap_filter_t *f;
    room_t *room;

    w->client_fd = gw_watch_fd(ap_get_conn_socket(c));
    w->secure_client = ap_ssl_conn_is_ssl(c);
    for (f = c->output_filters; f != NULL && f->frec != client_handle;)
        f = f->next;
    if (f == NULL) {
        room = apr_pcalloc(c->pool, sizeof(*room));
        room->room = ROOM_LEAST;
        room->rest = apr_brigade_create(c->pool, c->bucket_alloc);
        (void)ap_add_output_filter_handle(client_handle, room, r, c);
    }
    else {
        room = f->ctx;
    }
    if (c->data_in_output_filters)
        room->pushed = room->room;      /* of an earlier answer: look first */
}

void gw_watch_client_register(void)
{
    client_handle = ap_register_output_filter("LLMGW_CLIENT", client_filter,
                                              NULL, AP_FTYPE_NETWORK - 1);
}
