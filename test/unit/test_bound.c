/* SPDX-License-Identifier: Apache-2.0 */
/* test_bound.c - upper bounds of a request, from its body and its model. */
#include "bound.h"

#include "prices.h"
#include "request_chat.h"
#include "request_input.h"
#include "tap.h"

#define BIT(rate) (1u << (rate))
#define PLAIN (BIT(GW_INPUT) | BIT(GW_CACHE_READ) | BIT(GW_OUTPUT))
#define THINK BIT(GW_RATE_OUTPUT_THINKING)
#define MARKED (BIT(GW_CACHE_READ_EXPLICIT) | BIT(GW_CACHE_WRITE_5M) \
                | BIT(GW_CACHE_WRITE_1H))

static gw_upstream_t bailian = { .vendor = GW_VENDOR_BAILIAN };
static gw_upstream_t other = { .vendor = GW_VENDOR_NONE };
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
    { LIMITS, .thinking = 30000, .media_tokens = { 1280 },
      .image_tokens_high = 16384, .thinks_by_default = 1, .routes = two_routes, .route_count = 2,
      .cache_implicit = 1, .cache_explicit = 1 },
    { LIMITS, .cache_implicit = 1 },
    { .context = 0 },
    { .context = 100000 },
    { .output = 8000 },
    { LIMITS, .thinking = 30000, .thinks_by_default = 1,
      .routes = one_route, .route_count = 1 },
    { LIMITS, .thinking = 30000, .thinks_by_default = 1,
      .routes = first_route, .route_count = 2 },
    { LIMITS, .thinking = 30000, .thinks_by_default = 1,
      .routes = deaf_routes, .route_count = 2 },
    { LIMITS, .thinking = 30000, .thinks = 1, .routes = two_routes,
      .route_count = 2, .media_tokens = { 1280, 0, 6000, 9000 } },
    { LIMITS, .thinks = 1, .routes = two_routes, .route_count = 2 },
    { LIMITS, .thinking = 30000, .thinks = -1, .routes = two_routes,
      .route_count = 2 },
    { LIMITS, .media_tokens = { 1280 } }
};
enum { M_PLAIN, M_BAILIAN, M_IMPLICIT, M_UNKNOWN, M_CONTEXT, M_OUTPUT,
       M_INSIDE, M_FIRST, M_DEAF, M_ASKED, M_LONG, M_NEVER,
       M_NO_HIGH };

#define BODY(rest) "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"," \
                   "\"content\":\"0123456789\"}]" rest "}"
#define PART(part) "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[" \
                   "{\"content\":[{\"type\":\"text\",\"text\":" \
                   "\"0123456789\"}," part "]}]}"
#define HIGH(value) "{\"model\":\"m\",\"max_tokens\":5," \
                    "\"vl_high_resolution_images\":" value "," \
                    "\"messages\":[{\"content\":[{\"type\":\"text\"," \
                    "\"text\":\"0123456789\"},{\"image_url\":{}}]}]}"
#define TEXT (16 + 512)         /* what the one message adds to its bytes */
#define NO_BYTES 100000         /* from here on (the context) nothing adds */

