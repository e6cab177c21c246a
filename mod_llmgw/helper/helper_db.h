/* SPDX-License-Identifier: Apache-2.0 */
/* helper_db.h - the helper's care for the database's files. */
#ifndef GW_HELPER_DB_H
#define GW_HELPER_DB_H

#include "helper_state.h"

/* Open it, look for damage (first: at the start of httpd), and migrate it.
 * NULL, or what is wrong, until scratch is cleared: h->db is NULL then. */
const char *gw_helper_db_open(helper_t *h, int first);

/* Let go of the handle and of all that lives as long. */
void gw_helper_db_forget(helper_t *h);

/* The ledger can be written: say so if it could not before. */
void gw_helper_db_recovered(helper_t *h);

/* Is the database still what its path leads to?  Says so where it is not. */
void gw_helper_db_watch(helper_t *h);

/* Bring what is in the -wal into the main file, where that is due. */
void gw_helper_db_tidy(helper_t *h);

/* No child lives: bring all of it into the main file, and close it. */
void gw_helper_db_close(helper_t *h);

#endif
