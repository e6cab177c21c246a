/* SPDX-License-Identifier: Apache-2.0 */
/* db.h - one SQLite handle and its prepared statements.
 *
 * A handle belongs to one process (it must not cross a fork) and is used by
 * one thread at a time; whoever shares it brings a mutex.  Every statement
 * is one of sql/; values are bound, never pasted.
 *
 * Errors, everywhere in store/:  APR_EBUSY: locked by somebody else, try
 * later.  APR_EEXIST: a constraint.  APR_ENOENT: no such row.  APR_ENOSPC:
 * disk full.  APR_EGENERAL: anything else; gw_db_error tells.
 */
#ifndef GW_DB_H
#define GW_DB_H

#include "gw.h"

#ifndef APR_EBUSY
#define APR_EBUSY EBUSY
#endif

typedef struct gw_db_t gw_db_t;
typedef struct gw_stmt_t gw_stmt_t;     /* stmt.h, col.h */

typedef enum {
    GW_DB_READ,     /* children: reads only, does not wait for writers */
    GW_DB_WRITE,    /* admin: waits up to 5 s for another writer */
    GW_DB_REPORT,   /* admin: reads that take their time */
    GW_DB_OWN,      /* helper: WAL, synchronous=FULL */
    GW_DB_CREATE    /* the same, and makes the file where there is none */
} gw_db_mode_t;

/* The name of a database that this process knows by descriptors only. */
#define GW_DB_INHERITED "/llmgw.db"

/* Open path.  Lives as long as pool.  A database by that name keeps its -wal
 * file, emptied or not, when its last handle goes.  A file that cannot be
 * opened, or be written where the mode writes: APR_EGENERAL.  The parent opens
 * none: helper and children do, after the fork. */
apr_status_t gw_db_open(gw_db_t **db, const char *path, gw_db_mode_t mode,
                        apr_pool_t *pool);

/* A write transaction, which no other process can have meanwhile (BEGIN
 * IMMEDIATE): the helper's rows (2 s) and an administrator's write (5 s) wait
 * for each other here, then APR_EBUSY.  In WAL mode readers wait for no
 * writer: they see what was committed when they began. */
apr_status_t gw_db_begin(gw_db_t *db);

/* After it the rows are on disk: handles that write have synchronous=FULL.
 * Any error: nothing was written, it is rolled back. */
apr_status_t gw_db_commit(gw_db_t *db);
void gw_db_rollback(gw_db_t *db);

/* A read transaction: several statements see one state.  While it lasts the
 * -wal file cannot be emptied, so it should be short; gw_db_rollback() ends
 * it. */
apr_status_t gw_db_begin_read(gw_db_t *db);

/* Rows that the last write changed; and SQLite's words for the last error,
 * until the next call with this handle. */
int gw_db_changes(gw_db_t *db);
const char *gw_db_error(gw_db_t *db);

/* Bring everything from the -wal file into the main one and empty it, so
 * that a copy of that file is the database.  APR_EBUSY: somebody still reads
 * or writes; what could be brought has been.  wait: for that, as the handle
 * waits for locks; without, nobody is kept from writing, and the file is not
 * emptied. */
apr_status_t gw_db_checkpoint(gw_db_t *db, int wait);

/* Look for damage: PRAGMA quick_check, for ms milliseconds at most.  NULL:
 * none was found; *whole tells whether all was looked at.  Else the first
 * finding. */
const char *gw_db_damage(gw_db_t *db, int ms, int *whole, apr_pool_t *pool);

/* The file could be opened for reading only. */
int gw_db_readonly(gw_db_t *db);

#endif
