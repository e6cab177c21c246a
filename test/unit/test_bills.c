/* SPDX-License-Identifier: Apache-2.0 */
/* test_bills.c - whole bills: the upstream's words in, an amount out.
 *
 * The worked bills that the billing rules end with, the worked examples of
 * the price lists, and every edge of every tier of 85 models.
 */
#include "answer.h"
#include "prices.h"

#include "tap.h"

/* ---- answers with usage --------------------------------------------- */

#define USAGE(text) "{\"id\":\"a\",\"choices\":[],\"usage\":{" text "}}"
#define IN_DETAILS(text) "\"prompt_tokens_details\":{" text "}"
#define OUT_DETAILS(text) "\"completion_tokens_details\":{" text "}"

static const struct {
    const char *name, *model, *answer;
    unsigned tier;
    gw_pico_t amount;
    const char *text;
    unsigned flags;
} bills[] = {
    { "1: the second tier prices all of it", "qwen3-max",
      USAGE("\"prompt_tokens\":50000,\"completion_tokens\":2000,"
            "\"total_tokens\":52000"), 1, 232000000000, "0.232", 0 },
    { "1: four choices of 500", "qwen3-max",
      "{\"choices\":[{\"index\":0},{\"index\":1},{\"index\":2},"
      "{\"index\":3}],\"usage\":{\"prompt_tokens\":50000,"
      "\"completion_tokens\":2000,\"total_tokens\":52000}}",
      1, 232000000000, "0.232", 0 },
    { "2: implicit hits", "qwen3-max",
      USAGE("\"prompt_tokens\":50000,\"completion_tokens\":2000,"
            "\"total_tokens\":52000," IN_DETAILS("\"cached_tokens\":40000")),
      1, 104000000000, "0.104", 0 },
    { "4: thinking prices the whole output", "qwen-plus",
      USAGE("\"prompt_tokens\":1000,\"completion_tokens\":500,"
            "\"total_tokens\":1500," OUT_DETAILS("\"reasoning_tokens\":300")),
      0, 4800000000, "0.0048", GW_USAGE_THINKING },
    { "4: asked to think, but did not", "qwen-plus",
      USAGE("\"prompt_tokens\":1000,\"completion_tokens\":500,"
            "\"total_tokens\":1500," OUT_DETAILS("\"reasoning_tokens\":0")),
      0, 1800000000, "0.0018", 0 },
    { "5: 199 tokens of output", "glm-4.7",
      USAGE("\"prompt_tokens\":10000,\"completion_tokens\":199,"
            "\"total_tokens\":10199"), 0, 21592000000, "0.021592", 0 },
    { "5: 200 tokens of output", "glm-4.7",
      USAGE("\"prompt_tokens\":10000,\"completion_tokens\":200,"
            "\"total_tokens\":10200"), 1, 32800000000, "0.0328", 0 },
    { "6: audio in the prompt", "gemini-2.5-flash",
      USAGE("\"prompt_tokens\":5000,\"completion_tokens\":400,"
            "\"total_tokens\":5400," IN_DETAILS("\"text_tokens\":2000,"
            "\"audio_tokens\":3000")), 0, 4600000000, "0.0046", 0 },
    { "7: reasoning beside the completion", "grok-4.3",
      USAGE("\"prompt_tokens\":12,\"completion_tokens\":2,"
            "\"total_tokens\":354," OUT_DETAILS("\"reasoning_tokens\":340")),
      0, 870000000, "0.00087", GW_USAGE_THINKING },
    { "8: more cached than there was prompt", "qwen3-max",
      USAGE("\"prompt_tokens\":56322,\"completion_tokens\":500,"
            "\"total_tokens\":56822," IN_DETAILS("\"cached_tokens\":72960")),
      2, 510398000000, "0.510398", GW_USAGE_INCONSISTENT },
    { "11: the charge", "qwen3-max",
      USAGE("\"prompt_tokens\":812,\"completion_tokens\":240,"
            "\"total_tokens\":1052"), 0, 4430000000, "0.00443", 0 },
    { "list: edge inclusive", "qwen3-max",
      USAGE("\"prompt_tokens\":32000,\"completion_tokens\":0,"
            "\"total_tokens\":32000"), 0, 80000000000, "0.08", 0 },
    { "list: edge plus one", "qwen3-max",
      USAGE("\"prompt_tokens\":32001,\"completion_tokens\":0,"
            "\"total_tokens\":32001"), 1, 128004000000, "0.128004", 0 },
    { "list: whole request, not marginal", "qwen3-max",
      USAGE("\"prompt_tokens\":128001,\"completion_tokens\":1000,"
            "\"total_tokens\":129001"), 2, 924007000000, "0.924007", 0 },
    { "list: explicit cache written", "qwen3-max",
      USAGE("\"prompt_tokens\":2059,\"completion_tokens\":201,"
            "\"total_tokens\":2260," IN_DETAILS("\"cached_tokens\":0,"
            "\"cache_creation_input_tokens\":2048,"
            "\"cache_type\":\"ephemeral\"")), 0, 8437500000, "0.0084375", 0 },
    { "list: explicit cache read", "qwen3-max",
      USAGE("\"prompt_tokens\":2059,\"completion_tokens\":201,"
            "\"total_tokens\":2260," IN_DETAILS("\"cached_tokens\":2048,"
            "\"cache_creation_input_tokens\":0,"
            "\"cache_type\":\"ephemeral\"")), 0, 2549500000, "0.0025495", 0 }
};

