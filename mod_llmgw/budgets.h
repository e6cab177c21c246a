/* SPDX-License-Identifier: Apache-2.0 */
/* budgets.h - what was spent, from the ledger into the segment. */
#ifndef GW_BUDGETS_H
#define GW_BUDGETS_H

#include "db.h"
#include "segment.h"

/* Read what an owner's budgets have spent in their windows, and count again
 * what its cells add.  The caller holds no lock of the segment.  Any error:
 * the ledger cannot be read; such budgets stay unread. */
apr_status_t gw_budgets_read(gw_segment_t *seg, apr_uint32_t number,
                             gw_db_t *db);

/* The budgets of a policy as they stand now, from the segment if the owner is
 * in it, else from the ledger.  out holds policy->budgets of them. */
apr_status_t gw_budgets_now(gw_budget_t *out, gw_segment_t *seg, gw_db_t *db,
                            gw_owner_kind_t kind, apr_int64_t id,
                            const gw_policy_t *policy);

/* Somebody but the helper wrote to the ledger, or nobody knows who did: the
 * owner's budgets are read again before they are next believed. */
void gw_budgets_forget(gw_segment_t *seg, apr_uint32_t number);

#endif
