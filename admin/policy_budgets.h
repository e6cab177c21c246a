/* SPDX-License-Identifier: Apache-2.0 */
/* policy_budgets.h - budgets of a key or team, with what is spent and reserved
 * of them now. */
#ifndef GW_POLICY_BUDGETS_H
#define GW_POLICY_BUDGETS_H

#include "admin_request.h"

/* Budgets with what is spent, reserved and available now, as an array of the
 * caller's; NULL: the ledger cannot be read.  id: of the key or team.  Needs
 * a->db, and waits for the segment's drain_mutex. */
json_object *gw_admin_budgets(gw_admin_t *a, gw_owner_kind_t kind,
                              apr_int64_t id, const gw_policy_t *policy);

/* Add budget_status, the same for a spec; nothing if it has no budgets.
 * GW_SPEC_UNREADABLE: of the spec; APR_EGENERAL: the ledger cannot be read. */
apr_status_t gw_admin_budget_status(gw_admin_t *a, json_object *out,
                                    gw_owner_kind_t kind, apr_int64_t id,
                                    json_object *spec);

/* One of them, the caller's. */
json_object *gw_admin_budget_json(const gw_budget_t *budget);

#endif
