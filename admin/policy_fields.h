/* SPDX-License-Identifier: Apache-2.0 */
/* policy_fields.h - the members that say what a key or a team may do.  Keys,
 * teams and whoever else shows or takes a policy have them from here. */
#ifndef GW_POLICY_FIELDS_H
#define GW_POLICY_FIELDS_H

#include "field.h"

/* models, deny_models, endpoints, addresses, limits, budgets, metadata: for
 * a table with GW_F_ALSO. */
extern const gw_field_t gw_policy_fields[];

#endif
