/* SPDX-License-Identifier: Apache-2.0 */
/* accept.h - what a client wants to read, by its Accept header (RFC 9110,
 * 12.5.1). */
#ifndef GW_ACCEPT_H
#define GW_ACCEPT_H

#include "gw.h"

#define GW_ACCEPT_MOST 1000     /* the weight of ;q=1 and of no q */

/* The weight from 0 to GW_ACCEPT_MOST that the header gives to a media type,
 * such as "text/html": that of the most specific range that matches it, the
 * larger of two alike.  A header that is absent (NULL) or has nothing in it
 * gives all types the most.  Parameters of a range other than q are passed
 * over; a range that is malformed, or has a weight that is none, plays no
 * part.  Read up to its end: httpd bounds the length of a header. */
int gw_accept_weight(const char *accept, const char *type);

#endif
