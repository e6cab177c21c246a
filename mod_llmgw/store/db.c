/* SPDX-License-Identifier: Apache-2.0 */
/* db.c - see db.h. */
#include "db.h"

#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>

#include "db_private.h"

apr_status_t gw_db_status(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
        return APR_SUCCESS;
    case SQLITE_DONE:
        return APR_ENOENT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return APR_EBUSY;
    case SQLITE_CONSTRAINT:
        return APR_EEXIST;
    case SQLITE_FULL:
        return APR_ENOSPC;
    default:
        return APR_EGENERAL;
    }
}

/* In a test build: while the file that LLMGW_NO_DATABASE names is there,
 * nothing can be read or written. */
int gw_db_out_of_reach(void)
{
#ifdef GW_CRASH_POINTS
    const char *path = getenv("LLMGW_NO_DATABASE");

    return path != NULL && access(path, F_OK) == 0;
#else
    return 0;
#endif
}

static apr_status_t close_db(void *data)
{
    gw_db_t *db = data;
    unsigned i;

    for (i = 0; i < GW_COUNT(db->statement); i++)
        sqlite3_finalize(db->statement[i].st);
    sqlite3_close_v2(db->handle);
    return APR_SUCCESS;
}

/* Settings of a handle; those of the file (WAL) are made by its owner. */
static int set_up(sqlite3 *handle, gw_db_mode_t mode)
{
    static const char *const pragmas[] = {
        "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF",
        "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
            "PRAGMA synchronous=FULL",
        "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF",
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
            "PRAGMA wal_autocheckpoint=2000"
    };
    /* a writer never makes a reader wait in WAL mode, but the last handle
     * that closes and the first one after a crash do, for moments */
    static const int wait_ms[] = { 500, 5000, 500, 2000 };

    sqlite3_busy_timeout(handle, wait_ms[mode]);
    return sqlite3_exec(handle, pragmas[mode], NULL, NULL, NULL);
}

static int is_wal(void *wal, int n, char **value, char **name)
{
    *(int *)wal = strcmp(value[0], "wal") == 0;
    return 0;
}

/* An inherited one has no place for a journal: a new file, and a copy that is
 * not yet in WAL mode, get there without.  It keeps its -wal, which others
 * have open, too. */
static int set_up_inherited(sqlite3 *handle)
{
    int keep = 1, wal = 0;
    int rc = sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL,
                                  &keep);

    if (rc == SQLITE_OK)
        rc = sqlite3_exec(handle, "PRAGMA journal_mode", is_wal, &wal, NULL);
    if (rc == SQLITE_OK && !wal)
        rc = sqlite3_exec(handle, "PRAGMA journal_mode=MEMORY", NULL, NULL,
                          NULL);
    return rc;
}

apr_status_t gw_db_open(gw_db_t **out, const char *path, gw_db_mode_t mode,
                        apr_pool_t *pool)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
                | (mode == GW_DB_CREATE ? SQLITE_OPEN_CREATE : 0);
    gw_db_t *db = apr_pcalloc(pool, sizeof(*db));
    int rc = sqlite3_open_v2(path, &db->handle, flags, NULL);

    /* SQLite is content with a file that it can only read, and stays so when
     * that has long been mended */
    if (rc == SQLITE_OK && mode != GW_DB_READ && mode != GW_DB_REPORT
        && gw_db_readonly(db))
        rc = SQLITE_READONLY;
    if (rc == SQLITE_OK && strcmp(path, GW_DB_INHERITED) == 0)
        rc = set_up_inherited(db->handle);
    if (rc == SQLITE_OK)
        rc = set_up(db->handle, mode == GW_DB_CREATE ? GW_DB_OWN : mode);
    if (rc != SQLITE_OK) {
        sqlite3_close_v2(db->handle);
        return gw_db_status(rc);
    }
    apr_pool_cleanup_register(pool, db, close_db, apr_pool_cleanup_null);
    *out = db;
    return APR_SUCCESS;
}

static apr_status_t execute(gw_db_t *db, const char *sql)
{
    if (gw_db_out_of_reach())
        return APR_EBUSY;
    return gw_db_status(sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

apr_status_t gw_db_begin(gw_db_t *db)
{
    return execute(db, "BEGIN IMMEDIATE");
}

apr_status_t gw_db_begin_read(gw_db_t *db)
{
    return execute(db, "BEGIN DEFERRED");
}

apr_status_t gw_db_commit(gw_db_t *db)
{
    apr_status_t rv = execute(db, "COMMIT");

    if (rv != APR_SUCCESS)
        gw_db_rollback(db);
    return rv;
}

void gw_db_rollback(gw_db_t *db)
{
    if (!sqlite3_get_autocommit(db->handle))
        execute(db, "ROLLBACK");
}

int gw_db_changes(gw_db_t *db)
{
    return sqlite3_changes(db->handle);
}

const char *gw_db_error(gw_db_t *db)
{
    return sqlite3_errmsg(db->handle);
}

apr_status_t gw_db_checkpoint(gw_db_t *db, int wait)
{
    int left = 0, done = 0;
    int rc = sqlite3_wal_checkpoint_v2(db->handle, "main",
                                       wait ? SQLITE_CHECKPOINT_TRUNCATE
                                            : SQLITE_CHECKPOINT_PASSIVE,
                                       &left, &done);

    if (rc == SQLITE_OK && done < left)
        rc = SQLITE_BUSY;
    return gw_db_status(rc);
}

static int too_late(void *until)
{
    return apr_time_now() > *(const apr_time_t *)until;
}

const char *gw_db_damage(gw_db_t *db, int ms, int *whole, apr_pool_t *pool)
{
    apr_time_t until = apr_time_now() + (apr_time_t)ms * 1000;
    const char *found = NULL;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->handle, "PRAGMA quick_check(1)", -1, &st,
                                NULL);

    sqlite3_progress_handler(db->handle, 1000, too_late, &until);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        found = apr_pstrdup(pool, (const char *)sqlite3_column_text(st, 0));
    else if (rc != SQLITE_INTERRUPT && rc != SQLITE_NOMEM
             && gw_db_status(rc) != APR_EBUSY)
        found = apr_pstrdup(pool, sqlite3_errmsg(db->handle));
    *whole = rc == SQLITE_ROW;
    sqlite3_finalize(st);
    sqlite3_progress_handler(db->handle, 0, NULL, NULL);
    return found != NULL && strcmp(found, "ok") == 0 ? NULL : found;
}

int gw_db_readonly(gw_db_t *db)
{
    return sqlite3_db_readonly(db->handle, "main") != 0;
}
