/* SPDX-License-Identifier: Apache-2.0 */
/* forward.h - the attempts: one upstream after the other, through mod_proxy. */
#ifndef GW_FORWARD_H
#define GW_FORWARD_H

#include "call.h"

/* Forward an admitted call and settle it, in the thread that serves the
 * request, without a lock: it may take as long as the deadlines of model and
 * upstream allow.  Returns 0 if the answer went to the client, or the client
 * is gone; else the problem to answer with (upstream_unavailable,
 * upstream_timeout, overloaded where this child stops), the call being
 * settled. */
gw_problem_kind_t gw_forward(gw_call_t *call, gw_problem_t *problem);

/* register_hooks (forward_headers.c). */
void gw_forward_register(void);

#endif
