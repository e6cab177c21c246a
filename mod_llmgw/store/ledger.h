/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.h - rows into the ledger; receipt.h and rows.h have them out of it. */
#ifndef GW_LEDGER_H
#define GW_LEDGER_H

#include "db.h"
#include "row.h"

/* Begin a transaction and write rows and all sums over them; the caller
 * commits.  A row that is there already (its process died between commit and
 * release) changes nothing.  Where it fails it is rolled back.  scratch is
 * cleared by the caller. */
apr_status_t gw_ledger_write(gw_db_t *db, const gw_row_t *const *rows,
                             unsigned count, apr_pool_t *scratch);

/* The same inside a transaction of the caller. */
apr_status_t gw_ledger_add(gw_db_t *db, const gw_row_t *const *rows,
                           unsigned count, apr_pool_t *scratch);

/* What the rows of a key or team come to in a currency from a time on, which
 * is a multiple of 15 minutes.  APR_ERANGE: no sum holds it. */
apr_status_t gw_ledger_spent(gw_sum_t *spent, gw_db_t *db, int team,
                             apr_int64_t id, const char *currency,
                             apr_time_t from);

/* How long a receipt is found by its answer's own id; gw_ledger_write forgets
 * those that are older than this before the rows it writes. */
#define GW_ANSWER_US APR_INT64_C(86400000000)

/* What an adjustment has besides its row. */
typedef struct gw_adjustment_t {
    apr_int64_t actor_id;       /* the admin key's */
    apr_int64_t corrects;       /* the row it is about; 0: none */
    apr_int64_t micro;          /* of its amount: gw_row_sum */
    const char *reason;
    const char *reference;      /* the caller's own id of it, or NULL */
} gw_adjustment_t;

/* Add an adjustment: row->kind is GW_KIND_ADJUSTMENT.  Inside a transaction
 * of the caller.  APR_EEXIST: its reference was used before, or a sum that it
 * goes into would pass what 64 bits of micro-units hold. */
apr_status_t gw_ledger_adjust(gw_db_t *db, const gw_row_t *row,
                              const gw_adjustment_t *adjustment,
                              apr_pool_t *scratch);

/* The largest id in the ledger; 0: it is empty. */
apr_status_t gw_ledger_last_id(apr_int64_t *id, gw_db_t *db);

#endif
