/* SPDX-License-Identifier: Apache-2.0 */
/* aborted.c - see aborted.h. */
#include "aborted.h"

#include "stmt.h"

apr_status_t gw_aborted_count(apr_int64_t *count, gw_db_t *db,
                              apr_int64_t key_id, apr_int64_t day)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_aborted_of_key);

    gw_stmt_bind_int(st, 1, key_id);
    gw_stmt_bind_int(st, 2, day);
    return gw_stmt_row_int(st, count);
}
