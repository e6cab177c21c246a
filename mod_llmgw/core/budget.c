/* SPDX-License-Identifier: Apache-2.0 */
/* budget.c - see budget.h. */
#include "budget.h"

static const gw_sum_t none, most = { APR_INT64_MAX, 999999 },
                      least = { APR_INT64_MIN, 0 };

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
        b->committed = b->pending = b->reserved = none;
        b->flags &= (unsigned char)~GW_BUDGET_SOFT_LOGGED;
    }
    return start == b->start;
}

int gw_budget_counts(const gw_budget_t *b, const char *currency, apr_time_t t)
{
    return memcmp(b->currency, currency, GW_CURRENCY) == 0
           && start_of(b, t) == b->start;
}

void gw_budget_add(gw_sum_t *sum, const gw_sum_t *amount)
{
    if (gw_sum_add(sum, amount) != APR_SUCCESS)
        *sum = amount->micro < 0 ? least : most;
}

void gw_budget_take(gw_sum_t *sum, const gw_sum_t *amount)
{
    if (gw_sum_subtract(sum, amount) != APR_SUCCESS)
        *sum = amount->micro < 0 ? most : least;
}

gw_sum_t gw_budget_spent(const gw_budget_t *b)
{
    gw_sum_t sum = b->committed;

    gw_budget_add(&sum, &b->pending);
    return sum;
}

gw_sum_t gw_budget_left(const gw_budget_t *b)
{
    gw_sum_t sum = b->limit;

    gw_budget_take(&sum, &b->committed);
    gw_budget_take(&sum, &b->pending);
    gw_budget_take(&sum, &b->reserved);
    return sum;
}

int gw_budget_has(const gw_budget_t *b, gw_pico_t amount)
{
    gw_sum_t left = gw_budget_left(b), wanted = gw_sum_of(amount);

    return gw_sum_compare(&wanted, &left) <= 0;
}

int gw_budget_would_fit(const gw_budget_t *b, gw_pico_t reserve)
{
    gw_budget_t idle = *b;

    idle.reserved = gw_sum_of(0);
    return gw_budget_has(&idle, reserve);
}

int gw_budget_soft(gw_budget_t *b)
{
    gw_sum_t spent = gw_budget_spent(b);

    if (gw_sum_sign(&b->soft) == 0 || (b->flags & GW_BUDGET_SOFT_LOGGED)
        || gw_sum_compare(&spent, &b->soft) < 0)
        return 0;
    b->flags |= GW_BUDGET_SOFT_LOGGED;
    return 1;
}
