/* SPDX-License-Identifier: Apache-2.0 */
/* watch_wait.c - one poll over all that may end an attempt. */
#include "watch_private.h"

#include <errno.h>
#include <poll.h>

#include "clock.h"

#define BRIEF        apr_time_from_msec(20) /* for more behind the end */
#define SLICE_H2_MS  250    /* HTTP/2: a client that goes away ends no poll */

static int client_is_gone(gw_watch_t *w, short revents)
{
    if (gw_watch_is_h2(w->call->r))
        return !gw_exchange_reads_on(w->x)
               && w->call->r->connection->aborted;
    return (revents != 0 && gw_watch_client_is_gone(w, revents))
           || gw_watch_client_ask(w);
}

/* For how long to wait at most. */
static int slice(const gw_watch_t *w, apr_time_t at, apr_time_t now)
{
    int ms = gw_watch_ms(at, now), ask;

    if (gw_watch_is_h2(w->call->r) && w->x->client == GW_CLIENT_PRESENT
        && w->x->answer <= GW_ANSWER_HELD && ms > SLICE_H2_MS)
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
    w->answer->release(w->call);    /* the client waits no longer for usage */
    return APR_SUCCESS;
}

/* One poll.  *ready: the upstream is, for these events; 0: it is left out. */
static apr_status_t poll_once(gw_watch_t *w, short events, gw_deadline_t d,
                              apr_time_t now, int *ready)
{
    struct pollfd fds[3];
    int n;

    fds[0].fd = events != 0 ? w->upstream_fd : -1;
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

    if (rv != APR_SUCCESS || *ready || w->x->answer != GW_ANSWER_HELD)
        return rv;
    return gw_watch_passed(w, d);
}

/* Until the window is over, what comes waits in the socket: one wake-up for
 * all of it. */
static apr_status_t wait_window(gw_watch_t *w)
{
    apr_time_t now = gw_steady_now();
    apr_status_t rv = APR_SUCCESS;
    int ready;

    while (rv == APR_SUCCESS && now < w->window) {
        gw_deadline_t d = gw_watch_deadline(w, now);

        if (d.at <= now)
            return gw_watch_passed(w, d);
        if (w->window < d.at)
            d.at = w->window;
        rv = poll_once(w, 0, d, now, &ready);
        now = gw_steady_now();
    }
    return rv;
}

apr_status_t gw_watch_wait(gw_watch_t *w, short events)
{
    apr_time_t start = gw_steady_now(), now = start;
    apr_status_t rv;
    int ready = 0;

    if (w->window != 0 && events == POLLIN)
        return wait_window(w);
    if (w->brief && w->x->answer == GW_ANSWER_HELD) {
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
