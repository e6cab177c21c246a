/* SPDX-License-Identifier: Apache-2.0 */
/* request_validate.c - validating the members of a body that are ours: those
 * of a chat, and what the formats have in common.
 *
 * Each rule turns what may not be into a problem that names the member; what
 * passes becomes a field of gw_request_t.
 */
#include "request_private.h"

#include <apr_lib.h>
#include <apr_strings.h>

static gw_problem_kind_t refuse(gw_problem_t *problem, const char *param,
                                const char *message)
{
    return gw_problem(problem, GW_P_INVALID_PARAMETER, param, message);
}

gw_problem_kind_t gw_request_unsupported(gw_problem_t *problem,
                                         const char *param,
                                         const char *message)
{
    return gw_problem(problem, GW_P_UNSUPPORTED_PARAMETER, param, message);
}

/* A bool that we own: absent, or true, or false. */
static gw_problem_kind_t own_bool(const gw_request_t *req, gw_member_id_t id,
                                  const char *name, gw_tri_t *out,
                                  gw_problem_t *problem, apr_pool_t *pool)
{
    const gw_member_t *m = &req->member[id];

    *out = GW_ABSENT;
    if (m->end == 0)
        return 0;
    if (m->kind != GW_JSON_TRUE && m->kind != GW_JSON_FALSE)
        return refuse(problem, name,
                      apr_pstrcat(pool, "'", name, "' must be true or false.",
                                  NULL));
    *out = m->kind == GW_JSON_TRUE ? GW_TRUE : GW_FALSE;
    return 0;
}

gw_problem_kind_t gw_request_validate_model(gw_request_t *req,
                                            gw_problem_t *problem,
                                            apr_pool_t *pool)
{
    const gw_member_t *m = &req->member[GW_M_MODEL];
    char *text;

    if (m->end == 0)
        return gw_problem(problem, GW_P_MISSING_PARAMETER, "model",
                          "'model' is missing: name the model to use, as "
                          "GET /v1/models lists it.");
    if (m->kind == GW_JSON_STR)
        req->model = m->token;
    if (m->kind == GW_JSON_STR && m->escaped) {
        text = apr_palloc(pool, m->token.n);
        req->model.n = gw_json_unescape(text, m->token);
        req->model.p = text;
    }
    if (req->model.n == 0 || memchr(req->model.p, '\0', req->model.n) != NULL)
        return refuse(problem, "model",
                      "'model' must be the name of a model, a string.");
    return 0;
}

gw_problem_kind_t gw_request_validate_messages(const gw_request_t *req,
                                               gw_problem_t *problem)
{
    const gw_member_t *m = &req->member[GW_M_MESSAGES];

    if (m->end == 0)
        return gw_problem(problem, GW_P_MISSING_PARAMETER, "messages",
                          "'messages' is missing: give an array with at "
                          "least one message.");
    if (m->kind != GW_JSON_ARRAY || req->messages == 0)
        return refuse(problem, "messages", "'messages' must be an array with "
                      "at least one message.");
    return 0;
}

gw_problem_kind_t gw_request_validate_stream(gw_request_t *req,
                                             gw_problem_t *problem)
{
    const gw_member_t *m = &req->member[GW_M_STREAM];
    const gw_member_t *o = &req->member[GW_M_STREAM_OPTIONS];
    const gw_member_t *u = &req->member[GW_M_INCLUDE_USAGE];

    if (m->end != 0 && m->kind > GW_JSON_TRUE)
        return refuse(problem, "stream",
                      "'stream' must be true, false or null.");
    req->stream = m->end != 0 && m->kind == GW_JSON_TRUE;
    req->include_usage = GW_ABSENT;
    if (!req->stream || o->end == 0 || o->kind == GW_JSON_NULL)
        return 0;
    if (o->kind != GW_JSON_OBJECT)
        return refuse(problem, "stream_options",
                      "'stream_options' must be an object.");
    if (u->end == 0 || u->kind == GW_JSON_NULL)
        return 0;
    if (u->kind > GW_JSON_TRUE)
        return refuse(problem, "stream_options.include_usage",
                      "'stream_options.include_usage' must be true or "
                      "false.");
    req->include_usage = u->kind == GW_JSON_TRUE ? GW_TRUE : GW_FALSE;
    return 0;
}

/* The upstream's own switches: is one there, and do all say no? */
static void read_native(gw_request_t *req)
{
    const gw_member_t *effort = &req->member[GW_M_REASONING_EFFORT];
    int object = gw_request_has(req, GW_M_THINKING);
    int word = gw_request_has(req, GW_M_REASONING_EFFORT);

    req->native_thinking = object || word;
    if (!object)
        req->native_off = word;     /* else its type has set it */
    if (word && !(effort->kind == GW_JSON_STR
                  && gw_json_token_is(effort->token, effort->escaped, "none")))
        req->native_off = 0;
}

gw_problem_kind_t gw_request_validate_thinking(gw_request_t *req,
                                               gw_problem_t *problem,
                                               apr_pool_t *pool)
{
    gw_tri_t own, theirs, caching;
    gw_problem_kind_t kind;

    kind = own_bool(req, GW_M_LLMGW_THINKING, "llmgw_thinking", &own, problem,
                    pool);
    if (kind == 0)
        kind = own_bool(req, GW_M_ENABLE_THINKING, "enable_thinking",
                        &theirs, problem, pool);
    if (kind == 0)
        kind = own_bool(req, GW_M_ENABLE_CONTEXT_CACHING,
                        "enable_context_caching", &caching, problem, pool);
    if (kind != 0)
        return kind;
    req->thinking = own != GW_ABSENT ? own : theirs;
    req->context_caching = caching == GW_TRUE;
    read_native(req);
    return 0;
}

