/* SPDX-License-Identifier: Apache-2.0 */
/* test_bound.c - upper bounds of a request, from its body and its model. */
#include "bound.h"

#include "prices.h"
#include "tap.h"

#define BIT(rate) (1u << (rate))
#define PLAIN (BIT(GW_INPUT) | BIT(GW_CACHE_READ) | BIT(GW_OUTPUT))
#define THINK BIT(GW_RATE_OUTPUT_THINKING)
#define MARKED (BIT(GW_CACHE_READ_EXPLICIT) | BIT(GW_CACHE_WRITE_5M) \
                | BIT(GW_CACHE_WRITE_1H))

static gw_upstream_t bailian = { .vendor = "bailian" };
static gw_upstream_t other = { .vendor = "" };
static gw_route_t one_route[] = { { .upstream = &other } };
static gw_route_t two_routes[] = {
    { .upstream = &other, .thinking = GW_THINKING_OBJECT },
    { .upstream = &bailian, .thinking = GW_THINKING_ENABLE }
};
static gw_route_t deaf_routes[] = {
    { .upstream = &bailian, .thinking = GW_THINKING_ENABLE },
    { .upstream = &other, .thinking = GW_THINKING_NONE }
};
static gw_route_t first_route[] = {
    { .upstream = &bailian }, { .upstream = &other }
};

/* limits known, nothing special */
#define LIMITS .context = 100000, .output = 8000
static const gw_model_t models[] = {
    { LIMITS, .routes = one_route, .route_count = 1 },
    { LIMITS, .thinking = 30000, .image_tokens = 1280,
      .image_tokens_high = 16384, .routes = two_routes, .route_count = 2,
      .cache_implicit = 1, .cache_explicit = 1 },
    { LIMITS, .cache_implicit = 1 },
    { .context = 0 },
    { .context = 100000 },
    { .output = 8000 },
    { LIMITS, .thinking = 30000, .routes = one_route, .route_count = 1 },
    { LIMITS, .thinking = 30000, .routes = first_route, .route_count = 2 },
    { LIMITS, .thinking = 30000, .routes = deaf_routes, .route_count = 2 },
    { LIMITS, .image_tokens = 1280 }
};
enum { M_PLAIN, M_BAILIAN, M_IMPLICIT, M_UNKNOWN, M_CONTEXT, M_OUTPUT,
       M_INSIDE, M_FIRST, M_DEAF, M_NO_HIGH };

#define BODY(rest) "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"," \
                   "\"content\":\"0123456789\"}]" rest "}"
#define PART(part) "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[" \
                   "{\"content\":[{\"type\":\"text\",\"text\":" \
                   "\"0123456789\"}," part "]}]}"
#define HIGH(value) "{\"model\":\"m\",\"max_tokens\":5," \
                    "\"vl_high_resolution_images\":" value "," \
                    "\"messages\":[{\"content\":[{\"type\":\"text\"," \
                    "\"text\":\"0123456789\"},{\"image_url\":{}}]}]}"
#define TEXT (10 + 16 + 512)    /* what the one message comes to */

