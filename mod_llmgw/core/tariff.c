/* SPDX-License-Identifier: Apache-2.0 */
/* tariff.c - see tariff.h. */
#include "tariff.h"

#define MICRO_TO_PICO 1000000

const char *gw_rate_name(unsigned rate)
{
    if (rate < GW_BUCKETS)
        return gw_bucket_names[rate];
    return rate == GW_RATE_OUTPUT_THINKING ? "output_thinking"
                                           : "per_request";
}

/* Where a rate that was not named comes from.  A source stands before those
 * that use it, so one pass in this order resolves chains. */
static const struct { unsigned char rate, from; } fallbacks[] = {
    { GW_INPUT_AUDIO,          GW_INPUT },
    { GW_INPUT_IMAGE,          GW_INPUT },
    { GW_INPUT_VIDEO,          GW_INPUT },
    { GW_CACHE_READ,           GW_INPUT },
    { GW_CACHE_READ_EXPLICIT,  GW_CACHE_READ },
    { GW_CACHE_WRITE_5M,       GW_INPUT },
    { GW_CACHE_WRITE_1H,       GW_CACHE_WRITE_5M },
    { GW_OUTPUT_AUDIO,         GW_OUTPUT },
    { GW_RATE_OUTPUT_THINKING, GW_OUTPUT },
};

void gw_tier_complete(gw_tier_t *tier)
{
    unsigned i;

    for (i = 0; i < GW_RATES; i++) {
        if (!(tier->given & 1u << i))
            tier->rate[i] = 0;
    }
    for (i = 0; i < GW_COUNT(fallbacks); i++) {
        if (!(tier->given & 1u << fallbacks[i].rate))
            tier->rate[fallbacks[i].rate] = tier->rate[fallbacks[i].from];
    }
}

static const char *tier_fault(const gw_tier_t *t, const gw_tier_t *before)
{
    if (t->up_to <= 0 || t->output_up_to <= 0)
        return "a bound must be at least 1";
    if (before == NULL)
        return NULL;
    if (before->up_to == t->up_to) {
        if (before->output_up_to >= t->output_up_to)
            return before->output_up_to == GW_NO_BOUND
                   ? "overlaps the tier before it, which has the same up_to "
                     "and no output_up_to"
                   : "output_up_to must ascend within one up_to";
        return NULL;
    }
    if (before->up_to > t->up_to)
        return before->up_to == GW_NO_BOUND
               ? "stands after a tier without up_to"
               : "up_to must ascend from tier to tier";
    if (before->output_up_to != GW_NO_BOUND)
        return "leaves a gap: the last tier of one up_to must have no "
               "output_up_to";
    return NULL;
}

apr_status_t gw_tariff_check(const gw_tier_t *tier, unsigned tiers,
                             unsigned *which, const char **why)
{
    unsigned i;

    *which = 0;
    *why = tiers == 0 ? "at least one tier is needed"
         : tiers > GW_TIERS ? "too many tiers" : NULL;
    for (i = 0; i < tiers && *why == NULL; i++) {
        *which = i;
        *why = tier_fault(&tier[i], i > 0 ? &tier[i - 1] : NULL);
    }
    if (*why == NULL && tier[tiers - 1].output_up_to != GW_NO_BOUND)
        *why = "leaves a gap: the last tier must have no output_up_to";
    return *why == NULL ? APR_SUCCESS : APR_EINVAL;
}

unsigned gw_tariff_tier(const gw_price_t *price, apr_int64_t prompt,
                        apr_int64_t output)
{
    unsigned i;

    for (i = 0; i + 1 < price->tiers; i++) {
        if (price->tier[i].up_to >= prompt
            && price->tier[i].output_up_to >= output)
            break;
    }
    return i;
}

