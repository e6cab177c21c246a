/* SPDX-License-Identifier: Apache-2.0 */
/* test_catalog.c - models by name, the price in force, what a policy lets. */
#include "catalog.h"

#include <apr_strings.h>

#include "row.h"
#include "serves.h"

#include "tap.h"

/* ---- policies ------------------------------------------------------- */

static const char *qwen[] = { "qwen*", "glm-4.7", NULL };
static const char *max[] = { "*max", NULL };
static const char *nothing[] = { NULL };

static const struct {
    const char *name;
    const char **models, **deny;
    const char *model;
    int may;
} policies[] = {
    { "no lists", NULL, NULL, "gpt-5", 1 },
    { "in the list", qwen, NULL, "qwen3-max", 1 },
    { "in the list by name", qwen, NULL, "glm-4.7", 1 },
    { "longer than a name", qwen, NULL, "glm-4.7-flash", 0 },
    { "not in the list", qwen, NULL, "gpt-5", 0 },
    { "letter case counts", qwen, NULL, "Qwen3", 0 },
    { "denied", NULL, max, "qwen3-max", 0 },
    { "not denied", NULL, max, "qwen3", 1 },
    { "denied wins", qwen, max, "qwen3-max", 0 },
    { "in the list, not denied", qwen, max, "qwen3", 1 },
    { "an empty list", nothing, NULL, "qwen3", 0 },
    { "nothing denied", NULL, nothing, "qwen3", 1 }
};

static void test_policies(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(policies); i++) {
        gw_policy_t p = { .models = policies[i].models,
                          .deny_models = policies[i].deny };

        is_int(gw_policy_model(&p, policies[i].model), policies[i].may,
               "policy: %s", policies[i].name);
    }
}

/* ---- prices --------------------------------------------------------- */

static void test_prices(void)
{
    static gw_price_t prices[] = {
        { .from_ms = 1000 }, { .from_ms = 2000 }, { .from_ms = 2000 },
        { .from_ms = 5000 }
    };
    static const struct { apr_int64_t now; int index; } rows[] = {
        { 0, -1 }, { 999, -1 }, { 1000, 0 }, { 1999, 0 }, { 2000, 2 },
        { 4999, 2 }, { 5000, 3 }, { APR_INT64_MAX, 3 }
    };
    gw_model_t m = { .prices = prices, .price_count = GW_COUNT(prices) };
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++)
        is_int(gw_model_price(&m, rows[i].now), rows[i].index,
               "price at %lld", (long long)rows[i].now);
    m.price_count = 0;
    is_int(gw_model_price(&m, 1000), -1, "no price at all");
}

/* ---- names ---------------------------------------------------------- */

static const gw_model_t *find(const gw_catalog_t *c, const char *name,
                              apr_size_t n)
{
    gw_str_t s = { name, n };

    return gw_catalog_model(c, s);
}

static void test_models(void)
{
    static gw_model_t m = { .name = "m" }, off = { .name = "off",
                                                  .disabled = 1 };
    static const char *codes[] = { NULL, "CNY", "USD" };
    gw_catalog_t c = { .currencies = codes, .currency_count = 3 };

    c.by_name = apr_hash_make(tap_pool());
    apr_hash_set(c.by_name, "m", APR_HASH_KEY_STRING, &m);
    apr_hash_set(c.by_name, "alias", APR_HASH_KEY_STRING, &m);
    apr_hash_set(c.by_name, "off", APR_HASH_KEY_STRING, &off);
    ok(find(&c, "m", 1) == &m, "a model");
    ok(find(&c, "alias", 5) == &m, "an alias");
    ok(find(&c, "mx", 1) == &m, "a name ends where it says");
    ok(find(&c, "mx", 2) == NULL, "no model");
    ok(find(&c, "M", 1) == NULL, "letter case counts");
    ok(find(&c, "off", 3) == NULL, "a disabled model");
    ok(find(&c, "", 0) == NULL, "no name");
    is_str(gw_catalog_currency(&c, 1), "CNY", "a currency");
    is_str(gw_catalog_currency(&c, 0), "", "an id without currency");
    is_str(gw_catalog_currency(&c, 3), "", "an id beyond");
    is_str(gw_catalog_currency(&c, -1), "", "an id below");
}

