/* SPDX-License-Identifier: Apache-2.0 */
/* test_money.c - amounts as integers: reading, writing, adding, the edges. */
#include "money.h"

#include "tap.h"

#define MAX APR_INT64_MAX
#define MIN APR_INT64_MIN

static gw_str_t str(const char *text)
{
    gw_str_t s = { text, strlen(text) };

    return s;
}

/* ---- prices --------------------------------------------------------- */

static const struct {
    const char *text;
    apr_int64_t rate;           /* -1: refused */
    const char *shortest;       /* NULL: as text */
} rates[] = {
    { "0", 0, NULL },
    { "1", 1000000, NULL },
    { "2.5", 2500000, NULL },
    { "0.8", 800000, NULL },
    { "9999", 9999000000, NULL },
    { "9999.999999", 9999999999, NULL },
    { "10000", 10000000000, NULL },
    { "9999999.999999", 9999999999999, NULL },
    { "0.000001", 1, NULL },
    { "0.10", 100000, "0.1" },
    { "10.000000", 10000000, "10" },
    { "0.0", 0, "0" },
    { "1000", 1000000000, NULL },
    { "", -1, NULL },
    { ".", -1, NULL },
    { ".5", -1, NULL },
    { "5.", -1, NULL },
    { "00", -1, NULL },
    { "01", -1, NULL },
    { "00.5", -1, NULL },
    { "10000000", -1, NULL },
    { "01000000", -1, NULL },
    { "0.0000001", -1, NULL },
    { "1.0000000", -1, NULL },
    { "-1", -1, NULL },
    { "+1", -1, NULL },
    { "-0", -1, NULL },
    { " 1", -1, NULL },
    { "1 ", -1, NULL },
    { "1\n", -1, NULL },
    { "1,5", -1, NULL },
    { "1.5.5", -1, NULL },
    { "1e3", -1, NULL },
    { "0x10", -1, NULL },
    { "1_000", -1, NULL },
    { "NaN", -1, NULL },
    { "\xd9\xa1", -1, NULL }    /* an Arabic digit one */
};

static void test_rates(void)
{
    char text[GW_MONEY_TEXT];
    unsigned i;

    for (i = 0; i < GW_COUNT(rates); i++) {
        apr_int64_t rate = -77;
        apr_status_t rv = gw_money_rate(&rate, str(rates[i].text));

        if (rates[i].rate < 0) {
            is_int(rv, APR_EINVAL, "price row %u is refused", i);
            is_int(rate, -77, "price row %u leaves out alone", i);
            continue;
        }
        is_int(rv, APR_SUCCESS, "price '%s' is read", rates[i].text);
        is_int(rate, rates[i].rate, "price '%s'", rates[i].text);
        is_str(gw_rate_text(text, rate),
               rates[i].shortest ? rates[i].shortest : rates[i].text,
               "price '%s' as text", rates[i].text);
    }
    is_int(gw_money_rate(&(apr_int64_t){ 0 }, (gw_str_t){ "1\0", 2 }),
           APR_EINVAL, "a price does not end at a NUL");
    is_int(gw_money_rate(&(apr_int64_t){ 0 }, (gw_str_t){ NULL, 0 }),
           APR_EINVAL, "no price at all");
}

/* Every price of up to seven digits and any six decimals is its own text. */
static void test_rate_round_trip(void)
{
    unsigned long long seed = 1;
    unsigned i, wrong = 0, cases = tap_cases(300000);

    for (i = 0; i < cases; i++) {
        apr_int64_t rate = (apr_int64_t)(tap_random(&seed) % 10000000000000ULL);
        apr_int64_t again = -1;
        char text[GW_MONEY_TEXT];

        if (i & 1)
            rate = rate / 100000 * 100000;
        gw_rate_text(text, rate);
        wrong += gw_money_rate(&again, str(text)) != APR_SUCCESS
                 || again != rate;
    }
    is_int(wrong, 0, "%u prices come back from their text", cases);
}

/* ---- amounts -------------------------------------------------------- */

static const struct {
    const char *text;
    apr_int64_t micro, pico;    /* micro -1: refused; -2: too much */
    const char *shortest;
} amounts[] = {
    { "0", 0, 0, NULL },
    { "10", 10000000, 0, NULL },
    { "0.000000000001", 0, 1, NULL },
    { "0.000001", 1, 0, NULL },
    { "0.232", 232000, 0, NULL },
    { "999999999999.999999999999", 999999999999999999, 999999, NULL },
    { "1.500000000000", 1500000, 0, "1.5" },
    { "1.000000500000", 1000000, 500000, "1.0000005" },
    { "1000000000000", 1000000000000000000, 0, NULL },
    { "1000000000000.000000000000", 1000000000000000000, 0,
      "1000000000000" },
    { "1000000000000.000000000001", -2, 0, NULL },
    { "1000000000001", -2, 0, NULL },
    { "9999999999999", -2, 0, NULL },
    { "10000000000000", -1, 0, NULL },
    { "0.0000000000001", -1, 0, NULL },
    { "-1", -1, 0, NULL },
    { "", -1, 0, NULL },
    { "01", -1, 0, NULL },
    { "1.", -1, 0, NULL },
    { "1e2", -1, 0, NULL },
    { "10 CNY", -1, 0, NULL }
};