static const struct {
    const char *name;
    unsigned model;
    const char *body;
    int known;
    apr_int64_t prompt, output;
    unsigned rates;
} rows[] = {
    { "text", M_PLAIN, BODY(",\"max_tokens\":100"), 1, TEXT, 100,
      PLAIN },
    { "no max_tokens", M_PLAIN, BODY(""), 1, TEXT, 8000, PLAIN },
    { "max_tokens above the limit", M_PLAIN, BODY(",\"max_tokens\":9000"), 1,
      TEXT, 8000, PLAIN },
    { "max_tokens zero", M_PLAIN, BODY(",\"max_tokens\":0"), 1, TEXT, 8000,
      PLAIN },
    { "the larger of two", M_PLAIN,
      BODY(",\"max_tokens\":7,\"max_completion_tokens\":9"), 1, TEXT, 9,
      PLAIN },
    { "one of two unreadable", M_PLAIN,
      BODY(",\"max_tokens\":7,\"max_completion_tokens\":7.5"), 1, TEXT, 8000,
      PLAIN },
    { "n", M_PLAIN, BODY(",\"max_tokens\":100,\"n\":3"), 1, TEXT, 300,
      PLAIN },
    { "n unreadable", M_PLAIN, BODY(",\"max_tokens\":1,\"n\":\"x\""), 1, TEXT,
      128, PLAIN },
    { "tools", M_PLAIN, BODY(",\"max_tokens\":1,\"tools\":[{\"a\":1},{}]"), 1,
      TEXT + 2 * 16, 1, PLAIN },
    { "no thinking", M_PLAIN,
      BODY(",\"max_tokens\":1,\"enable_thinking\":false"), 1, TEXT, 1, PLAIN },
    { "no thinking, but native", M_PLAIN, BODY(",\"max_tokens\":1,"
      "\"llmgw_thinking\":false,\"thinking\":{\"type\":\"enabled\"}"), 1,
      TEXT, 1, PLAIN | THINK },
    { "speech", M_PLAIN,
      BODY(",\"max_tokens\":1,\"modalities\":[\"audio\"]"), 1, TEXT, 1,
      PLAIN | BIT(GW_OUTPUT_AUDIO) },
    { "search", M_PLAIN, BODY(",\"max_tokens\":1,\"enable_search\":true"), 1,
      100000, 1, PLAIN },

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
    { "... asked for", M_ASKED,
      BODY(",\"max_tokens\":100,\"enable_thinking\":true"), 1, TEXT, 30100,
      PLAIN | THINK },
    { "... not asked for", M_ASKED, BODY(",\"max_tokens\":100"), 1, TEXT,
      100, PLAIN },
    { "... asked for by its budget", M_ASKED,
      BODY(",\"max_tokens\":100,\"thinking_budget\":700"), 1, TEXT, 800,
      PLAIN | THINK },
    { "... asked for natively", M_ASKED,
      BODY(",\"max_tokens\":100,\"reasoning_effort\":\"low\""), 1, TEXT,
      30100, PLAIN | THINK },
    { "... asked for in their words", M_ASKED, BODY(",\"max_tokens\":100,"
      "\"chat_template_kwargs\":{\"enable_thinking\":true}"), 1, TEXT, 30100,
      PLAIN | THINK },
    { "... natively off", M_ASKED, BODY(",\"max_tokens\":100,\"thinking\":"
      "{\"type\":\"disabled\"}"), 1, TEXT, 100, PLAIN },
    { "... natively off, on by default", M_BAILIAN, BODY(",\"max_tokens\":1,"
      "\"reasoning_effort\":\"none\""), 1, TEXT, 30001, PLAIN | THINK },
    { "... without a limit of its own", M_LONG,
      BODY(",\"max_tokens\":100,\"enable_thinking\":true"), 1, TEXT, 100100,
      PLAIN | THINK },
    { "... which the model cannot", M_NEVER,
      BODY(",\"max_tokens\":100,\"enable_thinking\":true"), 1, TEXT, 100,
      PLAIN },
    { "... off", M_BAILIAN,
      BODY(",\"max_tokens\":100,\"llmgw_thinking\":false"), 1, TEXT, 100,
      PLAIN },
    { "... off, but a route cannot say so", M_DEAF,
      BODY(",\"max_tokens\":100,\"enable_thinking\":false"), 1, TEXT, 100,
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
      PLAIN | MARKED },
    { "writes without markers", M_IMPLICIT, BODY(",\"max_tokens\":1"), 1,
      TEXT, 1, PLAIN | BIT(GW_CACHE_WRITE_5M) },

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
      HIGH("true"), 1, 100000, 5, PLAIN | BIT(GW_INPUT_IMAGE) },
    { "an image without", M_PLAIN, PART("{\"type\":\"image_url\"}"), 1,
      100000, 5, PLAIN | BIT(GW_INPUT_IMAGE) },
    { "audio", M_PLAIN, PART("{\"type\":\"input_audio\"}"), 1, 100000, 5,
      PLAIN | BIT(GW_INPUT_AUDIO) },
    { "video", M_PLAIN, PART("{\"type\":\"video_url\"}"), 1, 100000, 5,
      PLAIN | BIT(GW_INPUT_VIDEO) | BIT(GW_INPUT_AUDIO) },
    { "a file", M_PLAIN, PART("{\"type\":\"file\"}"), 1, 100000, 5,
      PLAIN | BIT(GW_INPUT_IMAGE) },

    { "images in place", M_ASKED, PART(
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
      "iVBORw0KGgo=\"}},{\"image_url\":\"data:image\\/jpeg;base64,AAAA\"}"), 1,
      TEXT + 2 * 1280 - 12 - 4, 5, PLAIN | BIT(GW_INPUT_IMAGE) },
    { "... one with words, one that is a PDF", M_ASKED, PART(
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
      "say it\"}}"), 1, TEXT + 1280, 5, PLAIN | BIT(GW_INPUT_IMAGE) },
    { "... one that is a PDF", M_ASKED, PART("{\"type\":\"image_url\","
      "\"image_url\":{\"url\":\"data:application/pdf;base64,AAAA\"}}"), 1,
      100000, 5, PLAIN | BIT(GW_INPUT_IMAGE) | BIT(GW_INPUT_AUDIO)
                 | BIT(GW_INPUT_VIDEO) },
    { "... under the name of text", M_ASKED, PART("{\"type\":\"text\","
      "\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}"), 1,
      TEXT + 1280, 5, PLAIN | BIT(GW_INPUT_IMAGE) },
    { "frames", M_ASKED, PART("{\"type\":\"video\",\"video\":["
      "\"data:image/jpeg;base64,AAAA\",\"https://a/b.jpg\"]}"), 1,
      TEXT + 6000 - 4, 5, PLAIN | BIT(GW_INPUT_VIDEO) | BIT(GW_INPUT_AUDIO) },
    { "a PDF in place", M_ASKED, PART("{\"type\":\"file\",\"file\":{"
      "\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,"
      "AAAAAAAA\"}}"), 1, TEXT + 9000 - 8, 5, PLAIN | BIT(GW_INPUT_IMAGE) },
    { "a text file in place", M_ASKED, PART("{\"type\":\"file\",\"file\":{"
      "\"file_data\":\"data:text/plain;base64,AAAAAAAA\"}}"), 1, TEXT + 9000,
      5, PLAIN | BIT(GW_INPUT_IMAGE) },
    { "a part of another kind", M_ASKED, PART("{\"type\":\"x\",\"x\":\"y\"}"),
      1, TEXT, 5, PLAIN },
    { "... that points elsewhere", M_ASKED,
      PART("{\"type\":\"x\",\"x\":\"https://a/b\"}"), 1, 100000, 5,
      PLAIN | BIT(GW_INPUT_IMAGE) | BIT(GW_INPUT_AUDIO)
      | BIT(GW_INPUT_VIDEO) },
    { "no limits, max_tokens", M_UNKNOWN, BODY(",\"max_tokens\":10"), 1, TEXT,
      10, PLAIN },
    { "no limits, nothing sent", M_UNKNOWN, BODY(""), 0, TEXT, -1,
      PLAIN },
    { "no limits, search", M_UNKNOWN,
      BODY(",\"max_tokens\":10,\"enable_search\":true"), 0, -1, 10,
      PLAIN },
    { "no output limit", M_CONTEXT, BODY(""), 0, TEXT, -1, PLAIN },
    { "no context", M_OUTPUT, BODY(""), 1, TEXT, 8000, PLAIN },
    { "no context, an image", M_OUTPUT, PART("{\"type\":\"image_url\"}"), 0,
      -1, 5, PLAIN | BIT(GW_INPUT_IMAGE) }
};

