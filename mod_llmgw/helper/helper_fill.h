/* SPDX-License-Identifier: Apache-2.0 */
/* helper_fill.h - warnings before the segment is full. */
#ifndef GW_HELPER_FILL_H
#define GW_HELPER_FILL_H

#include "helper_state.h"

/* Log what is nearly full: once, and again when there was room meanwhile. */
void gw_helper_fill_watch(helper_t *h);

#endif
