/* SPDX-License-Identifier: Apache-2.0 */
/* owner_row.c - see owner_row.h. */
#include "owner_row.h"

void gw_owner_row_of_key(gw_owner_row_t *out, const gw_key_row_t *row,
                         const gw_policy_t *policy)
{
    memset(out, 0, sizeof(*out));
    out->kind = GW_OWNER_KEY;
    out->id = row->id;
    out->version = row->version;
    out->team_id = row->team_id;
    out->expires = apr_time_from_msec(row->expires_ms);
    out->status = row->revoked_ms ? GW_KEY_REVOKED : GW_KEY_LIVE;
    out->scope = row->scope;
    out->admin = row->scope == GW_SCOPE_ADMIN;
    out->public_id = row->public_id;
    out->policy = policy;
}
