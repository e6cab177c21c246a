/* SPDX-License-Identifier: Apache-2.0 */
/* test_url.c - which URL is meant by a path. */
#include "url.h"

#include "tap.h"

#define RAW 0
#define ENCODED 1

static const struct {
    const char *path, *prefix;
    gw_url_kind_t kind;
    gw_endpoint_t endpoint;
    int envelope;
    const char *resource, *id, *action;
} rows[] = {
    { "/v1/chat/completions", "", GW_URL_ENDPOINT, GW_EP_CHAT, 0 },
    { "/v1/chat/completions/", "", GW_URL_ENDPOINT, GW_EP_CHAT, 0 },
    { "/v1/completions", "", GW_URL_ENDPOINT, GW_EP_COMPLETIONS, 0 },
    { "/v1/embeddings", "", GW_URL_ENDPOINT, GW_EP_EMBEDDINGS, 0 },
    { "/v1/responses", "", GW_URL_ENDPOINT, GW_EP_RESPONSES, 0 },
    { "/v1/messages", "", GW_URL_ENDPOINT, GW_EP_MESSAGES, 0 },
    { "/v1/messages/count_tokens", "", GW_URL_ENDPOINT, GW_EP_COUNT_TOKENS,
      0 },
    { "/api/v1/chat/completions", "", GW_URL_ENDPOINT, GW_EP_CHAT, 1 },
    { "/v1/models", "", GW_URL_MODELS, 0, 0 },
    { "/v1/models/", "", GW_URL_MODELS, 0, 0 },
    { "/v1/models/qwen3-max", "", GW_URL_MODELS, 0, 0, NULL, "qwen3-max" },
    { "/v1/models/a/b:c", "", GW_URL_MODELS, 0, 0, NULL, "a/b:c" },
    { "/v1/models/a%2Fb%3ac/", "", GW_URL_MODELS, 0, 0, NULL, "a/b:c" },
    { "/v1/models/100%25", "", GW_URL_MODELS, 0, 0, NULL, "100%" },
    { "/v1/models/%2525", "", GW_URL_MODELS, 0, 0, NULL, "%25" },
    { "/v1/models/%0a%a0%9F%f0%01%10%AF", "", GW_URL_MODELS, 0, 0, NULL,
      "\n\xa0\x9f\xf0\x01\x10\xaf" },
    { "/v1/models//", "", GW_URL_MODELS, 0, 0 },
    { "/v1/model-catalog", "", GW_URL_MODEL_CATALOG, 0, 0 },
    { "/v1/model-catalog/x", "", GW_URL_MODEL_CATALOG, 0, 0, NULL, "x" },
    { "/v1/key", "", GW_URL_KEY, 0, 0 },
    { "/v1/usage/", "", GW_URL_USAGE, 0, 0 },
    { "/v1/receipts", "", GW_URL_RECEIPTS, 0, 0 },
    { "/v1/receipts/req_1", "", GW_URL_RECEIPTS, 0, 0, NULL, "req_1" },
    { "/llmgw/admin/v1/keys", "", GW_URL_ADMIN, 0, 0, "keys" },
    { "/llmgw/admin/v1/keys/", "", GW_URL_ADMIN, 0, 0, "keys" },
    { "/llmgw/admin/v1/keys/k1", "", GW_URL_ADMIN, 0, 0, "keys", "k1" },
    { "/llmgw/admin/v1/keys/k1/", "", GW_URL_ADMIN, 0, 0, "keys", "k1" },
    { "/llmgw/admin/v1/keys/k1/rotate", "", GW_URL_ADMIN, 0, 0, "keys", "k1",
      "rotate" },
    { "/llmgw/admin/v1/keys/k1/rotate/", "", GW_URL_ADMIN, 0, 0, "keys", "k1",
      "rotate" },
    { "/llmgw/admin/v1/models/a%2Fb", "", GW_URL_ADMIN, 0, 0, "models",
      "a/b" },
    { "/llmgw/admin/v1/models/a/b", "", GW_URL_ADMIN, 0, 0, "models",
      "a/b" },
    { "/llmgw/admin/v1/openapi.json", "", GW_URL_ADMIN, 0, 0,
      "openapi.json" },
    /* below a Location, with and without the /v1 */
    { "/llm/v1/chat/completions", "/llm", GW_URL_ENDPOINT, GW_EP_CHAT, 0 },
    { "/llm/chat/completions", "/llm", GW_URL_ENDPOINT, GW_EP_CHAT, 0 },
    { "/llm/models/x", "/llm", GW_URL_MODELS, 0, 0, NULL, "x" },
    { "/x/api/v1/chat/completions", "/x/api/v1", GW_URL_ENDPOINT, GW_EP_CHAT,
      1 },
    { "/x/llmgw/admin/v1/teams/t", "/x/llmgw/admin", GW_URL_ADMIN, 0, 0,
      "teams", "t" },
    { "/llmgw/admin/v1/models/a/b/widening", "", GW_URL_ADMIN, 0, 0,
      "models", "a/b", "widening" },
    { "/llmgw/admin/v1/models/a%2Fwidening", "", GW_URL_ADMIN, 0, 0,
      "models", "a/widening" },
    { "/llmgw/admin/v1/models/widening", "", GW_URL_ADMIN, 0, 0, "models",
      "widening" },
    { "/llmgw/admin/v1/models/a/widening/", "", GW_URL_ADMIN, 0, 0, "models",
      "a", "widening" },
    { "/llmgw/admin/v1/teams/a/widening", "", GW_URL_ADMIN, 0, 0, "teams",
      "a/widening" },
    { "/llmgw/admin/v1/keys", "/llmgw/admin", GW_URL_ADMIN, 0, 0, "keys" },
    { "/api/v1/chat/completions", "/api/v1", GW_URL_ENDPOINT, GW_EP_CHAT, 1 },
    { "/some/long/location/models", "/some/long/location", GW_URL_MODELS, 0,
      0 },
    { "/x/llmgw/admin/v1/teams/t", "/x", GW_URL_ADMIN, 0, 0, "teams", "t" },
    /* nothing of ours */
    { "/v1", "", GW_URL_UNKNOWN }, { "/v1/", "", GW_URL_UNKNOWN },
    { "/v1/chat", "", GW_URL_UNKNOWN },
    { "/v1/chat/completions//", "", GW_URL_UNKNOWN },
    { "/v1/chat/completions/x", "", GW_URL_UNKNOWN },
    { "/v1/Chat/Completions", "", GW_URL_UNKNOWN },
    { "/v1/chat%2Fcompletions", "", GW_URL_UNKNOWN },
    { "/v1/modelsx", "", GW_URL_UNKNOWN },
    { "/v1/key/x", "", GW_URL_UNKNOWN },
    { "/v1/models/%", "", GW_URL_UNKNOWN },
    { "/v1/models/%4g", "", GW_URL_UNKNOWN },
    { "/v1/models/%g4", "", GW_URL_UNKNOWN },
    { "/v1/models/%4", "", GW_URL_UNKNOWN },
    { "/v1/models/%zz", "", GW_URL_UNKNOWN },
    { "/v1/models/a%00b", "", GW_URL_UNKNOWN },
    { "/v1/v1/messages", "", GW_URL_UNKNOWN },
    { "/api/v1/models", "", GW_URL_UNKNOWN, 0, 1 },
    { "/api/v1/embeddings", "", GW_URL_UNKNOWN, GW_EP_EMBEDDINGS, 1 },
    { "/llmgw/admin", "", GW_URL_UNKNOWN },
    { "/llmgw/admin/v1", "", GW_URL_ADMIN, 0, 0, "" },
    { "/llmgw/admin/v1/", "", GW_URL_ADMIN, 0, 0, "" },
    { "/llmgw/admin/v1//", "", GW_URL_ADMIN, 0, 0, "" },
    { "/llmgw/admin/v1x", "", GW_URL_UNKNOWN },
    { "/llmgw/admin/v2/keys", "", GW_URL_UNKNOWN }
};

