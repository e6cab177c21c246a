/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - the two clocks.
 *
 * The wall clock gives ids, windows of budgets, prices and expiries.  It may
 * be set, forth and back.  The steady clock gives rate windows, deadlines
 * and durations: it counts from the boot of the machine, which is as long as
 * a segment lives.
 */
#ifndef GW_CLOCK_H
#define GW_CLOCK_H

#include <apr_time.h>

apr_time_t gw_wall_now(void);   /* µs since 1970 */
apr_time_t gw_steady_now(void); /* µs since the boot */

/* As the steady one, but it goes on while the machine sleeps.  For what is
 * looked at now and then: it may be a system call. */
apr_time_t gw_boot_now(void);

/* Does the kernel say that its clock is kept right (by NTP)?  That holds
 * only until it is set by hand. */
int gw_wall_synchronised(void);

apr_time_t gw_real_now(void);   /* the steady clock, not moved by tests: for
                                   what the network takes, not for bounds */

/* How many of these milliseconds to sleep before the steady clock is looked
 * at again: all of them, but for a test build whose clock may be moved. */
int gw_steady_nap(int ms);

#endif
