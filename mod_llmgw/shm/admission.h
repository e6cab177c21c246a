/* SPDX-License-Identifier: Apache-2.0 */
/* admission.h - how a request's cell comes to count for its key and team, and
 * how it ceases to.
 *
 *     enter ──► take ──► (grow) ──► leave ──► written
 *       └─────────┴──► undo
 *
 * All of it takes the mutexes of both owners, the key's before the team's;
 * the caller holds no owner's mutex.  enter, take and grow hold both at once:
 * either both owners admit, or nothing of either is touched.  The others go
 * from one to the next.  Nothing is called meanwhile that could wait.
 *
 * A cell names its owners in cell->owner; what each of them counts of it
 * stands in cell->marks, so that a process may be killed anywhere in here.
 * None of it allocates memory.
 */
#ifndef GW_ADMISSION_H
#define GW_ADMISSION_H

#include "metering.h"
#include "meters.h"

/* Child, the thread that serves the request.  A concurrency place of both
 * owners for a cell that was just claimed, after a look at the rate windows,
 * of which nothing is taken yet.  key_id: whose place cell->owner[0] must
 * still be.  v->kind is GW_ADMIT_FITS: the places are taken.  Any other:
 * nothing is.  window gets what an answer shows of both owners. */
void gw_admission_enter(gw_verdict_t *v, gw_window_t window[2],
                        gw_segment_t *seg, gw_cell_t *cell,
                        apr_int64_t key_id);

/* What the row and the reserve of a cell ask of its owners, now. */
void gw_admission_need(gw_need_t *need, const gw_cell_t *cell);

/* Child, the thread that serves the request.  Take all that the request needs
 * from every window and budget of both owners.  v->kind is GW_ADMIT_FITS: it
 * is taken.  GW_ADMIT_UNREAD: read the budgets of owner v->whose
 * (gw_budgets_read), then try again.  Any other: nothing is taken.  window:
 * as above. */
void gw_admission_take(gw_verdict_t *v, gw_window_t window[2],
                       gw_segment_t *seg, gw_cell_t *cell, apr_int64_t key_id,
                       const gw_need_t *need);

/* Child, the thread that serves the request: what its cell has reserved grows
 * to so much, in pico-units; -1: it is not bounded.  Only budgets are asked:
 * rate windows are not taken from again, and what became of key and team
 * meanwhile does not stop a request under way.  v->kind is GW_ADMIT_FITS: it is
 * in them and in cell->reserve, or it was that much.  GW_ADMIT_UNREAD: as
 * above.  GW_ADMIT_RESERVED, _BUDGET, _UNBOUNDED: it does not fit.
 * GW_ADMIT_OLD_ID: a budget's window has ended since the cell was admitted, and
 * nobody knows what it has left.  Nothing has changed then. */
void gw_admission_grow(gw_verdict_t *v, gw_segment_t *seg, gw_cell_t *cell,
                       gw_pico_t reserve);

/* The row of an open cell is final: its places come back, its reserve becomes
 * a charge.  The child that served the request, or the helper after the child
 * died.  Returns 1 if a budget's soft threshold is passed now: *soft gets a
 * copy of that budget. */
int gw_admission_leave(gw_segment_t *seg, gw_cell_t *cell, gw_budget_t *soft);

/* Helper: only the places of a dead child's cell come back, since what it
 * costs cannot be said now. */
void gw_admission_unplace(gw_segment_t *seg, gw_cell_t *cell);

/* Helper, with drain_mutex: the row is committed, so the owners count it as
 * committed and no longer count the cell.  To be called before the cell is
 * released. */
void gw_admission_written(gw_segment_t *seg, gw_cell_t *cell);

/* A cell that was never opened: all comes back as if the request had not
 * been, and the cell is released.  The child that claimed it, or the helper
 * after the child died. */
void gw_admission_undo(gw_segment_t *seg, gw_cell_t *cell);

#endif
