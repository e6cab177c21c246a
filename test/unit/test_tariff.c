/* SPDX-License-Identifier: Apache-2.0 */
/* test_tariff.c - tiers: their order, the rates they leave out, the choice
 * of one, reserves as upper bounds, and amounts that no int64 holds. */
#include "tariff.h"

#include "tap.h"

#define NONE GW_NO_BOUND
#define BIT(rate) (1u << (rate))

/* ---- rates that are not named --------------------------------------- */

static const struct {
    const char *name;
    unsigned given;             /* each named rate is 100 + its number */
    apr_int64_t want[GW_RATES]; /* in the order of gw_bucket_t, + 2 */
} fallbacks[] = {
    { "input and output only", BIT(GW_INPUT) | BIT(GW_OUTPUT),
      { 100, 100, 100, 100, 100, 100, 100, 100, 108, 108, 108, 0 } },
    { "cache_read prices explicit reads too",
      BIT(GW_INPUT) | BIT(GW_OUTPUT) | BIT(GW_CACHE_READ),
      { 100, 100, 100, 100, 104, 104, 100, 100, 108, 108, 108, 0 } },
    { "explicit reads alone",
      BIT(GW_INPUT) | BIT(GW_OUTPUT) | BIT(GW_CACHE_READ_EXPLICIT),
      { 100, 100, 100, 100, 100, 105, 100, 100, 108, 108, 108, 0 } },
    { "5m writes price 1h writes",
      BIT(GW_INPUT) | BIT(GW_OUTPUT) | BIT(GW_CACHE_WRITE_5M),
      { 100, 100, 100, 100, 100, 100, 106, 106, 108, 108, 108, 0 } },
    { "1h writes do not price 5m writes",
      BIT(GW_INPUT) | BIT(GW_OUTPUT) | BIT(GW_CACHE_WRITE_1H),
      { 100, 100, 100, 100, 100, 100, 100, 107, 108, 108, 108, 0 } },
    { "media",
      BIT(GW_INPUT) | BIT(GW_OUTPUT) | BIT(GW_INPUT_AUDIO)
      | BIT(GW_INPUT_IMAGE) | BIT(GW_INPUT_VIDEO) | BIT(GW_OUTPUT_AUDIO),
      { 100, 101, 102, 103, 100, 100, 100, 100, 108, 109, 108, 0 } },
    { "thinking and per_request",
      BIT(GW_INPUT) | BIT(GW_OUTPUT) | BIT(GW_RATE_OUTPUT_THINKING)
      | BIT(GW_RATE_PER_REQUEST),
      { 100, 100, 100, 100, 100, 100, 100, 100, 108, 108, 110, 111 } },
    { "nothing but per_request", BIT(GW_RATE_PER_REQUEST),
      { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 111 } },
    { "all", (1u << GW_RATES) - 1,
      { 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111 } }
};

static void test_fallbacks(void)
{
    unsigned i, k;

    for (i = 0; i < GW_COUNT(fallbacks); i++) {
        gw_tier_t t = { NONE, NONE, { 0 }, fallbacks[i].given };

        for (k = 0; k < GW_RATES; k++)
            t.rate[k] = fallbacks[i].given & BIT(k) ? 100 + (int)k : 777;
        gw_tier_complete(&t);
        for (k = 0; k < GW_RATES; k++)
            is_int(t.rate[k], fallbacks[i].want[k], "fallback: %s: %s",
                   fallbacks[i].name, gw_rate_name(k));
        is_int(t.given, fallbacks[i].given, "fallback: %s: given stays",
               fallbacks[i].name);
    }
}

static void test_names(void)
{
    static const char *const names[GW_RATES] = {
        "input", "input_audio", "input_image", "input_video", "cache_read",
        "cache_read_explicit", "cache_write_5m", "cache_write_1h", "output",
        "output_audio", "output_thinking", "per_request"
    };
    unsigned i;

    for (i = 0; i < GW_RATES; i++)
        is_str(gw_rate_name(i), names[i], "rate %u has a name", i);
}

/* ---- the order of tiers --------------------------------------------- */

typedef struct bound_t { apr_int64_t up_to, output_up_to; } bound_t;