static void test_bills(void)
{
    static const gw_usage_rule_t rule;
    gw_tier_t tier[GW_TIERS];
    unsigned i;

    for (i = 0; i < GW_COUNT(bills); i++) {
        const char *name = bills[i].name;
        gw_answer_t a;
        gw_usage_t usage;
        gw_price_t price;
        gw_charge_t charge = { -1, 99 };
        char text[GW_MONEY_TEXT];

        gw_answer_start(&a, &gw_answer_openai, 0);
        gw_answer_feed(&a, bills[i].answer, strlen(bills[i].answer));
        is_int(gw_answer_end(&a), APR_SUCCESS, "%s: answer", name);
        is_int(gw_usage_openai(&usage, &a.counts, &rule), APR_SUCCESS,
               "%s: usage", name);
        ok(list_price(&price, tier, bills[i].model), "%s: price", name);
        is_int(gw_tariff_charge(&charge, &price, &usage, 1), APR_SUCCESS,
               "%s: charge", name);
        is_int(charge.tier, bills[i].tier, "%s: tier", name);
        is_int(charge.amount, bills[i].amount, "%s: amount", name);
        is_str(gw_money_text(text, charge.amount), bills[i].text,
               "%s: text", name);
        is_int(usage.flags, bills[i].flags, "%s: flags", name);
    }
}

/* ---- buckets of the other dialect ----------------------------------- */

static const struct {
    const char *name, *model;
    apr_int64_t input, read, w5m, w1h, output;
    unsigned tier;
    gw_pico_t amount;
} messages[] = {
    { "3: all kinds of cache, second tier", "claude-sonnet-4-5",
      3000, 150000, 40000, 20000, 500, 1, 659250000000 },
    { "list: the threshold counts what was cached", "claude-sonnet-4-5",
      1000, 199001, 0, 0, 100, 1, 127650600000 },
    { "one less is the first tier", "claude-sonnet-4-5",
      1000, 199000, 0, 0, 100, 0, 64200000000 }
};

static void test_messages(void)
{
    gw_tier_t tier[GW_TIERS];
    unsigned i;

    for (i = 0; i < GW_COUNT(messages); i++) {
        gw_usage_t usage = { { 0 }, 0 };
        gw_price_t price;
        gw_charge_t charge = { -1, 99 };

        usage.bucket[GW_INPUT] = messages[i].input;
        usage.bucket[GW_CACHE_READ] = messages[i].read;
        usage.bucket[GW_CACHE_WRITE_5M] = messages[i].w5m;
        usage.bucket[GW_CACHE_WRITE_1H] = messages[i].w1h;
        usage.bucket[GW_OUTPUT] = messages[i].output;
        list_price(&price, tier, messages[i].model);
        gw_tariff_charge(&charge, &price, &usage, 1);
        is_int(charge.tier, messages[i].tier, "%s: tier", messages[i].name);
        is_int(charge.amount, messages[i].amount, "%s: amount",
               messages[i].name);
    }
}

/* ---- nobody counted, and reserves ----------------------------------- */

static const struct {
    const char *name;
    apr_int64_t text, messages, out_bytes;
    gw_pico_t amount;
} estimates[] = {
    { "9: no usage at all", 4000, 3, 901, 4820000000 },
    { "10: client left after 400 bytes", 4000, 3, 400, 3560000000 },
    { "10: client left before any", 4000, 3, 0, 2560000000 }
};