/* Words that stand in SQL and JSON never change their numbers. */
static void test_words(void)
{
    is_str(gw_state_names[GW_STATE_ESTIMATED], "estimated", "a state");
    is_str(gw_state_names[GW_STATE_FAILED], "failed", "the last state");
    is_str(gw_source_names[GW_SOURCE_DRAINED], "drained", "a source");
    is_str(gw_kind_names[GW_KIND_ADJUSTMENT], "adjustment", "a kind");
    is_str(gw_row_flag_names[0], "thinking", "flag 1 is thinking");
    is_str(gw_row_flag_names[1], "inconsistent", "flag 2 is inconsistent");
    is_int(1 << (GW_ROW_FLAGS - 1), GW_ROW_CALLS, "the last flag");
    is_str(gw_row_flag_names[GW_ROW_FLAGS - 1], "several_calls",
           "... and its name");
    is_str(gw_limit_names[GW_LIMIT_OUTPUT], "max_output_tokens", "a limit");
    is_int(gw_limit_periods[GW_LIMIT_TPD], 86400000000, "a period");
    is_str(gw_thinking_names[GW_THINKING_NONE], "none", "a switch");
    is_str(gw_scope_names[GW_SCOPE_ADMIN], "admin", "a scope");
}

/* ---- what serves ---------------------------------------------------- */

static const struct {
    const char *scheme, *host, *vendor;
    gw_auth_t auth;
    int said, want;
} wanting[] = {
    { "https", "api.openai.com/v1", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "api.example.com:8443/", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "8.8.8.8/v1", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "172.32.0.1/v1", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "10.0.0.1.example.com/", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "10.../v1", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "[2001:db8::1]/v1", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "[fc::1]/v1", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "[fd::1]/v1", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "[fe8::1]/v1", "", GW_AUTH_BEARER, 0, 1 },
    { "https", "api.openai.com/v1", "", GW_AUTH_NONE, 1, 0 },
    { "http", "vllm:8000/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "http", "gpu.example.com:8000/v1", "vllm", GW_AUTH_BEARER, 0, 0 },
    { "https", "vllm:8000/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "localhost:8000", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "127.0.0.1:8000/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "10.1.2.3/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "172.31.0.1/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "192.168.1.9", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "[::1]:8000/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "127.1/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "[0:0::1]/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "[fd00::7]/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "[fe80::7]/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "gpu.lan/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "https", "ai.svc.internal/v1", "", GW_AUTH_BEARER, 0, 0 },
    { "http", "127.0.0.1:8000/v1", "", GW_AUTH_X_API_KEY, 1, 1 },
    { "http", "127.0.0.1:8000/v1", "openai", GW_AUTH_BEARER, 0, 1 },
    { "http", "127.0.0.1:8000/v1", "openai", GW_AUTH_NONE, 1, 0 }
};

static void test_wanting(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(wanting); i++) {
        gw_upstream_t u = { .base_url = apr_pstrcat(tap_pool(),
                                wanting[i].scheme, "://", wanting[i].host,
                                NULL),
                            .vendor = gw_vendor_by_name(
                                wanting[i].vendor),
                            .auth = wanting[i].auth };

        is_int(gw_wants_credential(&u, wanting[i].said), wanting[i].want,
               "%s (%s) wants a credential", u.base_url, wanting[i].vendor);
    }
}

static void test_serving(void)
{
    static const char *good[] = { "sk" }, *bad[] = { NULL };
    gw_upstream_t u = { .wants_credential = 1 };
    gw_route_t route = { .upstream = &u };
    gw_model_t m = { .routes = &route, .route_count = 1 };

    ok(!gw_model_serves(&m), "without a credential");
    u.wants_credential = 0;
    ok(gw_model_serves(&m), "... that it does not want");
    u.wants_credential = u.credentials = 1;
    ok(gw_model_serves(&m), "with one, as stored");
    u.secrets = bad;
    ok(!gw_model_serves(&m), "with one that cannot be opened");
    u.wants_credential = 0;
    ok(!gw_model_serves(&m), "... even if it wants none");
    u.secrets = good;
    ok(gw_model_serves(&m), "with one");
    u.dialect = GW_DIALECT_ANTHROPIC;
    ok(gw_model_serves(&m), "of the other dialect");
    u.dialect = GW_DIALECT_OPENAI;
    u.disabled = 1;
    ok(!gw_model_serves(&m), "disabled upstream");
    u.disabled = 0;
    m.route_count = 0;
    ok(!gw_model_serves(&m), "no routes");
}

int main(void)
{
    test_policies();
    test_prices();
    test_wanting();
    test_serving();
    test_models();
    test_words();
    return tap_end();
}
