/* SPDX-License-Identifier: Apache-2.0 */
/* names.h - from names to ids and back. */
#ifndef GW_NAMES_H
#define GW_NAMES_H

#include "db.h"

/* In the fields of a filter: whatever it is, and what no row has. */
#define GW_ANY    (-1)
#define GW_NO_MATCH (-2)

typedef enum {
    GW_NAME_MODEL, GW_NAME_UPSTREAM, GW_NAME_CURRENCY, GW_NAME_TEAM
} gw_name_kind_t;

/* The id of a name, retired ones too; an alias is its model.  APR_ENOENT:
 * there is none. */
apr_status_t gw_names_id(apr_int64_t *id, gw_db_t *db, gw_name_kind_t kind,
                         const char *name);

/* The other way: what something is called outside, a key by its public id; NULL
 * if there is none. */
typedef enum {
    GW_CALLED_TEAM, GW_CALLED_KEY, GW_CALLED_MODEL, GW_CALLED_UPSTREAM,
    GW_CALLED_ROUTE, GW_CALLED_CURRENCY
} gw_called_t;
apr_status_t gw_names_of(const char **name, gw_db_t *db, gw_called_t what,
                         apr_int64_t id, apr_pool_t *pool);

#endif