static void read_body(gw_request_t *req, const char *body)
{
    gw_str_t s = { body, strlen(body) };
    gw_problem_t problem;

    if (gw_request_read(req, &gw_request_chat, s, &problem, tap_pool()) != 0)
        ok(0, "body is refused: %s", problem.message);
}

static void test_rows(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const char *name = rows[i].name;
        apr_int64_t prompt = rows[i].prompt;
        gw_bound_t bound = { 77, 77, 0 };
        gw_request_t req;

        if (prompt >= 0 && prompt < NO_BYTES)
            prompt += (apr_int64_t)strlen(rows[i].body);

        read_body(&req, rows[i].body);
        is_int(gw_bound_make(&bound, &req, &models[rows[i].model]),
               rows[i].known, "%s", name);
        is_int(bound.prompt, prompt, "%s: prompt", name);
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
             "\"enable_thinking\":false,\"messages\":[{\"content\":\"%02866d"
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
    { BODY(""), 250, 17 + 8 },
    { BODY(""), 1000, 65 + 8 },
    { PART("{\"type\":\"image_url\"}"), 250, 28 + 8 + 1280 },
    { BODY(",\"tools\":[{\"a\":1}]"), 250, 21 + 8 }
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
             "\"%03927d\"},{\"content\":\"a\"},{\"content\":\"b\"}]}", 0);
    read_body(&req, body);
    is_int(gw_bound_prompt(&req, &models[M_PLAIN], 250), 1024,
           "9: the prompt by estimate");
}

