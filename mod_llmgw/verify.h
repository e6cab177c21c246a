/* SPDX-License-Identifier: Apache-2.0 */
/* verify.h - do the live counters agree with the cells and the ledger? */
#ifndef GW_VERIFY_H
#define GW_VERIFY_H

#include "fsck.h"
#include "segment.h"

/* Check every owner in the segment: places, pins, reserved and pending are
 * what its cells say, committed is what the ledger's rows of the window come
 * to.  A counter that is wrong is noted and put right.  Rows are not written
 * meanwhile (drain_mutex); requests go on.  The caller holds no lock of the
 * segment.  Any error: the ledger cannot be read. */
apr_status_t gw_verify_segment(gw_fsck_t *f, gw_segment_t *seg, gw_db_t *db);

/* httpd -t -D LLMGW_FSCK [-D LLMGW_FSCK_FROM=day] [-D LLMGW_FSCK_TO=day], a
 * day as 2026-11-01, in UTC, the last one exclusive: check the ledger of the
 * configured state directory as its User and say what was found.  Ends the
 * process with 1 if anything is wrong. */
void gw_verify_command(apr_pool_t *pool, server_rec *s);

#endif