static const struct {
    const char *name;
    unsigned tiers;
    bound_t bound[4];
    apr_status_t rv;
    unsigned which;
    const char *why;            /* a word of it */
} checks[] = {
    { "one, open", 1, { { NONE, NONE } }, APR_SUCCESS, 0 },
    { "one, bounded", 1, { { 32000, NONE } }, APR_SUCCESS, 0 },
    { "three", 3, { { 32000, NONE }, { 128000, NONE }, { NONE, NONE } },
      APR_SUCCESS, 0 },
    { "the last is bounded", 2, { { 32000, NONE }, { 252000, NONE } },
      APR_SUCCESS, 0 },
    { "output bands", 3,
      { { 32000, 199 }, { 32000, NONE }, { 128000, NONE } }, APR_SUCCESS, 0 },
    { "three bands", 4,
      { { 32000, 199 }, { 32000, 999 }, { 32000, NONE }, { NONE, NONE } },
      APR_SUCCESS, 0 },
    { "bands in the last", 2, { { NONE, 199 }, { NONE, NONE } },
      APR_SUCCESS, 0 },
    { "smallest bound", 2, { { 1, NONE }, { 2, NONE } }, APR_SUCCESS, 0 },
    { "none", 0, { { 0, 0 } }, APR_EINVAL, 0, "least one" },
    { "bound zero", 1, { { 0, NONE } }, APR_EINVAL, 0, "at least 1" },
    { "bound negative", 2, { { 10, NONE }, { -1, NONE } },
      APR_EINVAL, 1, "at least 1" },
    { "output bound zero", 2, { { 10, 0 }, { 10, NONE } },
      APR_EINVAL, 0, "at least 1" },
    { "wrong order", 3, { { 32000, NONE }, { 16000, NONE }, { NONE, NONE } },
      APR_EINVAL, 1, "must ascend from" },
    { "after an open one", 2, { { NONE, NONE }, { 32000, NONE } },
      APR_EINVAL, 1, "after a tier without" },
    { "the same bound twice", 2, { { 32000, NONE }, { 32000, NONE } },
      APR_EINVAL, 1, "overlaps" },
    { "two open ones", 2, { { NONE, NONE }, { NONE, NONE } },
      APR_EINVAL, 1, "overlaps" },
    { "band after the open band", 2, { { 32000, NONE }, { 32000, 199 } },
      APR_EINVAL, 1, "overlaps" },
    { "bands in wrong order", 3,
      { { 32000, 999 }, { 32000, 199 }, { 32000, NONE } },
      APR_EINVAL, 1, "ascend within" },
    { "the same band twice", 3,
      { { 32000, 199 }, { 32000, 199 }, { 32000, NONE } },
      APR_EINVAL, 1, "ascend within" },
    { "gap above a band", 2, { { 32000, 199 }, { 128000, NONE } },
      APR_EINVAL, 1, "of one up_to" },
    { "gap at the end", 2, { { 32000, NONE }, { NONE, 199 } },
      APR_EINVAL, 1, "the last tier must" },
    { "one band only", 1, { { NONE, 199 } },
      APR_EINVAL, 0, "the last tier must" }
};

static void test_checks(void)
{
    unsigned i, k;

    for (i = 0; i < GW_COUNT(checks); i++) {
        gw_tier_t tier[4];
        unsigned which = 99;
        const char *why = "untouched";

        memset(tier, 0, sizeof(tier));
        for (k = 0; k < checks[i].tiers; k++) {
            tier[k].up_to = checks[i].bound[k].up_to;
            tier[k].output_up_to = checks[i].bound[k].output_up_to;
        }
        is_int(gw_tariff_check(tier, checks[i].tiers, &which, &why),
               checks[i].rv, "check: %s", checks[i].name);
        if (checks[i].rv == APR_SUCCESS)
            continue;
        is_int(which, checks[i].which, "check: %s: which", checks[i].name);
        ok(why != NULL && strstr(why, checks[i].why), "check: %s: why",
           checks[i].name);
    }
}

