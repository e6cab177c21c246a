/* SPDX-License-Identifier: Apache-2.0 */
/* test_candidates.c - which routes a request may go by, and in which order. */
#include "candidates.h"

#include <apr_strings.h>

#include "translate.h"

#include "tap.h"

#define BIT(endpoint) (1u << GW_EP_##endpoint)

/* Upstreams of one letter each. */
static const gw_upstream_t upstreams[] = {
    { .name = "o", .dialect = GW_DIALECT_OPENAI, .auth = GW_AUTH_NONE },
    { .name = "p", .dialect = GW_DIALECT_OPENAI, .auth = GW_AUTH_NONE,
      .endpoints = BIT(CHAT) },
    { .name = "a", .dialect = GW_DIALECT_ANTHROPIC, .auth = GW_AUTH_NONE },
    { .name = "b", .dialect = GW_DIALECT_ANTHROPIC, .auth = GW_AUTH_NONE,
      .endpoints = BIT(COUNT_TOKENS) },
    { .name = "e", .dialect = GW_DIALECT_OPENAI, .auth = GW_AUTH_NONE,
      .endpoints = BIT(EMBEDDINGS) },
    { .name = "d", .dialect = GW_DIALECT_OPENAI, .auth = GW_AUTH_NONE,
      .disabled = 1 },
    { .name = "s", .dialect = GW_DIALECT_OPENAI, .auth = GW_AUTH_NONE,
      .stored_ids = 1 }
};

static const gw_upstream_t *upstream(char letter)
{
    unsigned i;

    for (i = 0; upstreams[i].name[0] != letter; i++)
        continue;
    return &upstreams[i];
}

static void make(gw_model_t *m, gw_route_t *routes, const char *letters)
{
    memset(m, 0, sizeof(*m));
    m->routes = routes;
    for (; *letters != '\0'; letters++) {
        memset(&routes[m->route_count], 0, sizeof(*routes));
        routes[m->route_count++].upstream = upstream(*letters);
    }
}

/* The candidates' letters, a '|' before those of each further way. */
static const char *walk(const char *letters, gw_endpoint_t endpoint,
                        const gw_request_t *req)
{
    gw_route_t routes[8];
    gw_model_t m;
    gw_candidates_t c;
    const gw_route_t *route;
    const char *seen = "";
    unsigned way = 0;

    make(&m, routes, letters);
    gw_candidates_start(&c, &m, endpoint, req);
    while ((route = gw_candidate_next(&c)) != NULL) {
        for (; way < c.way; way++)
            seen = apr_pstrcat(tap_pool(), seen, "|", NULL);
        seen = apr_pstrcat(tap_pool(), seen, route->upstream->name, NULL);
    }
    ok(gw_candidate_next(&c) == NULL, "%s: it stays at its end", letters);
    return seen;
}

static const struct {
    const char *routes;
    gw_endpoint_t endpoint;
    int stored;
    const char *want;
} orders[] = {
    { "", GW_EP_CHAT, 0, "" },
    { "op", GW_EP_CHAT, 0, "op" },
    { "po", GW_EP_CHAT, 0, "po" },
    { "e", GW_EP_CHAT, 0, "" },
    { "eo", GW_EP_CHAT, 0, "o" },
    { "dodp", GW_EP_CHAT, 0, "op" },
    { "ops", GW_EP_CHAT, 1, "s" },
    { "op", GW_EP_CHAT, 1, "" },
    { "opo", GW_EP_EMBEDDINGS, 0, "oo" },
    /* who serves it natively comes first */
    { "a", GW_EP_CHAT, 0, "|a" },
    { "aoap", GW_EP_CHAT, 0, "op|aa" },
    { "oap", GW_EP_MESSAGES, 0, "a|op" },
    { "op", GW_EP_MESSAGES, 0, "|op" },
    /* what it is asked for there has to be served there */
    { "eo", GW_EP_MESSAGES, 0, "|o" },
    { "b", GW_EP_CHAT, 0, "" },
    { "b", GW_EP_MESSAGES, 0, "" },
    { "ab", GW_EP_MESSAGES, 0, "a" },
    { "sa", GW_EP_MESSAGES, 1, "|s" }
};

static void test_orders(void)
{
    gw_request_t req;
    unsigned i;

    for (i = 0; i < GW_COUNT(orders); i++) {
        memset(&req, 0, sizeof(req));
        req.stored = orders[i].stored ? "messages[0]" : NULL;
        is_str(walk(orders[i].routes, orders[i].endpoint, &req),
               orders[i].want, "%s, for %s", orders[i].routes,
               gw_endpoint_names[orders[i].endpoint]);
    }
}

/* Who walks ahead does not move the walk. */
static void test_copy(void)
{
    gw_route_t routes[8];
    gw_model_t m;
    gw_candidates_t c, ahead;

    make(&m, routes, "op");
    gw_candidates_start(&c, &m, GW_EP_CHAT, NULL);
    ahead = c;
    is_str(gw_candidate_next(&ahead)->upstream->name, "o", "ahead");
    is_str(gw_candidate_next(&ahead)->upstream->name, "p", "further");
    is_str(gw_candidate_next(&c)->upstream->name, "o", "the walk itself");
}

static void test_texts(void)
{
    gw_route_t routes[8];
    gw_model_t m;

    make(&m, routes, "p");
    is_str(gw_model_endpoints_text(&m, tap_pool()),
           "/v1/chat/completions, /v1/responses, /v1/messages",
           "served at all");
    is_int(gw_model_served(&m, GW_EP_CHAT), GW_SERVED_NATIVELY, "as it is");
    is_int(gw_model_served(&m, GW_EP_MESSAGES), GW_SERVED_TRANSLATED,
           "translated");
    m.endpoints = BIT(MESSAGES);
    is_str(gw_model_endpoints_text(&m, tap_pool()), "/v1/messages",
           "where the model may be asked");
    make(&m, routes, "e");
    is_str(gw_model_endpoints_text(&m, tap_pool()), "/v1/embeddings",
           "served at none of these");
    make(&m, routes, "d");
    is_int(gw_model_served(&m, GW_EP_CHAT), GW_SERVED_NOT, "disabled");
    make(&m, routes, "de");
    m.endpoints = BIT(CHAT);
    is_int(gw_model_served(&m, GW_EP_CHAT), GW_SERVED_NOT, "elsewhere");
}

/* A route whose upstream is asked for another endpoint needs a translation,
 * and no other one has any. */
static void test_translations(void)
{
    unsigned e, at;

    for (e = 0; e < GW_ENDPOINTS; e++) {
        for (at = 0; at < GW_ENDPOINTS; at++) {
            int to = (gw_endpoint_row((gw_endpoint_t)e)->translated
                      & 1u << at) != 0;

            ok((gw_translation(e, at) != NULL) == to,
               "%s at %s: a translation where it needs one",
               gw_endpoint_names[e], gw_endpoint_names[at]);
            ok(!to || (gw_dialect_row(at) != NULL && at != e),
               "... to what is asked");
        }
    }
    ok(gw_translation(GW_ENDPOINTS, 0) == NULL, "no endpoint");
    ok(gw_translation(0, GW_ENDPOINTS) == NULL, "nothing to ask for");
}

int main(void)
{
    test_orders();
    test_copy();
    test_texts();
    test_translations();
    return tap_end();
}
