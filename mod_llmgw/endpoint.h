/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint.h - a call to an endpoint from its first check to its answer. */
#ifndef GW_ENDPOINT_H
#define GW_ENDPOINT_H

#include "call.h"

/* Serve a call to an endpoint, on the request's thread; returns when the answer
 * is sent and settled.  What the handler returns: OK, a status for httpd to
 * answer, or DONE where the client has left.  problem: room for one, which is
 * answered here. */
int gw_endpoint_serve(gw_call_t *call, gw_problem_t *problem);

#endif
