/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_store.h - the catalogue in the database: load it, write to it. */
#ifndef GW_CATALOG_STORE_H
#define GW_CATALOG_STORE_H

#include "catalog.h"
#include "db.h"

/* Build a snapshot in a new child pool of parent, from one read transaction.
 * Credentials stay sealed.  APR_EINVAL: a spec cannot be read. */
apr_status_t gw_catalog_load(gw_catalog_t **catalog, gw_db_t *db,
                             apr_pool_t *parent);

/* One price with its tiers, for recovery and checks. */
apr_status_t gw_price_load(gw_price_t *price, int *free_, gw_db_t *db,
                           apr_int64_t id, apr_pool_t *pool);

/* Replace an upstream's credentials; inside a transaction of the caller. */
apr_status_t gw_credentials_put(gw_db_t *db, apr_int64_t upstream_id,
                                const gw_sealed_t *sealed, unsigned count,
                                apr_int64_t now_ms);
/* How many credentials an upstream has. */
apr_status_t gw_credentials_count(unsigned *count, gw_db_t *db,
                                  apr_int64_t upstream_id);
/* Make sure that the route has an id. */
apr_status_t gw_route_put(gw_db_t *db, apr_int64_t model_id,
                          apr_int64_t upstream_id, const char *name);
/* Whose alias is this?  APR_ENOENT: nobody's. */
apr_status_t gw_alias_owner(apr_int64_t *model_id, gw_db_t *db,
                            const char *name);
/* Replace a model's aliases; NULL: it has none.  APR_EEXIST: *taken belongs
 * to another model, is a model's name, or is there twice. */
apr_status_t gw_aliases_put(const char **taken, gw_db_t *db,
                            apr_int64_t model_id, const char **aliases);

/* A version of a model's price. */
typedef struct gw_price_row_t {
    apr_int64_t id, from_ms, created_ms;
    const char *currency, *tiers;       /* tiers: JSON */
    int free;
} gw_price_row_t;

/* All versions, oldest first: an array of gw_price_row_t. */
apr_status_t gw_prices_get(apr_array_header_t **rows, gw_db_t *db,
                           apr_int64_t model_id, apr_pool_t *pool);
/* Add a version, unless the one in force at row->from_ms costs the same,
 * however it is written.  *added: was one added?  APR_EINVAL: the tiers of
 * one of them cannot be read. */
apr_status_t gw_price_put(int *added, gw_db_t *db, apr_int64_t model_id,
                          const gw_price_row_t *row, apr_pool_t *pool);

/* The index in rows of the version in force at now_ms; -1: none yet. */
int gw_price_in_force(const apr_array_header_t *rows, apr_int64_t now_ms);

/* How a thinking switch is spelled: the first pattern that matches. */
typedef struct gw_thinking_row_t {
    const char *pattern, *mode;
} gw_thinking_row_t;

/* All, in order: an array of gw_thinking_row_t. */
apr_status_t gw_thinking_get(apr_array_header_t **rows, gw_db_t *db,
                             apr_pool_t *pool);
/* Replace all; inside a transaction of the caller. */
apr_status_t gw_thinking_put(gw_db_t *db, const apr_array_header_t *rows);

#endif
