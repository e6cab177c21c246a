/* SPDX-License-Identifier: Apache-2.0 */
/* policies.c - see policies.h. */
#include "policies.h"

#include <apr_hash.h>
#include <apr_strings.h>

#include "database.h"
#include "keys.h"
#include "lock_order.h"
#include "pool.h"
#include "spec.h"

#define POLICIES 8192           /* cached ones; above it the cache is emptied */

static struct {
    pthread_mutex_t lock;
    apr_hash_t *policies;       /* by key id; NULL: empty */
    apr_pool_t *pool;           /* of the table */
} child = { .lock = PTHREAD_MUTEX_INITIALIZER };

void gw_policies_release(gw_policies_t *policies)
{
    if (__atomic_sub_fetch(&policies->refs, 1, __ATOMIC_ACQ_REL) == 0)
        apr_pool_destroy(policies->pool);
}

/* Ids are told apart by their low bits; APR's own takes longer. */
static unsigned hash_of(const char *key, apr_ssize_t *length)
{
    apr_int64_t id;

    memcpy(&id, key, sizeof(id));
    return (unsigned)id;
}

/* Lock held.  Let go of everything.  Without memory there is no cache. */
static void empty_cache(void)
{
    apr_hash_index_t *i;

    if (child.policies != NULL) {
        for (i = apr_hash_first(NULL, child.policies); i; i = apr_hash_next(i))
            gw_policies_release(apr_hash_this_val(i));
        apr_pool_destroy(child.pool);
    }
    child.pool = gw_pool_make("gw_policies");
    child.policies = child.pool != NULL
                   ? apr_hash_make_custom(child.pool, hash_of) : NULL;
}

/* The cache's hold on it is fresh->refs' already. */
static void cache_put(gw_policies_t *fresh)
{
    gw_policies_t *old;

    gw_lock(&child.lock, GW_LOCK_POLICIES);
    if (child.policies == NULL || apr_hash_count(child.policies) >= POLICIES)
        empty_cache();
    if (child.policies == NULL) {
        gw_unlock(&child.lock, GW_LOCK_POLICIES);
        gw_policies_release(fresh);
        return;
    }
    old = apr_hash_get(child.policies, &fresh->key_id, sizeof(fresh->key_id));
    if (old != NULL)        /* its key_id is the hash's key: remove it first */
        apr_hash_set(child.policies, &old->key_id, sizeof(old->key_id), NULL);
    apr_hash_set(child.policies, &fresh->key_id, sizeof(fresh->key_id), fresh);
    if (old != NULL)
        gw_policies_release(old);
    gw_unlock(&child.lock, GW_LOCK_POLICIES);
}

static apr_status_t read_row(gw_policies_t **policies,
                             const gw_key_row_t *row)
{
    apr_pool_t *pool = gw_pool_make("gw_policy");
    gw_policies_t *fresh;
    apr_status_t rv;

    if (pool == NULL)
        return APR_ENOMEM;
    fresh = apr_pcalloc(pool, sizeof(*fresh));
    fresh->pool = pool;
    fresh->key_id = row->id;
    fresh->key_version = row->version;
    fresh->team_version = row->team_version;
    fresh->key_name = apr_pstrdup(pool, row->name);
    fresh->team_name = apr_pstrdup(pool, row->team);
    fresh->refs = 2;            /* the cache's and the caller's */
    rv = gw_spec_policy(&fresh->key, row->spec, pool);
    if (rv == APR_SUCCESS)
        rv = gw_spec_policy(&fresh->team, row->team_spec, pool);
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return rv;
    }
    cache_put(fresh);
    *policies = fresh;
    return APR_SUCCESS;
}

static gw_policies_t *cached(apr_int64_t key_id, apr_int64_t key_version,
                             apr_int64_t team_version)
{
    gw_policies_t *p = NULL;

    gw_lock(&child.lock, GW_LOCK_POLICIES);
    if (child.policies != NULL)
        p = apr_hash_get(child.policies, &key_id, sizeof(key_id));
    if (p != NULL && p->key_version == key_version
        && p->team_version == team_version)
        __atomic_add_fetch(&p->refs, 1, __ATOMIC_RELAXED);
    else
        p = NULL;
    gw_unlock(&child.lock, GW_LOCK_POLICIES);
    return p;
}

apr_status_t gw_policies_hold(gw_policies_t **policies, apr_int64_t key_id,
                              apr_int64_t key_version,
                              apr_int64_t team_version)
{
    gw_key_row_t row;
    apr_pool_t *pool;
    gw_db_t *db;
    apr_status_t rv;

    *policies = cached(key_id, key_version, team_version);
    if (*policies != NULL)
        return APR_SUCCESS;
    pool = gw_pool_make("gw_policy_read");
    if (pool == NULL)
        return APR_ENOMEM;
    rv = gw_database_lock(&db, GW_DB_READ);
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return rv;
    }
    rv = gw_keys_by_id(&row, db, key_id, pool);
    gw_database_unlock(GW_DB_READ);
    if (rv == APR_SUCCESS)
        rv = read_row(policies, &row);
    apr_pool_destroy(pool);
    return rv;
}
