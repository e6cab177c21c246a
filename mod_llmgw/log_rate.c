/* SPDX-License-Identifier: Apache-2.0 */
/* log_rate.c - see log_rate.h. */
#include "log_rate.h"

#include "clock.h"

int gw_log_rate(gw_log_rate_t *rate, unsigned most,
                apr_interval_time_t period, apr_uint32_t *hidden)
{
    apr_int64_t now = gw_steady_now() / period + 1;

    if (__atomic_load_n(&rate->period, __ATOMIC_ACQUIRE) != now) {
        __atomic_store_n(&rate->lines, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&rate->period, now, __ATOMIC_RELEASE);
    }
    if (__atomic_fetch_add(&rate->lines, 1, __ATOMIC_RELAXED) >= most) {
        __atomic_fetch_add(&rate->hidden, 1, __ATOMIC_RELAXED);
        return 0;
    }
    *hidden = __atomic_exchange_n(&rate->hidden, 0, __ATOMIC_RELAXED);
    return 1;
}
