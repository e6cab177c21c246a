/* SPDX-License-Identifier: Apache-2.0 */
/* recheck.h - do the live counters agree with the cells and the ledger? */
#ifndef GW_RECHECK_H
#define GW_RECHECK_H

#include "budgets.h"

/* Called for each counter that is wrong.  check: "counters" or "budgets";
 * detail: a sentence, in the pool. */
typedef void gw_recheck_found_fn(void *data, const char *check,
                                 const char *detail);

typedef struct gw_recheck_t {
    gw_spent_t spent;           /* reads the ledger */
    gw_recheck_found_fn *found;
    void *data;                 /* handed to it */
    apr_pool_t *pool;
} gw_recheck_t;

/* Check every owner in the segment: places, pins, drained answers, reserved
 * and pending are what its cells say, committed is what the ledger's rows of
 * the window come to; budgets that have to be read first say nothing of
 * either.  A counter that does not agree with the cells is put right.  No rows
 * are written meanwhile (drain_mutex is held, and one owner's mutex at a
 * time); requests go on.  Any process, any thread; the caller holds no mutex
 * of the segment.  Any error: the ledger cannot be read; APR_EBUSY: see
 * gw_budgets_read. */
apr_status_t gw_recheck_segment(const gw_recheck_t *r, gw_segment_t *seg);

#endif
