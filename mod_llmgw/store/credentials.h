/* SPDX-License-Identifier: Apache-2.0 */
/* credentials.h - the sealed credentials of upstreams. */
#ifndef GW_CREDENTIALS_H
#define GW_CREDENTIALS_H

#include "catalog.h"
#include "db.h"

/* Replace an upstream's credentials; inside a transaction of the caller. */
apr_status_t gw_credentials_put(gw_db_t *db, apr_int64_t upstream_id,
                                const gw_sealed_t *sealed, unsigned count,
                                apr_int64_t now_ms);
/* How many credentials an upstream has. */
apr_status_t gw_credentials_count(unsigned *count, gw_db_t *db,
                                  apr_int64_t upstream_id);

#endif