int gw_request_is_word(const gw_member_t *m, const char *const *words)
{
    for (; *words != NULL && m->kind == GW_JSON_STR; words++) {
        if (gw_json_token_is(m->token, m->escaped, *words))
            return 1;
    }
    return 0;
}

void gw_request_read_stored(gw_request_t *req)
{
    static const struct { gw_member_id_t id; const char *name; } members[] = {
        { GW_M_PREVIOUS_RESPONSE_ID, "previous_response_id" },
        { GW_M_CONVERSATION, "conversation" },
        { GW_M_PROMPT, "prompt" }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(members); i++) {
        if (gw_request_has(req, members[i].id))
            req->stored = members[i].name;
    }
}

/* Members that would pass unpriced. */
static gw_problem_kind_t validate_priced(const gw_request_t *req,
                                         gw_problem_t *problem)
{
    static const char *const tiers[] = { "auto", "default", "standard_only",
                                         NULL };

    if (gw_request_has(req, GW_M_BACKGROUND)
        && req->member[GW_M_BACKGROUND].kind != GW_JSON_FALSE)
        return gw_request_unsupported(problem, "background",
                                      "'background' is not supported here: "
                                      "leave it out.");
    if (gw_request_has(req, GW_M_SERVICE_TIER)
        && !gw_request_is_word(&req->member[GW_M_SERVICE_TIER], tiers))
        return gw_request_unsupported(problem, "service_tier",
                                      "'service_tier' must be \"auto\" or "
                                      "\"default\": no other tier is priced "
                                      "here.");
    return 0;
}

/* What bounds the output.  That it may be read elsewhere, too, was seen
 * before. */
static void read_max_tokens(gw_request_t *req)
{
    static const gw_member_id_t ids[] = { GW_M_MAX_TOKENS,
                                          GW_M_MAX_COMPLETION_TOKENS,
                                          GW_M_MAX_OUTPUT_TOKENS };
    apr_int64_t most = 0, tokens;
    unsigned i;

    req->max_tokens = -1;
    for (i = 0; i < GW_COUNT(ids); i++) {
        tokens = gw_request_count(req, ids[i]);
        if (gw_request_has(req, ids[i]) && tokens < 0)
            req->max = GW_MAX_UNREADABLE;
        if (tokens > most)
            most = tokens;
    }
    if (req->max == GW_MAX_UNREADABLE || most == 0)
        return;
    req->max = GW_MAX_GIVEN;
    req->max_tokens = most;
}

/* How many choices a text can be read as by who is not strict, rounded up;
 * one with an exponent: without end. */
static apr_int64_t rough_count(gw_str_t text)
{
    apr_int64_t n = 0;
    apr_size_t i = 0;

    for (; i < text.n && i < 9 && apr_isdigit(text.p[i]); i++)
        n = 10 * n + (text.p[i] - '0');
    if (i < text.n && text.p[i] == '.') {
        while (++i < text.n && apr_isdigit(text.p[i]))
            n += text.p[i] != '0';
    }
    return i == text.n ? n : GW_REQUEST_MOST;
}

apr_int64_t gw_request_choices(const gw_request_t *req, gw_member_id_t id)
{
    const gw_member_t *m = &req->member[id];
    apr_int64_t n = gw_request_count(req, id);

    if (!gw_request_has(req, id))
        return 1;
    if (n < 0 && (m->kind == GW_JSON_NUM || m->kind == GW_JSON_STR)
        && m->token.n > 0 && apr_isdigit(m->token.p[0]))
        n = rough_count(m->token);
    return n < 0 ? GW_CHOICES_MAX : n;
}

void gw_request_read_counts(gw_request_t *req)
{
    apr_int64_t n = gw_request_choices(req, GW_M_N);

    read_max_tokens(req);
    if (n > req->n)
        req->n = n;
    if (req->n < 1)
        req->n = 1;
    req->thinking_budget = gw_request_count(req, GW_M_THINKING_BUDGET);
    if (gw_request_has(req, GW_M_THINKING_BUDGET)
        && req->thinking_budget != 0)
        req->asks_thinking = 1;
    if ((gw_request_has(req, GW_M_ENABLE_SEARCH)
         && req->member[GW_M_ENABLE_SEARCH].kind != GW_JSON_FALSE)
        || gw_request_has(req, GW_M_WEB_SEARCH_OPTIONS))
        req->open_ended = 1;
}

gw_problem_kind_t gw_request_validate_rest(gw_request_t *req,
                                           gw_problem_t *problem,
                                           apr_pool_t *pool)
{
    gw_problem_kind_t kind = gw_request_validate_stream(req, problem);

    if (kind == 0)
        kind = gw_request_validate_thinking(req, problem, pool);
    return kind == 0 ? validate_priced(req, problem) : kind;
}

gw_problem_kind_t gw_request_validate_chat(gw_request_t *req,
                                           gw_problem_t *problem,
                                           apr_pool_t *pool)
{
    gw_problem_kind_t kind;

    gw_request_read_counts(req);
    gw_request_read_stored(req);
    kind = gw_request_validate_model(req, problem, pool);
    if (kind == 0)
        kind = gw_request_validate_messages(req, problem);
    return kind == 0 ? gw_request_validate_rest(req, problem, pool) : kind;
}
