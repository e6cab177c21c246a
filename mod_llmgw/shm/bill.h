/* SPDX-License-Identifier: Apache-2.0 */
/* bill.h - what a request comes to, by how it ended. */
#ifndef GW_BILL_H
#define GW_BILL_H

#include "segment.h"

/* How an attempt ended for the bill (BILLING B5). */
typedef enum {
    GW_END_COMPLETE,    /* the answer came to its end */
    GW_END_CUT,         /* the upstream broke off, or a deadline passed */
    GW_END_CLIENT,      /* the client left, policy `cancel` */
    GW_END_DRAINED,     /* the client left, but the answer came to its end */
    GW_END_STOPPED,     /* this process has to end: billed as if the client
                           had left */
    GW_END_FAILED       /* no answer, or an error */
} gw_end_t;

/* State, source, usage, tier and amount of *row, which begins as a copy of
 * the cell's.  price NULL: it cannot be read, and nothing is charged.  Any
 * process, no lock; the cell is only read. */
void gw_bill_decide(gw_row_t *row, const gw_cell_t *cell,
                    const gw_price_t *price, gw_end_t end);

/* What the upstream counted so far, as a bill takes it.  Returns 0: the counts
 * do not give it, or the price cannot bill it.  Any process, no lock. */
int gw_bill_counted(gw_usage_t *usage, const gw_cell_t *cell,
                    const gw_price_t *price);

/* *row is the cell's from here on, and final.  The child that serves the
 * request, or the helper after it died; no lock. */
void gw_bill_store(gw_cell_t *cell, const gw_row_t *row);

/* Helper, no lock: decide and store the row of a cell whose process died,
 * unless its row is final already.  price: as above.  now: of the wall clock,
 * in microseconds. */
void gw_bill_dead(gw_cell_t *cell, const gw_price_t *price, apr_time_t now);

#endif
