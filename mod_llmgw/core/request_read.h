/* SPDX-License-Identifier: Apache-2.0 */
/* request_read.h - reading a request's body. */
#ifndef GW_REQUEST_READ_H
#define GW_REQUEST_READ_H

#include "request.h"

/* Read a chat body and judge what we own.  body must outlive *req; unescaped
 * text comes from pool.  Returns 0 or the problem that *problem describes. */
gw_problem_kind_t gw_request_read(gw_request_t *req, gw_str_t body,
                                  gw_problem_t *problem, apr_pool_t *pool);

#endif
