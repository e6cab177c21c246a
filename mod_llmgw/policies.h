/* SPDX-License-Identifier: Apache-2.0 */
/* policies.h - what keys and their teams may do, as one child keeps it. */
#ifndef GW_POLICIES_H
#define GW_POLICIES_H

#include "policy.h"

/* What a key and its team may do, cached by the versions of their rows. */
typedef struct gw_policies_t {
    apr_int64_t key_id, key_version, team_version;
    gw_policy_t key, team;
    const char *key_name, *team_name;
    apr_pool_t *pool;
    apr_uint32_t refs;
} gw_policies_t;

/* Any thread of a child.  The cache has a lock of its own, which is never held
 * while the database is read.  Policies that are held do not change. */

/* Policies of a key at these versions, held for the caller, from the cache
 * or from the database.  APR_ENOENT: there is no such key.
 * GW_SPEC_UNREADABLE (store/spec.h): what is stored of it.  Else: the database
 * cannot be used now. */
apr_status_t gw_policies_hold(gw_policies_t **policies, apr_int64_t key_id,
                              apr_int64_t key_version,
                              apr_int64_t team_version);
void gw_policies_release(gw_policies_t *policies);

#endif
