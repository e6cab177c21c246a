/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h - a ledger that is an array: what the database is to the helper.
 *
 * Rows that were added are there from rows_commit on, all at once; an id that
 * is there already is added no second time.  It is in memory that forked
 * processes share.  Who adds or commits holds drain_mutex or is alone.
 */
#ifndef GW_TEST_ROWS_H
#define GW_TEST_ROWS_H

#include "budgets.h"

#define ROWS 20000

typedef struct rows_t {
    unsigned n;                 /* committed */
    unsigned added;             /* and these, not yet */
    gw_row_t row[ROWS];
} rows_t;

/* An empty one. */
rows_t *rows_new(void);
void rows_clear(rows_t *rows);

void rows_begin(rows_t *rows);          /* forget what was not committed */
void rows_add(rows_t *rows, const gw_row_t *row);
void rows_commit(rows_t *rows);

/* The committed row of this id; NULL: there is none. */
const gw_row_t *rows_find(const rows_t *rows, apr_int64_t id);

/* What the committed rows of a key or team come to from a time on. */
gw_sum_t rows_sum(const rows_t *rows, gw_owner_kind_t kind, apr_int64_t id,
                  apr_time_t from);

/* The same, as gw_budgets_read wants it. */
gw_spent_t rows_spent(rows_t *rows);

#endif
