/* SPDX-License-Identifier: Apache-2.0 */
/* quota.h - the arithmetic of one rate limit: GCRA (ATM Forum TM 4.0, 4.4.2)
 * with a burst as large as the limit.
 *
 * A meter's only state is the theoretical arrival time.  It is kept in
 * microseconds and parts of one, `limit` of which are one, so that no limit
 * and no period is rounded.  Callers hold whatever lock guards the meter.
 */
#ifndef GW_QUOTA_H
#define GW_QUOTA_H

#include <apr_time.h>

#include "gw.h"

#define GW_QUOTA_MAX APR_INT64_C(1000000000000)  /* largest limit */

typedef struct gw_quota_t {
    apr_int64_t limit;          /* this many in a period; 1..GW_QUOTA_MAX */
    apr_int64_t period_us;      /* 1..10^12 */
    apr_time_t tat_us;          /* the theoretical arrival time, and */
    apr_int64_t tat_part;       /*   0..limit-1 of limit parts of a µs */
} gw_quota_t;

/* A full meter. */
void gw_quota_init(gw_quota_t *q, apr_int64_t limit, apr_int64_t period_us);

/* Another limit, keeping what was used of the old one in proportion. */
void gw_quota_change(gw_quota_t *q, apr_int64_t limit);

/* 0: n more may pass now; else the µs until they may.  -1: never, n is more
 * than the limit.  Takes nothing. */
apr_interval_time_t gw_quota_wait(const gw_quota_t *q, apr_int64_t n,
                                  apr_time_t now);

/* Take n, even beyond the limit (debt delays the next).  n may be negative:
 * what was taken too much comes back. */
void gw_quota_take(gw_quota_t *q, apr_int64_t n, apr_time_t now);

/* How many may pass now, and the µs until the meter is full again. */
apr_int64_t gw_quota_remaining(const gw_quota_t *q, apr_time_t now);
apr_interval_time_t gw_quota_reset(const gw_quota_t *q, apr_time_t now);

#endif
