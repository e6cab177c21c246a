/* SPDX-License-Identifier: Apache-2.0 */
/* aborted.h - how many requests had clients that left. */
#ifndef GW_ABORTED_H
#define GW_ABORTED_H

#include "db.h"

/* How many requests of a key had clients that left, from this day on (since
 * 1970, UTC). */
apr_status_t gw_aborted_count(apr_int64_t *count, gw_db_t *db,
                              apr_int64_t key_id, apr_int64_t day);

#endif
