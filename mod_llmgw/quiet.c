/* SPDX-License-Identifier: Apache-2.0 */
/* quiet.c - see quiet.h. */
#include "quiet.h"

#include "clock.h"

int gw_quiet(gw_quiet_t *quiet, unsigned most, apr_interval_time_t period,
             apr_uint32_t *hidden)
{
    apr_int64_t now = gw_steady_now() / period + 1;

    if (__atomic_load_n(&quiet->period, __ATOMIC_ACQUIRE) != now) {
        __atomic_store_n(&quiet->lines, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&quiet->period, now, __ATOMIC_RELEASE);
    }
    if (__atomic_fetch_add(&quiet->lines, 1, __ATOMIC_RELAXED) >= most) {
        __atomic_fetch_add(&quiet->hidden, 1, __ATOMIC_RELAXED);
        return 0;
    }
    *hidden = __atomic_exchange_n(&quiet->hidden, 0, __ATOMIC_RELAXED);
    return 1;
}
