/* SPDX-License-Identifier: Apache-2.0 */
/* refusal_rows.c - see refusal_rows.h. */
#include "refusal_rows.h"

#include "col.h"
#include "stmt.h"

apr_status_t gw_refusal_rows_add(gw_db_t *db, int day, apr_int64_t key_id,
                                 const char *code, apr_int64_t count)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_refusal_add);

    gw_stmt_bind_int(st, 1, day);
    gw_stmt_bind_int(st, 2, key_id);
    gw_stmt_bind_text(st, 3, code);
    gw_stmt_bind_int(st, 4, count);
    return gw_stmt_run(st);
}

apr_status_t gw_refusal_rows_list(gw_db_t *db, apr_int64_t key_id,
                                  apr_int64_t team_id, apr_int64_t from,
                                  apr_int64_t to, gw_refused_fn *each,
                                  void *data, apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, key_id ? sql_refusal_of_key
                                                : sql_refusal_of_days);
    gw_refused_t refused;
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, from);
    gw_stmt_bind_int(st, 2, to);
    gw_stmt_bind_int(st, 3, team_id);
    gw_stmt_bind_int(st, 4, GW_REFUSED_MOST);
    if (key_id != 0)
        gw_stmt_bind_int(st, 5, key_id);
    refused.pool = pool;
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        refused.day = gw_col_int(st, 0);
        refused.key = gw_col_text(st, 1, pool);
        refused.code = gw_col_text(st, 2, pool);
        refused.count = gw_col_int(st, 3);
        each(data, &refused);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}
