/* SPDX-License-Identifier: Apache-2.0 */
/* rfc3339.h - times as RFC 3339 writes them, as milliseconds since 1970 in UTC.
 *
 * APR reads and writes the dates of RFC 822 only.
 */
#ifndef GW_RFC3339_H
#define GW_RFC3339_H

#include "gw.h"

#define GW_RFC3339_TEXT 32      /* bytes that hold any of these texts */

/* Read a time: "2026-11-20T08:00:00Z", with any fraction of a second, of which
 * milliseconds are kept, and any offset.  A 60th second is the next one.
 * APR_EINVAL: it is none, or before 1970; *ms is left alone. */
apr_status_t gw_rfc3339_parse(apr_int64_t *ms, const char *text);

/* Read a day, "2026-11-20", which begins at 00:00 UTC.  APR_EINVAL: as
 * above. */
apr_status_t gw_rfc3339_parse_day(apr_int64_t *ms, const char *text);

/* Write a time that is not before 1970, in UTC, with milliseconds where there
 * are any: "2026-11-20T08:00:00Z", "2026-11-20T08:00:00.250Z".  out holds
 * GW_RFC3339_TEXT bytes; returns out. */
char *gw_rfc3339_text(char *out, apr_int64_t ms);

/* Write the day that it is in: "2026-11-20". */
char *gw_rfc3339_day(char *out, apr_int64_t ms);

#endif
