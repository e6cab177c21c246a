/* SPDX-License-Identifier: Apache-2.0 */
/* recount.h - what an owner counts, again from its cells. */
#ifndef GW_RECOUNT_H
#define GW_RECOUNT_H

#include "segment.h"

/* Count everything again from the cells: places, pins, reserved, pending. */
void gw_recount_owner(gw_segment_t *seg, apr_uint32_t number);

#endif
