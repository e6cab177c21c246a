/* SPDX-License-Identifier: Apache-2.0 */
/* watch_private.h - what the parts of the watch share: watch.c (the filter,
 * stopping, reading on), watch_deadline.c. */
#ifndef GW_WATCH_PRIVATE_H
#define GW_WATCH_PRIVATE_H

#include "watch.h"

/* What passes next, and when. */
typedef struct gw_deadline_t {
    apr_time_t at;
    gw_stop_t stop;             /* GW_STOP_NONE: let the held event go */
} gw_deadline_t;

/* Of an upstream that is silent since now. */
gw_deadline_t gw_watch_deadline(const gw_watch_t *w, apr_time_t now);

#endif
