/* SPDX-License-Identifier: Apache-2.0 */
/* test_request.c - what is read in a body and what is refused: in a chat's,
 * and in one for Messages. */
#include "request_chat.h"
#include "request_messages.h"

#include <apr_strings.h>

#include "request_words.h"
#include "same_request.h"
#include "tap.h"

#define MODEL "\"model\":\"m\""
#define ASK "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define BODY(rest) "{" MODEL "," ASK "," rest "}"
#define CHAT(messages) "{" MODEL ",\"messages\":[" messages "]}"
#define PARTS(parts) CHAT("{\"role\":\"user\",\"content\":[" parts "]}")

static gw_request_t req;
static gw_problem_t problem;

/* What is taken is read alike when it is known to be valid. */
static void trusted_alike(const gw_request_format_t *format, gw_str_t body)
{
    gw_request_t made;

    ok(gw_request_read_made(&made, format, body, 0, &problem, tap_pool()) == 0
       && same_request(&req, &made), "trusted, it is read alike");
}

/* The body stands alone in memory, so that ASan sees one byte too far; it
 * lives as long as the request that was read of it. */
static gw_problem_kind_t read_as(const gw_request_format_t *format,
                                 const char *text, size_t n)
{
    static char *body;
    gw_str_t s;

    free(body);
    body = malloc(n ? n : 1);
    memcpy(body, text, n);
    s.p = body;
    s.n = n;
    memset(&problem, 0, sizeof(problem));
    if (gw_request_read(&req, format, s, &problem, tap_pool()) == 0)
        trusted_alike(format, s);
    return problem.kind;
}

static gw_problem_kind_t read_body(const char *text, size_t n)
{
    return read_as(&gw_request_chat, text, n);
}

/* ---- refusals ------------------------------------------------------- */

typedef struct refusal_t {
    const char *name, *body;
    gw_problem_kind_t kind;
    const char *param, *word;   /* word: the message has it */
} refusal_t;

