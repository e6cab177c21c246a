/* SPDX-License-Identifier: Apache-2.0 */
/* helper.h - what httpd's helper does with the cells, in the same steps, with
 * rows.h as its database.  One process at a time does this. */
#ifndef GW_TEST_HELPER_H
#define GW_TEST_HELPER_H

#include "rows.h"
#include "segment.h"

/* Settled cells become rows; the cells are free then.  Returns how many.
 * Nobody else may be in here. */
unsigned helper_write(gw_segment_t *seg, rows_t *rows);

/* The process of this child slot is dead: what it left is settled, or undone.
 * The slot is free then. */
void helper_bury(gw_segment_t *seg, apr_uint32_t slot);

/* All slots whose process is gone. */
void helper_sweep(gw_segment_t *seg);

#endif
