/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_load.h - the catalogue out of the database. */
#ifndef GW_CATALOG_LOAD_H
#define GW_CATALOG_LOAD_H

#include "catalog.h"
#include "db.h"

/* Build a snapshot in a new child pool of parent, from one read transaction.
 * Credentials stay sealed.  GW_SPEC_UNREADABLE: one of the specs (spec.h). */
apr_status_t gw_catalog_load(gw_catalog_t **catalog, gw_db_t *db,
                             apr_pool_t *parent);

/* One price with its tiers, for recovery and checks.  APR_ENOENT: there is
 * none; GW_SPEC_UNREADABLE: its tiers. */
apr_status_t gw_catalog_load_price(gw_price_t *price, int *is_free,
                                   gw_db_t *db, apr_int64_t id,
                                   apr_pool_t *pool);

#endif
