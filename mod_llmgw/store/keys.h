/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h - keys in the database. */
#ifndef GW_KEYS_H
#define GW_KEYS_H

#include "db.h"
#include "policy.h"

#define GW_HASH 32              /* bytes of a SHA-256 */

typedef struct gw_key_row_t {
    apr_int64_t id, team_id, version, team_version;
    const char *public_id, *team, *name;
    const char *spec, *team_spec;       /* JSON */
    gw_scope_t scope;
    apr_int64_t created_ms;
    apr_int64_t expires_ms, revoked_ms; /* 0: not */
    apr_int64_t until_ms;               /* of the secret found; 0: no end */
    int team_disabled;
} gw_key_row_t;

/* Look one up.  APR_ENOENT: there is none. */
apr_status_t gw_keys_by_hash(gw_key_row_t *row, gw_db_t *db,
                             const unsigned char *hash, apr_pool_t *pool);
apr_status_t gw_keys_by_public_id(gw_key_row_t *row, gw_db_t *db,
                                  const char *public_id, apr_pool_t *pool);
apr_status_t gw_keys_by_id(gw_key_row_t *row, gw_db_t *db, apr_int64_t id,
                           apr_pool_t *pool);

/* What a list of keys shows. */
typedef struct gw_key_filter_t {
    apr_int64_t after;          /* ids above this one */
    apr_int64_t team_id;        /* 0: of all teams */
    gw_scope_t scope;           /* of this scope or a lower one */
    int limit;                  /* at most so many */
} gw_key_filter_t;

/* Those keys, oldest first: an array of gw_key_row_t. */
apr_status_t gw_keys_list(apr_array_header_t **rows, gw_db_t *db,
                          const gw_key_filter_t *filter, apr_pool_t *pool);

/* Add a key and its secret, inside a transaction of the caller; *row's
 * public_id, team_id, name, spec, scope, created_ms and expires_ms are
 * written, row->id is set. */
apr_status_t gw_keys_add(gw_key_row_t *row, gw_db_t *db,
                         const unsigned char *hash);

/* Write name, spec and expires_ms of row->id; its version goes up by one. */
apr_status_t gw_keys_update(gw_key_row_t *row, gw_db_t *db);

/* Give a key a new secret, inside a transaction of the caller.  The one it
 * has is good until `until_ms`, an epoch time; one whose grace lasted still
 * is gone, so that there are two at most. */
apr_status_t gw_keys_rotate(gw_db_t *db, apr_int64_t id,
                            const unsigned char *hash, apr_int64_t until_ms);

/* Revoke.  APR_ENOENT: it is revoked already. */
apr_status_t gw_keys_revoke(gw_db_t *db, apr_int64_t id, apr_int64_t now_ms);

/* *live: is there an admin key that is neither revoked nor expired, in a
 * team that is not disabled? */
apr_status_t gw_keys_live_admins(apr_int64_t *live, gw_db_t *db,
                                 apr_int64_t now_ms);

/* *live: how many keys of a team are neither revoked nor expired? */
apr_status_t gw_keys_live_of_team(apr_int64_t *live, gw_db_t *db,
                                  apr_int64_t team_id, apr_int64_t now_ms);

#endif
