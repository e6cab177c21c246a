/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_save.c - writing what belongs to upstreams and models: secrets,
 * routes, aliases, spellings (see catalog_store.h).  Callers hold a
 * transaction where they write. */
#include "catalog_store.h"

#include "col.h"
#include "stmt.h"

apr_status_t gw_credentials_put(gw_db_t *db, apr_int64_t upstream_id,
                                const gw_sealed_t *sealed, unsigned count,
                                apr_int64_t now_ms)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_credential_delete);
    apr_status_t rv;
    unsigned i;

    gw_stmt_bind_int(st, 1, upstream_id);
    rv = gw_stmt_run(st);
    for (i = 0; i < count && rv == APR_SUCCESS; i++) {
        st = gw_stmt_prepare(db, sql_credential_insert);
        gw_stmt_bind_int(st, 1, upstream_id);
        gw_stmt_bind_blob(st, 2, sealed[i].bytes, sealed[i].length);
        gw_stmt_bind_int(st, 3, now_ms);
        rv = gw_stmt_run(st);
    }
    return rv;
}

apr_status_t gw_credentials_count(unsigned *count, gw_db_t *db,
                                  apr_int64_t upstream_id)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_credential_of);
    apr_status_t rv;

    *count = 0;
    gw_stmt_bind_int(st, 1, upstream_id);
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS)
        ++*count;
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

apr_status_t gw_route_put(gw_db_t *db, apr_int64_t model_id,
                          apr_int64_t upstream_id, const char *name)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_route_insert);

    gw_stmt_bind_int(st, 1, model_id);
    gw_stmt_bind_int(st, 2, upstream_id);
    gw_stmt_bind_text(st, 3, name);
    return gw_stmt_run(st);
}

apr_status_t gw_alias_owner(apr_int64_t *model_id, gw_db_t *db,
                            const char *name)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_alias_owner);

    gw_stmt_bind_text(st, 1, name);
    return gw_stmt_row_int(st, model_id);
}

/* Is the name free to be an alias of this model? */
static apr_status_t alias_free(gw_db_t *db, const char *name,
                               apr_int64_t model_id)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_model_by_name);
    apr_int64_t owner = 0;
    apr_status_t rv;

    gw_stmt_bind_text(st, 1, name);
    rv = gw_stmt_row(st);
    gw_stmt_end(st);
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
    gw_stmt_t *st = gw_stmt_prepare(db, sql_alias_delete);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, model_id);
    rv = gw_stmt_run(st);
    for (; aliases != NULL && *aliases != NULL && rv == APR_SUCCESS;
         aliases++) {
        *taken = *aliases;
        rv = alias_free(db, *aliases, model_id);
        if (rv != APR_SUCCESS)
            break;
        st = gw_stmt_prepare(db, sql_alias_insert);
        gw_stmt_bind_text(st, 1, *aliases);
        gw_stmt_bind_int(st, 2, model_id);
        rv = gw_stmt_run(st);
    }
    return rv;
}

/* ---- how thinking is spelled ----------------------------------------- */

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