static void test_amounts(void)
{
    char text[GW_MONEY_TEXT];
    unsigned i;

    for (i = 0; i < GW_COUNT(amounts); i++) {
        gw_sum_t sum = { -7, -7 };
        apr_status_t rv = gw_money_amount(&sum, str(amounts[i].text));

        if (amounts[i].micro < 0) {
            is_int(rv, amounts[i].micro == -1 ? APR_EINVAL : APR_ERANGE,
                   "amount '%s' is refused", amounts[i].text);
            ok(sum.micro == -7 && sum.pico == -7,
               "amount '%s' leaves out alone", amounts[i].text);
            continue;
        }
        is_int(rv, APR_SUCCESS, "amount '%s' is read", amounts[i].text);
        is_int(sum.micro, amounts[i].micro, "amount '%s': micro",
               amounts[i].text);
        is_int(sum.pico, amounts[i].pico, "amount '%s': pico",
               amounts[i].text);
        is_str(gw_sum_text(text, &sum), amounts[i].shortest
               ? amounts[i].shortest : amounts[i].text,
               "amount '%s' as text", amounts[i].text);
    }
}

static const struct { gw_pico_t amount; const char *text; } texts[] = {
    { 0, "0" },
    { 1, "0.000000000001" },
    { -1, "-0.000000000001" },
    { 1000000000000, "1" },
    { -1000000000000, "-1" },
    { 232000000000, "0.232" },
    { -232000000000, "-0.232" },
    { 659250000000, "0.65925" },
    { 1000000, "0.000001" },
    { 999999, "0.000000999999" },
    { -1000001, "-0.000001000001" },
    { -1999999, "-0.000001999999" },
    { MAX, "9223372.036854775807" },
    { MIN, "-9223372.036854775808" }
};

static const struct { gw_sum_t sum; const char *text; } sum_texts[] = {
    { { 0, 0 }, "0" },
    { { -1, 999999 }, "-0.000000000001" },
    { { -1, 0 }, "-0.000001" },
    { { MAX, 999999 }, "9223372036854.775807999999" },
    { { MIN, 0 }, "-9223372036854.775808" },
    { { MIN, 1 }, "-9223372036854.775807999999" }
};

static void test_texts(void)
{
    char text[GW_MONEY_TEXT];
    unsigned i;

    for (i = 0; i < GW_COUNT(texts); i++)
        is_str(gw_money_text(text, texts[i].amount), texts[i].text,
               "amount %s", texts[i].text);
    for (i = 0; i < GW_COUNT(sum_texts); i++)
        is_str(gw_sum_text(text, &sum_texts[i].sum), sum_texts[i].text,
               "sum %s", sum_texts[i].text);
}

/* ---- tokens x rate -------------------------------------------------- */

static const struct {
    const char *name;
    gw_pico_t before;
    apr_int64_t count, rate;
    apr_status_t rv;
    gw_pico_t after;
} adds[] = {
    { "a tier's input", 0, 50000, 4000000, APR_SUCCESS, 200000000000 },
    { "onto an amount", 7, 2, 3, APR_SUCCESS, 13 },
    { "nothing", 7, 0, 4000000, APR_SUCCESS, 7 },
    { "free", 7, 4000000, 0, APR_SUCCESS, 7 },
    { "the dearest row that fits", 0, 100000000, 9999999999, APR_SUCCESS,
      999999999900000000 },
    { "negative count", 7, -1, 1, APR_EINVAL, 7 },
    { "negative rate", 7, 1, -1, APR_EINVAL, 7 },
    { "both negative", 7, -1, -1, APR_EINVAL, 7 },
    { "exactly the most", 0, MAX, 1, APR_SUCCESS, MAX },
    { "the most and one", 1, MAX, 1, APR_ERANGE, 1 },
    { "product too large", 7, MAX, 2, APR_ERANGE, 7 },
    { "square root, fits", 0, 3037000499, 3037000500, APR_SUCCESS,
      9223372033963249500 },
    { "square root, one more", 0, 3037000500, 3037000500, APR_ERANGE, 0 },
    { "from below zero", MIN, MAX, 1, APR_SUCCESS, -1 }
};

