/* SPDX-License-Identifier: Apache-2.0 */
/* test_snapshot.c - how often a child loads the catalogue: once for each time
 * that it was written, however its threads meet. */
#include "glue.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "catalog_load.h"
#include "database.h"
#include "pool.h"
#include "snapshot.h"

#include "tap.h"

static unsigned loads;
static int written_while_loading;       /* by another process */
static int overtaken;                   /* ... and another thread loads it */

apr_pool_t *gw_pool_make(const char *tag)
{
    apr_pool_t *pool;

    return apr_pool_create(&pool, tap_pool()) == APR_SUCCESS ? pool : NULL;
}

apr_status_t gw_database_lock(gw_db_t **db, gw_db_mode_t mode)
{
    *db = NULL;
    return APR_SUCCESS;
}

void gw_database_unlock(gw_db_mode_t mode)
{
}

apr_status_t gw_catalog_load(gw_catalog_t **catalog, gw_db_t *db,
                             apr_pool_t *parent)
{
    loads++;
    *catalog = apr_pcalloc(parent, sizeof(**catalog));
    if (written_while_loading)
        gw_snapshot_changed();
    written_while_loading = 0;
    return APR_SUCCESS;
}

static void hold(void)
{
    gw_snapshot_t *snapshot;

    ok(gw_snapshot_hold(&snapshot) == APR_SUCCESS, "it is held");
    gw_snapshot_release(snapshot);
}

/* gw_snapshot_hold() asks for the time just before it waits for its lock. */
int clock_gettime(clockid_t clock, struct timespec *out)
{
    if (clock == CLOCK_REALTIME && overtaken) {
        overtaken = 0;
        gw_snapshot_changed();
        hold();
    }
    return (int)syscall(SYS_clock_gettime, clock, out);
}

static void test_loads(void)
{
    loads = 0;
    hold();
    hold();
    is_int(loads, 1, "the first one loads it");
    gw_snapshot_changed();
    gw_snapshot_changed();
    hold();
    hold();
    is_int(loads, 2, "it was written, twice before anybody asked");
}

static void test_overtaken(void)
{
    loads = 0;
    overtaken = 1;
    hold();
    is_int(loads, 1, "another thread loads it, this one has waited");
    hold();
    is_int(loads, 1, "and its number is not that of before");
}

static void test_written_while_loading(void)
{
    gw_snapshot_t *before;

    gw_snapshot_changed();
    loads = 0;
    written_while_loading = 1;
    ok(gw_snapshot_hold(&before) == APR_SUCCESS, "it is held");
    hold();
    is_int(loads, 2, "what may lack a write is not kept");
    hold();
    is_int(loads, 2, "what has it is");
    is_int(before->refs, 1, "who holds the old one keeps it");
    gw_snapshot_release(before);
}

int main(void)
{
    glue_call();                        /* for its segment */
    test_loads();
    test_overtaken();
    test_written_while_loading();
    return tap_end();
}
