/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_save.c - writing upstreams, models, routes and prices (see
 * catalog_store.h).  Callers hold a transaction where they write. */
#include "catalog_store.h"

#include "sql.h"

static apr_status_t get_spec(gw_spec_row_t *row, gw_db_t *db, const char *sql,
                             const char *name, apr_pool_t *pool)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql);
    apr_status_t rv;

    gw_db_bind_text(st, 1, name);
    rv = gw_db_row(db, st);
    if (rv != APR_SUCCESS)
        return rv;
    row->id = sqlite3_column_int64(st, 0);
    row->name = gw_db_text(st, 1, pool);
    row->spec = gw_db_text(st, 2, pool);
    row->version = sqlite3_column_int64(st, 3);
    row->created_ms = sqlite3_column_int64(st, 4);
    row->disabled_ms = gw_db_int(st, 5, 0);
    gw_db_reset(st);
    return APR_SUCCESS;
}

apr_status_t gw_upstream_get(gw_spec_row_t *row, gw_db_t *db,
                             const char *name, apr_pool_t *pool)
{
    return get_spec(row, db, sql_upstream_by_name, name, pool);
}

apr_status_t gw_model_get(gw_spec_row_t *row, gw_db_t *db, const char *name,
                          apr_pool_t *pool)
{
    return get_spec(row, db, sql_model_by_name, name, pool);
}

static apr_status_t put_spec(apr_int64_t *id, gw_db_t *db, const char *sql,
                             const char *name, const char *spec,
                             apr_int64_t now_ms)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql);
    apr_status_t rv;

    gw_db_bind_text(st, 1, name);
    gw_db_bind_text(st, 2, spec);
    sqlite3_bind_int64(st, 3, now_ms);
    rv = gw_db_row(db, st);
    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_EGENERAL : rv;
    *id = sqlite3_column_int64(st, 0);
    return gw_db_run(db, st);       /* RETURNING: the write ends with DONE */
}

apr_status_t gw_upstream_put(apr_int64_t *id, gw_db_t *db, const char *name,
                             const char *spec, apr_int64_t now_ms)
{
    return put_spec(id, db, sql_upstream_save, name, spec, now_ms);
}

apr_status_t gw_model_put(apr_int64_t *id, gw_db_t *db, const char *name,
                          const char *spec, apr_int64_t now_ms)
{
    return put_spec(id, db, sql_model_save, name, spec, now_ms);
}

apr_status_t gw_credentials_put(gw_db_t *db, apr_int64_t upstream_id,
                                const gw_sealed_t *sealed, unsigned count,
                                apr_int64_t now_ms)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql_credential_delete);
    apr_status_t rv;
    unsigned i;

    sqlite3_bind_int64(st, 1, upstream_id);
    rv = gw_db_run(db, st);
    for (i = 0; i < count && rv == APR_SUCCESS; i++) {
        st = gw_db_prepare(db, sql_credential_insert);
        sqlite3_bind_int64(st, 1, upstream_id);
        sqlite3_bind_blob(st, 2, sealed[i].bytes, (int)sealed[i].length,
                          SQLITE_TRANSIENT);
        sqlite3_bind_int64(st, 3, now_ms);
        rv = gw_db_run(db, st);
    }
    return rv;
}

apr_status_t gw_credentials_count(unsigned *count, gw_db_t *db,
                                  apr_int64_t upstream_id)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql_credential_of);
    apr_status_t rv;

    *count = 0;
    sqlite3_bind_int64(st, 1, upstream_id);
    while ((rv = gw_db_row(db, st)) == APR_SUCCESS)
        ++*count;
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

apr_status_t gw_route_put(gw_db_t *db, apr_int64_t model_id,
                          apr_int64_t upstream_id, const char *name)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql_route_insert);

    sqlite3_bind_int64(st, 1, model_id);
    sqlite3_bind_int64(st, 2, upstream_id);
    gw_db_bind_text(st, 3, name);
    return gw_db_run(db, st);
}

apr_status_t gw_alias_owner(apr_int64_t *model_id, gw_db_t *db,
                            const char *name)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql_alias_owner);
    apr_status_t rv;

    gw_db_bind_text(st, 1, name);
    rv = gw_db_row(db, st);
    if (rv == APR_SUCCESS)
        *model_id = sqlite3_column_int64(st, 0);
    gw_db_reset(st);
    return rv;
}

