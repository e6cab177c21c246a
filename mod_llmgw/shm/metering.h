/* SPDX-License-Identifier: Apache-2.0 */
/* metering.h - a request in the meters of one owner: admit, take, settle.
 *
 * Everything here runs inside the owner's mutex and calls nothing that could
 * wait.  What an owner counts of a cell stands in the cell's marks, so that
 * it can be counted again (recount.h) when a process dies inside.
 */
#ifndef GW_METERING_H
#define GW_METERING_H

#include "segment.h"

/* What a request asks of its owners. */
typedef struct gw_need_t {
    apr_time_t steady;          /* for the rate windows */
    apr_time_t admitted;        /* the time of its id, for the budgets */
    apr_int64_t tokens;         /* from the token windows; -1: they are no
                                   matter */
    gw_pico_t reserve;          /* -1: it cannot be bounded */
    int bills;                  /* 0: a free model, or not yet known */
    char currency[GW_CURRENCY];
} gw_need_t;

/* The later ones weigh more. */
typedef enum {
    GW_ADMIT_FITS,
    GW_ADMIT_FULL,              /* no place: concurrency */
    GW_ADMIT_RESERVED,          /* a budget has it, but others hold it now */
    GW_ADMIT_WAIT,              /* a rate window: in `wait` µs it fits */
    GW_ADMIT_TOO_LARGE,         /* more than a token window ever has */
    GW_ADMIT_BUDGET,            /* a budget has not so much left */
    GW_ADMIT_UNBOUNDED,         /* a budget, and no bound for the cost */
    GW_ADMIT_CURRENCY,          /* budgets, but none in this currency */
    GW_ADMIT_UNREAD,            /* a budget's spent must be read first */
    GW_ADMIT_OLD_ID,            /* its id is of a window that has ended */
    GW_ADMIT_REVOKED,           /* the key was */
    GW_ADMIT_TEAM_DISABLED,
    GW_ADMIT_LOST               /* another has the owner's place by now, or
                                   nobody knows what holds for it */
} gw_verdict_kind_t;

typedef struct gw_verdict_t {
    gw_verdict_kind_t kind;
    int whose;                  /* 0: the key, 1: the team */
    gw_meter_t meter;           /* a copy of the one that binds */
    apr_interval_time_t wait;
} gw_verdict_t;

/* Would the owner admit it?  *verdict is changed only to one that weighs
 * more. */
void gw_metering_admit(gw_verdict_t *verdict, const gw_segment_t *seg,
                       gw_owner_t *o, int whose, const gw_need_t *need);

/* Take what it admits, for this cell. */
void gw_metering_take(gw_segment_t *seg, gw_owner_t *o, int whose,
                      const gw_need_t *need, gw_cell_t *cell);

/* Would every budget of the cell's currency hold so much for it, instead of
 * what it holds?  reserve: in pico-units, more than cell->reserve; -1: it is
 * not bounded.  *verdict: as above. */
void gw_metering_admit_growth(gw_verdict_t *verdict, const gw_segment_t *seg,
                              gw_owner_t *o, int whose, const gw_cell_t *cell,
                              gw_pico_t reserve);

/* Hold it. */
void gw_metering_grow(gw_segment_t *seg, gw_owner_t *o, int whose,
                      const gw_cell_t *cell, gw_pico_t reserve);

/* Reserve and taken tokens become what the cell's row says; a cell that was
 * never opened gives all back.  Returns 1 if a soft threshold is passed now:
 * *which gets a copy of the budget. */
int gw_metering_settle(gw_segment_t *seg, gw_owner_t *o, int whose,
                       gw_cell_t *cell, int opened, apr_time_t steady,
                       gw_budget_t *which);

/* The row is in the ledger: its amount is committed. */
void gw_metering_written(gw_segment_t *seg, gw_owner_t *o, int whose,
                         gw_cell_t *cell);

#endif
