/* SPDX-License-Identifier: Apache-2.0 */
/* key_load.c - see key_load.h. */
#include "key_load.h"

#include "database.h"
#include "process.h"
#include "spec.h"

void gw_key_load_owner_row(gw_owner_row_t *out, const gw_key_row_t *row,
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

/* The policy of a key or of its team. */
static apr_status_t read_policy(gw_policy_t *policy, const gw_key_row_t *row,
                                const char *spec, const char *whose,
                                apr_pool_t *pool)
{
    apr_status_t rv = gw_spec_policy(policy, spec, pool);

    if (rv != APR_SUCCESS)
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, gw_process.server, GW_TAG(0201)
                     "what is stored of %s of key %s cannot be read", whose,
                     row->public_id);
    return rv;
}

static apr_status_t put_team(apr_uint32_t *number, const gw_key_row_t *row,
                             apr_uint64_t writes, apr_pool_t *pool)
{
    gw_owner_row_t team;
    gw_policy_t policy;
    apr_status_t rv = read_policy(&policy, row, row->team_spec, "the team",
                                  pool);

    if (rv != APR_SUCCESS)
        return rv;
    memset(&team, 0, sizeof(team));
    team.kind = GW_OWNER_TEAM;
    team.id = team.team_id = row->team_id;
    team.version = row->team_version;
    team.status = row->team_disabled ? GW_KEY_DISABLED : GW_KEY_LIVE;
    team.admin = row->scope == GW_SCOPE_ADMIN;
    team.policy = &policy;
    return gw_owners_put(number, gw_process.seg, &team, writes);
}

static apr_status_t put_key(const gw_key_row_t *row,
                            const unsigned char *hash, apr_uint64_t writes,
                            apr_pool_t *pool)
{
    gw_owner_row_t key;
    gw_policy_t policy;
    apr_uint32_t number;
    apr_status_t rv = read_policy(&policy, row, row->spec, "the policy",
                                  pool);

    if (rv != APR_SUCCESS)
        return rv;
    gw_key_load_owner_row(&key, row, &policy);
    key.hash = hash;
    key.until = apr_time_from_msec(row->until_ms);
    rv = put_team(&key.team_owner, row, writes, pool);
    if (rv == APR_SUCCESS)
        rv = gw_owners_put(&number, gw_process.seg, &key, writes);
    return rv;
}

apr_status_t gw_key_load(const unsigned char *hash, apr_pool_t *pool)
{
    apr_status_t rv;
    int tries;

    for (tries = 0; tries < 5; tries++) {
        apr_uint64_t writes = gw_owners_writes(gw_process.seg);
        gw_key_row_t row;
        gw_db_t *db;

        rv = gw_database_lock(&db, GW_DB_READ);
        if (rv != APR_SUCCESS)
            return rv;
        rv = gw_keys_by_hash(&row, db, hash, pool);
        gw_database_unlock(GW_DB_READ);
        if (rv == APR_SUCCESS)
            rv = put_key(&row, hash, writes, pool);
        if (!APR_STATUS_IS_EAGAIN(rv))
            return rv;
    }
    return rv;
}