static const refusal_t refused[] = {
    { "nothing", "", GW_P_INVALID_JSON, NULL, "no body" },
    { "blanks", " \n", GW_P_INVALID_JSON, NULL, "byte 2 of 2" },
    { "no JSON", "model=m", GW_P_INVALID_JSON, NULL, "not valid JSON" },
    { "cut", "{\"model\":\"m\"", GW_P_INVALID_JSON, NULL, "complete" },
    { "an array", "[]", GW_P_INVALID_JSON, NULL, "must be a JSON object" },
    { "an array of one", "[{" MODEL "," ASK "}]", GW_P_INVALID_JSON, NULL,
      "must be a JSON object" },
    { "a string", "\"m\"", GW_P_INVALID_JSON, NULL, "must be a JSON object" },
    { "two documents", "{" MODEL "," ASK "}{}", GW_P_INVALID_JSON, NULL,
      "after the JSON value" },
    { "UTF-8", "{\"model\":\"\xff\"," ASK "}", GW_P_INVALID_JSON, NULL,
      "not valid UTF-8" },
    { "a raw newline", "{\"model\":\"a\nb\"," ASK "}", GW_P_INVALID_JSON,
      NULL, "control byte" },
    { "a member twice", BODY("\"stream\":true,\"stream\":false"),
      GW_P_INVALID_JSON, "stream", "'stream'" },
    { "a member in capitals", BODY("\"Stream\":true"), GW_P_INVALID_JSON,
      "stream", "letter case" },
    { "a role twice", CHAT("{\"role\":\"user\",\"role\":\"system\"}"),
      GW_P_INVALID_JSON, "role", "twice" },
    { "a content twice", CHAT("{\"content\":\"a\",\"content\":\"b\"}"),
      GW_P_INVALID_JSON, "content", "twice" },
    { "a part's type twice", PARTS("{\"type\":\"text\",\"type\":\"file\"}"),
      GW_P_INVALID_JSON, "type", "twice" },
    { "NUL behind a name", BODY("\"stream\\u0000\":true"), GW_P_INVALID_JSON,
      NULL, "NUL" },

    { "no model", "{" ASK "}", GW_P_MISSING_PARAMETER, "model", "missing" },
    { "model null", "{\"model\":null," ASK "}", GW_P_INVALID_PARAMETER,
      "model", "string" },
    { "model empty", "{\"model\":\"\"," ASK "}", GW_P_INVALID_PARAMETER,
      "model", "string" },
    { "model a number", "{\"model\":7," ASK "}", GW_P_INVALID_PARAMETER,
      "model", "string" },
    { "model a list", "{\"model\":[\"m\"]," ASK "}", GW_P_INVALID_PARAMETER,
      "model", "string" },
    { "model with a NUL", "{\"model\":\"m\\u0000x\"," ASK "}",
      GW_P_INVALID_PARAMETER, "model", "string" },
    { "no messages", "{" MODEL "}", GW_P_MISSING_PARAMETER, "messages",
      "missing" },
    { "messages null", "{" MODEL ",\"messages\":null}",
      GW_P_INVALID_PARAMETER, "messages", "array" },
    { "messages empty", CHAT(""), GW_P_INVALID_PARAMETER, "messages",
      "at least one" },
    { "messages a string", "{" MODEL ",\"messages\":\"hi\"}",
      GW_P_INVALID_PARAMETER, "messages", "array" },
    { "messages an object", "{" MODEL ",\"messages\":{\"0\":{}}}",
      GW_P_INVALID_PARAMETER, "messages", "array" },

    { "stream a string", BODY("\"stream\":\"true\""), GW_P_INVALID_PARAMETER,
      "stream", "true, false or null" },
    { "stream a number", BODY("\"stream\":1"), GW_P_INVALID_PARAMETER,
      "stream", "true, false or null" },
    { "stream_options a list", BODY("\"stream\":true,\"stream_options\":[]"),
      GW_P_INVALID_PARAMETER, "stream_options", "object" },
    { "stream_options true", BODY("\"stream\":true,\"stream_options\":true"),
      GW_P_INVALID_PARAMETER, "stream_options", "object" },
    { "include_usage a number", BODY("\"stream\":true,\"stream_options\":"
      "{\"include_usage\":1}"), GW_P_INVALID_PARAMETER,
      "stream_options.include_usage", "true or false" },

    { "llmgw_thinking null", BODY("\"llmgw_thinking\":null"),
      GW_P_INVALID_PARAMETER, "llmgw_thinking", "true or false" },
    { "llmgw_thinking a string", BODY("\"llmgw_thinking\":\"on\""),
      GW_P_INVALID_PARAMETER, "llmgw_thinking", "true or false" },
    { "enable_thinking a number", BODY("\"enable_thinking\":1"),
      GW_P_INVALID_PARAMETER, "enable_thinking", "true or false" },
    { "both, the other wrong", BODY("\"llmgw_thinking\":true,"
      "\"enable_thinking\":\"x\""), GW_P_INVALID_PARAMETER,
      "enable_thinking", "true or false" },
    { "enable_context_caching a string",
      BODY("\"enable_context_caching\":\"true\""), GW_P_INVALID_PARAMETER,
      "enable_context_caching", "true or false" },

    { "background", BODY("\"background\":true"), GW_P_UNSUPPORTED_PARAMETER,
      "background", "not supported" },
    { "background a string", BODY("\"background\":\"yes\""),
      GW_P_UNSUPPORTED_PARAMETER, "background", "not supported" },
    { "service_tier flex", BODY("\"service_tier\":\"flex\""),
      GW_P_UNSUPPORTED_PARAMETER, "service_tier", "tier" },
    { "service_tier escaped", BODY("\"service_tier\":\"pri\\u006frity\""),
      GW_P_UNSUPPORTED_PARAMETER, "service_tier", "tier" },
    { "service_tier in capitals", BODY("\"service_tier\":\"AUTO\""),
      GW_P_UNSUPPORTED_PARAMETER, "service_tier", "tier" },
    { "service_tier a list", BODY("\"service_tier\":[\"auto\"]"),
      GW_P_UNSUPPORTED_PARAMETER, "service_tier", "tier" }
};

static void check_refusals(const gw_request_format_t *format,
                           const refusal_t *rows, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        const char *name = rows[i].name;

        is_int(read_as(format, rows[i].body, strlen(rows[i].body)),
               rows[i].kind, "refused: %s", name);
        is_int(problem.kind, rows[i].kind, "refused: %s: told so", name);
        is_str(problem.param, rows[i].param, "refused: %s: param", name);
        if (!ok(problem.message && strstr(problem.message, rows[i].word),
                "refused: %s: message", name))
            printf("#   message: %s\n", problem.message);
    }
}

#define MAX "\"max_tokens\":9"

