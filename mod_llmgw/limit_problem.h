/* SPDX-License-Identifier: Apache-2.0 */
/* limit_problem.h - a refusal in words. */
#ifndef GW_LIMIT_PROBLEM_H
#define GW_LIMIT_PROBLEM_H

#include "call.h"
#include "metering.h"

/* Why a verdict of these needs refuses the call, as a problem in r->pool.
 * What would fit is in it where a lower max_tokens would: call->req, model,
 * price and cell are read for that.  Returns problem->kind.  Child, the
 * thread that serves the request; no lock is needed. */
gw_problem_kind_t gw_limit_problem(gw_problem_t *problem, gw_call_t *call,
                                   const gw_verdict_t *verdict,
                                   const gw_need_t *need);

#endif