static void test_many_tiers(void)
{
    gw_tier_t tier[GW_TIERS + 1];
    unsigned which, i;
    const char *why;

    for (i = 0; i <= GW_TIERS; i++) {
        memset(&tier[i], 0, sizeof(tier[i]));
        tier[i].up_to = (apr_int64_t)i + 1;
        tier[i].output_up_to = NONE;
    }
    is_int(gw_tariff_check(tier, GW_TIERS, &which, &why), APR_SUCCESS,
           "check: as many as may be");
    is_int(gw_tariff_check(tier, GW_TIERS + 1, &which, &why), APR_EINVAL,
           "check: one too many");
}

/* ---- the choice of a tier ------------------------------------------- */

static const gw_tier_t banded[] = {
    { 32000, 199, { 0 }, 0 }, { 32000, 999, { 0 }, 0 },
    { 32000, NONE, { 0 }, 0 }, { 128000, NONE, { 0 }, 0 },
    { 200000, 10, { 0 }, 0 }, { 200000, NONE, { 0 }, 0 }
};

static const struct { apr_int64_t prompt, output; unsigned tier; }
choices[] = {
    { 0, 0, 0 }, { 1, 1, 0 }, { 32000, 199, 0 }, { 1, 200, 1 },
    { 32000, 999, 1 }, { 32000, 1000, 2 }, { 32001, 0, 3 },
    { 32001, 100000, 3 }, { 128000, 5, 3 }, { 128001, 10, 4 },
    { 128001, 11, 5 }, { 200000, 10, 4 }, { 200001, 1, 5 },
    { GW_TOKENS_MAX, GW_TOKENS_MAX, 5 }
};

static void test_choices(void)
{
    gw_price_t price = { 1, 1, 0, GW_COUNT(banded), banded };
    unsigned i;

    for (i = 0; i < GW_COUNT(choices); i++)
        is_int(gw_tariff_tier(&price, choices[i].prompt, choices[i].output),
               choices[i].tier, "tier of %d / %d", (int)choices[i].prompt,
               (int)choices[i].output);
}

/* ---- charges -------------------------------------------------------- */

/* Every rate a different power of ten or so, so that a digit tells which
 * bucket paid what. */
static void some_tier(gw_tier_t *t, unsigned given)
{
    static const apr_int64_t rate[GW_RATES] = {
        1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
        1000000000, 9999999999, 7
    };

    t->up_to = t->output_up_to = NONE;
    t->given = given;
    memcpy(t->rate, rate, sizeof(rate));
    gw_tier_complete(t);
}

static const struct {
    const char *name;
    gw_usage_t usage;
    unsigned not_given;
    apr_int64_t units;
    gw_pico_t amount;
} charges[] = {
    { "nothing, no request", { { 0 }, 0 }, 0, 0, 0 },
    { "per_request alone", { { 0 }, 0 }, 0, 1, 7000000 },
    { "search units", { { 0 }, 0 }, 0, 12, 84000000 },
    { "each bucket pays its own",
      { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1 }, 0 }, 0, 0, 1987654321 },
    { "thinking prices the output, not audio with a price",
      { { 0, 0, 0, 0, 0, 0, 0, 0, 2, 3 }, GW_USAGE_THINKING }, 0, 0,
      2 * 9999999999 + 3 * 1000000000LL },
    { "thinking prices audio that has no price of its own",
      { { 0, 0, 0, 0, 0, 0, 0, 0, 2, 3 }, GW_USAGE_THINKING },
      BIT(GW_OUTPUT_AUDIO), 0, 5 * 9999999999 },
    { "audio without a price pays output",
      { { 0, 0, 0, 0, 0, 0, 0, 0, 2, 3 }, 0 }, BIT(GW_OUTPUT_AUDIO), 0,
      500000000 },
    { "thinking without a price pays output",
      { { 0, 0, 0, 0, 0, 0, 0, 0, 2, 0 }, GW_USAGE_THINKING },
      BIT(GW_RATE_OUTPUT_THINKING), 0, 200000000 },
    { "inconsistent pays the same",
      { { 1, 0, 0, 0, 0, 0, 0, 0, 1, 0 }, GW_USAGE_INCONSISTENT }, 0, 0,
      100000001 }
};

