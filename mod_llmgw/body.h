/* SPDX-License-Identifier: Apache-2.0 */
/* body.h - the request's body: read once, replayed to each attempt. */
#ifndef GW_BODY_H
#define GW_BODY_H

#include "call.h"

/* Read the body into call->body.  Problems: 413 above
 * LLMGatewayMaxBody, 415 if it is compressed, 400 if it cannot be read. */
gw_problem_kind_t gw_body_read(gw_call_t *call, gw_problem_t *problem);

/* Forget it: the first byte of the answer was sent, or no attempt is left. */
void gw_body_drop(gw_call_t *call);

/* From here on mod_proxy reads `pieces` as the request's body, from the
 * start.  They stay where they are until the attempt ends.  May be called
 * again for the next attempt. */
void gw_body_replay(gw_call_t *call, const gw_str_t *pieces, unsigned count,
                    apr_size_t length);

/* Did mod_proxy take all of it? */
int gw_body_sent(const gw_call_t *call);

/* register_hooks. */
void gw_body_register(void);

#endif