/* Is the name free to be an alias of this model? */
static apr_status_t alias_free(gw_db_t *db, const char *name,
                               apr_int64_t model_id)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql_model_by_name);
    apr_int64_t owner = 0;
    apr_status_t rv;

    gw_db_bind_text(st, 1, name);
    rv = gw_db_row(db, st);
    gw_db_reset(st);
    if (rv == APR_ENOENT)
        rv = gw_alias_owner(&owner, db, name);
    else if (rv == APR_SUCCESS)
        return APR_EEXIST;
    if (rv == APR_SUCCESS && owner != model_id)
        return APR_EEXIST;
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

apr_status_t gw_aliases_put(const char **taken, gw_db_t *db,
                            apr_int64_t model_id, const char **aliases)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql_alias_delete);
    apr_status_t rv;

    sqlite3_bind_int64(st, 1, model_id);
    rv = gw_db_run(db, st);
    for (; aliases != NULL && *aliases != NULL && rv == APR_SUCCESS;
         aliases++) {
        *taken = *aliases;
        rv = alias_free(db, *aliases, model_id);
        if (rv != APR_SUCCESS)
            break;
        st = gw_db_prepare(db, sql_alias_insert);
        gw_db_bind_text(st, 1, *aliases);
        sqlite3_bind_int64(st, 2, model_id);
        rv = gw_db_run(db, st);
    }
    return rv;
}

/* ---- prices --------------------------------------------------------- */

apr_status_t gw_prices_get(apr_array_header_t **rows, gw_db_t *db,
                           apr_int64_t model_id, apr_pool_t *pool)
{
    apr_array_header_t *out = apr_array_make(pool, 4, sizeof(gw_price_row_t));
    sqlite3_stmt *st = gw_db_prepare(db, sql_price_of_model);
    apr_status_t rv;

    sqlite3_bind_int64(st, 1, model_id);
    while ((rv = gw_db_row(db, st)) == APR_SUCCESS) {
        gw_price_row_t *row = apr_array_push(out);

        row->id = sqlite3_column_int64(st, 0);
        row->currency = gw_db_text(st, 1, pool);
        row->from_ms = sqlite3_column_int64(st, 2);
        row->free = sqlite3_column_int(st, 3);
        row->tiers = gw_db_text(st, 4, pool);
        row->created_ms = sqlite3_column_int64(st, 5);
    }
    if (rv != APR_ENOENT)
        return rv;
    *rows = out;
    return APR_SUCCESS;
}

static apr_status_t currency_id(apr_int64_t *id, gw_db_t *db,
                                const char *code)
{
    sqlite3_stmt *st = gw_db_prepare(db, sql_currency_insert);
    apr_status_t rv;

    gw_db_bind_text(st, 1, code);
    rv = gw_db_run(db, st);
    if (rv != APR_SUCCESS)
        return rv;
    st = gw_db_prepare(db, sql_currency_by_code);
    gw_db_bind_text(st, 1, code);
    rv = gw_db_row(db, st);
    if (rv == APR_SUCCESS)
        *id = sqlite3_column_int64(st, 0);
    gw_db_reset(st);
    return rv;
}

/* Does the version in force at row->from_ms say the same already? */
static int unchanged(const apr_array_header_t *rows,
                     const gw_price_row_t *row)
{
    const gw_price_row_t *old = NULL;
    int i;

    for (i = 0; i < rows->nelts; i++) {
        const gw_price_row_t *r = &APR_ARRAY_IDX(rows, i, gw_price_row_t);

        if (r->from_ms <= row->from_ms)
            old = r;
    }
    return old != NULL && old->free == row->free
           && strcmp(old->currency, row->currency) == 0
           && strcmp(old->tiers, row->tiers) == 0;
}

apr_status_t gw_price_put(gw_db_t *db, apr_int64_t model_id,
                          const gw_price_row_t *row, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    apr_int64_t currency = 0;
    sqlite3_stmt *st;
    apr_status_t rv = gw_prices_get(&rows, db, model_id, pool);

    if (rv != APR_SUCCESS || unchanged(rows, row))
        return rv;
    rv = currency_id(&currency, db, row->currency);
    if (rv != APR_SUCCESS)
        return rv;
    st = gw_db_prepare(db, sql_price_insert);
    sqlite3_bind_int64(st, 1, model_id);
    sqlite3_bind_int64(st, 2, currency);
    sqlite3_bind_int64(st, 3, row->from_ms);
    sqlite3_bind_int(st, 4, row->free);
    gw_db_bind_text(st, 5, row->tiers);
    sqlite3_bind_int64(st, 6, row->created_ms);
    return gw_db_run(db, st);
}
