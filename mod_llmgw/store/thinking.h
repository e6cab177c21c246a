/* SPDX-License-Identifier: Apache-2.0 */
/* thinking.h - how thinking is switched, by patterns of models' names. */
#ifndef GW_THINKING_H
#define GW_THINKING_H

#include <apr_tables.h>

#include "db.h"

/* How a thinking switch is spelled: the first pattern that matches. */
typedef struct gw_thinking_row_t {
    const char *pattern, *mode;
} gw_thinking_row_t;

/* All, in order: an array of gw_thinking_row_t. */
apr_status_t gw_thinking_get(apr_array_header_t **rows, gw_db_t *db,
                             apr_pool_t *pool);
/* Replace all; inside a transaction of the caller. */
apr_status_t gw_thinking_put(gw_db_t *db, const apr_array_header_t *rows);

#endif
