/* SPDX-License-Identifier: Apache-2.0 */
/* body.h - the request's body, read once. */
#ifndef GW_BODY_H
#define GW_BODY_H

#include "call.h"

/* Read the body into call->body: at most max bytes.  Problems: 413 above that
 * or LimitRequestBody, 415 if it is compressed, 400 if it cannot be read. */
gw_problem_kind_t gw_body_read(gw_call_t *call, apr_int64_t max,
                               gw_problem_t *problem);

/* register_hooks. */
void gw_body_register(void);

#endif
