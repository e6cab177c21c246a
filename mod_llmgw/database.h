/* SPDX-License-Identifier: Apache-2.0 */
/* database.h - the database handles of one child, and their locks. */
#ifndef GW_DATABASE_H
#define GW_DATABASE_H

#include "db.h"

/* Any thread of a child.  The lock is one of lock_order.h, of the child alone:
 * nothing that waits for a client or an upstream may hold it. */

/* The database of this child, locked for the calling thread.  GW_DB_READ,
 * GW_DB_WRITE or GW_DB_REPORT, each with a handle of its own: what a report
 * takes, requests do not wait for.  Any error: it cannot be used now (503). */
apr_status_t gw_database_lock(gw_db_t **db, gw_db_mode_t mode);
void gw_database_unlock(gw_db_mode_t mode);

#endif
