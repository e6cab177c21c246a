/* SPDX-License-Identifier: Apache-2.0 */
/* clock_seen.h - until when the clock was believed. */
#ifndef GW_CLOCK_SEEN_H
#define GW_CLOCK_SEEN_H

#include "db.h"

/* Until when the clock was believed.  APR_ENOENT: nobody has said yet. */
apr_status_t gw_clock_seen(apr_time_t *seen, gw_db_t *db);
apr_status_t gw_clock_seen_save(gw_db_t *db, apr_time_t seen);

#endif
