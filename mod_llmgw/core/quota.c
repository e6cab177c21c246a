/* SPDX-License-Identifier: Apache-2.0 */
/* quota.c - see quota.h. */
#include "quota.h"

static gw_wide_t tat(const gw_quota_t *q)
{
    return (gw_wide_t)q->tat_high * ((gw_wide_t)1 << 64) + q->tat_low;
}

static void set_tat(gw_quota_t *q, gw_wide_t t)
{
    q->tat_low = (apr_uint64_t)t;
    q->tat_high = (apr_int64_t)(t >> 64);
}

/* What has been used and not yet come back: 0 .. limit * period, or above. */
static gw_wide_t used(const gw_quota_t *q, apr_time_t now)
{
    gw_wide_t ahead = tat(q) - (gw_wide_t)now * q->limit;

    return ahead > 0 ? ahead : 0;
}

void gw_quota_init(gw_quota_t *q, apr_int64_t limit, apr_int64_t period_us)
{
    q->limit = limit;
    q->period_us = period_us;
    set_tat(q, 0);
}

void gw_quota_change(gw_quota_t *q, apr_int64_t limit)
{
    /* tat / limit is a time; limit * 10^16 stays below 2^93 */
    set_tat(q, tat(q) / q->limit * limit);
    q->limit = limit;
}

apr_interval_time_t gw_quota_wait(const gw_quota_t *q, apr_int64_t n,
                                  apr_time_t now)
{
    gw_wide_t over;

    if (n > q->limit)
        return -1;
    over = used(q, now) + (gw_wide_t)n * q->period_us
           - (gw_wide_t)q->limit * q->period_us;
    if (over <= 0)
        return 0;
    return (apr_interval_time_t)((over + q->limit - 1) / q->limit);
}

void gw_quota_take(gw_quota_t *q, apr_int64_t n, apr_time_t now)
{
    gw_wide_t ahead = used(q, now) + (gw_wide_t)n * q->period_us;

    if (ahead < 0)
        ahead = 0;
    set_tat(q, (gw_wide_t)now * q->limit + ahead);
}

apr_int64_t gw_quota_remaining(const gw_quota_t *q, apr_time_t now)
{
    gw_wide_t left = (gw_wide_t)q->limit * q->period_us - used(q, now);

    return left > 0 ? (apr_int64_t)(left / q->period_us) : 0;
}

apr_interval_time_t gw_quota_reset(const gw_quota_t *q, apr_time_t now)
{
    return (apr_interval_time_t)((used(q, now) + q->limit - 1) / q->limit);
}
