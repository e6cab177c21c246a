/* SPDX-License-Identifier: Apache-2.0 */
/* sse_data.h - the data of an event that is there as a whole.
 *
 * What sse.h finds in any cut, without a copy where the event has one line of
 * data, as nearly all have.
 */
#ifndef GW_SSE_DATA_H
#define GW_SSE_DATA_H

#include "text.h"

/* What stands behind "data:" and one space, or behind no colon, of each such
 * line, with "\n" between two.  event: of a stream, with or without its blank
 * line; first: it may begin with a byte order mark.  Returns a part of event,
 * or of *join, which is emptied before. */
gw_str_t gw_sse_data(gw_text_t *join, gw_str_t event, int first);

#endif
