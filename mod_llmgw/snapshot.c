/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot.c - see snapshot.h. */
#include "snapshot.h"

#include <time.h>

#include "catalog_load.h"
#include "crypto.h"
#include "database.h"
#include "inherited.h"
#include "lock_order.h"
#include "pool.h"
#include "process.h"

#define RELOAD_WAIT_S 2

static struct {
    pthread_mutex_t lock;
    gw_snapshot_t *snapshot;    /* the current one; NULL: none yet */
} child = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* A credential that cannot be opened leaves an upstream without one: its
 * requests fail there with 401, which the log explains. */
static void unseal(gw_catalog_t *c)
{
    unsigned i, k;

    for (i = 0; i < c->upstream_count; i++) {
        gw_upstream_t *u = c->upstreams[i];

        u->secrets = apr_pcalloc(c->pool, (u->credentials + 1)
                                          * sizeof(*u->secrets));
        for (k = 0; k < u->credentials; k++) {
            if (gw_unseal(&u->secrets[k], gw_process.in->master,
                          u->sealed[k].bytes, u->sealed[k].length, u->name,
                          c->pool) != APR_SUCCESS)
                ap_log_error(APLOG_MARK, APLOG_ERR, 0, gw_process.server,
                             GW_TAG(0011) "a credential of upstream %s was "
                             "sealed with another secret: save it again",
                             u->name);
        }
        gw_needle(&u->needle, u->secrets[0]);
    }
}

static apr_uint64_t generation_now(void)
{
    return __atomic_load_n(&gw_process.seg->header->catalogue,
                           __ATOMIC_ACQUIRE);
}

/* The generation is read before the catalogue: what is written meanwhile may
 * be read with the number before it, and is read once more then, but nothing
 * bears the number of what it does not hold. */
static apr_status_t load_snapshot(gw_snapshot_t **out)
{
    apr_pool_t *pool = gw_pool_make("gw_snapshot");
    gw_snapshot_t *snapshot;
    gw_catalog_t *catalog;
    apr_uint64_t generation = 0;
    gw_db_t *db;
    apr_status_t rv;

    if (pool == NULL)
        return APR_ENOMEM;
    rv = gw_database_lock(&db, GW_DB_READ);
    if (rv == APR_SUCCESS) {
        generation = generation_now();
        rv = gw_catalog_load(&catalog, db, pool);
        gw_database_unlock(GW_DB_READ);
    }
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return rv;
    }
    catalog->generation = generation;
    catalog->pool = pool;
    unseal(catalog);
    snapshot = apr_palloc(pool, sizeof(*snapshot));
    snapshot->catalog = catalog;
    snapshot->refs = 1;         /* it is the current one */
    *out = snapshot;
    return APR_SUCCESS;
}

apr_status_t gw_snapshot_hold(gw_snapshot_t **out)
{
    struct timespec until;
    apr_status_t rv = APR_SUCCESS;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RELOAD_WAIT_S;
    gw_lock_taken(GW_LOCK_CATALOGUE);
    if (pthread_mutex_timedlock(&child.lock, &until) != 0) {
        gw_lock_left(GW_LOCK_CATALOGUE);
        return APR_TIMEUP;
    }
    if (child.snapshot == NULL
        || child.snapshot->catalog->generation != generation_now()) {
        gw_snapshot_t *fresh;

        rv = load_snapshot(&fresh);
        if (rv == APR_SUCCESS) {
            gw_snapshot_t *old = child.snapshot;

            child.snapshot = fresh;
            if (old != NULL)
                gw_snapshot_release(old);
        }
    }
    if (rv == APR_SUCCESS) {
        *out = child.snapshot;
        __atomic_add_fetch(&child.snapshot->refs, 1, __ATOMIC_RELAXED);
    }
    gw_unlock(&child.lock, GW_LOCK_CATALOGUE);
    return rv;
}

void gw_snapshot_release(gw_snapshot_t *snapshot)
{
    if (__atomic_sub_fetch(&snapshot->refs, 1, __ATOMIC_ACQ_REL) == 0)
        apr_pool_destroy(snapshot->catalog->pool);
}

void gw_snapshot_changed(void)
{
    __atomic_add_fetch(&gw_process.seg->header->catalogue, 1,
                       __ATOMIC_ACQ_REL);
}