/* ---- bounds of ours --------------------------------------------------- */

/* Limits of key and team: output, a minute's and a day's tokens. */
static void limit(gw_policy_t *p, apr_int64_t output, apr_int64_t minute,
                  apr_int64_t day)
{
    memset(p, 0, sizeof(*p));
    p->limit[GW_LIMIT_OUTPUT] = output;
    p->limit[GW_LIMIT_TPM] = minute;
    p->limit[GW_LIMIT_TPD] = day;
}

static const struct {
    const char *name;
    apr_int64_t key[3], team[3], here, model, prompt, n, put, tokens;
    const char *rest;           /* of the body */
} bounds[] = {
    { "nothing binds", {0}, {0}, -1, 8000, 10, 1, 0, 522, "" },
    { "a key's most", {900}, {0}, -1, 8000, 10, 1, 900, 910, "" },
    { "the least of three", {900}, {800}, 700, 8000, 10, 2, 700, 1410, "" },
    { "a place's most", {0}, {0}, 50, 8000, 10, 1, 50, 60, "" },
    { "no more than the model has", {9000}, {0}, -1, 8000, 10, 1, 8000, 8010,
      "" },
    { "a model that does not say", {9000}, {0}, -1, 0, 10, 1, 9000, 9010, "" },
    { "a window larger than the model", {0, 10000}, {0}, -1, 8000, 10, 1,
      8000, 8010, "" },
    { "a window", {0, 5000}, {0}, -1, 8000, 10, 1, 4990, 5000, "" },
    { "a window, for each choice", {0, 5000}, {0}, -1, 8000, 10, 4, 1247,
      4998, "" },
    { "the smaller window", {0, 5000}, {0, 0, 4000}, -1, 0, 10, 1, 3990, 4000,
      "" },
    { "a window and a most", {0, 5000}, {300}, -1, 8000, 10, 1, 300, 310,
      "" },
    { "a prompt that fills it", {0, 5000}, {0}, -1, 8000, 5000, 1, 1, 5000,
      "" },
    { "a prompt that is larger", {0, 5000}, {0}, -1, 8000, 5001, 1, 1, 5002,
      "" },
    { "what the client says", {0, 5000}, {0}, -1, 8000, 10, 2, 0, 210,
      ",\"max_tokens\":100" },
    { "... and is too much", {0, 5000}, {0}, -1, 8000, 10, 1, 0, 6010,
      ",\"max_tokens\":6000" },
    { "what it says nobody can read", {0, 5000}, {0}, -1, 8000, 10, 1, 0,
      8010, ",\"max_tokens\":6.0" },
    { "... and the model says nothing", {0, 5000}, {0}, -1, 0, 10, 1, 0, 5010,
      ",\"max_tokens\":6.0" },
    { "choices beyond all", {0, 5000}, {0}, -1, 8000, 10, 1000000000, 1,
      5000, "" }
};

static void test_puts(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(bounds); i++) {
        const char *name = bounds[i].name;
        gw_model_t m = { .output = bounds[i].model };
        gw_policy_t key, team;
        const gw_policy_t *const both[2] = { &key, &team };
        char body[200];
        gw_request_t req;
        apr_int64_t put = 0;

        snprintf(body, sizeof(body), BODY("%s"), bounds[i].rest);
        read_body(&req, body);
        req.n = bounds[i].n;
        limit(&key, bounds[i].key[0], bounds[i].key[1], bounds[i].key[2]);
        limit(&team, bounds[i].team[0], bounds[i].team[1], bounds[i].team[2]);
        if (req.max == GW_MAX_NONE)
            put = gw_bound_put(&m, both, gw_bound_most(both, bounds[i].here),
                               bounds[i].prompt, req.n);
        is_int(put, bounds[i].put, "put: %s", name);
        if (put > 0)
            req.max_tokens = put;
        is_int(gw_bound_tokens(&m, both, &req, bounds[i].prompt, 512),
               bounds[i].tokens, "tokens: %s", name);
    }
}

