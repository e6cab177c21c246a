/* SPDX-License-Identifier: Apache-2.0 */
/* test_dialect.c - the rows of endpoints and dialects: none is half. */
#include "dialect.h"

#include "tap.h"

/* ---- numbers and names ----------------------------------------------- */

/* As they stand in the ledgers that there are. */
static const char *const endpoints[] = {
    "chat/completions", "completions", "embeddings", "responses", "messages",
    "messages/count_tokens", "rerank"
};
static const char *const dialects[] = { "openai", "anthropic" };

static void test_names(void)
{
    unsigned i;

    is_int(GW_ENDPOINTS, GW_COUNT(endpoints), "endpoints");
    for (i = 0; i < GW_ENDPOINTS; i++)
        is_str(gw_endpoint_names[i], endpoints[i], "endpoint %u", i);
    ok(gw_endpoint_names[GW_ENDPOINTS] == NULL, "their names end");
    is_int(GW_DIALECTS, GW_COUNT(dialects), "dialects");
    for (i = 0; i < GW_DIALECTS; i++)
        is_str(gw_dialect_names[i], dialects[i], "dialect %u", i);
    ok(gw_dialect_names[GW_DIALECTS] == NULL, "their names end");
}

/* ---- rows ------------------------------------------------------------ */

/* At which endpoints of upstreams each is served, in order. */
static const struct {
    gw_endpoint_t endpoint;
    gw_endpoint_t way[3];
    unsigned ways;
} served[] = {
    { GW_EP_CHAT, { GW_EP_CHAT, GW_EP_MESSAGES }, 2 },
    { GW_EP_COMPLETIONS, { GW_EP_COMPLETIONS }, 1 },
    { GW_EP_EMBEDDINGS, { GW_EP_EMBEDDINGS }, 1 },
    { GW_EP_RESPONSES, { GW_EP_RESPONSES, GW_EP_CHAT, GW_EP_MESSAGES },
      3 },
    { GW_EP_MESSAGES, { GW_EP_MESSAGES, GW_EP_CHAT }, 2 },
    { GW_EP_COUNT_TOKENS, { GW_EP_COUNT_TOKENS }, 1 },
    { GW_EP_RERANK, { GW_EP_RERANK }, 1 }
};

static void check_endpoint(unsigned e)
{
    const gw_endpoint_row_t *row = gw_endpoint_row((gw_endpoint_t)e);

    is_int(served[e].endpoint, e, "%s: its ways", gw_endpoint_names[e]);
    ok(row->request != NULL && row->request->schema != NULL
       && row->request->validate != NULL, "... how it is read");
    ok(row->bound != NULL, "... how it is bounded");
    ok(row->prompt != NULL, "... its member of a prompt");
    ok((row->max_tokens != NULL) == !row->no_output,
       "... its member of a bound");
}

/* How an upstream is asked for it. */
static void check_row(unsigned at)
{
    const gw_dialect_row_t *row = gw_dialect_row(at);

    if (!ok(row != NULL, "%s: how an upstream is asked",
            gw_endpoint_names[at]))
        return;
    is_int(row->at, at, "... at this endpoint");
    ok(gw_dialect_endpoints(row->dialect) & 1u << at, "... by its dialect");
    ok(row->rewrite != NULL, "... its function");
    ok(row->answer->event != NULL && row->answer->document != NULL
       && row->answer->visit != NULL && row->answer->hides != NULL,
       "... its answers");
    ok(row->shows != 0 && (row->shows & (row->shows - 1)) == 0,
       "... what shows one");
}

static void test_rows(void)
{
    unsigned e;

    is_int(GW_COUNT(served), GW_ENDPOINTS, "ways of all of them");
    for (e = 0; e < GW_ENDPOINTS; e++) {
        check_endpoint(e);
        check_row(e);
    }
    ok(gw_dialect_row(GW_ENDPOINTS) == NULL, "no such endpoint");
    ok(gw_dialect_row(255) == NULL, "nor this");
    is_str(gw_endpoints_text(tap_pool()),
           "/v1/chat/completions, /v1/completions, /v1/embeddings, "
           "/v1/responses, /v1/messages, /v1/messages/count_tokens, "
           "/v1/rerank", "in words");
}

static void test_ways(void)
{
    unsigned i, k;

    for (i = 0; i < GW_COUNT(served); i++) {
        for (k = 0; k < served[i].ways; k++)
            is_int(gw_endpoint_way(served[i].endpoint, k), served[i].way[k],
                   "%s: way %u", gw_endpoint_names[served[i].endpoint], k);
        for (; k < 40; k++)
            is_int(gw_endpoint_way(served[i].endpoint, k), GW_ENDPOINTS,
                   "... no further one");
    }
}

