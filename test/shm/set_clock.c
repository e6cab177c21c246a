/* SPDX-License-Identifier: Apache-2.0 */
/* set_clock.c - see set_clock.h. */
#include "set_clock.h"

#include <time.h>

#include "clock.h"

apr_time_t clock_wall = WALL_FIRST, clock_steady = STEADY_FIRST;
int clock_runs;

void clock_pass(apr_interval_time_t by)
{
    clock_wall += by;
    clock_steady += by;
}

apr_time_t gw_real_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (apr_time_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

apr_time_t gw_wall_now(void)
{
    return clock_wall;
}

apr_time_t gw_steady_now(void)
{
    return clock_steady + gw_real_now() * clock_runs;
}

apr_time_t gw_boot_now(void)
{
    return gw_steady_now();
}

int gw_wall_synchronised(void)
{
    return 0;
}

/* It may run faster than who sleeps. */
int gw_steady_nap(int ms)
{
    return clock_runs > 1 ? ms / clock_runs + 1 : ms;
}