static void test_rows(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        const char *path = rows[i].path;
        gw_url_t url;

        gw_url_parse(&url, path, rows[i].prefix, ENCODED, tap_pool());
        is_int(url.kind, rows[i].kind, "%s: kind", path);
        is_int(url.envelope, rows[i].envelope, "%s: envelope", path);
        ok((url.hint != NULL) == (url.kind == GW_URL_UNKNOWN), "%s: hint",
           path);
        if (url.kind == GW_URL_UNKNOWN)
            continue;
        is_int(url.endpoint, rows[i].endpoint, "%s: endpoint", path);
        is_str(url.resource, rows[i].resource, "%s: resource", path);
        is_str(url.id, rows[i].id, "%s: id", path);
        is_str(url.action, rows[i].action, "%s: action", path);
    }
}

static void test_decoded(void)
{
    gw_url_t url;

    gw_url_parse(&url, "/v1/models/a%2Fb", "", RAW, tap_pool());
    is_str(url.id, "a%2Fb", "what is decoded is not decoded again");
}

/* Each byte but NUL, in both ways to write it. */
static void test_all_bytes(void)
{
    char path[32], want[] = "?";
    int c, bad = 0;
    gw_url_t url;

    for (c = 1; c < 256; c++) {
        want[0] = (char)c;
        snprintf(path, sizeof(path), "/v1/models/%%%02x", (unsigned)c);
        gw_url_parse(&url, path, "", ENCODED, tap_pool());
        bad += url.id == NULL || strcmp(url.id, want) != 0;
        snprintf(path, sizeof(path), "/v1/models/%%%02X", (unsigned)c);
        gw_url_parse(&url, path, "", ENCODED, tap_pool());
        bad += url.id == NULL || strcmp(url.id, want) != 0;
    }
    is_int(bad, 0, "all bytes, percent-encoded");
}

