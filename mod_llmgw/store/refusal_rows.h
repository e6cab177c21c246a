/* SPDX-License-Identifier: Apache-2.0 */
/* refusal_rows.h - how often keys were refused, day by day. */
#ifndef GW_REFUSAL_ROWS_H
#define GW_REFUSAL_ROWS_H

#include "db.h"

/* Requests of a key that were refused with a code on a day. */
apr_status_t gw_refusal_rows_add(gw_db_t *db, int day, apr_int64_t key_id,
                                 const char *code, apr_int64_t count);

typedef struct gw_refused_t {
    apr_int64_t day;            /* since 1970, UTC */
    const char *key, *code;     /* key: its public id */
    apr_int64_t count;
    apr_pool_t *pool;
} gw_refused_t;

typedef void gw_refused_fn(void *data, const gw_refused_t *refused);

/* Newest day first, at most GW_REFUSED_MOST, from <= day < to.  key_id,
 * team_id 0: any. */
#define GW_REFUSED_MOST 10000
apr_status_t gw_refusal_rows_list(gw_db_t *db, apr_int64_t key_id,
                                  apr_int64_t team_id, apr_int64_t from,
                                  apr_int64_t to, gw_refused_fn *each,
                                  void *data, apr_pool_t *pool);

#endif
