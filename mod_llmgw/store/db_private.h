/* SPDX-License-Identifier: Apache-2.0 */
/* db_private.h - what db.c, stmt.c, col.c, migrate.c and db_files.c share:
 * the only files that know SQLite. */
#ifndef GW_DB_PRIVATE_H
#define GW_DB_PRIVATE_H

#include <sqlite3.h>

#include "gw.h"
#include "sql.h"

struct gw_db_t;

struct gw_stmt_t {
    struct gw_db_t *db;
    sqlite3_stmt *st;           /* NULL: not prepared yet, or it cannot be */
    apr_status_t error;         /* the first since it was prepared or reset:
                                 * of preparing, binding or reading */
};

struct gw_db_t {
    sqlite3 *handle;
    struct gw_stmt_t statement[GW_SQL_STATEMENTS];
};

/* What a result code of SQLite means here (db.h lists the errors). */
apr_status_t gw_db_status(int rc);

/* In a test build: is the database said to be out of reach? */
int gw_db_out_of_reach(void);

#endif
