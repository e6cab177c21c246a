/* SPDX-License-Identifier: Apache-2.0 */
/* clock_seen.c - see clock_seen.h. */
#include "clock_seen.h"

#include "col.h"
#include "stmt.h"

apr_status_t gw_clock_seen(apr_time_t *seen, gw_db_t *db)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_clock_seen);
    apr_status_t rv = gw_stmt_row(st);

    if (rv != APR_SUCCESS)
        return rv;
    *seen = apr_time_from_msec(gw_col_int(st, 0));
    return gw_stmt_end(st);
}

apr_status_t gw_clock_seen_save(gw_db_t *db, apr_time_t seen)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_clock_save);

    gw_stmt_bind_int(st, 1, apr_time_as_msec(seen));
    return gw_stmt_run(st);
}
