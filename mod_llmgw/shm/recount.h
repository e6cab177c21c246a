/* SPDX-License-Identifier: Apache-2.0 */
/* recount.h - what an owner counts, again from its cells. */
#ifndef GW_RECOUNT_H
#define GW_RECOUNT_H

#include "segment.h"

/* With the owner's mutex: count everything again from the marks of all cells,
 * places, pins, answers that are read on, reserved and pending.  Any process;
 * it looks at every cell, so it is for owners whose figures are in question. */
void gw_recount_owner(gw_segment_t *seg, apr_uint32_t number);

/* The same for an owner whose pins are right, as they are when its mutex was
 * locked in good order: a cell has its first mark and its last while it pins,
 * so none is looked at beyond the last of those.  It begins where this child
 * last claimed one, so a key's first request is found at once, however many
 * cells there are. */
void gw_recount_pinned(gw_segment_t *seg, apr_uint32_t number);

#endif
