/* SPDX-License-Identifier: Apache-2.0 */
/* test_oracle.c - a million random bills against oracle.py.
 *
 * Two workers each read cases and results from an oracle of their own and
 * do the same bills with core.  The oracle's lines are described there.
 */
#include "tariff.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

#define CASES 1000000
#define WORKERS 2

typedef struct work_t {
    gw_tier_t tier[GW_TIERS];
    gw_price_t price;
    unsigned bills, empty, dear, reserves, wrong;
} work_t;

static long long number(char **p)
{
    return strtoll(*p, p, 10);
}

static int expect(char **p, char c)
{
    while (**p == ' ')
        (*p)++;
    return *(*p)++ == c;
}

/* A word of the line, up to a blank. */
static gw_str_t word(char **p)
{
    gw_str_t w;

    while (**p == ' ')
        (*p)++;
    w.p = *p;
    w.n = strcspn(*p, " \n");
    *p += w.n;
    return w;
}

static int read_price(work_t *w, char *p)
{
    unsigned i, k, which;
    const char *why;

    w->price.tier = w->tier;
    w->price.tiers = (unsigned)number(&p);
    for (i = 0; i < w->price.tiers; i++) {
        gw_tier_t *t = &w->tier[i];

        t->up_to = number(&p);
        t->output_up_to = number(&p);
        t->given = 0;
        for (k = 0; k < GW_RATES; k++) {
            gw_str_t text = word(&p);

            if (gw_str_is(text, "-"))
                continue;
            t->given |= 1u << k;
            if (gw_money_rate(&t->rate[k], text) != APR_SUCCESS)
                return 0;
        }
        gw_tier_complete(t);
    }
    return gw_tariff_check(w->tier, w->price.tiers, &which, &why)
           == APR_SUCCESS;
}

static void read_counts(gw_counts_t *counts, gw_usage_rule_t *rule, char **p)
{
    unsigned k;

    gw_counts_clear(counts);
    for (k = 0; k < GW_COUNTS; k++) {
        long long n = number(p);

        if (n >= 0)
            gw_counts_put(counts, k, n);
    }
    counts->seen = 1;
    counts->explicit_cache = number(p) != 0;
    counts->bad = number(p) != 0;
    rule->cache = (gw_cache_place_t)number(p);
    rule->output_total = number(p) != 0;
    rule->no_output = number(p) != 0;
    rule->reasoning = number(p) != 0;
    rule->prompt_most = number(p);
    rule->output_most = number(p);
}

static int same_bill(const work_t *w, const gw_usage_t *u, char *p)
{
    gw_charge_t charge = { -1, 99 };
    char text[GW_MONEY_TEXT];
    unsigned k;

    for (k = 0; k < GW_BUCKETS; k++) {
        if (u->bucket[k] != number(&p))
            return 0;
    }
    return u->search_units == number(&p)
           && gw_tariff_charge(&charge, &w->price, u, gw_usage_units(u))
              == APR_SUCCESS
           && u->flags == (unsigned)number(&p)
           && charge.tier == (unsigned)number(&p)
           && charge.amount == number(&p)
           && gw_str_is(word(&p), gw_money_text(text, charge.amount));
}

static int read_bill(work_t *w, char *p)
{
    gw_usage_rule_t rule;
    gw_counts_t counts;
    gw_usage_t usage;
    gw_charge_t charge;
    long long good;
    apr_status_t rv;

    read_counts(&counts, &rule, &p);
    if (!expect(&p, '='))
        return 0;
    rv = gw_usage_openai(&usage, &counts, &rule);
    w->bills++;
    good = number(&p);
    if (good == 2)
        return rv == APR_SUCCESS && w->dear++ < w->bills
               && gw_tariff_charge(&charge, &w->price, &usage,
                                   gw_usage_units(&usage))
                  == APR_ERANGE;
    if (good != 0)
        return rv == APR_SUCCESS && same_bill(w, &usage, p);
    w->empty++;
    return rv == APR_ENOENT;
}

static int read_reserve(work_t *w, char *p)
{
    gw_bound_t bound;
    gw_pico_t amount = -1;
    apr_status_t rv;

    bound.prompt = number(&p);
    bound.output = number(&p);
    bound.rates = (unsigned)number(&p);
    bound.units = number(&p);
    w->reserves++;
    rv = gw_tariff_reserve(&amount, &w->price, &bound);
    return expect(&p, '=') && amount == number(&p)
           && rv == (amount < 0 ? APR_ERANGE : APR_SUCCESS);
}

/* One worker; returns whether all of its cases agreed. */
static int work(unsigned seed, unsigned cases)
{
    work_t w = { .wrong = 0 };
    char command[300], line[4096];
    FILE *in;

    snprintf(command, sizeof(command), "exec python3 %.*soracle.py %u %u",
             (int)(strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__, seed,
             cases);
    in = popen(command, "r");
    while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
        int same = line[0] == 'P' ? read_price(&w, line + 1)
                 : line[0] == 'U' ? read_bill(&w, line + 1)
                 : line[0] == 'R' ? read_reserve(&w, line + 1) : 0;

        if (!same && w.wrong++ < 5)
            printf("# differs: %s", line);
    }
    printf("# seed %u: %u bills, %u of them without usage, %u too dear, %u "
           "reserves\n", seed, w.bills, w.empty, w.dear, w.reserves);
    return in != NULL && pclose(in) == 0 && w.wrong == 0
           && w.bills + w.reserves == cases && w.empty > 0
           && w.empty < w.bills / 2 && w.dear > 0 && w.dear < w.bills / 4;
}

int main(void)
{
    const unsigned each = tap_cases(CASES) / WORKERS + 1;
    pid_t child[WORKERS];
    unsigned i;

    plan(WORKERS);
    fflush(stdout);
    for (i = 0; i < WORKERS; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            int good = work(i + 1, each);

            fflush(stdout);
            _exit(!good);
        }
    }
    for (i = 0; i < WORKERS; i++) {
        int status = -1;

        waitpid(child[i], &status, 0);
        is_int(status, 0, "%u cases of seed %u", each, i + 1);
    }
    return tap_end();
}
