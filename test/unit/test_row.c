/* SPDX-License-Identifier: Apache-2.0 */
/* test_row.c - a row's amount once more, and its words. */
#include "prices.h"
#include "row.h"
#include "tap.h"

static gw_tier_t tiers[GW_TIERS];
static gw_price_t price;

/* BILLING, worked case 1. */
static void make(gw_row_t *row)
{
    memset(row, 0, sizeof(*row));
    row->state = GW_STATE_SETTLED;
    row->source = GW_SOURCE_REPORTED;
    row->usage.bucket[GW_INPUT] = 50000;
    row->usage.bucket[GW_OUTPUT] = 2000;
    row->amount = APR_INT64_C(232000000000);
}

static void test_billed_rows(void)
{
    gw_charge_t charge;
    gw_row_t row;

    make(&row);
    is_int(gw_row_reprice(&charge, &row, &price), APR_SUCCESS, "settled");
    is_int(charge.amount, row.amount, "its amount");
    is_int(charge.tier, 1, "its tier");
    row.state = GW_STATE_ESTIMATED;
    row.usage.flags = GW_ROW_CUT | GW_ROW_KILLED | GW_ROW_CLIENT_LEFT;
    row.amount = 7;             /* it is made from the usage, not from this */
    is_int(gw_row_reprice(&charge, &row, &price), APR_SUCCESS, "estimated");
    is_int(charge.amount, APR_INT64_C(232000000000), "its amount");
}

/* Search units are charged by per_request, each of them. */
static void test_search_units(void)
{
    gw_tier_t tier = { GW_NO_BOUND, GW_NO_BOUND, { 5 }, 0 };
    gw_price_t by_unit = { 1, 1, 0, 1, &tier };
    gw_charge_t charge;
    gw_row_t row;

    tier.rate[GW_RATE_PER_REQUEST] = 2000;
    make(&row);
    memset(&row.usage, 0, sizeof(row.usage));
    is_int(gw_row_reprice(&charge, &row, &by_unit), APR_SUCCESS, "no units");
    is_int(charge.amount, 2000000000, "... is once");
    row.usage.search_units = 3;
    is_int(gw_row_reprice(&charge, &row, &by_unit), APR_SUCCESS, "units");
    is_int(charge.amount, 6000000000, "... is as often");
    row.usage.flags = GW_ROW_CALLS;
    gw_row_reprice(&charge, &row, &by_unit);
    is_int(charge.amount, 6000000000, "... by a tier that was kept, too");
    row.state = GW_STATE_FAILED;
    gw_row_reprice(&charge, &row, &by_unit);
    is_int(charge.amount, 0, "failed, it is nothing");
}

/* Of sums of several calls the tier is kept, not what chose it. */
static void test_several_calls(void)
{
    gw_charge_t charge;
    gw_row_t row;

    make(&row);
    row.usage.flags = GW_ROW_CALLS;
    row.tier = 0;
    is_int(gw_row_reprice(&charge, &row, &price), APR_SUCCESS, "by its tier");
    is_int(charge.amount, APR_INT64_C(145000000000), "its amount");
    is_int(charge.tier, 0, "its tier");
    row.tier = (unsigned char)price.tiers;
    is_int(gw_row_reprice(&charge, &row, &price), APR_EINVAL, "no such tier");
}

static void test_rows_that_cost_nothing(void)
{
    static const int states[] = { GW_STATE_FAILED, GW_STATE_FREE };
    gw_charge_t charge;
    gw_row_t row;
    unsigned i;

    for (i = 0; i < GW_COUNT(states); i++) {
        make(&row);
        row.state = (unsigned char)states[i];
        charge.amount = 1;
        is_int(gw_row_reprice(&charge, &row, &price), APR_SUCCESS, "%s",
               gw_state_names[states[i]]);
        is_int(charge.amount, 0, "%s: no amount", gw_state_names[states[i]]);
    }
}

static void test_adjustments(void)
{
    gw_charge_t charge;
    gw_row_t row;

    make(&row);
    row.kind = GW_KIND_ADJUSTMENT;
    is_int(gw_row_reprice(&charge, &row, &price), APR_EINVAL,
           "an adjustment has no usage");
}

static void test_words(void)
{
    is_str(gw_reason_names[GW_REASON_NONE], "none", "no reason");
    is_str(gw_reason_names[GW_REASON_CONNECT], "connect", "a reason");
    is_str(gw_reason_names[GW_REASON_ERROR_EVENT], "error_event",
           "the last reason");
    is_str(gw_row_flag_names[4], "killed", "a flag");
}

int main(void)
{
    ok(list_price(&price, tiers, "qwen3-max"), "the price is there");
    test_billed_rows();
    test_search_units();
    test_several_calls();
    test_rows_that_cost_nothing();
    test_adjustments();
    test_words();
    return tap_end();
}
