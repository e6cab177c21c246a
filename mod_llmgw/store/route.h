/* SPDX-License-Identifier: Apache-2.0 */
/* route.h - the ids of routes, which rows of the ledger refer to for ever. */
#ifndef GW_ROUTE_H
#define GW_ROUTE_H

#include "db.h"

/* Make sure that the route has an id. */
apr_status_t gw_route_put(gw_db_t *db, apr_int64_t model_id,
                          apr_int64_t upstream_id, const char *name);

#endif
