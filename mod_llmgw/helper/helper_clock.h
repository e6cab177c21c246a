/* SPDX-License-Identifier: Apache-2.0 */
/* helper_clock.h - what the helper makes of the wall clock. */
#ifndef GW_HELPER_CLOCK_H
#define GW_HELPER_CLOCK_H

#include "helper_state.h"

/* Before the first request: may the clock be believed?  Once for each time
 * the database was opened, after the last id is known.  first: at the start of
 * httpd. */
void gw_helper_clock_first(helper_t *h, int first);

/* Say what is odd about the clock, and believe it where it may be. */
void gw_helper_clock_watch(helper_t *h);

/* Let the database know until when it was believed; every hour, or now. */
void gw_helper_clock_save(helper_t *h, int now);

#endif