static void test_adds(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(adds); i++) {
        gw_pico_t amount = adds[i].before;

        is_int(gw_money_add(&amount, adds[i].count, adds[i].rate),
               adds[i].rv, "add: %s", adds[i].name);
        is_int(amount, adds[i].after, "add: %s: amount", adds[i].name);
    }
}

/* ---- sums ----------------------------------------------------------- */

static const struct {
    const char *name;
    gw_sum_t sum;
    gw_pico_t add;
    apr_status_t rv;
    gw_sum_t want;
} sums[] = {
    { "a charge", { 0, 0 }, 232000000001, APR_SUCCESS, { 232000, 1 } },
    { "carry", { 1, 999999 }, 1, APR_SUCCESS, { 2, 0 } },
    { "an adjustment", { 2, 0 }, -1, APR_SUCCESS, { 1, 999999 } },
    { "below zero", { 0, 0 }, -1, APR_SUCCESS, { -1, 999999 } },
    { "up to zero", { -1, 999999 }, 1, APR_SUCCESS, { 0, 0 } },
    { "the largest amount", { 0, 0 }, MAX, APR_SUCCESS,
      { 9223372036854, 775807 } },
    { "the least amount", { 0, 0 }, MIN, APR_SUCCESS,
      { -9223372036855, 224192 } },
    { "last pico", { MAX, 999998 }, 1, APR_SUCCESS, { MAX, 999999 } },
    { "one too many", { MAX, 999999 }, 1, APR_ERANGE, { MAX, 999999 } },
    { "lowest", { MIN, 1 }, -1, APR_SUCCESS, { MIN, 0 } },
    { "one too low", { MIN, 0 }, -1, APR_ERANGE, { MIN, 0 } },
    { "back from the top", { MAX, 999999 }, MIN, APR_SUCCESS,
      { MAX - 9223372036854, 224191 } }
};

static void test_sums(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(sums); i++) {
        gw_sum_t sum = sums[i].sum, amount = gw_sum_of(sums[i].add);

        is_int(gw_sum_add(&sum, &amount), sums[i].rv, "sum: %s",
               sums[i].name);
        is_int(sum.micro, sums[i].want.micro, "sum: %s: micro", sums[i].name);
        is_int(sum.pico, sums[i].want.pico, "sum: %s: pico", sums[i].name);
    }
}

static const struct {
    const char *name;
    gw_sum_t a, b;
    apr_status_t rv;
    gw_sum_t want;
} joins[] = {
    { "plain", { 1, 2 }, { 3, 4 }, APR_SUCCESS, { 4, 6 } },
    { "carry", { 1, 999999 }, { -1, 999999 }, APR_SUCCESS, { 1, 999998 } },
    { "the largest", { MAX - 1, 999999 }, { 0, 999999 }, APR_SUCCESS,
      { MAX, 999998 } },
    { "too large by the carry", { MAX, 999999 }, { 0, 1 }, APR_ERANGE,
      { MAX, 999999 } },
    { "too large", { MAX, 0 }, { MAX, 0 }, APR_ERANGE, { MAX, 0 } },
    { "the carry saves it", { MIN, 999999 }, { -1, 1 }, APR_SUCCESS,
      { MIN, 0 } },
    { "too low", { MIN, 999998 }, { -1, 1 }, APR_ERANGE, { MIN, 999998 } }
};

static void test_joins(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(joins); i++) {
        gw_sum_t sum = joins[i].a;

        is_int(gw_sum_add(&sum, &joins[i].b), joins[i].rv, "join: %s",
               joins[i].name);
        ok(sum.micro == joins[i].want.micro && sum.pico == joins[i].want.pico,
           "join: %s: the sum", joins[i].name);
    }
}

static const struct { gw_sum_t a, b; int want; } compares[] = {
    { { 0, 0 }, { 0, 0 }, 0 },
    { { 0, 1 }, { 0, 0 }, 1 },
    { { 0, 999999 }, { 1, 0 }, -1 },
    { { -1, 999999 }, { 0, 0 }, -1 },
    { { -1, 999999 }, { -1, 0 }, 1 },
    { { MIN, 0 }, { MAX, 0 }, -1 },
    { { MAX, 0 }, { MIN, 0 }, 1 }
};

static void test_compares(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(compares); i++) {
        int got = gw_sum_compare(&compares[i].a, &compares[i].b);

        is_int((got > 0) - (got < 0), compares[i].want, "compare: row %u", i);
    }
}

int main(void)
{
    test_rates();
    test_rate_round_trip();
    test_amounts();
    test_texts();
    test_adds();
    test_sums();
    test_joins();
    test_compares();
    return tap_end();
}