static const refusal_t messages_refused[] = {
    { "no max_tokens", "{" MODEL "," ASK "}", GW_P_MISSING_PARAMETER,
      "max_tokens", "how many tokens" },
    { "max_tokens null", BODY("\"max_tokens\":null"), GW_P_MISSING_PARAMETER,
      "max_tokens", "missing" },
    { "another bound alone", BODY("\"max_completion_tokens\":9"),
      GW_P_MISSING_PARAMETER, "max_tokens", "missing" },
    { "max_tokens twice", BODY(MAX "," MAX), GW_P_INVALID_JSON, "max_tokens",
      "twice" },
    { "Max_tokens", BODY(MAX ",\"Max_tokens\":8"), GW_P_INVALID_JSON,
      "max_tokens", "letter case" },
    { "system twice", BODY(MAX ",\"system\":\"a\",\"system\":\"b\""),
      GW_P_INVALID_JSON, "system", "twice" },
    { "no model", "{" ASK "," MAX "}", GW_P_MISSING_PARAMETER, "model",
      "missing" },
    { "no messages", "{" MODEL "," MAX "}", GW_P_MISSING_PARAMETER,
      "messages", "missing" },
    { "messages empty", "{" MODEL "," MAX ",\"messages\":[]}",
      GW_P_INVALID_PARAMETER, "messages", "at least one" },
    { "stream a string", BODY(MAX ",\"stream\":\"yes\""),
      GW_P_INVALID_PARAMETER, "stream", "true, false or null" },
    { "llmgw_thinking a string", BODY(MAX ",\"llmgw_thinking\":\"on\""),
      GW_P_INVALID_PARAMETER, "llmgw_thinking", "true or false" },
    { "enable_thinking null", BODY(MAX ",\"enable_thinking\":null"),
      GW_P_INVALID_PARAMETER, "enable_thinking", "true or false" },
    { "service_tier priority", BODY(MAX ",\"service_tier\":\"priority\""),
      GW_P_UNSUPPORTED_PARAMETER, "service_tier", "standard_only" },
    { "service_tier batch", BODY(MAX ",\"service_tier\":\"batch\""),
      GW_P_UNSUPPORTED_PARAMETER, "service_tier", "standard_only" },
    { "speed fast", BODY(MAX ",\"speed\":\"fast\""),
      GW_P_UNSUPPORTED_PARAMETER, "speed", "standard" },
    { "fallbacks", BODY(MAX ",\"fallbacks\":[{\"model\":\"x\"}]"),
      GW_P_UNSUPPORTED_PARAMETER, "fallbacks", "other prices" },
    { "background", BODY(MAX ",\"background\":true"),
      GW_P_UNSUPPORTED_PARAMETER, "background", "not supported" },
    { "a block's type twice", "{" MODEL "," MAX ",\"messages\":[{\"content\":"
      "[{\"type\":\"text\",\"type\":\"image\"}]}]}", GW_P_INVALID_JSON,
      "type", "twice" },
    { "a source's data twice", "{" MODEL "," MAX ",\"messages\":[{\"content\":"
      "[{\"source\":{\"data\":\"\",\"data\":\"\"}}]}]}", GW_P_INVALID_JSON,
      "data", "twice" }
};

static void test_refused(void)
{
    static const char no_bound[] = "{" MODEL "," ASK "}";

    check_refusals(&gw_request_chat, refused, GW_COUNT(refused));
    check_refusals(&gw_request_messages, messages_refused,
                   GW_COUNT(messages_refused));
    is_int(gw_request_read(&req, &gw_request_chat, (gw_str_t){ NULL, 0 },
                           &problem, tap_pool()),
           GW_P_INVALID_JSON, "refused: no body at all");
    is_int(read_as(&gw_request_count_tokens, no_bound, strlen(no_bound)), 0,
           "to count tokens takes no bound");
}

/* ---- what is read --------------------------------------------------- */

static const struct {
    const gw_request_format_t *format;
    const char *name, *body, *words;
} taken[] = {
#define R(name, body, words) { &gw_request_chat, name, body, words },
#include "data/requests.h"
#undef R
#define R(name, body, words) { &gw_request_messages, name, body, words },
#include "data/requests_messages.h"
#undef R
};

static void test_taken(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(taken); i++) {
        if (!is_int(read_as(taken[i].format, taken[i].body,
                            strlen(taken[i].body)), 0, "taken: %s",
                    taken[i].name))
            printf("#   message: %s\n", problem.message);
        is_str(words_of(&req), taken[i].words, "taken: %s: words",
               taken[i].name);
    }
}

