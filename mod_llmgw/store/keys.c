/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c - see keys.h. */
#include "keys.h"

#include <apr_tables.h>

#include "col.h"
#include "stmt.h"

static void read_key(gw_key_row_t *row, gw_stmt_t *st, apr_pool_t *pool)
{
    row->id = gw_col_int(st, 0);
    row->public_id = gw_col_text(st, 1, pool);
    row->team_id = gw_col_int(st, 2);
    row->team = gw_col_text(st, 3, pool);
    row->scope = (gw_scope_t)gw_col_int(st, 4);
    row->name = gw_col_text(st, 5, pool);
    row->spec = gw_col_text(st, 6, pool);
    row->version = gw_col_int(st, 7);
    row->created_ms = gw_col_int(st, 8);
    row->expires_ms = gw_col_int_or(st, 9, 0);
    row->revoked_ms = gw_col_int_or(st, 10, 0);
    row->until_ms = gw_col_int_or(st, 11, 0);
    row->team_spec = gw_col_text(st, 12, pool);
    row->team_version = gw_col_int(st, 13);
    row->team_disabled = !gw_col_is_null(st, 14);
}

static apr_status_t one_key(gw_key_row_t *row, gw_stmt_t *st,
                            apr_pool_t *pool)
{
    apr_status_t rv = gw_stmt_row(st);

    if (rv != APR_SUCCESS)
        return rv;
    read_key(row, st, pool);
    return gw_stmt_end(st);
}

apr_status_t gw_keys_by_hash(gw_key_row_t *row, gw_db_t *db,
                             const unsigned char *hash, apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_by_hash);

    gw_stmt_bind_blob(st, 1, hash, GW_HASH);
    return one_key(row, st, pool);
}

apr_status_t gw_keys_by_public_id(gw_key_row_t *row, gw_db_t *db,
                                  const char *public_id, apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_by_public_id);

    gw_stmt_bind_text(st, 1, public_id);
    return one_key(row, st, pool);
}

apr_status_t gw_keys_by_id(gw_key_row_t *row, gw_db_t *db, apr_int64_t id,
                           apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_by_id);

    gw_stmt_bind_int(st, 1, id);
    return one_key(row, st, pool);
}

apr_status_t gw_keys_list(apr_array_header_t **rows, gw_db_t *db,
                          const gw_key_filter_t *filter, apr_pool_t *pool)
{
    apr_array_header_t *out = apr_array_make(pool, filter->limit,
                                             sizeof(gw_key_row_t));
    gw_stmt_t *st = gw_stmt_prepare(db, filter->team_id != 0
                                         ? sql_key_list_team : sql_key_list);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, filter->after);
    gw_stmt_bind_int(st, 2, filter->limit);
    gw_stmt_bind_int(st, 3, filter->scope);
    if (filter->team_id != 0)
        gw_stmt_bind_int(st, 4, filter->team_id);
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS)
        read_key(apr_array_push(out), st, pool);
    if (rv != APR_ENOENT)
        return rv;
    *rows = out;
    return APR_SUCCESS;
}

static apr_status_t add_secret(gw_db_t *db, apr_int64_t id,
                               const unsigned char *hash)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_secret_insert);

    gw_stmt_bind_blob(st, 1, hash, GW_HASH);
    gw_stmt_bind_int(st, 2, id);
    return gw_stmt_run(st);
}

apr_status_t gw_keys_add(gw_key_row_t *row, gw_db_t *db,
                         const unsigned char *hash)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_insert);
    apr_status_t rv;

    gw_stmt_bind_text(st, 1, row->public_id);
    gw_stmt_bind_int(st, 2, row->team_id);
    gw_stmt_bind_int(st, 3, row->scope);
    gw_stmt_bind_text(st, 4, row->name);
    gw_stmt_bind_text(st, 5, row->spec);
    gw_stmt_bind_int(st, 6, row->created_ms);
    gw_stmt_bind_int_or_null(st, 7, row->expires_ms, 0);
    rv = gw_stmt_run_int(st, &row->id);
    return rv == APR_SUCCESS ? add_secret(db, row->id, hash) : rv;
}

apr_status_t gw_keys_update(gw_key_row_t *row, gw_db_t *db)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_update);

    gw_stmt_bind_int(st, 1, row->id);
    gw_stmt_bind_text(st, 2, row->name);
    gw_stmt_bind_text(st, 3, row->spec);
    gw_stmt_bind_int_or_null(st, 4, row->expires_ms, 0);
    row->version++;
    return gw_stmt_run(st);
}

apr_status_t gw_keys_rotate(gw_db_t *db, apr_int64_t id,
                            const unsigned char *hash, apr_int64_t until_ms)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_secret_delete_graced);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, id);
    rv = gw_stmt_run(st);
    if (rv != APR_SUCCESS)
        return rv;
    st = gw_stmt_prepare(db, sql_secret_grace);
    gw_stmt_bind_int(st, 1, id);
    gw_stmt_bind_int(st, 2, until_ms);
    rv = gw_stmt_run(st);
    return rv == APR_SUCCESS ? add_secret(db, id, hash) : rv;
}

apr_status_t gw_keys_revoke(gw_db_t *db, apr_int64_t id, apr_int64_t now_ms)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_revoke);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, id);
    gw_stmt_bind_int(st, 2, now_ms);
    rv = gw_stmt_run(st);
    if (rv == APR_SUCCESS && gw_db_changes(db) == 0)
        rv = APR_ENOENT;
    return rv;
}

apr_status_t gw_keys_live_admins(apr_int64_t *live, gw_db_t *db,
                                 apr_int64_t now_ms)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_live_admin);

    gw_stmt_bind_int(st, 1, now_ms);
    return gw_stmt_row_int(st, live);
}

apr_status_t gw_keys_live_of_team(apr_int64_t *live, gw_db_t *db,
                                  apr_int64_t team_id, apr_int64_t now_ms)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_live_of_team);

    gw_stmt_bind_int(st, 1, team_id);
    gw_stmt_bind_int(st, 2, now_ms);
    return gw_stmt_row_int(st, live);
}
