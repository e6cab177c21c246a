/* SPDX-License-Identifier: Apache-2.0 */
/* tariff.h - from usage and price to amount: the only place where that is
 * done, for a bill, a reserve, a recovery or a check of the ledger.
 *
 * A price is a list of tiers.  The tier is chosen by the prompt of the one
 * request (and by its output, where a tier says so), upper bounds inclusive,
 * and prices the whole request.
 */
#ifndef GW_TARIFF_H
#define GW_TARIFF_H

#include "money.h"
#include "usage.h"

/* Rates: one for each bucket, and two more. */
enum {
    GW_RATE_OUTPUT_THINKING = GW_BUCKETS, /* for the whole output, instead of
                                             output, when thinking */
    GW_RATE_PER_REQUEST,                  /* micro-units for each request */
    GW_RATES
};

#define GW_TIERS 32             /* tiers of one price */
#define GW_NO_BOUND APR_INT64_MAX

typedef struct gw_tier_t {
    apr_int64_t up_to;          /* prompt tokens, inclusive; GW_NO_BOUND */
    apr_int64_t output_up_to;   /* output tokens, inclusive; GW_NO_BOUND */
    apr_int64_t rate[GW_RATES]; /* after gw_tier_complete: all of them */
    unsigned given;             /* bit i: rate[i] was named */
} gw_tier_t;

/* A dated version of a model's tiers; never changed once it exists. */
typedef struct gw_price_t {
    apr_int64_t id;
    apr_int64_t currency;       /* id of the currency */
    apr_int64_t from_ms;        /* in force from here on, epoch ms */
    unsigned tiers;
    const gw_tier_t *tier;
    apr_int64_t prompt_most, output_most;   /* tokens above which a count is
                                   absent; 0: GW_TOKENS_MAX */
} gw_price_t;

typedef struct gw_charge_t {
    gw_pico_t amount;
    unsigned tier;              /* index into the price's tiers */
} gw_charge_t;

/* "input", ..., "output_thinking", "per_request". */
const char *gw_rate_name(unsigned rate);

/* Fill in the rates that were not named (BILLING B2). */
void gw_tier_complete(gw_tier_t *tier);

/* Are the tiers in order, without overlap or gap (BILLING B3)?  APR_EINVAL:
 * no; *which is the first tier at fault and *why says what is wrong. */
apr_status_t gw_tariff_check(const gw_tier_t *tier, unsigned tiers,
                             unsigned *which, const char **why);

/* The index of the tier for this many prompt and output tokens. */
unsigned gw_tariff_tier(const gw_price_t *price, apr_int64_t prompt,
                        apr_int64_t output);

/* Price usage, by the tier of its prompt, or of its largest call's.  units:
 * how often per_request is charged (gw_usage_units).  APR_ERANGE: no int64
 * holds it, which GW_TOKENS_MAX excludes for tokens that gw_usage_* counted,
 * but not for search units. */
apr_status_t gw_tariff_charge(gw_charge_t *charge, const gw_price_t *price,
                              const gw_usage_t *usage, apr_int64_t units);

/* The same by the tier of this index, whatever the usage is. */
apr_status_t gw_tariff_charge_by(gw_charge_t *charge, const gw_price_t *price,
                                 const gw_usage_t *usage, apr_int64_t units,
                                 unsigned tier);

/* What may occur in a request, as far as its body tells (BILLING B9). */
typedef struct gw_bound_t {
    apr_int64_t prompt;         /* upper bound of the prompt */
    apr_int64_t output;         /* upper bound of the output, all choices */
    unsigned rates;             /* bit i: rate i can occur */
    apr_int64_t units;          /* how often per_request can be charged */
} gw_bound_t;

/* The most that usage within the bound can cost.  APR_ERANGE: too much. */
apr_status_t gw_tariff_reserve(gw_pico_t *amount, const gw_price_t *price,
                               const gw_bound_t *bound);

/* Does an int64 hold whatever a request of at most so many tokens can come
 * to?  0 tokens: no limit but GW_TOKENS_MAX. */
int gw_tariff_fits(const gw_price_t *price, apr_int64_t prompt,
                   apr_int64_t output);

#endif
