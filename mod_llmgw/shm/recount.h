/* SPDX-License-Identifier: Apache-2.0 */
/* recount.h - what an owner counts, again from its cells. */
#ifndef GW_RECOUNT_H
#define GW_RECOUNT_H

#include "segment.h"

/* With the owner's mutex: count everything again from the marks of all cells,
 * places, pins, answers that are read on, reserved and pending.  Any process;
 * it looks at every cell, so it is for owners whose figures are in question. */
void gw_recount_owner(gw_segment_t *seg, apr_uint32_t number);

#endif