static void test_stored(void)
{
    static const char *const bodies[] = {
        BODY("\"mcp_servers\":[{\"url\":\"http://x\"}]"),
        CHAT("{\"content\":\"fileid://file-fe-a\"}")
    };
    static const char *const paths[] = {
        "mcp_servers", "messages[0].content"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(bodies); i++) {
        read_body(bodies[i], strlen(bodies[i]));
        is_int(gw_request_refuse_stored(&req, "messages", &problem,
                                        tap_pool()),
               GW_P_UNSUPPORTED_PARAMETER, "stored %u", i);
        is_str(problem.param, paths[i], "stored %u: param", i);
        ok(strstr(problem.message, paths[i]) != NULL, "stored %u: told", i);
    }
}

/* What Anthropic's SDKs send unasked, and leave out when they are told. */
static void test_threads(void)
{
    memset(&req, 0, sizeof(req));
    req.stored = "thread";
    gw_request_refuse_stored(&req, "messages", &problem, tap_pool());
    is_str(problem.details, "{\"error_code\":\"thread_unsupported_request\","
           "\"unsupported\":[\"thread\"]}", "threads: details");
    req.stored = "container";
    gw_request_refuse_stored(&req, "messages", &problem, tap_pool());
    ok(problem.details == NULL, "threads: no others have them");
}

/* ---- names of models ------------------------------------------------ */

static const struct { const char *json, *name; } models[] = {
    { "qwen3-max", "qwen3-max" }, { "a\\/b:c", "a/b:c" },
    { "\\u0071wen", "qwen" }, { "\xe6\xa8\xa1\xe5\x9e\x8b", "\xe6\xa8\xa1"
      "\xe5\x9e\x8b" }, { "\\ud83d\\ude00", "\xf0\x9f\x98\x80" },
    { " m ", " m " }
};

static void test_models(void)
{
    char body[2000], name[600];
    unsigned i;

    for (i = 0; i < GW_COUNT(models); i++) {
        snprintf(body, sizeof(body), "{\"model\":\"%s\"," ASK "}",
                 models[i].json);
        is_int(read_body(body, strlen(body)), 0, "model %u is taken", i);
        is_mem(req.model.p, req.model.n, models[i].name,
               strlen(models[i].name), "model %u", i);
    }
    memset(name, 'x', 500);
    name[500] = '\0';
    snprintf(body, sizeof(body), "{\"model\":\"%s\"," ASK "}", name);
    read_body(body, strlen(body));
    is_mem(req.model.p, req.model.n, name, 500, "a model of 500 bytes");
    snprintf(body, sizeof(body), "{\"model\":\"\\u0078%s\"," ASK "}",
             name + 1);
    read_body(body, strlen(body));
    is_mem(req.model.p, req.model.n, name, 500, "... escaped");
}

/* ---- places --------------------------------------------------------- */

static const char *place_text(const gw_place_t *at)
{
    static const char *const kinds[] = { "", "string ", "part ", "array " };

    if (at->what == GW_PLACE_NONE)
        return "none";
    return apr_psprintf(tap_pool(), "%s%.*s", kinds[at->what],
                        (int)(at->end - at->start), req.body.p + at->start);
}

static const struct {
    const gw_request_format_t *format;
    const char *name, *messages, *system, *last, *user;
} places[] = {
#define P(name, messages, system, last, user) \
    { &gw_request_chat, name, messages, system, last, user },
#include "data/places.h"
#undef P
#define P(name, messages, user) \
    { &gw_request_messages, name, messages, NULL, NULL, user },
#include "data/places_messages.h"
#undef P
};

static void test_places(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(places); i++) {
        const char *body = apr_pstrcat(tap_pool(), "{" MODEL "," MAX
                                       ",\"messages\":[", places[i].messages,
                                       "]}", NULL);

        is_int(read_as(places[i].format, body, strlen(body)), 0, "place: %s",
               places[i].name);
        if (places[i].system != NULL)
            is_str(place_text(&req.system_end), places[i].system,
                   "place: %s: system", places[i].name);
        if (places[i].last != NULL)
            is_str(place_text(&req.last_end), places[i].last,
                   "place: %s: last", places[i].name);
        is_str(place_text(&req.last_user), places[i].user, "place: %s: user",
               places[i].name);
    }
}

int main(void)
{
    test_refused();
    test_taken();
    test_stored();
    test_threads();
    test_models();
    test_places();
    return tap_end();
}
