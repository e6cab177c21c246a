/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_request.c - a body that is taken is rewritten into one that reads
 * again, has the upstream's model, and lacks what is only ours: as a chat's,
 * as one for Messages, for Responses, for completions, embeddings or rerank.
 * The first byte chooses the route's ways. */
#include <json-c/json.h>

#include "request_chat.h"
#include "request_input.h"
#include "request_messages.h"
#include "request_responses.h"
#include "rewrite_input.h"
#include "rewrite_messages.h"
#include "rewrite_responses.h"
#include "same_request.h"
#include "unsigned.h"

#include "fuzz.h"

static gw_rewrite_t route(unsigned byte)
{
    static const char *const models[] = { "m", "vendor/model:1", "\"\\\t" };
    gw_rewrite_t how;

    memset(&how, 0, sizeof(how));
    how.model = models[byte % 3];
    how.thinking = (gw_thinking_t)(byte / 3 % 5);
    how.include_usage = byte & 16 ? 1 : 0;
    how.explicit_cache = byte & 32 ? 1 : 0;
    how.text_without_tools = byte & 64 ? 1 : 0;
    how.max_tokens = byte & 128 ? 77 : 0;
    how.max_completion = byte & 1;
    return how;
}

/* The new body, in memory of its own. */
static gw_str_t spliced(const gw_edits_t *edits, gw_str_t body)
{
    gw_str_t piece[2 * GW_EDITS + 1], out;
    apr_size_t at = 0;
    unsigned n, i;
    char *p;

    n = gw_edits_apply(piece, &out.n, edits, body);
    must(n <= 2 * edits->count + 1);
    out.p = p = malloc(out.n);
    for (i = 0; i < n; i++) {
        must(at + piece[i].n <= out.n);
        memcpy(p + at, piece[i].p, piece[i].n);
        at += piece[i].n;
    }
    must(at == out.n);
    return out;
}

static void parses(const char *text, size_t n)
{
    json_tokener *tok = json_tokener_new_ex(GW_JSON_DEPTH + 8);
    json_object *root;

    json_tokener_set_flags(tok, JSON_TOKENER_STRICT
                                | JSON_TOKENER_VALIDATE_UTF8);
    root = json_tokener_parse_ex(tok, text, (int)n);
    must(json_tokener_get_error(tok) == json_tokener_success);
    must(json_object_is_type(root, json_type_object));
    json_object_put(root);
    json_tokener_free(tok);
}

/* Of two bounds the upstream may be sent the smaller one. */
static int has_two(const gw_request_t *req)
{
    return gw_request_has(req, GW_M_MAX_TOKENS)
           && gw_request_has(req, GW_M_MAX_COMPLETION_TOKENS);
}

/* What holds in all formats. */
static void check(const gw_request_t *was, const gw_request_t *is,
                  const gw_rewrite_t *how)
{
    must(gw_str_is(is->model, how->model));
    must(is->stream == was->stream);
    must(is->messages == was->messages);
    must(is->tools == was->tools);
    must(is->n == was->n);
    if (how->max_tokens > 0 && was->max == GW_MAX_NONE)
        must(is->max == GW_MAX_GIVEN && is->max_tokens == how->max_tokens);
    else
        must(is->max == was->max
             && (is->max_tokens == was->max_tokens
                 || (is->max_tokens < was->max_tokens && has_two(was))));
    must(is->body.n - is->text == was->body.n - was->text);
    must(is->member[GW_M_STORE].kind <= GW_JSON_FALSE);
    must(is->member[GW_M_LLMGW_THINKING].end == 0);
    must(is->member[GW_M_ENABLE_CONTEXT_CACHING].end == 0);
    if (how->thinking != GW_THINKING_RELAY
        && how->thinking != GW_THINKING_ENABLE)
        must(is->member[GW_M_ENABLE_THINKING].end == 0);
}

static void check_chat(const gw_request_t *was, const gw_request_t *is,
                       const gw_rewrite_t *how)
{
    if (how->include_usage && was->stream)
        must(is->include_usage == GW_TRUE);
    if (how->thinking == GW_THINKING_ENABLE && !was->native_thinking)
        must(is->thinking == was->thinking);
    if (how->thinking == GW_THINKING_OBJECT && was->thinking != GW_ABSENT)
        must(is->native_thinking && is->thinking == GW_ABSENT);
}

