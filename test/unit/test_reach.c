/* SPDX-License-Identifier: Apache-2.0 */
/* test_reach.c - which endpoints a model serves, and by what way. */
#include "reach.h"

#include "dialect.h"
#include "translate.h"

#include "tap.h"

#define BIT(endpoint) (1u << (endpoint))

/* Chat completions at an upstream that speaks them. */
static const struct {
    const char *name;
    gw_upstream_t upstream;
    unsigned endpoints;         /* of the model */
    int disabled;
    gw_reach_t want;
} rows[] = {
    { "nothing said", { 0 }, 0, 0, GW_REACH_NATIVE },
    { "it is among the upstream's", { .endpoints = BIT(GW_EP_CHAT) }, 0, 0,
      GW_REACH_NATIVE },
    { "it is not among the upstream's",
      { .endpoints = BIT(GW_EP_EMBEDDINGS) }, 0, 0, GW_REACH_NOT },
    { "it is among the model's", { 0 }, BIT(GW_EP_CHAT), 0,
      GW_REACH_NATIVE },
    { "it is not among the model's", { 0 }, BIT(GW_EP_EMBEDDINGS), 0,
      GW_REACH_NOT },
    { "the upstream is disabled", { .disabled = 1 }, 0, 0, GW_REACH_NOT },
    { "the upstream lacks its credential", { .wants_credential = 1 }, 0, 0,
      GW_REACH_NOT },
    { "the model is disabled", { 0 }, 0, 1, GW_REACH_NOT }
};

static void test_chat(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_route_t route = { .upstream = &rows[i].upstream };
        gw_model_t m = { .routes = &route, .route_count = 1,
                         .endpoints = rows[i].endpoints,
                         .disabled = rows[i].disabled };

        is_int(gw_model_reach(&m, GW_EP_CHAT), rows[i].want, "%s",
               rows[i].name);
        m.route_count = 0;
        is_int(gw_model_reach(&m, GW_EP_CHAT), GW_REACH_NOT,
               "%s: no routes", rows[i].name);
    }
}

/* An endpoint that is translated for a dialect: what counts is whether the
 * upstream has the one that is asked there; a native route is the better. */
static void test_translated(gw_endpoint_t endpoint, gw_dialect_t dialect,
                            gw_endpoint_t at)
{
    gw_upstream_t other = { .dialect = dialect };
    gw_upstream_t own = { .dialect = dialect == GW_DIALECT_OPENAI
                                     ? GW_DIALECT_ANTHROPIC
                                     : GW_DIALECT_OPENAI };
    gw_route_t routes[] = { { .upstream = &other }, { .upstream = &own } };
    gw_model_t m = { .routes = routes, .route_count = 1 };
    const char *name = gw_endpoint_names[endpoint];

    is_int(gw_model_reach(&m, endpoint), GW_REACH_TRANSLATED, "%s", name);
    other.endpoints = BIT(at);
    is_int(gw_model_reach(&m, endpoint), GW_REACH_TRANSLATED,
           "%s: the upstream has what is asked", name);
    other.endpoints = BIT(endpoint);
    is_int(gw_model_reach(&m, endpoint), GW_REACH_NOT,
           "%s: the upstream has not what is asked", name);
    other.endpoints = 0;
    m.endpoints = BIT(at);
    is_int(gw_model_reach(&m, endpoint), GW_REACH_NOT,
           "%s: not of the model", name);
    m.endpoints = 0;
    m.route_count = 2;
    is_int(gw_model_reach(&m, endpoint),
           gw_dialect_row(endpoint, own.dialect) != NULL ? GW_REACH_NATIVE
                                                         : GW_REACH_TRANSLATED,
           "%s: two routes", name);
}

/* What no row has is not served, whatever the upstream says. */
static void test_pair(gw_endpoint_t endpoint, gw_dialect_t dialect)
{
    const gw_dialect_row_t *row = gw_dialect_row(endpoint, dialect);
    gw_upstream_t u = { .dialect = dialect, .endpoints = BIT(endpoint) };
    gw_route_t route = { .upstream = &u };
    gw_model_t m = { .routes = &route, .route_count = 1 };

    if (row == NULL || !gw_endpoint_served(endpoint))
        is_int(gw_model_reach(&m, endpoint), GW_REACH_NOT, "%s at %s",
               gw_endpoint_names[endpoint], gw_dialect_names[dialect]);
    else if (gw_translation(endpoint, dialect) != NULL)
        test_translated(endpoint, dialect, row->at);
    else
        is_int(gw_model_reach(&m, endpoint), GW_REACH_NATIVE, "%s at %s",
               gw_endpoint_names[endpoint], gw_dialect_names[dialect]);
}

int main(void)
{
    unsigned i, k;

    test_chat();
    for (i = 0; i < GW_ENDPOINTS; i++) {
        for (k = 0; k < GW_DIALECTS; k++)
            test_pair((gw_endpoint_t)i, (gw_dialect_t)k);
    }
    return tap_end();
}
