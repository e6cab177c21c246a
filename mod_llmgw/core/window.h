/* SPDX-License-Identifier: Apache-2.0 */
/* window.h - the windows of a budget: hour, day, month, total.
 *
 * A window is computed from the clock, never reset by a job.  Days and months
 * begin at midnight of a fixed offset from UTC (BILLING B8); a request
 * belongs to the window of its admission.
 */
#ifndef GW_WINDOW_H
#define GW_WINDOW_H

#include <apr_time.h>

#include "gw.h"

typedef enum {
    GW_WINDOW_HOUR, GW_WINDOW_DAY, GW_WINDOW_MONTH, GW_WINDOW_TOTAL,
    GW_WINDOWS
} gw_window_kind_t;

/* "hour", "day", "month", "total". */
extern const char *const gw_window_names[GW_WINDOWS];

/* An offset as "+08:00" or "-03:30" to minutes.  APR_EINVAL: it is not
 * written so, is beyond 14 hours, or is no multiple of 15 minutes. */
apr_status_t gw_zone_parse(int *minutes, gw_str_t text);

/* "+08:00".  out holds 7 bytes; returns out. */
char *gw_zone_text(char *out, int minutes);

/* The window that t is in: its first microsecond, and the first of the next
 * one (APR_INT64_MAX for total). */
apr_time_t gw_window_start(gw_window_kind_t kind, int zone, apr_time_t t);
apr_time_t gw_window_end(gw_window_kind_t kind, int zone, apr_time_t t);

#endif
