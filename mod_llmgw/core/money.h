/* SPDX-License-Identifier: Apache-2.0 */
/* money.h - amounts of money as integers; no floating point anywhere.
 *
 * An amount is a number of pico-units, 10^-12 of a currency unit.  A rate is
 * the price of a million tokens in micro-units, which is the price of one
 * token in pico-units: tokens x rate needs no division and no rounding.
 *
 * Every operation that can leave its range says APR_ERANGE and leaves *out
 * alone.
 */
#ifndef GW_MONEY_H
#define GW_MONEY_H

#include "gw.h"

typedef apr_int64_t gw_pico_t;

#define GW_MONEY_TEXT 40        /* bytes that any amount as text fits in */

/* An amount of any size - a budget, what is spent or reserved of it, a sum
 * over rows: micro-units, and pico-units in [0, 10^6), so -1 pico-unit is
 * { -1, 999999 }.  Holds 9.2 * 10^12 currency units. */
typedef struct gw_sum_t {
    apr_int64_t micro;
    apr_int64_t pico;
} gw_sum_t;

#define GW_AMOUNT_MOST APR_INT64_C(1000000000000)   /* units that are read */

/* *out += count * rate.  APR_EINVAL: one of them is negative. */
apr_status_t gw_money_add(gw_pico_t *out, apr_int64_t count, apr_int64_t rate);

/* The amount of one request, which may be negative: an adjustment. */
gw_sum_t gw_sum_of(gw_pico_t amount);

/* *sum += other, *sum -= other. */
apr_status_t gw_sum_add(gw_sum_t *sum, const gw_sum_t *other);
apr_status_t gw_sum_subtract(gw_sum_t *sum, const gw_sum_t *other);

/* A sum from sums over its parts, each of any sign: currency units,
 * micro-units and pico-units.  APR_ERANGE: it does not fit, or the first two
 * of them do not. */
apr_status_t gw_sum_gather(gw_sum_t *sum, apr_int64_t units,
                           apr_int64_t micro, apr_int64_t pico);

/* < 0, 0, > 0 as a is less than, equal to, greater than b; than nothing. */
int gw_sum_compare(const gw_sum_t *a, const gw_sum_t *b);
int gw_sum_sign(const gw_sum_t *sum);

/* A price as prices are written, (0|[1-9][0-9]{0,6})(\.[0-9]{1,6})?, to a
 * rate in micro-units.  APR_EINVAL: it is not written so. */
apr_status_t gw_money_rate(apr_int64_t *rate, gw_str_t text);

/* An amount with up to 12 decimals, up to GW_AMOUNT_MOST, no sign.
 * APR_EINVAL: it is not written so.  APR_ERANGE: it is more. */
apr_status_t gw_money_amount(gw_sum_t *sum, gw_str_t text);

/* Shortest text: no exponent, no trailing zeros.  Returns out, which holds
 * GW_MONEY_TEXT bytes. */
char *gw_money_text(char *out, gw_pico_t amount);
char *gw_sum_text(char *out, const gw_sum_t *sum);

/* A rate as a price per million tokens. */
char *gw_rate_text(char *out, apr_int64_t rate);

#endif
