/* SPDX-License-Identifier: Apache-2.0 */
/* owner_lock.h - the mutex of a key or team in the segment.
 *
 * Any process, any thread, for a few instructions: nothing that waits is
 * called inside.  Order: segment.h.
 */
#ifndef GW_OWNER_LOCK_H
#define GW_OWNER_LOCK_H

#include "segment.h"

/* Lock.  It never fails; trylock returns 0 where another has it.  Where a
 * process died inside, all is counted again from the cells, and budgets are
 * to be read again (gw_budgets_read). */
void gw_owner_lock(gw_segment_t *seg, apr_uint32_t number);
int gw_owner_trylock(gw_segment_t *seg, apr_uint32_t number);
void gw_owner_unlock(gw_segment_t *seg, apr_uint32_t number);

#endif
