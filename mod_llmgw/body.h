/* SPDX-License-Identifier: Apache-2.0 */
/* body.h - the request's body, read once. */
#ifndef GW_BODY_H
#define GW_BODY_H

#include "call.h"

/* Read the body into call->body: at most max bytes, inflated if it came in a
 * coding that inflate.h knows.  Problems: 413 above that, which stops the
 * inflating, above LimitRequestBody, and for a coded body of more than 17/16 of
 * max and 1 KiB on its way; 415 if it has another coding or several; 400 if it
 * cannot be read or inflated to its end; 503 if there is no memory. */
gw_problem_kind_t gw_body_read(gw_call_t *call, apr_int64_t max,
                               gw_problem_t *problem);

/* register_hooks. */
void gw_body_register(void);

#endif
