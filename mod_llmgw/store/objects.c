/* SPDX-License-Identifier: Apache-2.0 */
/* objects.c - see objects.h. */
#include "objects.h"

#include "col.h"
#include "stmt.h"

static const struct {
    gw_sql_t by_name, save, list;
} statements[] = {
    { sql_team_by_name, sql_team_save, sql_team_list },
    { sql_upstream_by_name, sql_upstream_save, sql_upstream_list },
    { sql_model_by_name, sql_model_save, sql_model_list }
};

static void read_row(gw_object_row_t *row, gw_stmt_t *st, apr_pool_t *pool)
{
    row->id = gw_col_int(st, 0);
    row->name = gw_col_text(st, 1, pool);
    row->spec = gw_col_text(st, 2, pool);
    row->version = gw_col_int(st, 3);
    row->created_ms = gw_col_int(st, 4);
    row->disabled_ms = gw_col_int_or(st, 5, 0);
}

apr_status_t gw_objects_get(gw_object_row_t *row, gw_db_t *db,
                            gw_object_kind_t kind, const char *name,
                            apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, statements[kind].by_name);
    apr_status_t rv;

    gw_stmt_bind_text(st, 1, name);
    rv = gw_stmt_row(st);
    if (rv != APR_SUCCESS)
        return rv;
    read_row(row, st, pool);
    return gw_stmt_end(st);
}

apr_status_t gw_objects_put(gw_object_row_t *row, gw_db_t *db,
                            gw_object_kind_t kind, apr_int64_t now_ms)
{
    gw_stmt_t *st = gw_stmt_prepare(db, statements[kind].save);
    apr_status_t rv;

    gw_stmt_bind_text(st, 1, row->name);
    gw_stmt_bind_text(st, 2, row->spec);
    gw_stmt_bind_int(st, 3, now_ms);
    gw_stmt_bind_int(st, 4, row->disabled_ms != 0);
    rv = gw_stmt_row(st);
    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_EGENERAL : rv;
    row->id = gw_col_int(st, 0);
    row->version = gw_col_int(st, 1);
    row->created_ms = gw_col_int(st, 2);
    row->disabled_ms = gw_col_int_or(st, 3, 0);
    return gw_stmt_run(st);     /* the write ends with its last row */
}

apr_status_t gw_objects_list(apr_array_header_t **rows, gw_db_t *db,
                             gw_object_kind_t kind, const char *after,
                             int limit, apr_pool_t *pool)
{
    apr_array_header_t *out = apr_array_make(pool, limit,
                                             sizeof(gw_object_row_t));
    gw_stmt_t *st = gw_stmt_prepare(db, statements[kind].list);
    apr_status_t rv;

    gw_stmt_bind_text(st, 1, after);
    gw_stmt_bind_int(st, 2, limit);
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS)
        read_row(apr_array_push(out), st, pool);
    if (rv != APR_ENOENT)
        return rv;
    *rows = out;
    return APR_SUCCESS;
}
