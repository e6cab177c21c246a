/* SPDX-License-Identifier: Apache-2.0 */
/* set_clock.h - the two clocks of shm/clock.h, set by the test.
 *
 * set_clock.c defines all that shm/clock.c does, so the linker leaves that out.
 */
#ifndef GW_TEST_SET_CLOCK_H
#define GW_TEST_SET_CLOCK_H

#include <apr_time.h>

#define SECOND APR_INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* Where both clocks of a test begin: 2026-11-27 00:00 UTC, and an hour after
 * the boot. */
#define WALL_FIRST (APR_INT64_C(1795737600) * SECOND)
#define STEADY_FIRST HOUR

/* What they say.  Set while no other thread runs. */
extern apr_time_t clock_wall, clock_steady;

/* Both go on by so many microseconds. */
void clock_pass(apr_interval_time_t by);

/* The steady clock goes on by itself, too, so many times as fast; 0: not. */
extern int clock_runs;

#endif
