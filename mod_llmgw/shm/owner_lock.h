/* SPDX-License-Identifier: Apache-2.0 */
/* owner_lock.h - the mutex of a key or team in the segment. */
#ifndef GW_OWNER_LOCK_H
#define GW_OWNER_LOCK_H

#include "segment.h"

/* Lock; never fails, but for trylock, which returns 0 where another has it.
 * What a process that died inside left half done is
 * mended: all is counted again from the cells, budgets are to be read again. */
void gw_owner_lock(gw_segment_t *seg, apr_uint32_t number);
int gw_owner_trylock(gw_segment_t *seg, apr_uint32_t number);
void gw_owner_unlock(gw_segment_t *seg, apr_uint32_t number);

#endif
