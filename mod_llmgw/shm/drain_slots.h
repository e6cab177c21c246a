/* SPDX-License-Identifier: Apache-2.0 */
/* drain_slots.h - how many answers the server reads on whose client has left.
 *
 * A key and a team may have so many each, so that no client uses up those of
 * all.  Their counts stand in the owners, by a mark in the cell; they end when
 * it is settled.  Those of all processes together each child counts in its
 * slot of the segment, so that a dead child's are gone with it; a new one is
 * let in under header.slots_mutex.
 *
 * Child, the thread that serves the request.
 */
#ifndef GW_DRAIN_SLOTS_H
#define GW_DRAIN_SLOTS_H

#include "segment.h"

typedef enum { GW_DRAIN_KEY, GW_DRAIN_TEAM, GW_DRAIN_ALL, GW_DRAINS }
    gw_drain_bound_t;

/* One more, for the request of this open cell, if each bound leaves room for
 * it.  Returns GW_DRAINS, or the bound that does not.  The caller holds no
 * mutex of the segment; the owners' are taken one after the other, then
 * slots_mutex. */
gw_drain_bound_t gw_drain_slots_enter(gw_segment_t *seg, gw_cell_t *cell,
                                      const apr_uint32_t most[GW_DRAINS]);

/* It is over: for all, without a mutex; and for the cell's key (0) or team
 * (1), with the mutex of that owner, in the helper too.  The latter does
 * nothing where the owner counts none of this cell. */
void gw_drain_slots_leave(gw_segment_t *seg);
void gw_drain_slots_leave_owner(gw_segment_t *seg, gw_cell_t *cell, int whose);

#endif
