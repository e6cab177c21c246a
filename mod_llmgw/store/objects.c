/* SPDX-License-Identifier: Apache-2.0 */
/* objects.c - see objects.h. */
#include "objects.h"

#include "sql.h"

static const struct {
    const char *by_name, *save, *list;
} statements[] = {
    { sql_team_by_name, sql_team_save, sql_team_list },
    { sql_upstream_by_name, sql_upstream_save, sql_upstream_list },
    { sql_model_by_name, sql_model_save, sql_model_list }
};

static void read_row(gw_object_row_t *row, sqlite3_stmt *st, apr_pool_t *pool)
{
    row->id = sqlite3_column_int64(st, 0);
    row->name = gw_db_text(st, 1, pool);
    row->spec = gw_db_text(st, 2, pool);
    row->version = sqlite3_column_int64(st, 3);
    row->created_ms = sqlite3_column_int64(st, 4);
    row->disabled_ms = gw_db_int(st, 5, 0);
}

apr_status_t gw_object_get(gw_object_row_t *row, gw_db_t *db,
                           gw_object_kind_t kind, const char *name,
                           apr_pool_t *pool)
{
    sqlite3_stmt *st = gw_db_prepare(db, statements[kind].by_name);
    apr_status_t rv;

    gw_db_bind_text(st, 1, name);
    rv = gw_db_row(db, st);
    if (rv != APR_SUCCESS)
        return rv;
    read_row(row, st, pool);
    gw_db_reset(st);
    return APR_SUCCESS;
}

apr_status_t gw_object_put(gw_object_row_t *row, gw_db_t *db,
                           gw_object_kind_t kind, apr_int64_t now_ms)
{
    sqlite3_stmt *st = gw_db_prepare(db, statements[kind].save);
    apr_status_t rv;

    gw_db_bind_text(st, 1, row->name);
    gw_db_bind_text(st, 2, row->spec);
    gw_db_bind_int(st, 3, now_ms);
    gw_db_bind_int(st, 4, row->disabled_ms != 0);
    rv = gw_db_row(db, st);
    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_EGENERAL : rv;
    row->id = sqlite3_column_int64(st, 0);
    row->version = sqlite3_column_int64(st, 1);
    return gw_db_run(db, st);       /* RETURNING: the write ends with DONE */
}

apr_status_t gw_object_list(apr_array_header_t **rows, gw_db_t *db,
                            gw_object_kind_t kind, const char *after,
                            int limit, apr_pool_t *pool)
{
    apr_array_header_t *out = apr_array_make(pool, limit,
                                             sizeof(gw_object_row_t));
    sqlite3_stmt *st = gw_db_prepare(db, statements[kind].list);
    apr_status_t rv;

    gw_db_bind_text(st, 1, after);
    gw_db_bind_int(st, 2, limit);
    while ((rv = gw_db_row(db, st)) == APR_SUCCESS)
        read_row(apr_array_push(out), st, pool);
    if (rv != APR_ENOENT)
        return rv;
    *rows = out;
    return APR_SUCCESS;
}
