/* SPDX-License-Identifier: Apache-2.0 */
/* route.c - see route.h. */
#include "route.h"

#include "stmt.h"

apr_status_t gw_route_put(gw_db_t *db, apr_int64_t model_id,
                          apr_int64_t upstream_id, const char *name)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_route_insert);

    gw_stmt_bind_int(st, 1, model_id);
    gw_stmt_bind_int(st, 2, upstream_id);
    gw_stmt_bind_text(st, 3, name);
    return gw_stmt_run(st);
}
