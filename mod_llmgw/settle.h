/* SPDX-License-Identifier: Apache-2.0 */
/* settle.h - from intent to row: once for each admitted request. */
#ifndef GW_SETTLE_H
#define GW_SETTLE_H

#include "bill.h"
#include "call.h"

/* What can be told of the prompt before it is sent, into the cell; and the
 * bound that is put into a body whose client sent none, into call->req.  May
 * be called again with another id. */
void gw_settle_foresee(gw_call_t *call);

/* After that, and after gw_sent_make(): write the intent into the cell: who,
 * what, the price, the reserve.  May be called again with another id. */
void gw_settle_intend(gw_call_t *call);

/* Admitted: from here on the request has a row, whatever happens.  Not 0: it
 * must not go on, and its row is written. */
gw_problem_kind_t gw_settle_open(gw_call_t *call, gw_problem_t *problem);

/* Make the reserve cover what call->sent is now: where that may cost more than
 * what was sent before, the reserve grows in the budgets of key and team.
 * NULL: it does.  Else why it does not, in words that follow "it", and the
 * reserve is as it was. */
const char *gw_settle_cover(gw_call_t *call);

/* An attempt begins: the row counts it, names its route and upstream, and
 * forgets what an earlier one reported. */
void gw_settle_attempt(gw_call_t *call, const gw_route_t *route);

/* The upstream has the whole request of the attempt. */
void gw_settle_sent(gw_call_t *call);

/* What the upstream counted so far, as it will be billed: what is in the cell.
 * Returns 0: nothing that could be billed. */
int gw_settle_counted(const gw_call_t *call, gw_usage_t *usage);

/* The attempt failed: it is kept beside the row, whether another one follows
 * or not.  So a row with n attempts has n - 1 failed ones, or n if it got no
 * answer at all.  A retry over a dead pooled connection is an attempt too. */
void gw_settle_failed_attempt(gw_call_t *call, gw_reason_t reason, int status,
                              apr_interval_time_t took);

/* Settle (GW_X_SETTLE), by what is in the cell.  Does nothing the second time.
 * After it call->cell is NULL and call->row tells what became of it. */
void gw_settle(gw_call_t *call, gw_end_t end);

#endif
