/* SPDX-License-Identifier: Apache-2.0 */
/* alias.c - see alias.h. */
#include "alias.h"

#include "stmt.h"

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

apr_status_t gw_alias_put(const char **taken, gw_db_t *db,
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
