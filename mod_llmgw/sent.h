/* SPDX-License-Identifier: Apache-2.0 */
/* sent.h - the body that goes upstream, before it is spliced for its route:
 * the client's own, or what it was translated into.
 */
#ifndef GW_SENT_H
#define GW_SENT_H

#include "call.h"

/* Set what is sent by this route: call->sent, dialect, translation, dropped.
 * Does nothing where that is so already.  Returns 0, or the problem that
 * *problem describes, a 400 or 413, and nothing changes: the request cannot be
 * put to this upstream.  Translating takes the time of reading the body some
 * times over. */
gw_problem_kind_t gw_sent_make(gw_call_t *call, const gw_route_t *route,
                               gw_problem_t *problem);

/* What the call can cost at most, by the client's body and by what is sent by
 * this route: the larger of each (BILLING B9).  max_tokens: as if the client
 * had asked for so many; -1: as it did.  Returns 0: there is no bound. */
int gw_sent_bound(gw_bound_t *bound, const gw_call_t *call,
                  apr_int64_t max_tokens);

#endif
