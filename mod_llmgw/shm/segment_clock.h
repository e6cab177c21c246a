/* SPDX-License-Identifier: Apache-2.0 */
/* segment_clock.h - the time that all processes go by, and ids made of it.
 *
 * Any process, any thread, no lock: each of the words is written whole, and
 * never goes back.
 */
#ifndef GW_SEGMENT_CLOCK_H
#define GW_SEGMENT_CLOCK_H

#include "segment.h"

/* What the wall clock says, if that is believed: if it is not ahead of all
 * that is known - the last id, and where it was last believed and what has
 * passed since - by more than clock_step.  Else the time that it should be.
 * wall, steady: now; *believed: which.  Any process, any thread, no lock. */
apr_time_t gw_segment_clock(const gw_segment_t *seg, apr_time_t wall,
                            apr_time_t steady, int *believed);
apr_time_t gw_segment_now(const gw_segment_t *seg);

/* The times of ids go on after t.  Any process, any thread, no lock. */
void gw_segment_seen(gw_segment_t *seg, apr_time_t t);

/* Believe what the wall clock says now: the helper, each time that it is
 * believed, or a child for an administrator. */
void gw_segment_believe(gw_segment_t *seg, apr_time_t wall);

/* The time that admissions are counted by: of the clock, but never before
 * the last id. */
apr_time_t gw_segment_time(const gw_segment_t *seg);

/* A new request id: later than any before it, also if the clock steps back.
 * now: of gw_segment_clock.  Any process, any thread. */
apr_int64_t gw_segment_new_id(gw_segment_t *seg, apr_time_t now);

#endif
