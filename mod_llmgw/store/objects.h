/* SPDX-License-Identifier: Apache-2.0 */
/* objects.h - teams, upstreams and models as rows: a name, which is the id
 * outside, and a spec.  They are disabled, never deleted. */
#ifndef GW_OBJECTS_H
#define GW_OBJECTS_H

#include <apr_tables.h>

#include "db.h"

typedef enum {
    GW_OBJECT_TEAM, GW_OBJECT_UPSTREAM, GW_OBJECT_MODEL
} gw_object_kind_t;

typedef struct gw_object_row_t {
    apr_int64_t id, version, created_ms, disabled_ms; /* 0: not disabled */
    const char *name, *spec;
} gw_object_row_t;

/* The one of this name.  APR_ENOENT: there is none. */
apr_status_t gw_objects_get(gw_object_row_t *row, gw_db_t *db,
                            gw_object_kind_t kind, const char *name,
                            apr_pool_t *pool);

/* Create or replace, inside a transaction of the caller: row->name, spec and
 * disabled_ms (0 or not; the time is now_ms, or that of an earlier disabling)
 * are written; what else is in row is set to what is stored then. */
apr_status_t gw_objects_put(gw_object_row_t *row, gw_db_t *db,
                            gw_object_kind_t kind, apr_int64_t now_ms);

/* By name, those behind `after` ("": from the first on), at most `limit`: an
 * array of gw_object_row_t. */
apr_status_t gw_objects_list(apr_array_header_t **rows, gw_db_t *db,
                             gw_object_kind_t kind, const char *after,
                             int limit, apr_pool_t *pool);

#endif
