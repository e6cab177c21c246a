/* SPDX-License-Identifier: Apache-2.0 */
/* budget.c - see budget.h. */
#include "budget.h"

typedef __int128 wide_t;

static gw_pico_t within(wide_t n)
{
    return n > APR_INT64_MAX ? APR_INT64_MAX
         : n < APR_INT64_MIN ? APR_INT64_MIN : (gw_pico_t)n;
}

int gw_budget_same(const gw_budget_t *a, const gw_budget_t *b)
{
    return memcmp(a->currency, b->currency, GW_CURRENCY) == 0
           && a->window == b->window && a->zone == b->zone;
}

static apr_time_t start_of(const gw_budget_t *b, apr_time_t t)
{
    return gw_window_start((gw_window_kind_t)b->window, b->zone, t);
}

int gw_budget_roll(gw_budget_t *b, apr_time_t t)
{
    apr_time_t start = start_of(b, t);

    if (start > b->start) {
        b->start = start;
        b->committed = b->pending = b->reserved = 0;
        b->flags &= (unsigned char)~GW_BUDGET_SOFT_SAID;
    }
    return start == b->start;
}

int gw_budget_counts(const gw_budget_t *b, const char *currency, apr_time_t t)
{
    return memcmp(b->currency, currency, GW_CURRENCY) == 0
           && start_of(b, t) == b->start;
}

void gw_budget_add(gw_pico_t *sum, gw_pico_t amount)
{
    *sum = within((wide_t)*sum + amount);
}

gw_pico_t gw_budget_spent(const gw_budget_t *b)
{
    return within((wide_t)b->committed + b->pending);
}

gw_pico_t gw_budget_left(const gw_budget_t *b)
{
    return within((wide_t)b->limit - b->committed - b->pending - b->reserved);
}

int gw_budget_soft(gw_budget_t *b)
{
    if (b->soft == 0 || (b->flags & GW_BUDGET_SOFT_SAID)
        || gw_budget_spent(b) < b->soft)
        return 0;
    b->flags |= GW_BUDGET_SOFT_SAID;
    return 1;
}
