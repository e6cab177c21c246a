/* SPDX-License-Identifier: Apache-2.0 */
/* log_rate.h - log lines that any client can cause: so many in a while, and no
 * more. */
#ifndef GW_LOG_RATE_H
#define GW_LOG_RATE_H

#include <apr_time.h>

/* One for each kind of line, static: it counts in its own process. */
typedef struct gw_log_rate_t {
    apr_int64_t period;         /* the one that is counted, from 1 */
    apr_uint32_t lines, hidden;
} gw_log_rate_t;

/* May one more line be logged, of `most` in each period (µs of the steady
 * clock)?  If so, *hidden is how many were not since the last one that was.
 * Any thread; takes no lock: where two threads meet at the turn of a period a
 * line may be too many. */
int gw_log_rate(gw_log_rate_t *rate, unsigned most,
                apr_interval_time_t period, apr_uint32_t *hidden);

#endif