/* Who may send a message may ask how long it is. */
static void test_allowed(void)
{
    const unsigned chat = 1u << GW_EP_CHAT, messages = 1u << GW_EP_MESSAGES,
                   count = 1u << GW_EP_COUNT_TOKENS;

    ok(gw_endpoint_allowed(0, GW_EP_CHAT), "all");
    ok(gw_endpoint_allowed(chat | count, GW_EP_CHAT), "one of them");
    ok(!gw_endpoint_allowed(messages | count, GW_EP_CHAT), "not among them");
    ok(gw_endpoint_allowed(messages, GW_EP_COUNT_TOKENS), "along with it");
    ok(gw_endpoint_allowed(count, GW_EP_COUNT_TOKENS), "by itself");
    ok(!gw_endpoint_allowed(count, GW_EP_MESSAGES), "not the other way");
    ok(!gw_endpoint_allowed(chat, GW_EP_COUNT_TOKENS), "nor with another");
}

/* ---- facts ----------------------------------------------------------- */

static const struct { const char *name; int is; } headers[] = {
    { "openai-beta", 1 }, { "OpenAI-Beta", 1 }, { "anthropic-version", 1 },
    { "Anthropic-Beta", 1 }, { "anthropic-bet", 0 }, { "openai-betas", 0 },
    { "OpenAI-Organization", 0 }, { "x-api-key", 0 }, { "", 0 }
};

static void test_facts(void)
{
    unsigned i;

    is_int(gw_dialect_facts(GW_DIALECT_OPENAI)->auth, GW_AUTH_BEARER,
           "openai: Authorization");
    is_int(gw_dialect_facts(GW_DIALECT_ANTHROPIC)->auth, GW_AUTH_X_API_KEY,
           "anthropic: x-api-key");
    for (i = 0; i < GW_COUNT(headers); i++)
        is_int(gw_dialect_header(~0u, headers[i].name), headers[i].is,
               "header '%s'", headers[i].name);
    ok(gw_dialect_header(1u << GW_DIALECT_ANTHROPIC, "Anthropic-Beta")
       && !gw_dialect_header(1u << GW_DIALECT_OPENAI, "anthropic-beta")
       && gw_dialect_header(1u << GW_DIALECT_OPENAI, "openai-beta"),
       "headers of one dialect");
    for (i = 0; i < GW_DIALECTS; i++)
        ok(gw_dialect_facts((gw_dialect_t)i)->usage != NULL,
           "%s: what its counts mean", dialects[i]);
    for (i = 0; i < GW_DIALECTS; i++)
        ok(gw_dialect_facts((gw_dialect_t)i)->headers[GW_DIALECT_HEADERS - 1]
           == NULL, "headers of %s end", dialects[i]);
    ok(gw_dialect_facts(GW_DIALECT_OPENAI)->usual[0] == NULL,
       "openai: no header has to be there");
    is_str(gw_dialect_facts(GW_DIALECT_ANTHROPIC)->usual[0],
           "anthropic-version", "anthropic: a version is always sent");
    is_str(gw_dialect_facts(GW_DIALECT_ANTHROPIC)->usual[1], "2023-06-01",
           "... this one where nobody says");
}

/* An error looks as the client of the endpoint expects. */
static void test_shapes(void)
{
    unsigned i;

    for (i = 0; i < GW_ENDPOINTS; i++)
        is_int(gw_endpoint_row((gw_endpoint_t)i)->shape,
               i == GW_EP_MESSAGES || i == GW_EP_COUNT_TOKENS
               ? GW_SHAPE_ANTHROPIC
               : i == GW_EP_RESPONSES ? GW_SHAPE_RESPONSES : GW_SHAPE_OPENAI,
               "shape of %s", gw_endpoint_names[i]);
    for (i = 0; i < GW_ENDPOINTS; i++) {
        is_int(gw_endpoint_row((gw_endpoint_t)i)->envelope, i == GW_EP_CHAT,
               "envelope of %s", gw_endpoint_names[i]);
        is_int(gw_endpoint_row((gw_endpoint_t)i)->tidy, i == GW_EP_CHAT,
               "tidy of %s", gw_endpoint_names[i]);
    }
}

int main(void)
{
    test_names();
    test_rows();
    test_ways();
    test_allowed();
    test_facts();
    test_shapes();
    return tap_end();
}
