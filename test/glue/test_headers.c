/* SPDX-License-Identifier: Apache-2.0 */
/* test_headers.c - the headers that tell of rate limits. */
#include <httpd.h>
#include <http_config.h>

#include "headers.h"

#include "clock.h"
#include "glue.h"

#include "tap.h"

static apr_table_t *headers(gw_call_t *call, gw_shape_t shape,
                            const gw_window_t *window)
{
    apr_table_t *table = apr_table_make(call->r->pool, 4);

    call->shape = shape;
    memcpy(call->window, window, sizeof(call->window));
    gw_headers_add(call, table, 1);
    return table;
}

static const struct { apr_int64_t reset; const char *text; } rows[] = {
    { 0, "0ms" }, { 1, "1ms" }, { 1000, "1ms" }, { 1001, "2ms" },
    { 119999, "120ms" }, { 998001, "999ms" }, { 999001, "1s" },
    { 1000000, "1s" }, { 1000001, "2s" }, { 58000001, "59s" },
    { 59000001, "1m0s" }, { 61000000, "1m1s" }, { 360000000, "6m0s" },
    { 3599000001, "1h0m0s" }, { 3661000000, "1h1m1s" },
    { 86400000000, "24h0m0s" }
};

static void test_resets(gw_call_t *call)
{
    gw_window_t window[2];
    unsigned i;

    memset(window, 0, sizeof(window));
    for (i = 0; i < GW_COUNT(rows); i++) {
        apr_table_t *t;

        window[1].limit = 7;
        window[1].reset = rows[i].reset;
        t = headers(call, GW_SHAPE_OPENAI, window);
        is_str(apr_table_get(t, "x-ratelimit-reset-tokens"), rows[i].text,
               "%s", rows[i].text);
        ok(apr_table_get(t, "x-ratelimit-limit-requests") == NULL
           && apr_table_get(t, "anthropic-ratelimit-tokens-reset") == NULL,
           "and no others");
    }
}

static const struct { const char *name, *text; } all[] = {
    { "x-ratelimit-limit-requests", "1000000000000" },
    { "x-ratelimit-remaining-requests", "999999999999" },
    { "x-ratelimit-reset-requests", "2562047h47m15s" },
    { "x-ratelimit-limit-tokens", "10" },
    { "x-ratelimit-remaining-tokens", "0" },
    { "x-ratelimit-reset-tokens", "1ms" },
    { "anthropic-ratelimit-requests-limit", "1000000000000" },
    { "anthropic-ratelimit-requests-remaining", "999999999999" },
    { "anthropic-ratelimit-tokens-limit", "10" },
    { "anthropic-ratelimit-tokens-remaining", "0" }
};

/* Nothing is written over what was written before it. */
static void test_all(gw_call_t *call)
{
    static const gw_window_t window[2] = {
        { 1000000000000, 999999999999, 9223372035000000 }, { 10, 0, 1 }
    };
    apr_table_t *t = headers(call, GW_SHAPE_ANTHROPIC, window);
    const char *date;
    unsigned i;

    for (i = 0; i < GW_COUNT(all); i++)
        is_str(apr_table_get(t, all[i].name), all[i].text, "%s", all[i].name);
    date = apr_table_get(t, "anthropic-ratelimit-tokens-reset");
    ok(date != NULL && strlen(date) == 20 && date[19] == 'Z'
       && date[10] == 'T', "a date");
}

static void test_twice(gw_call_t *call)
{
    static const gw_window_t window[2] = { { 9, 8, 7 }, { 0, 0, 0 } };
    apr_table_t *t = headers(call, GW_SHAPE_OPENAI, window);

    apr_table_setn(t, "X-Request-Id", "theirs");
    gw_headers_add(call, t, 0);
    is_int(apr_table_elts(t)->nelts, 4, "what is there is replaced");
    is_str(apr_table_get(t, "x-request-id"), call->id_text, "by ours");
}

int main(void)
{
    gw_call_t *call = glue_call();

    test_resets(call);
    test_all(call);
    test_twice(call);
    return tap_end();
}
