/* SPDX-License-Identifier: Apache-2.0 */
/* watch_read.c - the filter of what an upstream sends.
 *
 * httpd's filter of the socket reads on until the socket says that there is no
 * more.  Once that filter holds nothing, a body is read from the socket
 * itself: what fills less than the buffer was all, and nobody asks again.
 */
#include "watch_private.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include <http_core.h>

#include "clock.h"

#define HEAD_MOST (256 << 10)   /* bytes of headers */
#define ALERT     64            /* bytes of one in TLS, at most */
#define READ      8000          /* bytes at once: what APR's own buckets have;
                                   with what is added a block of 8 kB ... */
#define READ_LONG 32000         /* ... and where that was filled */

int gw_watch_clear;

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

/* ---- from httpd's filter, or from the socket ------------------------ */

/* What the filter below has; with less than was asked for it has seen the
 * socket empty, and holds nothing. */
static apr_status_t read_below(gw_watch_t *w, ap_filter_t *f,
                               apr_bucket_brigade *bb, ap_input_mode_t mode,
                               apr_off_t readbytes)
{
    apr_status_t rv = ap_get_brigade(f->next, bb, mode, APR_NONBLOCK_READ,
                                     readbytes);

    w->direct = mode == AP_MODE_READBYTES && f->ctx == &gw_watch_clear
                && f->next->frec == ap_core_input_filter_handle
                && (got_nothing(rv, bb)
                    || (rv == APR_SUCCESS && gw_watch_length(bb) < readbytes));
    w->dry = got_nothing(rv, bb) ? GW_DRY_TOLD
             : w->direct ? GW_DRY_SEEN : GW_DRY_NO;
    return rv;
}

static apr_status_t read_socket(gw_watch_t *w, ap_filter_t *f,
                                apr_bucket_brigade *bb, apr_off_t readbytes)
{
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;
    apr_size_t most = w->full ? READ_LONG : READ;
    char *p;
    ssize_t n;

    if (readbytes < (apr_off_t)most)
        most = (apr_size_t)readbytes;
    p = apr_bucket_alloc(most, alloc);
    do
        n = recv(w->upstream_fd, p, most, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    w->full = n == (ssize_t)most;
    if (n <= 0) {
        apr_status_t rv = n == 0 ? APR_EOF : APR_FROM_OS_ERROR(errno);

        apr_bucket_free(p);
        w->dry = APR_STATUS_IS_EAGAIN(rv) ? GW_DRY_TOLD : GW_DRY_NO;
        return rv;
    }
    w->dry = w->full ? GW_DRY_NO : GW_DRY_SEEN;
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_heap_create(p, (apr_size_t)n,
                                    apr_bucket_free, alloc));
    return APR_SUCCESS;
}

static apr_status_t read_now(gw_watch_t *w, ap_filter_t *f,
                             apr_bucket_brigade *bb, ap_input_mode_t mode,
                             apr_off_t readbytes)
{
    apr_status_t rv = w->direct && mode == AP_MODE_READBYTES
                      ? read_socket(w, f, bb, readbytes)
                      : read_below(w, f, bb, mode, readbytes);

    if (w->reused && w->x->attempt < GW_ATTEMPT_HEAD)
        note_end(w, rv, bb);
    if (rv != APR_SUCCESS || w->dry == GW_DRY_TOLD)
        return rv;
    rv = look(w, bb);
    return rv == APR_SUCCESS && mode == AP_MODE_GETLINE
           && f->ctx == &gw_watch_clear && w->parsed.at != GW_HEAD_OVER
           ? gw_watch_head(w, bb) : rv;
}

int gw_watch_is_dry(void)
{
    const gw_watch_t *w = gw_watch_current();

    return w != NULL && w->dry == GW_DRY_SEEN;
}

/* ---- the filter ----------------------------------------------------- */

apr_status_t gw_watch_read(ap_filter_t *f, apr_bucket_brigade *bb,
                           ap_input_mode_t mode, apr_read_type_e block,
                           apr_off_t readbytes)
{
    gw_watch_t *w = gw_watch_current();
    apr_status_t rv;

    if (w == NULL || mode == AP_MODE_INIT || mode == AP_MODE_EATCRLF)
        return ap_get_brigade(f->next, bb, mode, block, readbytes);
    if (w->upstream_fd < 0)     /* a pooled one, before create_req */
        w->upstream_fd = gw_watch_fd(ap_get_conn_socket(f->c));
    /* HTTP/2: an answer whose time is over can end in an event between two
     * reads, and not between the pieces of one (watch_client.c) */
    if (gw_watch_is_h2(w->call->r) && readbytes > READ)
        readbytes = READ;
    if (block == APR_NONBLOCK_READ) {
        if (w->dry != GW_DRY_SEEN)
            return read_now(w, f, bb, mode, readbytes);
        w->dry = GW_DRY_TOLD;
        return APR_EAGAIN;
    }
    for (;;) {
        if (w->dry == GW_DRY_NO) {
            rv = read_now(w, f, bb, mode, readbytes);
            if (w->dry != GW_DRY_TOLD)
                return rv;
        }
        w->dry = GW_DRY_NO;
        if (w->window != 0 && gw_steady_now() >= w->window) {
            w->window = 0;      /* and there was nothing */
            w->answer->due(w->call);
        }
        rv = gw_watch_wait(w, POLLIN);
        if (rv != APR_SUCCESS)
            return rv;
    }
}
