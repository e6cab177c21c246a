/* SPDX-License-Identifier: Apache-2.0 */
/* owner_row.h - from a row of the database to an owner of the segment. */
#ifndef GW_OWNER_ROW_H
#define GW_OWNER_ROW_H

#include "keys.h"
#include "owners.h"

/* The owner row of a key's row; hash, until and team_owner stay unset. */
void gw_owner_row_of_key(gw_owner_row_t *out, const gw_key_row_t *row,
                         const gw_policy_t *policy);

#endif
