/* SPDX-License-Identifier: Apache-2.0 */
/* widening_rows.c - see widening_rows.h. */
#include "widening_rows.h"

#include "col.h"
#include "stmt.h"

apr_status_t gw_widening_rows_clear(gw_db_t *db, apr_int64_t model_id)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_widening_clear);

    gw_stmt_bind_int(st, 1, model_id);
    return gw_stmt_run(st);
}

apr_status_t gw_widening_rows_add(gw_db_t *db, const gw_widening_t *w)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_widening_add);

    gw_stmt_bind_int(st, 1, w->key_id);
    gw_stmt_bind_int(st, 2, w->model_id);
    gw_stmt_bind_int(st, 3, w->team_id);
    gw_stmt_bind_int(st, 4, w->seen);
    gw_stmt_bind_int(st, 5, w->prompt);
    gw_stmt_bind_int(st, 6, w->output);
    return gw_stmt_run(st);
}

apr_status_t gw_widening_rows_load(gw_db_t *db, gw_widening_fn *each,
                                   void *data)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_widening_all);
    gw_widening_t w;
    apr_status_t rv;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        w.key_id = gw_col_int(st, 0);
        w.model_id = gw_col_int(st, 1);
        w.team_id = gw_col_int(st, 2);
        w.seen = gw_col_int(st, 3);
        w.prompt = (int)gw_col_int(st, 4);
        w.output = (int)gw_col_int(st, 5);
        each(data, &w);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}
