/* SPDX-License-Identifier: Apache-2.0 */
/* limit.h - places, rate windows and budgets of a call's key and team.
 *
 * Owners are locked in one order, key then team, and nothing is called while
 * they are: everything of both admits or nothing is touched.
 */
#ifndef GW_LIMIT_H
#define GW_LIMIT_H

#include "call.h"

/* Before the body: take a cell and a concurrency place, after a look at the
 * rates (nothing is taken from them).  On refusal nothing is kept.  Sets
 * call->cell. */
gw_problem_kind_t gw_limit_enter(gw_call_t *call, gw_problem_t *problem);

/* The id of the call is of a budget's window that ended meanwhile: it needs
 * another one, and everything that hangs on the time of its admission. */
#define GW_LIMIT_STALE ((gw_problem_kind_t)-1)

/* After the body: admit the request by every window and budget, or refuse
 * it.  call->cell holds what it needs (gw_settle_intend).  GW_LIMIT_STALE:
 * see there. */
gw_problem_kind_t gw_limit_admit(gw_call_t *call, gw_problem_t *problem);

/* What the call's cell asks of its owners, now. */
void gw_limit_need(gw_need_t *need, const gw_cell_t *cell, int bills);

/* Why a verdict refuses, as a problem.  fits: of gw_limit_fitting. */
gw_problem_kind_t gw_limit_problem(gw_problem_t *problem, gw_call_t *call,
                                   const gw_verdict_t *verdict,
                                   const gw_need_t *need, apr_int64_t fits);

/* The largest max_tokens with which the verdict's meter would not refuse; 0:
 * there is none, or it is no matter of that. */
apr_int64_t gw_limit_fitting(const gw_call_t *call,
                             const gw_verdict_t *verdict);

/* Settled, by its row: the places come back, the reserve becomes a charge.
 * Any process: the helper does it for dead ones.  Returns 1 if a budget's
 * soft threshold is passed now: a copy is in *soft. */
int gw_limit_leave(gw_segment_t *seg, gw_cell_t *cell, gw_budget_t *soft);

/* Only its place comes back: what it costs cannot be said now (helper). */
void gw_limit_unplace(gw_segment_t *seg, gw_cell_t *cell);

/* The row is committed: the owners no longer count this cell; before it is
 * released. */
void gw_limit_written(gw_segment_t *seg, gw_cell_t *cell);

/* A cell that was never opened: as if the request had not been.  Releases
 * it. */
void gw_limit_undo(gw_segment_t *seg, gw_cell_t *cell);
void gw_limit_cancel(gw_call_t *call);

#endif
