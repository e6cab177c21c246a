/* SPDX-License-Identifier: Apache-2.0 */
/* settle.h - from intent to row: once for each admitted request. */
#ifndef GW_SETTLE_H
#define GW_SETTLE_H

#include "call.h"

/* How an attempt ended for the bill (BILLING B5). */
typedef enum {
    GW_END_COMPLETE,    /* the answer came to its end */
    GW_END_CUT,         /* the upstream broke off, or a deadline passed */
    GW_END_CLIENT,      /* the client left, policy `cancel` */
    GW_END_DRAINED,     /* the client left, but the answer came to its end */
    GW_END_STOPPED,     /* this process has to end: billed as if he had left */
    GW_END_FAILED       /* no answer, or an error */
} gw_end_t;

/* Write the intent into the cell and open it: from here on the request has a
 * row, whatever happens. */
void gw_settle_open(gw_call_t *call, apr_int64_t prompt, apr_int64_t reserve);

/* An attempt begins: the row counts it, names its route and upstream, and
 * forgets what an earlier one reported. */
void gw_settle_attempt(gw_call_t *call, const gw_route_t *route);

/* The attempt failed: it is kept beside the row, whether another one follows
 * or not.  So a row with n attempts has n - 1 failed ones, or n if it got no
 * answer at all.  A retry over a dead pooled connection is an attempt too. */
void gw_settle_failed_attempt(gw_call_t *call, gw_reason_t reason, int status,
                              apr_interval_time_t took);

/* Settle.  Does nothing the second time.  After it call->cell is NULL and
 * call->row tells what became of it. */
void gw_settle(gw_call_t *call, gw_end_t end);

/* The settlement of a cell whose process died, into *row (helper). */
void gw_settle_dead(gw_row_t *row, const gw_cell_t *cell,
                    const gw_price_t *price, apr_time_t now);

#endif
