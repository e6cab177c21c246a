/* SPDX-License-Identifier: Apache-2.0 */
/* quota.c - see quota.h.
 *
 * A span of time is whole microseconds and a part in [0, limit) of one.
 */
#include "quota.h"

typedef struct span_t {
    apr_int64_t us, part;
} span_t;

#define FAR (APR_INT64_MAX / 4)     /* us: 73 000 years */
#define MILLION 1000000

/* a * b / c in two digits of a million, so that nothing leaves 64 bits:
 * a <= c, and b and c are at most 10^12. */
static apr_int64_t divide(apr_int64_t a, apr_int64_t b, apr_int64_t c,
                          apr_int64_t *rest)
{
    apr_int64_t high = a * (b / MILLION);
    apr_int64_t low = high % c * MILLION + a * (b % MILLION);

    *rest = low % c;
    return high / c * MILLION + low / c;
}

/* The time in which n come back. */
static span_t span_of(const gw_quota_t *q, apr_int64_t n)
{
    apr_int64_t whole = n / q->limit, rest = n % q->limit;
    span_t s;

    if (rest < 0) {
        rest += q->limit;
        whole--;
    }
    s.us = divide(rest, q->period_us, q->limit, &s.part);
    if (__builtin_mul_overflow(whole, q->period_us, &whole)
        || whole > FAR || whole < -FAR)
        whole = n > 0 ? FAR : -FAR;
    s.us += whole;
    return s;
}

static void add_span(const gw_quota_t *q, span_t *s, span_t more)
{
    s->us += more.us;
    s->part += more.part;
    if (s->part >= q->limit) {
        s->part -= q->limit;
        s->us++;
    }
}

/* What has been used and not yet come back: 0 .. the period, or above. */
static span_t used(const gw_quota_t *q, apr_time_t now)
{
    span_t s = { q->tat_us - now, q->tat_part };

    if (s.us < 0)
        s.us = s.part = 0;
    return s;
}

void gw_quota_init(gw_quota_t *q, apr_int64_t limit, apr_int64_t period_us)
{
    q->limit = limit;
    q->period_us = period_us;
    q->tat_us = q->tat_part = 0;
}

void gw_quota_change(gw_quota_t *q, apr_int64_t limit)
{
    q->limit = limit;           /* the time stays, but for its part */
    q->tat_part = 0;
}

apr_interval_time_t gw_quota_wait(const gw_quota_t *q, apr_int64_t n,
                                  apr_time_t now)
{
    span_t over;

    if (n > q->limit)
        return -1;
    over = used(q, now);
    add_span(q, &over, span_of(q, n));
    over.us -= q->period_us;
    return over.us < 0 ? 0 : over.us + (over.part > 0);
}

void gw_quota_take(gw_quota_t *q, apr_int64_t n, apr_time_t now)
{
    span_t ahead = used(q, now);

    add_span(q, &ahead, span_of(q, n));
    if (ahead.us < 0)
        ahead.us = ahead.part = 0;
    q->tat_us = now + (ahead.us < FAR ? ahead.us : FAR);
    q->tat_part = ahead.part;
}

apr_int64_t gw_quota_remaining(const gw_quota_t *q, apr_time_t now)
{
    span_t u = used(q, now);
    apr_int64_t left, rest;

    if (u.us >= q->period_us)
        return 0;
    left = divide(q->period_us - u.us, q->limit, q->period_us, &rest);
    if (u.part > rest)
        left -= (u.part - rest + q->period_us - 1) / q->period_us;
    return left > 0 ? left : 0;
}

apr_interval_time_t gw_quota_reset(const gw_quota_t *q, apr_time_t now)
{
    span_t u = used(q, now);

    return u.us + (u.part > 0);
}
