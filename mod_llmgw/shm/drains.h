/* SPDX-License-Identifier: Apache-2.0 */
/* drains.h - how many answers the server reads on whose client has left.
 *
 * Each child counts its own in its slot of the segment, so that those of a
 * dead child are gone with it; a new one is let in under one mutex.
 */
#ifndef GW_DRAINS_H
#define GW_DRAINS_H

#include "segment.h"

/* One more, if there are fewer than `most` in all processes.  Returns
 * whether there are. */
int gw_drains_enter(gw_segment_t *seg, apr_uint32_t most);
void gw_drains_leave(gw_segment_t *seg);

#endif
