/* SPDX-License-Identifier: Apache-2.0 */
/* budget.h - the arithmetic of one budget: what was spent in a window, what
 * is reserved, what is left (BILLING B8).
 *
 * Spent is two figures: `committed` is what the ledger's rows of the window
 * come to, `pending` what settled requests add that have no row yet.  So a
 * budget can be read from the ledger at any time and cells do the rest.  A
 * request belongs to the window of its admission, whenever it ends.
 *
 * Amounts stay at the ends of their range rather than overflow: such a
 * budget is overdrawn either way.  Callers hold the lock that guards it.
 */
#ifndef GW_BUDGET_H
#define GW_BUDGET_H

#include "money.h"
#include "window.h"

#define GW_BUDGETS 8            /* of one key or team */
#define GW_CURRENCY 4           /* bytes of a code: three letters and NUL */

#define GW_BUDGET_UNREAD       0x01 /* committed was not read from the ledger */
#define GW_BUDGET_SOFT_LOGGED  0x02 /* passing of `soft` was logged */
#define GW_BUDGET_DEFAULT_ZONE 0x04 /* zone is that of LLMGatewayZone */

typedef struct gw_budget_t {
    gw_sum_t limit;
    gw_sum_t soft;              /* a threshold that is logged; 0: none */
    apr_time_t start;           /* of the window counted here */
    gw_sum_t committed, pending, reserved;
    char currency[GW_CURRENCY];
    apr_int16_t zone;           /* minutes east of UTC */
    unsigned char window;       /* gw_window_kind_t */
    unsigned char flags;        /* GW_BUDGET_* */
} gw_budget_t;

/* Do both count the same thing: currency, window and zone? */
int gw_budget_same(const gw_budget_t *a, const gw_budget_t *b);

/* Move the budget on to the window of a request admitted at t, where that is a
 * later one: nothing is spent or reserved in it yet.  Returns 1; 0: t lies
 * before the window counted here, and nothing changes. */
int gw_budget_roll(gw_budget_t *b, apr_time_t t);

/* Is a request of this currency, admitted at t, counted here? */
int gw_budget_counts(const gw_budget_t *b, const char *currency,
                     apr_time_t t);

/* What was spent in the window: committed + pending. */
gw_sum_t gw_budget_spent(const gw_budget_t *b);

/* What may still be reserved; negative: it is overdrawn. */
gw_sum_t gw_budget_left(const gw_budget_t *b);

/* Is so much, in pico-units, left of it? */
int gw_budget_has(const gw_budget_t *b, gw_pico_t amount);

/* Does this reserve fit once what others have reserved is settled, if they
 * come to nothing?  Then a refusal is a matter of time. */
int gw_budget_would_fit(const gw_budget_t *b, gw_pico_t reserve);

/* *sum += amount, *sum -= amount; beyond its range it stays at the end. */
void gw_budget_add(gw_sum_t *sum, const gw_sum_t *amount);
void gw_budget_take(gw_sum_t *sum, const gw_sum_t *amount);

/* 1 if the soft threshold is passed and this was not logged in this window yet;
 * the caller logs it.  Else 0. */
int gw_budget_soft(gw_budget_t *b);

#endif
