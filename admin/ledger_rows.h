/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_rows.h - rows of the ledger, as /v1/receipts and the admin API's
 * /requests and /adjustments show them. */
#ifndef GW_LEDGER_ROWS_H
#define GW_LEDGER_ROWS_H

#include "query.h"
#include "receipt.h"
#include "rows.h"

/* "settled", ... as in ?state=; the index is gw_state_t - 1. */
extern const char *const gw_admin_states[];

/* ?after= of a list of rows.  0: refused. */
int gw_admin_rows_after(gw_admin_t *a, const gw_param_value_t *after,
                        gw_row_filter_t *filter);

/* What the caller of a row may see of it. */
json_object *gw_admin_row_json(const gw_receipt_t *receipt,
                               const char *object);

/* A page of rows as a list.  NULL: a->problem says why. */
json_object *gw_admin_rows_json(gw_admin_t *a, const gw_row_page_t *page,
                                json_object *(*show)(const gw_admin_t *,
                                                     const gw_receipt_t *));

/* A row of the ledger; or, between admission and commit, that of the cell, as
 * an open one.  APR_ENOENT: there is none. */
apr_status_t gw_admin_row_find(gw_receipt_t *receipt, gw_admin_t *a,
                               apr_int64_t id);

#endif