static void test_charges(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(charges); i++) {
        gw_tier_t tier;
        gw_price_t price = { 1, 1, 0, 1, &tier };
        gw_charge_t charge = { -1, 99 };

        some_tier(&tier, ((1u << GW_RATES) - 1) & ~charges[i].not_given);
        is_int(gw_tariff_charge(&charge, &price, &charges[i].usage,
                                charges[i].units),
               APR_SUCCESS, "charge: %s", charges[i].name);
        is_int(charge.amount, charges[i].amount, "charge: %s: amount",
               charges[i].name);
        is_int(charge.tier, 0, "charge: %s: tier", charges[i].name);
    }
}

/* The largest usage at the largest rates fits, by the limits of both. */
static void test_largest(void)
{
    gw_tier_t tier = { NONE, NONE, { 0 }, (1u << GW_RATES) - 1 };
    gw_price_t price = { 1, 1, 0, 1, &tier };
    gw_usage_t usage = { { 0 }, 0 };
    gw_charge_t charge = { -1, 99 };
    gw_bound_t bound = { GW_TOKENS_MAX, 128LL * GW_TOKENS_MAX, ~0u };
    gw_pico_t amount = -1;
    unsigned k;

    for (k = 0; k < GW_RATES; k++)
        tier.rate[k] = 9999999999;
    usage.bucket[GW_INPUT] = usage.bucket[GW_OUTPUT] = GW_TOKENS_MAX;
    is_int(gw_tariff_charge(&charge, &price, &usage, 1), APR_SUCCESS,
           "the largest usage at the largest rates");
    is_int(charge.amount, 201000000 * 9999999999, "... and its amount");
    charge.amount = -1;
    usage.bucket[GW_INPUT] = 1000000000;
    is_int(gw_tariff_charge(&charge, &price, &usage, 1), APR_ERANGE,
           "usage beyond the limits is refused");
    is_int(charge.amount, -1, "... and leaves the charge alone");
    usage.bucket[GW_INPUT] = 0;
    is_int(gw_tariff_charge(&charge, &price, &usage, -1), APR_EINVAL,
           "negative units are refused");
    is_int(gw_tariff_reserve(&amount, &price, &bound), APR_ERANGE,
           "a reserve that no int64 holds");
    is_int(amount, -1, "... leaves the amount alone");
}

/* ---- reserves ------------------------------------------------------- */

#define IO (BIT(GW_INPUT) | BIT(GW_OUTPUT))

static const struct {
    const char *name;
    gw_bound_t bound;
    gw_pico_t amount;
} reserves[] = {
    { "first tier only", { 100, 10, IO }, 100 * 5 + 10 * 10 },
    { "at the bound", { 1000, 10, IO }, 1000 * 5 + 10 * 10 },
    { "above it, the cheaper tier below can be dearer",
      { 1001, 10, IO }, 1000 * 5 + 10 * 10 },
    { "above it, output decides", { 1001, 1000, IO }, 1001 * 4 + 1000 * 20 },
    { "the last tier has no end", { 9000, 0, IO }, 9000 * 6 },
    { "nothing", { 0, 0, IO }, 0 },
    { "at a bound, the dearer tier above does not count", { 2000, 0, IO },
      2000 * 4 },
    { "just above it, it does", { 2001, 0, IO }, 2001 * 6 },
    { "nothing that can occur", { 100, 10, 0 }, 0 },
    { "output only", { 0, 10, IO }, 100 },
    { "a dearer bucket that can occur", { 100, 0, IO | BIT(GW_INPUT_AUDIO) },
      100 * 50 },
    { "a cheaper one does not count", { 100, 0, IO | BIT(GW_CACHE_READ) },
      100 * 5 },
    { "thinking", { 0, 10, IO | BIT(GW_RATE_OUTPUT_THINKING) }, 10 * 40 },
    { "audio out", { 0, 10, IO | BIT(GW_OUTPUT_AUDIO) }, 10 * 80 },
    { "one request", { 0, 0, IO, 1 }, 3000000 },
    { "search units, in the dearest tier", { 1500, 0, IO, 12 },
      1500 * 4 + 12 * 9000000 }
};

