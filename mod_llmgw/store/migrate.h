/* SPDX-License-Identifier: Apache-2.0 */
/* migrate.h - bring the schema up to date. */
#ifndef GW_MIGRATE_H
#define GW_MIGRATE_H

#include "db.h"

/* Bring the schema up to date, each migration in a transaction.
 * APR_EINCOMPLETE: the database was made by a newer program. */
apr_status_t gw_migrate(gw_db_t *db);

/* The version this program needs, and the one the database has. */
int gw_migrate_wanted(void);
apr_status_t gw_migrate_version(int *version, gw_db_t *db);

#endif
