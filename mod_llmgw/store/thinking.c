/* SPDX-License-Identifier: Apache-2.0 */
/* thinking.c - see thinking.h. */
#include "thinking.h"

#include "col.h"
#include "stmt.h"

apr_status_t gw_thinking_get(apr_array_header_t **rows, gw_db_t *db,
                             apr_pool_t *pool)
{
    apr_array_header_t *out = apr_array_make(pool, 32,
                                             sizeof(gw_thinking_row_t));
    gw_stmt_t *st = gw_stmt_prepare(db, sql_thinking_default_all);
    apr_status_t rv;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        gw_thinking_row_t *row = apr_array_push(out);

        row->pattern = gw_col_text(st, 0, pool);
        row->mode = gw_col_text(st, 1, pool);
    }
    if (rv != APR_ENOENT)
        return rv;
    *rows = out;
    return APR_SUCCESS;
}

apr_status_t gw_thinking_put(gw_db_t *db, const apr_array_header_t *rows)
{
    apr_status_t rv = gw_stmt_run(gw_stmt_prepare(
                                        db, sql_thinking_default_clear));
    int i;

    for (i = 0; i < rows->nelts && rv == APR_SUCCESS; i++) {
        const gw_thinking_row_t *row = &APR_ARRAY_IDX(rows, i,
                                                      gw_thinking_row_t);
        gw_stmt_t *st = gw_stmt_prepare(db, sql_thinking_default_insert);

        gw_stmt_bind_int(st, 1, i + 1);
        gw_stmt_bind_text(st, 2, row->pattern);
        gw_stmt_bind_text(st, 3, row->mode);
        rv = gw_stmt_run(st);
    }
    return rv;
}
