/* SPDX-License-Identifier: Apache-2.0 */
/* auth.h - who calls. */
#ifndef GW_AUTH_H
#define GW_AUTH_H

#include "call.h"

/* Resolve the key of a call, once.  Returns 0 and fills in call->caller, or
 * the problem: missing_api_key, invalid_api_key (unknown, revoked, expired
 * alike), overloaded (our store cannot be read: never 401). */
gw_problem_kind_t gw_auth_resolve(gw_call_t *call, gw_problem_t *problem);

/* The same for any request, where nothing is kept: each call looks again.
 * With 0 the caller's policies are held: release them. */
gw_problem_kind_t gw_auth_identify(request_rec *r, gw_caller_t *caller,
                                   gw_problem_t *problem);

/* The one answer to keys that are unknown, revoked or expired. */
gw_problem_kind_t gw_auth_invalid(gw_problem_t *problem);

/* May this caller use this URL from this address? */
gw_problem_kind_t gw_auth_permit(const gw_call_t *call,
                                 gw_problem_t *problem);

/* May the caller be at this address? */
int gw_auth_address(const gw_caller_t *caller, const request_rec *r);

/* Is this a listing that LLMGatewayPublicCatalog gives to callers who send no
 * key?  Then there is no caller, and no policies. */
int gw_auth_public(const gw_call_t *call);

/* May a model of this name be used here, by this caller if there is one? */
int gw_auth_model(const gw_call_t *call, const char *model);

/* Does the request ask for more than LLMGatewayMaxTokens, or than the
 * max_output_tokens of its key and team?  0, or max_tokens_exceeded with the
 * figure.  One that names no figure asks for
 * nothing; one whose figure cannot be read is refused. */
gw_problem_kind_t gw_auth_max_tokens(const gw_call_t *call,
                                     gw_problem_t *problem);

#endif
