/* SPDX-License-Identifier: Apache-2.0 */
/* price.h - the dated versions of a model's price. */
#ifndef GW_PRICE_H
#define GW_PRICE_H

#include <apr_tables.h>

#include "db.h"

/* A version of a model's price. */
typedef struct gw_price_row_t {
    apr_int64_t id, from_ms, created_ms;
    const char *currency, *tiers;       /* tiers: JSON */
    int free;
} gw_price_row_t;

/* All versions, oldest first: an array of gw_price_row_t. */
apr_status_t gw_price_list(apr_array_header_t **rows, gw_db_t *db,
                           apr_int64_t model_id, apr_pool_t *pool);
/* Add a version, unless the one in force at row->from_ms costs the same,
 * however it is written.  *added: was one added?  GW_SPEC_UNREADABLE: the
 * tiers of one of them (spec.h). */
apr_status_t gw_price_put(int *added, gw_db_t *db, apr_int64_t model_id,
                          const gw_price_row_t *row, apr_pool_t *pool);

/* The index in rows of the version in force at now_ms; -1: none yet. */
int gw_price_in_force(const apr_array_header_t *rows, apr_int64_t now_ms);

#endif
