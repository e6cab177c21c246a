/* SPDX-License-Identifier: Apache-2.0 */
/* commit_wait.h - LLMGatewayDurability power: a request waits until its
 * intent, and later its settlement, is on disk.
 *
 * The child sets a word in its cell and sleeps on it (futex); the helper
 * writes what is wanted with its next commit and wakes it.  All requests that
 * wait share one commit.  With `process` nothing here costs anything.  No
 * mutex is taken, and the caller holds none of the segment.
 */
#ifndef GW_COMMIT_WAIT_H
#define GW_COMMIT_WAIT_H

#include "segment.h"

/* Child, the request's thread, before the upstream is reached: wait for the
 * intent.  0: it could not be written in GW_COMMIT_WAIT_MS; the request must
 * not go on. */
int gw_commit_wait_intent(gw_segment_t *seg, gw_cell_t *cell);

/* Child, the request's thread: settle the cell, and wait until its row is
 * written.  0: not within GW_COMMIT_WAIT_MS; the helper goes on with it.
 * Either way the caller no longer has the cell. */
int gw_commit_wait_settle(gw_segment_t *seg, gw_cell_t *cell);

#define GW_COMMIT_WAIT_MS 5000  /* on the steady clock */

/* Helper: does this cell wait for its intent? */
int gw_commit_wait_wanted(const gw_cell_t *cell);

/* Helper: the process of this cell is dead, so no thread waits for it. */
void gw_commit_wait_nobody(gw_cell_t *cell);

/* Helper, after the commit.  row_written, inside drain_mutex, releases the
 * cell or leaves it to the child that waits for it. */
void gw_commit_wait_intent_written(gw_cell_t *cell);
void gw_commit_wait_row_written(gw_segment_t *seg, gw_cell_t *cell);

#endif
