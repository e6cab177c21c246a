/* SPDX-License-Identifier: Apache-2.0 */
/* migrate.c - bring the schema up to date.  Only the helper process does;
 * PRAGMA user_version holds the number of the last migration. */
#include "migrate.h"

#include <apr_strings.h>

#include "db_private.h"

int gw_migrate_wanted(void)
{
    return GW_SQL_MIGRATIONS;
}

apr_status_t gw_migrate_version(int *version, gw_db_t *db)
{
    sqlite3_stmt *st;
    apr_status_t rv = APR_EGENERAL;

    if (sqlite3_prepare_v2(db->handle, "PRAGMA user_version", -1, &st,
                           NULL) != SQLITE_OK)
        return rv;
    if (sqlite3_step(st) == SQLITE_ROW) {
        *version = sqlite3_column_int(st, 0);
        rv = APR_SUCCESS;
    }
    sqlite3_finalize(st);
    return rv;
}

static apr_status_t migrate_to(gw_db_t *db, int version)
{
    char pragma[40];
    apr_status_t rv = gw_db_begin(db);

    if (rv != APR_SUCCESS)
        return rv;
    apr_snprintf(pragma, sizeof(pragma), "PRAGMA user_version=%d", version);
    if (sqlite3_exec(db->handle, gw_sql_migrations[version - 1], NULL,
                     NULL, NULL) != SQLITE_OK
        || sqlite3_exec(db->handle, pragma, NULL, NULL, NULL)
           != SQLITE_OK) {
        gw_db_rollback(db);
        return APR_EGENERAL;
    }
    return gw_db_commit(db);
}

apr_status_t gw_migrate(gw_db_t *db)
{
    int version = 0;
    apr_status_t rv = gw_migrate_version(&version, db);

    if (rv == APR_SUCCESS && version > gw_migrate_wanted())
        return APR_EINCOMPLETE;
    while (rv == APR_SUCCESS && version < gw_migrate_wanted())
        rv = migrate_to(db, ++version);
    return rv;
}