static void check_messages(const gw_request_t *was, const gw_request_t *is,
                           const gw_rewrite_t *how)
{
    must(is->member[GW_M_ENABLE_THINKING].end == 0
         || how->thinking == GW_THINKING_RELAY);
    must(is->max != GW_MAX_NONE && is->cache_control == was->cache_control);
    if (was->native_thinking)
        must(is->native_thinking && is->native_off == was->native_off);
    /* a budget of ours leaves room for an answer */
    if (!was->native_thinking && is->native_thinking && !is->native_off
        && is->max == GW_MAX_GIVEN)
        must(is->thinking_budget >= 1024
             && is->thinking_budget < is->max_tokens);
    must(is->media[GW_MEDIA_IMAGE] == was->media[GW_MEDIA_IMAGE]);
}

static void check_responses(const gw_request_t *was, const gw_request_t *is,
                            const gw_rewrite_t *how)
{
    must(is->member[GW_M_STORE].kind == GW_JSON_FALSE
         && is->member[GW_M_STORE].end != 0);
    must(is->open_ended == was->open_ended && was->messages <= is->messages);
    if (how->thinking == GW_THINKING_ENABLE && !was->native_thinking)
        must(is->thinking == was->thinking);
}

/* Nobody's prompts are lost, and none is put. */
static void check_input(const gw_request_t *was, const gw_request_t *is,
                        const gw_rewrite_t *how)
{
    (void)how;
    must(is->prompts == was->prompts && is->prompts >= 1);
    must(is->repeated == was->repeated && is->repeated >= 0);
    must(is->open_ended == was->open_ended);
    must(was->n <= GW_REQUEST_MOST);
}

typedef apr_status_t drop_fn(gw_text_t *out, gw_str_t body, int ids,
                             apr_pool_t *pool);

/* Without what other models left it is JSON still, and nothing is left. */
static void check_others(gw_str_t body, const gw_request_format_t *format,
                         drop_fn *drop, apr_pool_t *pool)
{
    gw_text_t once, twice;
    gw_request_t req;
    gw_problem_t problem;

    gw_text_init(&once, 1 << 24, pool);
    gw_text_init(&twice, 1 << 24, pool);
    if (drop(&once, body, 1, pool) != APR_SUCCESS)
        return;
    parses(once.p, once.n);
    if (format == &gw_request_responses)
        must(gw_request_read(&req, format, gw_text_str(&once), &problem, pool)
             == 0);
    must(drop(&twice, gw_text_str(&once), 1, pool)
         == APR_SUCCESS);
    must(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0);
}

typedef struct way_t {
    const gw_request_format_t *format;
    void (*rewrite)(gw_edits_t *edits, const gw_request_t *req,
                    const gw_rewrite_t *how, apr_pool_t *pool);
    void (*check)(const gw_request_t *was, const gw_request_t *is,
                  const gw_rewrite_t *how);
    drop_fn *drop;
} way_t;

static const way_t ways[] = {
    { &gw_request_chat, gw_rewrite, check_chat, NULL },
    { &gw_request_messages, gw_rewrite_messages, check_messages,
      gw_unsigned_drop },
    { &gw_request_responses, gw_rewrite_responses, check_responses,
      gw_unsigned_drop_items },
    { &gw_request_completions, gw_rewrite_completions, check_input, NULL },
    { &gw_request_embeddings, gw_rewrite_input, check_input, NULL },
    { &gw_request_rerank, gw_rewrite_input, check_input, NULL }
};

static void try(gw_str_t body, const gw_rewrite_t *how, const way_t *way)
{
    const gw_request_format_t *format = way->format;
    apr_pool_t *pool = fuzz_pool();
    gw_request_t was, is, made;
    gw_problem_t problem;
    gw_edits_t edits;
    gw_str_t out;

    if (gw_request_read(&was, format, body, &problem, pool) != 0) {
        const char *error = gw_problem_json(&problem, GW_SHAPE_OPENAI, NULL,
                                            pool);

        must(problem.kind != GW_PROBLEM_NONE && problem.message != NULL);
        parses(error, strlen(error));
        return;
    }
    must(gw_request_read_made(&made, format, body, 0, &problem, pool) == 0
         && same_request(&was, &made));
    must(was.model.n > 0 && was.n >= 1);
    must(was.messages > 0 || was.stored != NULL);
    way->rewrite(&edits, &was, how, pool);
    out = spliced(&edits, body);
    must(gw_request_read(&is, format, out, &problem, pool) == 0);
    check(&was, &is, how);
    way->check(&was, &is, how);
    if (way->drop != NULL)
        check_others(body, format, way->drop, pool);
    parses(out.p, out.n);
    free((char *)out.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_rewrite_t how = route(fuzz_byte(&data, &size));
    char *copy = fuzz_copy(data, size);
    gw_str_t body = { copy, size };
    unsigned i;

    for (i = 0; i < GW_COUNT(ways); i++)
        try(body, &how, &ways[i]);
    free(copy);
    return 0;
}
