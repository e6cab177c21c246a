/* SPDX-License-Identifier: Apache-2.0 */
/* auth.h - who calls. */
#ifndef GW_AUTH_H
#define GW_AUTH_H

#include "call.h"

/* Resolve the key of a call, once.  Returns 0 and fills in call->caller, or
 * the problem: missing_api_key, invalid_api_key (unknown, revoked, expired
 * alike), overloaded (our store cannot be read: never 401). */
gw_problem_kind_t gw_auth_resolve(gw_call_t *call, gw_problem_t *problem);

/* The one answer to keys that are unknown, revoked or expired. */
gw_problem_kind_t gw_auth_invalid(gw_problem_t *problem);

/* May this caller use this URL from this address? */
gw_problem_kind_t gw_auth_permit(const gw_call_t *call,
                                 gw_problem_t *problem);

#endif
