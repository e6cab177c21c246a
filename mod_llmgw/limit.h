/* SPDX-License-Identifier: Apache-2.0 */
/* limit.h - places, rate windows and budgets of a call's key and team.
 *
 * What is counted is counted in shm/admission; this is what a call needs
 * beside it: log, problems and the database.  Child, the thread that serves
 * the request; the caller holds no lock.
 */
#ifndef GW_LIMIT_H
#define GW_LIMIT_H

#include "call.h"

/* Before the body: take a cell and a concurrency place, after a look at the
 * rates (nothing is taken from them).  On refusal nothing is kept.  Sets
 * call->cell. */
gw_problem_kind_t gw_limit_enter(gw_call_t *call, gw_problem_t *problem);

typedef enum {
    GW_ADMITTED,
    GW_REFUSED,                 /* *problem says why */
    GW_RETRY_ID                 /* the id of the call is of a budget's window
                                   that ended meanwhile: it needs another one,
                                   and everything that hangs on the time of
                                   its admission */
} gw_limit_outcome_t;

/* After the body: admit the request by every window and budget, or refuse
 * it.  call->cell holds what it needs (gw_settle_intend). */
gw_limit_outcome_t gw_limit_admit(gw_call_t *call, gw_problem_t *problem);

/* Reserve so much in all for the call, more than it has, in the budgets of its
 * key and team; -1: it is not bounded.  NULL: that is so, or there is no such
 * budget.  Else why not, in words that follow "it", and nothing changes. */
const char *gw_limit_grow(gw_call_t *call, gw_pico_t reserve);

/* Take one request from the rate windows, for what costs nothing: no tokens,
 * no budget, no place.  cell: memory of the caller's own, zeroed, which gets
 * the call's owners; it is none of the segment's. */
gw_problem_kind_t gw_limit_count(gw_call_t *call, gw_cell_t *cell,
                                 gw_problem_t *problem);

/* As if the request had not been: its cell was never opened, and is released.
 * Does nothing if the call has none. */
void gw_limit_cancel(gw_call_t *call);

#endif
