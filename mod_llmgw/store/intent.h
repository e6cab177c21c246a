/* SPDX-License-Identifier: Apache-2.0 */
/* intent.h - requests that were let go on and have no row yet, for
 * LLMGatewayDurability power. */
#ifndef GW_INTENT_H
#define GW_INTENT_H

#include <apr_tables.h>

#include "db.h"
#include "row.h"

/* A request that goes on to an upstream and has no row yet. */
typedef struct gw_intent_t {
    gw_row_t row;               /* what is known of it */
    apr_int64_t prompt;         /* estimate, tokens */
    gw_pico_t reserve;          /* -1: unbounded */
    int bills_nothing;
} gw_intent_t;

/* Inside a transaction of the caller. */
apr_status_t gw_intent_add(gw_db_t *db, const gw_intent_t *intent);
apr_status_t gw_intent_delete(gw_db_t *db, apr_int64_t id);

/* All that are left: an array of gw_intent_t. */
apr_status_t gw_intent_list(apr_array_header_t **list, gw_db_t *db,
                            apr_pool_t *pool);

#endif
