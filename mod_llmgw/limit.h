/* SPDX-License-Identifier: Apache-2.0 */
/* limit.h - places and rate windows of a call's key and team.
 *
 * Owners are locked in one order, key then team, and nothing is called while
 * they are: all windows of both admit or none is touched.
 */
#ifndef GW_LIMIT_H
#define GW_LIMIT_H

#include "call.h"

/* Before the body: take a cell and a concurrency place, after a look at the
 * rates (nothing is taken from them).  On refusal nothing is kept.  Sets
 * call->cell. */
gw_problem_kind_t gw_limit_enter(gw_call_t *call, gw_problem_t *problem);

/* After the body: admit the request by every window, or refuse it. */
gw_problem_kind_t gw_limit_admit(gw_call_t *call, gw_problem_t *problem);

/* Give the places back; the cell stays.  Any process: the helper does it for
 * dead ones. */
void gw_limit_leave(gw_segment_t *seg, gw_cell_t *cell);

/* The owners no longer count this cell; before it is released. */
void gw_limit_unpin(gw_segment_t *seg, gw_cell_t *cell);

/* A cell that was never opened: as if the request had not been. */
void gw_limit_cancel(gw_call_t *call);

#endif
