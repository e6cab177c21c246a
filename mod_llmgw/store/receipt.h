/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.h - one row of the ledger with the names of all that it refers to. */
#ifndef GW_RECEIPT_H
#define GW_RECEIPT_H

#include <apr_tables.h>

#include "db.h"
#include "row.h"

/* A row with the names of what it refers to; NULL where it has none. */
typedef struct gw_receipt_t {
    gw_row_t row;               /* failed_count 0: see gw_receipt_attempts */
    const char *key, *team, *model, *upstream, *route, *currency;
    const char *upstream_request;
    /* of an adjustment */
    const char *reason, *reference; /* reference: NULL if it has none */
    apr_int64_t corrects;       /* the id of the request meant; 0: none */
    apr_int64_t micro;          /* of its amount: gw_row_sum */
} gw_receipt_t;

/* APR_ENOENT: no such row. */
apr_status_t gw_receipt_get(gw_receipt_t *receipt, gw_db_t *db,
                            apr_int64_t id, apr_pool_t *pool);

/* Look up the names for a row that is not yet in the ledger. */
apr_status_t gw_receipt_names(gw_receipt_t *receipt, gw_db_t *db,
                              apr_pool_t *pool);

/* An attempt that failed, with its upstream's name. */
typedef struct gw_receipt_attempt_t {
    gw_attempt_t attempt;
    const char *upstream;
} gw_receipt_attempt_t;

/* All of a row, in order: an array of gw_receipt_attempt_t. */
apr_status_t gw_receipt_attempts(apr_array_header_t **attempts, gw_db_t *db,
                                 apr_int64_t id, apr_pool_t *pool);

/* The newest row of this key whose answer had an id of this hash, after the
 * row `since`.  APR_ENOENT: there is none. */
apr_status_t gw_receipt_by_answer(apr_int64_t *id, gw_db_t *db,
                                  apr_uint64_t hash, apr_int64_t key_id,
                                  apr_int64_t since);

/* The row of an adjustment by its reference.  APR_ENOENT: there is none. */
apr_status_t gw_receipt_by_reference(apr_int64_t *id, gw_db_t *db,
                                     const char *reference);

#endif
