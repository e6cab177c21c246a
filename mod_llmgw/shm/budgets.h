/* SPDX-License-Identifier: Apache-2.0 */
/* budgets.h - what was spent, from the ledger into the segment.
 *
 * The ledger is read by a function that the caller hands in.  It runs with
 * drain_mutex held: no rows are committed meanwhile, so that a request counts
 * by its row or by its cell, and never by both.  Any process, any thread; the
 * caller holds no mutex of the segment.
 */
#ifndef GW_BUDGETS_H
#define GW_BUDGETS_H

#include "segment.h"

/* Read into *spent what the rows of a key or team in this currency come to
 * from a time on.  Any error: they cannot be read. */
typedef apr_status_t gw_spent_fn(gw_sum_t *spent, void *data,
                                 gw_owner_kind_t kind, apr_int64_t id,
                                 const char *currency, apr_time_t from);

typedef struct gw_spent_t {
    gw_spent_fn *read;
    void *data;                 /* handed to it */
} gw_spent_t;

/* Read what an owner's budgets have spent in their windows, and count again
 * what its cells add.  Any error, and the budgets stay unread: that of
 * spent->read, or APR_EBUSY: a helper died between the commit of rows and the
 * release of their cells, and the next one has not been through them yet. */
apr_status_t gw_budgets_read(gw_segment_t *seg, apr_uint32_t number,
                             const gw_spent_t *spent);

/* The budgets of a policy as they stand now, from the segment if the owner is
 * in it, else from the ledger.  out holds policy->budgets of them.  Errors:
 * as above. */
apr_status_t gw_budgets_now(gw_budget_t *out, gw_segment_t *seg,
                            const gw_spent_t *spent, gw_owner_kind_t kind,
                            apr_int64_t id, const gw_policy_t *policy);

/* The ledger was written by another than the helper, or may have been: the
 * owner's budgets are read again before they are next believed. */
void gw_budgets_forget(gw_segment_t *seg, apr_uint32_t number);

#endif
