/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h - rows of the ledger that pass a filter, page by page. */
#ifndef GW_ROWS_H
#define GW_ROWS_H

#include <apr_tables.h>

#include "db.h"
#include "money.h"
#include "names.h"

typedef struct gw_row_filter_t {
    apr_int64_t key_id, team_id, model_id, upstream_id, currency_id;
    int kind, state, source;
    apr_int64_t from, before;   /* ids: from <= id < before */
    const gw_sum_t *least;      /* this amount or more; NULL: any */
} gw_row_filter_t;

void gw_rows_filter_init(gw_row_filter_t *filter);

typedef struct gw_row_page_t {
    apr_array_header_t *ids;    /* apr_int64_t, newest first */
    apr_int64_t next;           /* read on before this one; 0: that was all */
} gw_row_page_t;

#define GW_PAGE_WORK 20000      /* rows that are looked at for one page */

/* The newest rows that pass the filter, at most `limit`.  A page looks at
 * GW_PAGE_WORK rows: where few of them pass it is short, or even empty, and
 * page->next says where to read on.  Rows of a key are found by the index,
 * those of a team by the keys that its rollups name hour by hour, all others
 * by going through the ledger. */
apr_status_t gw_rows_page(gw_row_page_t *page, gw_db_t *db,
                          const gw_row_filter_t *filter, int limit,
                          apr_pool_t *pool);

#endif