/* ---- search units ----------------------------------------------------- */

static const struct {
    const char *name;
    unsigned query, documents, each;    /* bytes */
    apr_int64_t units;
} ranks[] = {
    { "one short document", 1, 1, 1, 1 },
    { "50 short ones", 1, 50, 1, 1 },
    { "97 short ones", 1, 97, 1, 2 },
    { "a thousand long ones", 50, 1000, 5000, 218 },
    { "a long query beside each", 2000, 100, 10, 10 }
};

/* A body for /v1/rerank. */
static char *rank_body(unsigned query, unsigned documents, unsigned each)
{
    char *body = malloc(200 + query + (apr_size_t)documents * (each + 3)), *p;
    unsigned i;

    p = body + sprintf(body, "{\"model\":\"m\",\"query\":\"%0*d\","
                             "\"documents\":[", (int)query, 0);
    for (i = 0; i < documents; i++)
        p += sprintf(p, "%s\"%0*d\"", i > 0 ? "," : "", (int)each, 0);
    sprintf(p, "]}");
    return body;
}

static apr_int64_t units_of(const char *body, const gw_model_t *m)
{
    gw_str_t s = { body, strlen(body) };
    gw_problem_t problem;
    gw_request_t req;
    gw_bound_t bound;

    if (gw_request_read(&req, &gw_request_rerank, s, &problem, tap_pool())
        != 0 || !gw_bound_rerank(&bound, &req, m))
        return -1;
    return bound.units;
}

static apr_int64_t rank_units(unsigned query, unsigned documents,
                              unsigned each, const gw_model_t *m)
{
    char *body = rank_body(query, documents, each);
    apr_int64_t units = units_of(body, m);

    free(body);
    return units;
}

/* The rule by the letter, of texts with a token for each byte: documents are
 * split beside the query, or both of them together. */
static apr_int64_t most_units(unsigned query, unsigned documents,
                              unsigned each)
{
    unsigned room = 500 - (query < 256 ? query : 256);
    unsigned beside = query + each <= 500 ? 1 : (each + room - 1) / room;
    unsigned together = (query + each + 499) / 500;

    return ((apr_int64_t)(beside > together ? beside : together) * documents
            + 99) / 100;
}

#define ONE_IMAGE "{\"model\":\"m\",\"query\":\"q\",\"documents\":[{" \
                  "\"image\":\"https://a/b\"}]}"

static void test_search_units(void)
{
    gw_model_t m = { .context = 100, .media_tokens = { 1000 } };
    unsigned long long seed = 5;
    unsigned i, over = 0;

    for (i = 0; i < GW_COUNT(ranks); i++)
        is_int(rank_units(ranks[i].query, ranks[i].documents, ranks[i].each,
                          &m), ranks[i].units, "units: %s", ranks[i].name);
    for (i = 0; i < 300; i++) {
        unsigned query = 1 + (unsigned)(tap_random(&seed) % 3000);
        unsigned documents = 1 + (unsigned)(tap_random(&seed) % 300);
        unsigned each = 1 + (unsigned)(tap_random(&seed) % 2000);

        over += rank_units(query, documents, each, &m)
                < most_units(query, documents, each);
    }
    is_int(over, 0, "no request is of more units than its bound");
    is_int(units_of(ONE_IMAGE, &m), 1, "units: an image of a known size");
    m.media_tokens[GW_MEDIA_IMAGE] = 0;
    m.context = 244000;
    is_int(units_of(ONE_IMAGE, &m), 11,
           "units: of none: what the context holds");
    m.context = 0;
    is_int(units_of(ONE_IMAGE, &m), -1, "... and without one, no bound");
}

int main(void)
{
    test_rows();
    test_context();
    test_reserves();
    test_guesses();
    test_puts();
    test_search_units();
    return tap_end();
}
