/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h - the audit trail: who changed what. */
#ifndef GW_AUDIT_H
#define GW_AUDIT_H

#include <apr_tables.h>

#include "db.h"

/* Add a row to the audit trail, inside the caller's transaction.  detail is
 * JSON without secrets, or NULL. */
apr_status_t gw_audit_add(gw_db_t *db, apr_int64_t now_ms, const char *actor,
                          const char *action, const char *object,
                          const char *object_id, const char *detail);

/* *at_ms: when the n-th newest row of an actor was added, of those after since
 * and not after until; of all keys of scope team of a team.  APR_ENOENT:
 * there are fewer. */
apr_status_t gw_audit_nth(apr_int64_t *at_ms, gw_db_t *db, const char *actor,
                          int n, apr_int64_t since, apr_int64_t until);
apr_status_t gw_audit_nth_of_team(apr_int64_t *at_ms, gw_db_t *db,
                                  apr_int64_t team_id, int n,
                                  apr_int64_t since, apr_int64_t until);

typedef struct gw_audit_row_t {
    apr_int64_t id, at_ms;
    const char *actor, *action, *object, *object_id, *detail;
} gw_audit_row_t;

typedef struct gw_audit_filter_t {
    const char *actor, *action, *object, *object_id;    /* NULL: any */
    apr_int64_t from_ms, to_ms; /* from <= at < to */
    apr_int64_t before;         /* id */
} gw_audit_filter_t;

/* The newest rows that pass, at most `limit`: an array of gw_audit_row_t.
 * *next as in gw_row_page_t; a page looks at GW_PAGE_WORK rows. */
apr_status_t gw_audit_page(apr_array_header_t **rows, apr_int64_t *next,
                           gw_db_t *db, const gw_audit_filter_t *filter,
                           int limit, apr_pool_t *pool);

#endif
