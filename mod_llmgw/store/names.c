/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - see names.h. */
#include "names.h"

#include "col.h"
#include "stmt.h"

apr_status_t gw_names_id(apr_int64_t *id, gw_db_t *db, gw_name_kind_t kind,
                         const char *name)
{
    static const gw_sql_t by_name[] = {
        sql_model_by_name, sql_upstream_by_name, sql_currency_by_code,
        sql_team_by_name
    };
    gw_stmt_t *st = gw_stmt_prepare(db, by_name[kind]);
    apr_status_t rv;

    gw_stmt_bind_text(st, 1, name);
    rv = gw_stmt_row_int(st, id);
    if (rv != APR_ENOENT || kind != GW_NAME_MODEL)
        return rv;
    st = gw_stmt_prepare(db, sql_alias_owner);
    gw_stmt_bind_text(st, 1, name);
    return gw_stmt_row_int(st, id);
}

apr_status_t gw_names_of(const char **name, gw_db_t *db, gw_called_t what,
                         apr_int64_t id, apr_pool_t *pool)
{
    static const gw_sql_t sql[] = {
        sql_team_name, sql_key_name, sql_model_name, sql_upstream_name,
        sql_route_name, sql_currency_name
    };
    gw_stmt_t *st = gw_stmt_prepare(db, sql[what]);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, id);
    rv = gw_stmt_row(st);
    *name = NULL;
    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_SUCCESS : rv;
    *name = gw_col_text(st, 0, pool);
    return gw_stmt_end(st);
}
