/* SPDX-License-Identifier: Apache-2.0 */
/* row.c - the words of a row, and its amount once more. */
#include "row.h"

const char *const gw_state_names[5] = {
    "open", "settled", "estimated", "free", "failed"
};
const char *const gw_source_names[4] = {
    "none", "reported", "drained", "estimated"
};
const char *const gw_kind_names[2] = { "request", "adjustment" };
const char *const gw_row_flag_names[GW_ROW_FLAGS] = {
    "thinking", "inconsistent", "client_left", "cut", "killed",
    "reserve_short", "upstream_error", "several_calls"
};
const char *const gw_reason_names[GW_REASONS] = {
    "none", "status", "connect", "pooled", "broke", "timeout", "error_event",
    "no_answer"
};

gw_sum_t gw_row_sum(const gw_row_t *row, apr_int64_t micro)
{
    gw_sum_t sum = gw_sum_of(row->amount), more = { micro, 0 };

    gw_sum_add(&sum, &more);    /* no row holds more than a sum does */
    return sum;
}

void gw_row_put_sum(gw_row_t *row, apr_int64_t *micro, const gw_sum_t *sum)
{
    *micro = 0;
    if (!__builtin_mul_overflow(sum->micro, 1000000, &row->amount)
        && !__builtin_add_overflow(row->amount, sum->pico, &row->amount))
        return;
    *micro = sum->micro;
    row->amount = sum->pico;
}

apr_status_t gw_row_reprice(gw_charge_t *charge, const gw_row_t *row,
                            const gw_price_t *price)
{
    if (row->kind != GW_KIND_REQUEST)
        return APR_EINVAL;
    charge->amount = 0;
    charge->tier = 0;
    if (row->state == GW_STATE_FAILED || row->state == GW_STATE_FREE)
        return APR_SUCCESS;
    if (!(row->usage.flags & GW_ROW_CALLS))
        return gw_tariff_charge(charge, price, &row->usage,
                                gw_usage_units(&row->usage));
    if (row->tier >= price->tiers)      /* which of them was chosen is kept */
        return APR_EINVAL;
    return gw_tariff_charge_by(charge, price, &row->usage,
                               gw_usage_units(&row->usage), row->tier);
}
