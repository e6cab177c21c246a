/* SPDX-License-Identifier: Apache-2.0 */
/* id.h - request ids: the ledger's primary key, and how it looks outside.
 *
 * An id is the epoch in microseconds x 256 + the node, so rows sort by the
 * time of admission and an id tells it.  Outside it is "req_" and 13 digits
 * of Crockford's base 32 in lower case.
 */
#ifndef GW_ID_H
#define GW_ID_H

#include <apr_time.h>

#include "gw.h"

#define GW_ID_PREFIX "req_"
#define GW_ID_LENGTH 17         /* characters of the outside form */

/* When the request was admitted. */
static inline apr_time_t gw_id_time(apr_int64_t id)
{
    return id >> 8;
}

/* The number of this machine among those that write one ledger: there is one.
 * Its processes take ids that differ by their time. */
#define GW_ID_NODE 0

/* The id of the request that a node admits at that microsecond: callers see to
 * it that there is one only. */
static inline apr_int64_t gw_id_make(apr_time_t time, unsigned node)
{
    return (apr_int64_t)time << 8 | (node & 0xff);
}

/* The smallest id of a time, whichever node made it: where a range begins, or
 * ends before it. */
static inline apr_int64_t gw_id_first(apr_time_t time)
{
    return gw_id_make(time, 0);
}

/* The outside form, terminated.  out holds GW_ID_LENGTH + 1 bytes.  Returns
 * out. */
char *gw_id_text(char *out, apr_int64_t id);

/* Read the outside form.  APR_EINVAL: it is none; *id is left alone. */
apr_status_t gw_id_parse(apr_int64_t *id, gw_str_t text);

#endif
