/* SPDX-License-Identifier: Apache-2.0 */
/* db_files.h - a database that is known by descriptors, not by a path. */
#ifndef GW_DB_FILES_H
#define GW_DB_FILES_H

#include "db.h"

/* From now on gw_db_open(GW_DB_INHERITED) opens the database behind these
 * descriptors of the main file, its -wal and its -shm, whatever their paths
 * hold now and whether or not this process may open those.  They have to stay
 * open.  Once per process, after the fork, before its first handle; other
 * names are opened as ever.  APR_ENOTIMPL: this SQLite cannot. */
apr_status_t gw_db_files_inherit(int db, int wal, int shm);

#endif