/* The rate that a bucket pays; thinking prices the whole output. */
static apr_int64_t bucket_rate(const gw_tier_t *t, unsigned bucket,
                               int thinking)
{
    if (!thinking)
        return t->rate[bucket];
    if (bucket == GW_OUTPUT
        || (bucket == GW_OUTPUT_AUDIO && !(t->given & 1u << bucket)))
        return t->rate[GW_RATE_OUTPUT_THINKING];
    return t->rate[bucket];
}

apr_status_t gw_tariff_charge(gw_charge_t *charge, const gw_price_t *price,
                              const gw_usage_t *usage, apr_int64_t units)
{
    apr_int64_t prompt = usage->flags & GW_USAGE_CALLS
                         ? usage->largest : gw_usage_prompt(usage);

    return gw_tariff_charge_by(charge, price, usage, units,
                               gw_tariff_tier(price, prompt,
                                              gw_usage_output(usage)));
}

apr_status_t gw_tariff_charge_by(gw_charge_t *charge, const gw_price_t *price,
                                 const gw_usage_t *usage, apr_int64_t units,
                                 unsigned tier)
{
    const gw_tier_t *t = &price->tier[tier];
    int thinking = (usage->flags & GW_USAGE_THINKING) != 0;
    gw_pico_t amount = 0;
    apr_status_t rv;
    unsigned i;

    for (i = 0; i < GW_BUCKETS; i++) {
        rv = gw_money_add(&amount, usage->bucket[i],
                          bucket_rate(t, i, thinking));
        if (rv != APR_SUCCESS)
            return rv;
    }
    rv = gw_money_add(&amount, units * MICRO_TO_PICO,
                      t->rate[GW_RATE_PER_REQUEST]);
    if (rv != APR_SUCCESS)
        return rv;
    charge->amount = amount;
    charge->tier = tier;
    return APR_SUCCESS;
}

/* The dearest of the rates [first, last] that the bound lets occur. */
static apr_int64_t dearest(const gw_tier_t *t, unsigned rates, unsigned first,
                           unsigned last)
{
    apr_int64_t most = 0;
    unsigned i;

    for (i = first; i <= last; i++) {
        if ((rates & 1u << i) && t->rate[i] > most)
            most = t->rate[i];
    }
    return most;
}

apr_status_t gw_tariff_reserve(gw_pico_t *amount, const gw_price_t *price,
                               const gw_bound_t *bound)
{
    gw_pico_t most = 0;
    apr_int64_t below = 0;     /* the bound of the up_to group before */
    unsigned i;

    for (i = 0; i < price->tiers; i++) {
        const gw_tier_t *t = &price->tier[i];
        int last = i + 1 == price->tiers;
        gw_pico_t sum = 0;
        apr_status_t rv;

        if (i > 0 && price->tier[i - 1].up_to != t->up_to)
            below = price->tier[i - 1].up_to;
        if (below > 0 && below >= bound->prompt)
            break;
        /* above the last bound the last tier still prices */
        rv = gw_money_add(&sum, !last && t->up_to < bound->prompt
                                ? t->up_to : bound->prompt,
                          dearest(t, bound->rates, GW_INPUT,
                                  GW_CACHE_WRITE_1H));
        if (rv == APR_SUCCESS)
            rv = gw_money_add(&sum, bound->output,
                              dearest(t, bound->rates, GW_OUTPUT,
                                      GW_RATE_OUTPUT_THINKING));
        if (rv == APR_SUCCESS)
            rv = gw_money_add(&sum, bound->units * MICRO_TO_PICO,
                              t->rate[GW_RATE_PER_REQUEST]);
        if (rv != APR_SUCCESS)
            return rv;
        if (sum > most)
            most = sum;
    }
    *amount = most;
    return APR_SUCCESS;
}

int gw_tariff_fits(const gw_price_t *price, apr_int64_t prompt,
                   apr_int64_t output)
{
    gw_bound_t bound = { prompt > 0 ? prompt : GW_TOKENS_MAX,
                         output > 0 ? output : GW_TOKENS_MAX, ~0u, 1 };
    gw_pico_t amount;

    return gw_tariff_reserve(&amount, price, &bound) == APR_SUCCESS;
}