static const struct {
    const char *name;
    unsigned model;
    const char *body;
    int known;
    apr_int64_t prompt, output;
    unsigned rates;
} rows[] = {
    { "text", M_PLAIN, BODY(",\"max_tokens\":100"), 1, TEXT, 100,
      PLAIN | THINK },
    { "no max_tokens", M_PLAIN, BODY(""), 1, TEXT, 8000, PLAIN | THINK },
    { "max_tokens above the limit", M_PLAIN, BODY(",\"max_tokens\":9000"), 1,
      TEXT, 8000, PLAIN | THINK },
    { "max_tokens zero", M_PLAIN, BODY(",\"max_tokens\":0"), 1, TEXT, 0,
      PLAIN | THINK },
    { "the larger of two", M_PLAIN,
      BODY(",\"max_tokens\":7,\"max_completion_tokens\":9"), 1, TEXT, 9,
      PLAIN | THINK },
    { "one of two unreadable", M_PLAIN,
      BODY(",\"max_tokens\":7,\"max_completion_tokens\":7.5"), 1, TEXT, 8000,
      PLAIN | THINK },
    { "n", M_PLAIN, BODY(",\"max_tokens\":100,\"n\":3"), 1, TEXT, 300,
      PLAIN | THINK },
    { "n unreadable", M_PLAIN, BODY(",\"max_tokens\":1,\"n\":\"x\""), 1, TEXT,
      128, PLAIN | THINK },
    { "tools", M_PLAIN, BODY(",\"max_tokens\":1,\"tools\":[{\"a\":1},{}]"), 1,
      TEXT + 7 + 2 + 2 * 16, 1, PLAIN | THINK },
    { "no thinking", M_PLAIN,
      BODY(",\"max_tokens\":1,\"enable_thinking\":false"), 1, TEXT, 1, PLAIN },
    { "no thinking, but native", M_PLAIN, BODY(",\"max_tokens\":1,"
      "\"llmgw_thinking\":false,\"thinking\":{\"type\":\"enabled\"}"), 1,
      TEXT, 1, PLAIN | THINK },
    { "speech", M_PLAIN,
      BODY(",\"max_tokens\":1,\"modalities\":[\"audio\"]"), 1, TEXT, 1,
      PLAIN | THINK | BIT(GW_OUTPUT_AUDIO) },
    { "search", M_PLAIN, BODY(",\"max_tokens\":1,\"enable_search\":true"), 1,
      100000, 1, PLAIN | THINK },

    { "thinking beside the output", M_BAILIAN, BODY(",\"max_tokens\":100"), 1,
      TEXT, 100 + 30000, PLAIN | THINK },
    { "... on the first route", M_FIRST, BODY(",\"max_tokens\":100"), 1, TEXT,
      30100, PLAIN | THINK },
    { "... inside it, elsewhere", M_INSIDE, BODY(",\"max_tokens\":100"), 1,
      TEXT, 100, PLAIN | THINK },
    { "... with a budget, for each choice", M_BAILIAN,
      BODY(",\"max_tokens\":100,\"n\":2,\"thinking_budget\":4096"), 1, TEXT,
      2 * 4196, PLAIN | THINK },
    { "... with a budget of zero", M_BAILIAN,
      BODY(",\"max_tokens\":100,\"thinking_budget\":0"), 1, TEXT, 100,
      PLAIN | THINK },
    { "... off", M_BAILIAN,
      BODY(",\"max_tokens\":100,\"llmgw_thinking\":false"), 1, TEXT, 100,
      PLAIN },
    { "... off, but a route cannot say so", M_DEAF,
      BODY(",\"max_tokens\":100,\"enable_thinking\":false"), 1, TEXT, 30100,
      PLAIN | THINK },
    { "... off as written, relayed", M_FIRST,
      BODY(",\"max_tokens\":100,\"enable_thinking\":false"), 1, TEXT, 100,
      PLAIN },
    { "... off by ours, which is not relayed", M_FIRST,
      BODY(",\"max_tokens\":100,\"llmgw_thinking\":false"), 1, TEXT, 30100,
      PLAIN | THINK },
    { "... off by ours, on as written and relayed", M_FIRST,
      BODY(",\"max_tokens\":100,\"llmgw_thinking\":false,"
           "\"enable_thinking\":true"), 1, TEXT, 30100, PLAIN | THINK },
    { "... off, but native", M_BAILIAN, BODY(",\"max_tokens\":100,"
      "\"llmgw_thinking\":false,\"reasoning_effort\":\"high\""), 1, TEXT,
      30100, PLAIN | THINK },
    { "markers wished for", M_BAILIAN, BODY(",\"max_tokens\":1,"
      "\"enable_context_caching\":true,\"enable_thinking\":false"), 1, TEXT,
      1, PLAIN | MARKED },
    { "markers of the client", M_PLAIN,
      PART("{\"cache_control\":{\"type\":\"ephemeral\"}}"), 1, TEXT, 5,
      PLAIN | THINK | MARKED },
    { "writes without markers", M_IMPLICIT, BODY(",\"max_tokens\":1"), 1,
      TEXT, 1, PLAIN | THINK | BIT(GW_CACHE_WRITE_5M) },

    { "an image with a cap", M_BAILIAN, PART("{\"type\":\"image_url\"}"), 1,
      TEXT + 1280, 30005, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "... that the body raises", M_BAILIAN, HIGH("true"), 1,
      TEXT + 16384, 30005, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "... that it might raise", M_BAILIAN, HIGH("1"), 1,
      TEXT + 16384, 30005, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "... that it leaves", M_BAILIAN, HIGH("false"), 1,
      TEXT + 1280, 30005, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "... by pixels of the part", M_BAILIAN,
      PART("{\"type\":\"image_url\",\"max_pixels\":9}"), 1,
      TEXT + 16384, 30005, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "... by pixels of the image", M_BAILIAN,
      PART("{\"image_url\":{\"min_pixels\":9}}"), 1,
      TEXT + 16384, 30005, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "... by its detail", M_BAILIAN,
      PART("{\"image_url\":{\"detail\":\"original\"}}"), 1,
      TEXT + 16384, 30005, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "... whose detail is usual", M_BAILIAN,
      PART("{\"image_url\":{\"detail\":\"high\"}}"), 1,
      TEXT + 1280, 30005, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "... that the body raises to what nobody knows", M_NO_HIGH,
      HIGH("true"), 1, 100000, 5, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "an image without", M_PLAIN, PART("{\"type\":\"image_url\"}"), 1,
      100000, 5, PLAIN | THINK | BIT(GW_INPUT_IMAGE) },
    { "audio", M_PLAIN, PART("{\"type\":\"input_audio\"}"), 1, 100000, 5,
      PLAIN | THINK | BIT(GW_INPUT_AUDIO) },
    { "video", M_PLAIN, PART("{\"type\":\"video_url\"}"), 1, 100000, 5,
      PLAIN | THINK | BIT(GW_INPUT_VIDEO) | BIT(GW_INPUT_AUDIO) },
    { "a file", M_PLAIN, PART("{\"type\":\"file\"}"), 1, 100000, 5,
      PLAIN | THINK | BIT(GW_INPUT_IMAGE) },

    { "no limits, max_tokens", M_UNKNOWN, BODY(",\"max_tokens\":10"), 1, TEXT,
      10, PLAIN | THINK },
    { "no limits, nothing sent", M_UNKNOWN, BODY(""), 0, TEXT, -1,
      PLAIN | THINK },
    { "no limits, search", M_UNKNOWN,
      BODY(",\"max_tokens\":10,\"enable_search\":true"), 0, -1, 10,
      PLAIN | THINK },
    { "no output limit", M_CONTEXT, BODY(""), 0, TEXT, -1, PLAIN | THINK },
    { "no context", M_OUTPUT, BODY(""), 1, TEXT, 8000, PLAIN | THINK },
    { "no context, an image", M_OUTPUT, PART("{\"type\":\"image_url\"}"), 0,
      -1, 5, PLAIN | THINK | BIT(GW_INPUT_IMAGE) }
};

