/* SPDX-License-Identifier: Apache-2.0 */
/* request_read.h - reading a request's body. */
#ifndef GW_REQUEST_READ_H
#define GW_REQUEST_READ_H

#include "request.h"

/* One format of bodies: where to look in them for what the gateway must know
 * (slots of request_private.h), and what must be true of what was found. */
typedef struct gw_request_format_t {
    const gw_json_schema_t *schema;
    gw_problem_kind_t (*validate)(gw_request_t *req, gw_problem_t *problem,
                                  apr_pool_t *pool);
} gw_request_format_t;

/* Read a body of this format and validate what we own.  body must outlive
 * *req; unescaped text comes from pool.  Returns 0 or the problem that
 * *problem describes.
 * GW_P_OVERLOADED: there is no memory to read it. */
gw_problem_kind_t gw_request_read(gw_request_t *req,
                                  const gw_request_format_t *format,
                                  gw_str_t body, gw_problem_t *problem,
                                  apr_pool_t *pool);

/* The same of a body that the gateway made: of strings of one that
 * gw_request_read() took, and such as it wrote itself (gw_json_quote()).  What
 * is within its strings is not checked again; what *req becomes, and which
 * problem is found, is the same.  media: nor are media in place, which were
 * seen to be base64 (base64.h) when they were written. */
gw_problem_kind_t gw_request_read_made(gw_request_t *req,
                                       const gw_request_format_t *format,
                                       gw_str_t body, int media,
                                       gw_problem_t *problem,
                                       apr_pool_t *pool);

#endif
