/* SPDX-License-Identifier: Apache-2.0 */
/* cells.h - the places of requests (docs/ledger.md tells the life of one).
 *
 * No mutex.  A cell's state is one atomic word beside it, and says whose its
 * words are: the child's that claimed it while it is HELD or OPEN, on the
 * thread that serves the request; the helper's from SETTLED on, and before
 * that once the child is dead.
 */
#ifndef GW_CELLS_H
#define GW_CELLS_H

#include "segment.h"

/* Child: FREE -> HELD, zeroed.  NULL: none is free. */
gw_cell_t *gw_cell_claim(gw_segment_t *seg);

/* Child: HELD -> OPEN. */
void gw_cell_open(gw_segment_t *seg, gw_cell_t *cell);

/* Child, or helper for a dead one: OPEN -> SETTLED.  Who sees the state
 * sees everything that was written before.  The helper is woken once
 * GW_WAKE_AT of them wait. */
void gw_cell_settle(gw_segment_t *seg, gw_cell_t *cell);

/* Helper: SETTLED -> WRITTEN. */
void gw_cell_written(gw_segment_t *seg, gw_cell_t *cell);

/* Whose words it has: any -> FREE; its marks are 0.  It keeps its words until
 * the next claim: a process that died while it cleared a settled cell would
 * leave a row of zeros. */
void gw_cell_release(gw_segment_t *seg, gw_cell_t *cell);

/* Any process.  *child_slot gets the slot of the child that claimed it. */
gw_cell_state_t gw_cell_state(const gw_segment_t *seg, apr_uint32_t index,
                              apr_uint32_t *child_slot);

/* Child, in a cell that it claimed: whose the request is, and its id.  Other
 * processes may look at these words at any moment. */
static inline void gw_cell_set_owners(gw_cell_t *cell, apr_uint32_t key,
                                      apr_uint32_t team)
{
    __atomic_store_n(&cell->owner[0], key, __ATOMIC_RELAXED);
    __atomic_store_n(&cell->owner[1], team, __ATOMIC_RELAXED);
}

static inline void gw_cell_set_id(gw_cell_t *cell, apr_int64_t id)
{
    __atomic_store_n(&cell->row.id, id, __ATOMIC_RELAXED);
}

/* Inside the mutex of its key (whose: 0) or team (1): bits of GW_MARK_* go and
 * come at once.  Who sees one that came sees the owners, too. */
static inline void gw_cell_mark(gw_cell_t *cell, int whose, unsigned go,
                                unsigned come)
{
    __atomic_store_n(&cell->marks[whose],
                     (unsigned char)((cell->marks[whose] & ~go) | come),
                     __ATOMIC_RELEASE);
}

/* What an owner counts of the cell, under that owner's mutex; 0: the cell is
 * not its.  A cell without a mark of it may be freed and become another's at
 * any moment, so the owner is looked at before and after the marks. */
static inline unsigned gw_cell_marks(const gw_cell_t *cell, int whose,
                                     apr_uint32_t owner)
{
    unsigned marks;

    if (__atomic_load_n(&cell->owner[whose], __ATOMIC_ACQUIRE) != owner)
        return 0;
    marks = __atomic_load_n(&cell->marks[whose], __ATOMIC_ACQUIRE);
    return __atomic_load_n(&cell->owner[whose], __ATOMIC_RELAXED) == owner
           ? marks : 0;
}

/* Any process: the open or settled cell of this id; NULL: there is none (any
 * more).  The cell may be freed meanwhile: copy, then look at its id again. */
gw_cell_t *gw_cell_find(gw_segment_t *seg, apr_int64_t id);

/* By number, for sweeps. */
gw_cell_t *gw_cell_at(const gw_segment_t *seg, apr_uint32_t index);

/* A look at a cell's state word that is quick for free ones: most are. */
static inline int gw_cell_free(const gw_segment_t *seg, apr_uint32_t index)
{
    return __atomic_load_n(&seg->states[index], __ATOMIC_RELAXED)
           == GW_CELL_FREE;
}

#endif