static void read_body(gw_request_t *req, const char *body)
{
    gw_str_t s = { body, strlen(body) };
    gw_problem_t problem;

    if (gw_request_read(req, s, &problem, tap_pool()) != 0)
        ok(0, "body is refused: %s", problem.message);
}

static void test_rows(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const char *name = rows[i].name;
        gw_bound_t bound = { 77, 77, 0 };
        gw_request_t req;

        read_body(&req, rows[i].body);
        is_int(gw_bound_make(&bound, &req, &models[rows[i].model]),
               rows[i].known, "%s", name);
        is_int(bound.prompt, rows[i].prompt, "%s: prompt", name);
        is_int(bound.output, rows[i].output, "%s: output", name);
        is_int(bound.rates, rows[i].rates, "%s: rates", name);
    }
}

/* A context smaller than the text bounds it. */
static void test_context(void)
{
    gw_model_t m = { .context = 100, .output = 50 };
    gw_bound_t bound;
    gw_request_t req;

    read_body(&req, BODY(""));
    gw_bound_make(&bound, &req, &m);
    is_int(bound.prompt, 100, "the context is an upper bound");
}

/* Worked bills 11 and 12, from the body on, at the real model's price. */
static void test_reserves(void)
{
    static char body[4000];
    gw_model_t m = { .context = 262144, .output = 65536, .routes = two_routes,
                     .route_count = 2, .cache_implicit = 1,
                     .cache_explicit = 1 };
    gw_tier_t tier[GW_TIERS];
    gw_price_t price;
    gw_bound_t bound;
    gw_request_t req;
    gw_pico_t amount = -1;

    list_price(&price, tier, "qwen3-max");
    snprintf(body, sizeof(body), "{\"model\":\"m\",\"max_tokens\":1000,"
             "\"enable_thinking\":false,\"messages\":[{\"content\":\"%02994d"
             "\"},{\"content\":\"a\"},{\"content\":\"bb\"},{\"content\":"
             "\"ccc\"}]}", 0);
    read_body(&req, body);
    gw_bound_make(&bound, &req, &m);
    gw_tariff_reserve(&amount, &price, &bound);
    is_int(amount, 18940000000, "11: the reserve");

    list_price(&price, tier, "qwen-plus");
    snprintf(body, sizeof(body), "{\"model\":\"m\",\"max_tokens\":1000,"
             "\"n\":2,\"enable_thinking\":true,\"thinking_budget\":4096,"
             "\"messages\":[{\"content\":\"%03472d\"}],\"enable_search\":"
             "true}", 0);
    read_body(&req, body);
    m.context = 5000;
    gw_bound_make(&bound, &req, &m);
    gw_tariff_reserve(&amount, &price, &bound);
    is_int(amount, 85536000000, "12: the reserve");
}

static const struct { const char *body; apr_int64_t k, tokens; } guesses[] = {
    { BODY(""), 250, 3 + 8 },
    { BODY(""), 1000, 10 + 8 },
    { PART("{\"type\":\"image_url\"}"), 250, 3 + 8 + 1280 },
    { BODY(",\"tools\":[{\"a\":1}]"), 250, 5 + 8 }
};

static void test_guesses(void)
{
    static char body[5000];
    gw_request_t req;
    unsigned i;

    for (i = 0; i < GW_COUNT(guesses); i++) {
        read_body(&req, guesses[i].body);
        is_int(gw_bound_prompt(&req, &models[M_BAILIAN], guesses[i].k),
               guesses[i].tokens, "guess %u", i);
    }
    snprintf(body, sizeof(body), "{\"model\":\"m\",\"messages\":[{\"content\":"
             "\"%03998d\"},{\"content\":\"a\"},{\"content\":\"b\"}]}", 0);
    read_body(&req, body);
    is_int(gw_bound_prompt(&req, &models[M_PLAIN], 250), 1024,
           "9: the prompt by estimate");
}

int main(void)
{
    test_rows();
    test_context();
    test_reserves();
    test_guesses();
    return tap_end();
}
