/* SPDX-License-Identifier: Apache-2.0 */
/* prices.h - the list prices of data/prices.h as prices of core. */
#ifndef GW_TEST_PRICES_H
#define GW_TEST_PRICES_H

#include "tariff.h"

enum {                      /* names of rates as data/prices.h writes them */
    RATE_INPUT = GW_INPUT, RATE_INPUT_AUDIO = GW_INPUT_AUDIO,
    RATE_INPUT_IMAGE = GW_INPUT_IMAGE, RATE_INPUT_VIDEO = GW_INPUT_VIDEO,
    RATE_CACHE_READ = GW_CACHE_READ,
    RATE_CACHE_READ_EXPLICIT = GW_CACHE_READ_EXPLICIT,
    RATE_CACHE_WRITE_5M = GW_CACHE_WRITE_5M,
    RATE_CACHE_WRITE_1H = GW_CACHE_WRITE_1H,
    RATE_OUTPUT = GW_OUTPUT, RATE_OUTPUT_AUDIO = GW_OUTPUT_AUDIO,
    RATE_OUTPUT_THINKING = GW_RATE_OUTPUT_THINKING
};

#define NONE GW_NO_BOUND
#define R(name, micro) [RATE_##name] = (micro),
#define T(model, currency, up_to, output_up_to, rates) \
    { model, currency, up_to, output_up_to, { rates } },

static const struct {
    const char *model, *currency;
    apr_int64_t up_to, output_up_to;
    apr_int64_t rate[GW_RATES];
} list_prices[] = {
#include "data/prices.h"
};

#undef NONE
#undef R
#undef T

/* Rows of one model stand together.  A rate counts as named if it is not
 * zero; input and output always are. */
static inline int list_price(gw_price_t *price, gw_tier_t *tier,
                             const char *model)
{
    unsigned i, k;

    memset(price, 0, sizeof(*price));
    price->tier = tier;
    for (i = 0; i < GW_COUNT(list_prices); i++) {
        gw_tier_t *t = &tier[price->tiers];

        if (strcmp(list_prices[i].model, model) != 0)
            continue;
        t->up_to = list_prices[i].up_to;
        t->output_up_to = list_prices[i].output_up_to;
        t->given = 1u << GW_INPUT | 1u << GW_OUTPUT;
        for (k = 0; k < GW_RATES; k++) {
            t->rate[k] = list_prices[i].rate[k];
            if (t->rate[k] != 0)
                t->given |= 1u << k;
        }
        gw_tier_complete(t);
        price->tiers++;
    }
    return price->tiers > 0;
}

#endif