static void test_estimates(void)
{
    gw_tier_t tier[GW_TIERS];
    gw_price_t price;
    unsigned i;

    list_price(&price, tier, "qwen3-max");
    for (i = 0; i < GW_COUNT(estimates); i++) {
        gw_usage_t usage = { { 0 }, 0 };
        gw_charge_t charge = { -1, 99 };

        usage.bucket[GW_INPUT] = gw_usage_estimate(estimates[i].text, 250)
                                 + 8 * estimates[i].messages;
        usage.bucket[GW_OUTPUT] = gw_usage_estimate(estimates[i].out_bytes,
                                                    250);
        gw_tariff_charge(&charge, &price, &usage, 1);
        is_int(charge.amount, estimates[i].amount, "%s", estimates[i].name);
    }
}

#define BIT(rate) (1u << (rate))
#define PLAIN (BIT(GW_INPUT) | BIT(GW_CACHE_READ) | BIT(GW_OUTPUT))
#define THINKING (PLAIN | BIT(GW_RATE_OUTPUT_THINKING))

static const struct {
    const char *name, *model;
    gw_bound_t bound;
    gw_pico_t amount;
} reserves[] = {
    { "5: the dearer of two output tiers", "glm-4.7",
      { 10000, 4096, PLAIN }, 87344000000 },
    { "11: text, messages and the model's own", "qwen3-max",
      { 3000 + 16 * 4 + 512, 1000, PLAIN }, 18940000000 },
    { "12: two choices that think", "qwen-plus",
      { 5000, 2 * (1000 + 4096), THINKING }, 85536000000 }
};

static void test_reserves(void)
{
    gw_tier_t tier[GW_TIERS];
    unsigned i;

    for (i = 0; i < GW_COUNT(reserves); i++) {
        gw_price_t price;
        gw_pico_t amount = -1;

        list_price(&price, tier, reserves[i].model);
        is_int(gw_tariff_reserve(&amount, &price, &reserves[i].bound),
               APR_SUCCESS, "reserve %s", reserves[i].name);
        is_int(amount, reserves[i].amount, "reserve %s: amount",
               reserves[i].name);
    }
}

/* ---- every edge of 85 models ---------------------------------------- */

#define E(model, prompt, output, cached, thinking, tier, amount) \
    { model, prompt, output, cached, thinking, tier, amount },

static const struct {
    const char *model;
    apr_int64_t prompt, output, cached;
    unsigned thinking, tier;
    const char *amount;
} edges[] = {
#include "data/edges.h"
};

static void test_edges(void)
{
    gw_tier_t tier[GW_TIERS];
    unsigned i;

    for (i = 0; i < GW_COUNT(edges); i++) {
        gw_usage_t usage = { { 0 }, 0 };
        gw_price_t price;
        gw_charge_t charge = { -1, 99 };
        char text[GW_MONEY_TEXT];

        usage.bucket[GW_INPUT] = edges[i].prompt - edges[i].cached;
        usage.bucket[GW_CACHE_READ] = edges[i].cached;
        usage.bucket[GW_OUTPUT] = edges[i].output;
        usage.flags = edges[i].thinking ? GW_USAGE_THINKING : 0;
        list_price(&price, tier, edges[i].model);
        gw_tariff_charge(&charge, &price, &usage, 1);
        is_int(charge.tier, edges[i].tier, "%s %d/%d: tier", edges[i].model,
               (int)edges[i].prompt, (int)edges[i].output);
        is_str(gw_money_text(text, charge.amount), edges[i].amount,
               "%s %d/%d: amount", edges[i].model, (int)edges[i].prompt,
               (int)edges[i].output);
    }
}

/* Every list price is one that would be taken, and has its edges tested. */
static void test_list(void)
{
    unsigned i, k, models = 0;

    for (i = 0; i < GW_COUNT(list_prices); i++) {
        const char *model = list_prices[i].model, *why;
        gw_tier_t tier[GW_TIERS];
        gw_price_t price;
        unsigned which, found = 0;

        if (i > 0 && strcmp(model, list_prices[i - 1].model) == 0)
            continue;
        models++;
        list_price(&price, tier, model);
        is_int(gw_tariff_check(tier, price.tiers, &which, &why), APR_SUCCESS,
               "%s: tiers are in order", model);
        for (k = 0; k < GW_COUNT(edges); k++)
            found |= strcmp(edges[k].model, model) == 0
                     ? 1u << edges[k].tier : 0;
        is_int(found, (1u << price.tiers) - 1, "%s: every tier is reached",
               model);
    }
    is_int(models, 85, "models in the list");
}

int main(void)
{
    test_bills();
    test_messages();
    test_estimates();
    test_reserves();
    test_edges();
    test_list();
    return tap_end();
}
