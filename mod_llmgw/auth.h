/* SPDX-License-Identifier: Apache-2.0 */
/* auth.h - who calls, and what that caller may use.
 *
 * On the request's thread.  Reads the segment under an owner's mutex, and the
 * database (database.h) for a key that is not there; no lock is held on return.
 */
#ifndef GW_AUTH_H
#define GW_AUTH_H

#include "call.h"

/* Why a key is refused. */
typedef enum {
    GW_KEY_GOOD,
    GW_KEY_NONE,                /* no key was sent */
    GW_KEY_FOREIGN,             /* it has not the form of ours */
    GW_KEY_CHECKSUM,            /* it is mistyped */
    GW_KEY_UNKNOWN,
    /* the whole secret was proved: whoever has it may know more */
    GW_KEY_WAS_REVOKED, GW_KEY_EXPIRED,
    GW_KEY_REPLACED,            /* by a rotation, and its grace is over */
    GW_KEY_TEAM_DISABLED,
    GW_KEY_ELSEWHERE            /* it is not taken at this place */
} gw_key_state_t;

/* Resolve the key of a call, once.  Returns 0 and fills in call->caller, or
 * the problem: missing_api_key, invalid_api_key (whoever proved the whole
 * secret is told why, all others the same), overloaded (our store cannot be
 * read: never 401). */
gw_problem_kind_t gw_auth_resolve(gw_call_t *call, gw_problem_t *problem);

/* The same for any request, where nothing is kept: each call looks again.
 * With 0 the caller's policies are held: release them. */
gw_problem_kind_t gw_auth_identify(request_rec *r, gw_caller_t *caller,
                                   gw_problem_t *problem);

/* missing_api_key or invalid_api_key.  problem->log names the key by its
 * public id, and the reason.  public_id NULL: not known. */
gw_problem_kind_t gw_auth_refuse(gw_problem_t *problem, gw_key_state_t state,
                                 const char *public_id, apr_pool_t *pool);

/* Log a 401, in a form that fail2ban reads; so many in a while. */
void gw_auth_log(request_rec *r, const gw_problem_t *problem);

/* The public id of the key that a request bears, good or not; NULL: none, or
 * none of ours. */
const char *gw_auth_sent(const request_rec *r);

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
