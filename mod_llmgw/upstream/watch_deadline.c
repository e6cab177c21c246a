/* SPDX-License-Identifier: Apache-2.0 */
/* watch_deadline.c - when an attempt has to be stopped. */
#include "watch_private.h"

static apr_interval_time_t either(apr_interval_time_t a,
                                  apr_interval_time_t b,
                                  apr_interval_time_t otherwise)
{
    return a > 0 ? a : b > 0 ? b : otherwise;
}

/* The model's deadline, else the upstream's, else the default. */
static apr_interval_time_t first_byte(const gw_call_t *call)
{
    return either(call->model->deadlines.first_byte,
                  call->route->upstream->deadlines.first_byte,
                  apr_time_from_sec(call->req->stream ? 300 : 600));
}

static apr_interval_time_t idle(const gw_call_t *call)
{
    return either(call->model->deadlines.idle,
                  call->route->upstream->deadlines.idle,
                  apr_time_from_sec(300));
}

static apr_interval_time_t total(const gw_call_t *call)
{
    return either(call->model->deadlines.total,
                  call->route->upstream->deadlines.total,
                  apr_time_from_sec(3600));
}

apr_time_t gw_watch_total(const gw_watch_t *w)
{
    return w->began + total(w->call);
}

apr_interval_time_t gw_watch_write(const gw_watch_t *w)
{
    const gw_call_t *call = w->call;

    return either(call->model->deadlines.write,
                  call->route->upstream->deadlines.write,
                  call->r->server->timeout);
}

int gw_watch_ms(apr_time_t t, apr_time_t now)
{
    apr_time_t ms = t > now ? (t - now + 999) / 1000 : 0;

    return ms > 3600000 ? 3600000 : (int)ms;
}

static void sooner(gw_deadline_t *d, apr_time_t at, gw_stop_t stop)
{
    if (at < d->at) {
        d->at = at;
        d->stop = stop;
    }
}

gw_deadline_t gw_watch_deadline(const gw_watch_t *w, apr_time_t now)
{
    const gw_call_t *call = w->call;
    gw_deadline_t d;

    d.at = now + idle(call);
    d.stop = GW_STOP_IDLE;
    if (w->x->attempt != GW_ATTEMPT_BODY)
        sooner(&d, w->attempt + first_byte(call), GW_STOP_FIRST_BYTE);
    sooner(&d, gw_watch_total(w), GW_STOP_TOTAL);
    if (w->grace != 0)
        sooner(&d, w->grace, GW_STOP_GRACE);
    if (w->x->answer == GW_ANSWER_HELD)
        sooner(&d, w->hold, GW_STOP_NONE);
    return d;
}
