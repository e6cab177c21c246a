/* SPDX-License-Identifier: Apache-2.0 */
/* database.c - see database.h. */
#include "database.h"

#include "lock_order.h"
#include "pool.h"
#include "process.h"

static struct {
    pthread_mutex_t lock;
    gw_db_t *db;                /* NULL: not open */
    apr_pool_t *pool;           /* of db */
} child[GW_DB_OWN] = {          /* by gw_db_mode_t */
    [0 ... GW_DB_OWN - 1] = { .lock = PTHREAD_MUTEX_INITIALIZER }
};

static const gw_lock_t orders[GW_DB_OWN] = {
    [GW_DB_READ] = GW_LOCK_READ, [GW_DB_WRITE] = GW_LOCK_WRITE,
    [GW_DB_REPORT] = GW_LOCK_REPORT
};

static void close_database(gw_db_mode_t mode)
{
    apr_pool_destroy(child[mode].pool);
    child[mode].db = NULL;
}

static apr_status_t open_database(gw_db_mode_t mode)
{
    apr_status_t rv;

    child[mode].pool = gw_pool_make("gw_database");
    if (child[mode].pool == NULL)
        return APR_ENOMEM;
    rv = gw_db_open(&child[mode].db, GW_DB_INHERITED, mode, child[mode].pool);
    if (rv != APR_SUCCESS)
        close_database(mode);
    return rv;
}

apr_status_t gw_database_lock(gw_db_t **db, gw_db_mode_t mode)
{
    apr_status_t rv = APR_SUCCESS;

    if (!__atomic_load_n(&gw_process.seg->header->database_ready,
                         __ATOMIC_ACQUIRE))
        return APR_EBUSY;
    gw_lock(&child[mode].lock, orders[mode]);
    if (child[mode].db == NULL) {
        rv = open_database(mode);
        if (rv != APR_SUCCESS) {
            gw_unlock(&child[mode].lock, orders[mode]);
            return rv;
        }
    }
    *db = child[mode].db;
    return APR_SUCCESS;
}

/* A handle that can only read keeps the others of this process from writing,
 * also when the file has long been mended: it is not kept. */
void gw_database_unlock(gw_db_mode_t mode)
{
    if (gw_db_readonly(child[mode].db))
        close_database(mode);
    gw_unlock(&child[mode].lock, orders[mode]);
}
