/* SPDX-License-Identifier: Apache-2.0 */
/* credentials.c - see credentials.h. */
#include "credentials.h"

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