static void test_reserves(void)
{
    gw_tier_t tier[3] = {
        { 1000, NONE, { 5, 50 }, 0 }, { 2000, NONE, { 4, 50 }, 0 },
        { 3000, NONE, { 6, 50 }, 0 }
    };
    gw_price_t price = { 1, 1, 0, 3, tier };
    gw_pico_t amount;
    unsigned i, k;

    for (k = 0; k < 3; k++) {
        tier[k].rate[GW_CACHE_READ] = 1;
        tier[k].rate[GW_OUTPUT] = k ? 20 : 10;
        tier[k].rate[GW_RATE_OUTPUT_THINKING] = 40;
        tier[k].rate[GW_OUTPUT_AUDIO] = 80;
        tier[k].rate[GW_RATE_PER_REQUEST] = k == 1 ? 9 : 3;
    }
    for (i = 0; i < GW_COUNT(reserves); i++) {
        amount = -1;
        is_int(gw_tariff_reserve(&amount, &price, &reserves[i].bound),
               APR_SUCCESS, "reserve: %s", reserves[i].name);
        is_int(amount, reserves[i].amount, "reserve: %s: amount",
               reserves[i].name);
    }
}

static unsigned below(unsigned long long *seed, unsigned n)
{
    return (unsigned)(tap_random(seed) % n);
}

static void random_tiers(gw_tier_t *tier, unsigned tiers,
                         unsigned long long *seed)
{
    unsigned k, r;

    for (k = 0; k < tiers; k++) {
        tier[k].up_to = (apr_int64_t)(k / 2 + 1) * 10;
        tier[k].output_up_to = k % 2 == 0 && k + 1 < tiers ? 5 : NONE;
        tier[k].given = below(seed, 1u << GW_RATES) | BIT(GW_INPUT);
        for (r = 0; r < GW_RATES; r++)
            tier[k].rate[r] = below(seed, 100);
        gw_tier_complete(&tier[k]);
    }
}

/* Usage, and a bound that holds it. */
static void random_usage(gw_usage_t *usage, gw_bound_t *bound,
                         unsigned long long *seed)
{
    unsigned k;

    memset(usage, 0, sizeof(*usage));
    bound->rates = 0;
    for (k = 0; k < GW_BUCKETS; k++) {
        if (below(seed, 3) > 0)
            continue;
        usage->bucket[k] = below(seed, 12);
        bound->rates |= BIT(k);
    }
    if (below(seed, 3) == 0) {
        usage->flags = GW_USAGE_THINKING;
        bound->rates |= BIT(GW_RATE_OUTPUT_THINKING);
    }
    bound->prompt = gw_usage_prompt(usage) + below(seed, 4);
    bound->output = gw_usage_output(usage) + below(seed, 4);
}

/* Usage within a bound never costs more than the bound's reserve. */
static void test_reserve_holds(void)
{
    unsigned long long seed = 7;
    unsigned i, over = 0, exact = 0, cases = tap_cases(500000);

    for (i = 0; i < cases; i++) {
        gw_tier_t tier[4];
        gw_price_t price = { 1, 1, 0, 1 + below(&seed, 4), tier };
        gw_usage_t usage;
        gw_bound_t bound;
        gw_charge_t charge;
        gw_pico_t reserve;

        random_tiers(tier, price.tiers, &seed);
        random_usage(&usage, &bound, &seed);
        usage.search_units = below(&seed, 4);
        bound.units = gw_usage_units(&usage) + below(&seed, 2);
        gw_tariff_charge(&charge, &price, &usage, gw_usage_units(&usage));
        gw_tariff_reserve(&reserve, &price, &bound);
        over += charge.amount > reserve;
        exact += charge.amount == reserve;
    }
    is_int(over, 0, "%u charges stay within their reserve", cases);
    ok(exact > 0, "... and some use all of it");
}

int main(void)
{
    test_fallbacks();
    test_names();
    test_checks();
    test_many_tiers();
    test_choices();
    test_charges();
    test_largest();
    test_reserves();
    test_reserve_holds();
    return tap_end();
}
