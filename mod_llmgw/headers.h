/* SPDX-License-Identifier: Apache-2.0 */
/* headers.h - the headers of ours that an answer bears. */
#ifndef GW_HEADERS_H
#define GW_HEADERS_H

#include "call.h"

/* Every answer's: request id, CORS, windows.  table: headers_out, or
 * err_headers_out for httpd's own errors.  fresh: none of them can be in it
 * yet; else those take the place of what is. */
void gw_headers_add(gw_call_t *call, apr_table_t *table, int fresh);

/* The origin that may read the answer; NULL: none. */
const char *gw_headers_origin(const gw_call_t *call);

#endif