static const struct { const char *path, *word; } hints[] = {
    { "/v1/v1/messages", "must not end in /v1 for Anthropic clients" },
    { "/v1/v1/models", "has /v1 twice" },
    { "/v1/chat/completion", "/v1/chat/completions" },
    { "/v1/message", "/v1/messages" },
    { "/v1/embedding", "/v1/embeddings" },
    { "/v1/response/x", "/v1/responses" },
    { "/v1/x", "/v1/models" },
    { "/v1/images/generations", "/v1/images is not served here; what is: "
                                "/v1/chat/completions, " },
    { "/v1/audio/speech", "/v1/audio is not served" },
    { "/v1/files", "/v1/files is not served" },
    { "/v1/batches/", "/v1/batches is not served" },
    { "/v1/messages/batches", "/v1/messages/batches is not served" },
    { "/v1/filesx", "the nearest path" },
    { "/llmgw/admin/v2", "/llmgw/admin/v1/" },
    { "/llmgw/admin/v1/teams/a%00", "has no %00" }
};

static void test_hints(void)
{
    gw_url_t url;
    unsigned i;

    for (i = 0; i < GW_COUNT(hints); i++) {
        gw_url_parse(&url, hints[i].path, "", ENCODED, tap_pool());
        ok(url.hint && strstr(url.hint, hints[i].word), "hint for %s",
           hints[i].path);
    }
}

static const struct { const char *path, *post, *get; gw_shape_t shape; }
without[] = {
    { "/chat/completions", "/v1/chat/completions" },
    { "/chat/completions/", "/v1/chat/completions" },
    { "/messages", "/v1/messages", NULL, GW_SHAPE_ANTHROPIC },
    { "/messages/count_tokens", "/v1/messages/count_tokens", NULL,
      GW_SHAPE_ANTHROPIC },
    { "/completions", "/v1/completions" },
    { "/embeddings", "/v1/embeddings" },
    { "/responses", "/v1/responses", NULL, GW_SHAPE_RESPONSES },
    { "/api/chat/completions", "/api/v1/chat/completions" },
    { "/models", NULL, "/v1/models" }, { "/models/a/b", NULL, "/v1/models" },
    { "/modelsx" }, { "/" }, { "" }, { "/chat" }, { "/chat/completionsx" },
    { "/x/chat/completions" }, { "/messages/1" }
};

