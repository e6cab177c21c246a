/* SPDX-License-Identifier: Apache-2.0 */
/* test_spec_upstream.c - which endpoints an upstream serves by its stored
 * spec. */
#include "dialect.h"
#include "serves.h"
#include "spec.h"

#include "tap.h"

#define AT(endpoint) (1u << GW_EP_##endpoint)
#define URL "{\"base_url\":\"http://h/v1\","
#define OPENAI URL "\"dialect\":\"openai\""
#define ANTHROPIC URL "\"dialect\":\"anthropic\""

/* known: to its vendor, whatever this version's dialects have of it. */
static const struct {
    const char *spec;
    unsigned said, known;
} rows[] = {
    { OPENAI "}", 0, 0 },
    { ANTHROPIC "}", 0, 0 },
    { OPENAI ",\"vendor\":\"openai\"}", 0,
      AT(CHAT) | AT(COMPLETIONS) | AT(EMBEDDINGS) | AT(RESPONSES) },
    { OPENAI ",\"vendor\":\"google\"}", 0, AT(CHAT) | AT(EMBEDDINGS) },
    { OPENAI ",\"vendor\":\"mistral\"}", 0, AT(CHAT) | AT(EMBEDDINGS) },
    { OPENAI ",\"vendor\":\"groq\"}", 0, AT(CHAT) | AT(RESPONSES) },
    { OPENAI ",\"vendor\":\"minimax\"}", 0, AT(CHAT) },
    { OPENAI ",\"vendor\":\"siliconflow\"}", 0,
      AT(CHAT) | AT(EMBEDDINGS) | AT(RERANK) },
    { OPENAI ",\"vendor\":\"xai\"}", 0, 0 },
    { OPENAI ",\"vendor\":\"nobody\"}", 0, 0 },
    { OPENAI ",\"vendor\":\"deepseek\"}", 0, AT(CHAT) | AT(COMPLETIONS) },
    { OPENAI ",\"vendor\":\"moonshot\"}", 0, AT(CHAT) | AT(COMPLETIONS) },
    { OPENAI ",\"vendor\":\"zhipu\"}", 0, AT(CHAT) | AT(COMPLETIONS) },
    { OPENAI ",\"vendor\":\"vllm\"}", 0, AT(CHAT) | AT(COMPLETIONS) },
    { OPENAI ",\"vendor\":\"bailian\"}", 0,
      AT(CHAT) | AT(COMPLETIONS) | AT(EMBEDDINGS) },
    { OPENAI ",\"vendor\":\"anthropic\"}", 0, AT(CHAT) },
    { ANTHROPIC ",\"vendor\":\"bailian\"}", 0, AT(MESSAGES) },
    { ANTHROPIC ",\"vendor\":\"deepseek\"}", 0, AT(MESSAGES) },
    { ANTHROPIC ",\"vendor\":\"anthropic\"}", 0,
      AT(MESSAGES) | AT(COUNT_TOKENS) },
    /* what is said counts, whoever it is */
    { OPENAI ",\"vendor\":\"deepseek\",\"endpoints\":[\"embeddings\"]}",
      AT(EMBEDDINGS), 0 },
    { OPENAI ",\"endpoints\":[\"responses\",\"chat/completions\","
      "\"responses\"]}", AT(RESPONSES) | AT(CHAT), 0 },
    { ANTHROPIC ",\"endpoints\":[\"messages\","
      "\"messages/count_tokens\"]}", AT(MESSAGES) | AT(COUNT_TOKENS), 0 },
    { ANTHROPIC ",\"endpoints\":[\"embeddings\"]}", AT(EMBEDDINGS), 0 },
};

static const struct {
    const char *spec;
    int total;
} outputs[] = {
    { OPENAI "}", 0 },
    { OPENAI ",\"vendor\":\"openai\"}", 0 },
    { OPENAI ",\"vendor\":\"google\"}", 1 },
    { OPENAI ",\"vendor\":\"google\",\"usage\":{\"cache\":\"inside\"}}", 1 },
    { OPENAI ",\"vendor\":\"google\",\"usage\":{\"output\":\"auto\"}}", 0 },
    { OPENAI ",\"vendor\":\"google\",\"usage\":{\"output\":\"total\"}}", 1 },
    { OPENAI ",\"usage\":{\"output\":\"total\"}}", 1 }
};

static void test_outputs(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(outputs); i++) {
        gw_upstream_t u = { .name = "u" };

        gw_spec_upstream(&u, outputs[i].spec, tap_pool());
        is_int(u.usage_output_total, outputs[i].total, "output: %s",
               outputs[i].spec);
    }
}

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_upstream_t u = { .name = "u" };
        unsigned has, want;

        is_int(gw_spec_upstream(&u, rows[i].spec, tap_pool()), APR_SUCCESS,
               "read: %s", rows[i].spec);
        has = gw_dialect_endpoints(u.dialect);
        want = rows[i].said ? rows[i].said : rows[i].known & has;
        is_int(u.endpoints, want, "endpoints: %s", rows[i].spec);
        ok(rows[i].known == 0 || want != 0, "not by accident");
        u.auth = GW_AUTH_NONE;
        ok((gw_upstream_idle(&u) == NULL)
           == (u.endpoints == 0 || (u.endpoints & has)), "serves: %s",
           rows[i].spec);
    }
    is_int(gw_dialect_endpoints(GW_DIALECT_OPENAI) & AT(MESSAGES), 0,
           "no upstream of dialect openai has messages");
    test_outputs();
    return tap_end();
}
