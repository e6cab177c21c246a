/* SPDX-License-Identifier: Apache-2.0 */
/* drain_slots.c - see drain_slots.h. */
#include "drain_slots.h"

#include "cells.h"
#include "owner_lock.h"

static apr_uint32_t *own(gw_segment_t *seg)
{
    return &seg->children[seg->child - 1].drains;
}

static apr_uint32_t of_all(const gw_segment_t *seg)
{
    apr_uint32_t i, sum = 0;

    for (i = 0; i < seg->n.children; i++) {
        const gw_child_slot_t *slot = &seg->children[i];

        if (__atomic_load_n(&slot->identity, __ATOMIC_RELAXED) != 0)
            sum += __atomic_load_n(&slot->drains, __ATOMIC_RELAXED);
    }
    return sum;
}

/* ---- of a key or team ----------------------------------------------- */

void gw_drain_slots_leave_owner(gw_segment_t *seg, gw_cell_t *cell, int whose)
{
    if (!(cell->marks[whose] & GW_MARK_DRAIN))
        return;
    gw_owner_at(seg, cell->owner[whose])->drains--;
    gw_cell_mark(cell, whose, GW_MARK_DRAIN, 0);
}

static int enter_owner(gw_segment_t *seg, gw_cell_t *cell, int whose,
                       apr_uint32_t most)
{
    gw_owner_t *o = gw_owner_at(seg, cell->owner[whose]);
    int room;

    gw_owner_lock(seg, cell->owner[whose]);
    room = o->drains < 0 || (apr_uint32_t)o->drains < most;
    if (room) {
        o->drains++;
        gw_cell_mark(cell, whose, 0, GW_MARK_DRAIN);
    }
    gw_owner_unlock(seg, cell->owner[whose]);
    return room;
}

static void leave_owner(gw_segment_t *seg, gw_cell_t *cell, int whose)
{
    gw_owner_lock(seg, cell->owner[whose]);
    gw_drain_slots_leave_owner(seg, cell, whose);
    gw_owner_unlock(seg, cell->owner[whose]);
}

/* ---- of all --------------------------------------------------------- */

static int enter_all(gw_segment_t *seg, apr_uint32_t most)
{
    int room;

    gw_segment_lock(&seg->header->slots_mutex);
    room = of_all(seg) < most;
    if (room)
        __atomic_add_fetch(own(seg), 1, __ATOMIC_RELAXED);
    gw_segment_unlock(&seg->header->slots_mutex);
    return room;
}

gw_drain_bound_t gw_drain_slots_enter(gw_segment_t *seg, gw_cell_t *cell,
                                      const apr_uint32_t most[GW_DRAINS])
{
    if (!enter_owner(seg, cell, 0, most[GW_DRAIN_KEY]))
        return GW_DRAIN_KEY;
    if (!enter_owner(seg, cell, 1, most[GW_DRAIN_TEAM])) {
        leave_owner(seg, cell, 0);
        return GW_DRAIN_TEAM;
    }
    if (!enter_all(seg, most[GW_DRAIN_ALL])) {
        leave_owner(seg, cell, 1);
        leave_owner(seg, cell, 0);
        return GW_DRAIN_ALL;
    }
    return GW_DRAINS;
}

void gw_drain_slots_leave(gw_segment_t *seg)
{
    __atomic_sub_fetch(own(seg), 1, __ATOMIC_RELAXED);
}