static void test_without_v1(void)
{
    unsigned i;
    gw_shape_t shape;

    for (i = 0; i < GW_COUNT(without); i++) {
        const char *path = without[i].path;

        is_str(gw_url_without_v1(&shape, path, 0, tap_pool()),
               without[i].get, "GET %s", path);
        is_str(gw_url_without_v1(&shape, path, 1, tap_pool()),
               without[i].post, "POST %s", path);
        is_int(shape, without[i].shape, "%s: shape", path);
    }
}

/* How an error looks, where nobody knows the URL by what is in its path. */
static const struct { const char *path; gw_shape_t shape; } shapes[] = {
    { "/v1/chat/completions", GW_SHAPE_OPENAI },
    { "/v1/messages", GW_SHAPE_ANTHROPIC },
    { "/v1/messages/count_tokens", GW_SHAPE_ANTHROPIC },
    { "/v1/models", GW_SHAPE_OPENAI },
    { "/v1/messages/batches", GW_SHAPE_ANTHROPIC },
    { "/v1/v1/messages", GW_SHAPE_ANTHROPIC },
    { "/v1/messagesx", GW_SHAPE_ANTHROPIC },
    { "/v1/xmessages", GW_SHAPE_OPENAI },
    { "/v1/xmessages/messages", GW_SHAPE_ANTHROPIC },
    { "/v1/nothing", GW_SHAPE_OPENAI },
    { "/api/v1/messages", GW_SHAPE_OPENAI },    /* in the envelope */
    { "/api/v1/messages/count_tokens", GW_SHAPE_OPENAI },
    { "/llmgw/admin/v1/messages", GW_SHAPE_OPENAI },
    { "/llmgw/admin/messages", GW_SHAPE_ANTHROPIC }
};

static void test_shapes(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(shapes); i++) {
        gw_url_t url;

        gw_url_parse(&url, shapes[i].path, "", 1, tap_pool());
        is_int(gw_url_shape(&url, shapes[i].path), shapes[i].shape,
               "shape of %s", shapes[i].path);
    }
}

static void test_others(void)
{
    gw_url_t url = { GW_URL_ENDPOINT };

    is_str(gw_url_methods(&url), "POST, OPTIONS", "methods of an endpoint");
    url.kind = GW_URL_MODELS;
    is_str(gw_url_methods(&url), "GET, HEAD, OPTIONS", "methods of a list");
    ok(gw_url_is_admin("/llmgw/admin") && gw_url_is_admin("/x/llmgw/admin"),
       "a prefix for the admin API alone");
    ok(!gw_url_is_admin("") && !gw_url_is_admin("/llm")
       && !gw_url_is_admin("/llmgw/admin/v1")
       && !gw_url_is_admin("llmgw/admin"), "other prefixes");
    ok(gw_url_of_vhost("/v1") && gw_url_of_vhost("/v1/x")
       && gw_url_of_vhost("/api/v1/x") && gw_url_of_vhost("/llmgw/admin"),
       "paths of a virtual host");
    ok(!gw_url_of_vhost("/") && !gw_url_of_vhost("/v11")
       && !gw_url_of_vhost("/api") && !gw_url_of_vhost("/x/v1")
       && !gw_url_of_vhost("/llmgw") && !gw_url_of_vhost("/llmgw/admins"),
       "... and paths that are not");
}

int main(void)
{
    test_rows();
    test_decoded();
    test_all_bytes();
    test_hints();
    test_without_v1();
    test_shapes();
    test_others();
    return tap_end();
}
