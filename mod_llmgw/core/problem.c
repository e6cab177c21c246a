/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c - see problem.h. */
#include "problem.h"

#include <apr_cstr.h>
#include <apr_strings.h>

#include "envelope.h"
#include "json.h"

static const gw_problem_row_t rows[GW_PROBLEMS] = {
    { 500, "internal_error", "server_error", 500, "api_error",
      GW_RETRY_AGAIN },
#define P(name, status, code, type, a_status, a_type, retry) \
    { status, code, type, a_status, a_type, GW_RETRY_##retry },
#include "tbl/problems.h"
#undef P
};

const gw_problem_row_t *gw_problem_row(gw_problem_kind_t kind)
{
    return &rows[kind];
}

gw_problem_kind_t gw_problem(gw_problem_t *p, gw_problem_kind_t kind,
                             const char *param, const char *message)
{
    memset(p, 0, sizeof(*p));
    p->kind = kind;
    p->message = message;
    p->param = param;
    p->retry_after = 1;
    return kind;
}

gw_problem_kind_t gw_problem_no_memory(gw_problem_t *p)
{
    gw_problem(p, GW_P_OVERLOADED, NULL,
               "The engine is currently overloaded: there is no memory for "
               "the request body. Please try again later.");
    p->retry_after = 1;
    return p->kind;
}

const gw_shape_row_t *gw_shape_row(gw_shape_t shape)
{
    static const gw_shape_row_t shapes[] = {
        [GW_SHAPE_OPENAI] = { .base_url = "OpenAI clients ends in /v1" },
        [GW_SHAPE_ANTHROPIC] = {
            .mark = "anthropic-version",
            .id_header = "request-id",
            .dated = { { "anthropic-ratelimit-requests-limit",
                         "anthropic-ratelimit-requests-remaining",
                         "anthropic-ratelimit-requests-reset" },
                       { "anthropic-ratelimit-tokens-limit",
                         "anthropic-ratelimit-tokens-remaining",
                         "anthropic-ratelimit-tokens-reset" } },
            .base_url = "Anthropic clients is the address without a path: "
                        "they add /v1 themselves",
            .named_events = 1
        },
        [GW_SHAPE_ENVELOPE] = { .base_url = "OpenAI clients ends in /v1" },
        [GW_SHAPE_RESPONSES] = {
            .base_url = "OpenAI clients ends in /v1",
            .id = "resp_", .named_events = 1, .streams_overflow = 1
        }
    };

    return &shapes[shape];
}

int gw_problem_status(const gw_problem_t *p, gw_shape_t shape)
{
    if (p->status != 0)
        return p->status;
    return shape == GW_SHAPE_ANTHROPIC ? rows[p->kind].anthropic_status
                                       : rows[p->kind].status;
}

static const char *quoted(const char *text, apr_pool_t *pool)
{
    gw_str_t s = { text, 0 };

    if (text == NULL)
        return "null";
    s.n = strlen(text);
    return gw_json_quoted(s, pool);
}

static const char *openai_error(const gw_problem_t *p, apr_pool_t *pool)
{
    const gw_problem_row_t *row = &rows[p->kind];

    return apr_pstrcat(pool, "{\"message\":", quoted(p->message, pool),
                       ",\"type\":\"", row->type, "\",\"param\":",
                       quoted(p->param, pool), ",\"code\":\"", row->code,
                       "\"}", NULL);
}

const char *gw_problem_json(const gw_problem_t *p, gw_shape_t shape,
                            const char *request_id, apr_pool_t *pool)
{
    switch (shape) {
    case GW_SHAPE_ANTHROPIC:
        return apr_pstrcat(pool, "{\"type\":\"error\",\"error\":{\"type\":\"",
                           rows[p->kind].anthropic_type, "\",\"message\":",
                           quoted(p->message, pool),
                           p->details != NULL ? ",\"details\":" : "",
                           p->details != NULL ? p->details : "",
                           "},\"request_id\":", quoted(request_id, pool),
                           "}", NULL);
    case GW_SHAPE_ENVELOPE:
        return apr_pstrcat(pool, gw_envelope_head(gw_problem_status(p, shape),
                                                  quoted(p->message, pool),
                                                  pool),
                           "{\"error\":", openai_error(p, pool), "}"
                           GW_ENVELOPE_TAIL, NULL);
    default:
        return apr_pstrcat(pool, "{\"error\":", openai_error(p, pool), "}",
                           NULL);
    }
}

/* ---- the end of a stream --------------------------------------------- */

static int tells_wait(gw_problem_kind_t kind, const char *message)
{
    static const char how_long[] = "try again in ";

    if (kind != GW_P_RATE_LIMIT_REQUESTS && kind != GW_P_RATE_LIMIT_TOKENS)
        return 1;
    for (; *message != '\0'; message++) {
        if (apr_cstr_casecmpn(message, how_long, sizeof(how_long) - 1) == 0)
            return 1;
    }
    return 0;
}

/* How long to wait is read out of the words. */
const char *gw_problem_failed_message(const gw_problem_t *p, apr_pool_t *pool)
{
    if (tells_wait(p->kind, p->message))
        return p->message;
    return apr_psprintf(pool, "%s Please try again in %ds.", p->message,
                        p->retry_after);
}

const char *gw_problem_failed_code(const gw_problem_t *p)
{
    const gw_problem_row_t *row = &rows[p->kind];
    int theirs = row->retry == GW_RETRY_NO && p->kind != GW_P_CONTEXT_LENGTH;

    return theirs ? "invalid_prompt" : row->code;
}

static const char *failed_event(const gw_problem_t *p, const gw_broken_t *of,
                                apr_pool_t *pool)
{
    const char *number = "";

    if (of->number >= 0)
        number = apr_psprintf(pool, "\"sequence_number\":%" APR_INT64_T_FMT
                              ",", of->number);
    return apr_psprintf(pool, "event: response.failed\ndata: {\"type\":"
                        "\"response.failed\",%s\"response\":{\"id\":%s,"
                        "\"object\":\"response\",\"created_at\":%"
                        APR_INT64_T_FMT ",\"status\":\"failed\",\"error\":"
                        "{\"code\":\"%s\",\"message\":%s},"
                        "\"incomplete_details\":null,\"instructions\":null,"
                        "\"metadata\":{},\"model\":%s,\"output\":[],"
                        "\"usage\":null}}\n\n", number,
                        quoted(of->id, pool), of->created,
                        gw_problem_failed_code(p),
                        quoted(gw_problem_failed_message(p, pool), pool),
                        quoted(of->model, pool));
}

const char *gw_problem_event(const gw_problem_t *p, gw_shape_t shape,
                             const gw_broken_t *broken, apr_pool_t *pool)
{
    switch (shape) {
    case GW_SHAPE_ANTHROPIC:
        return apr_pstrcat(pool, "event: error\ndata: ",
                           gw_problem_json(p, shape, broken->request_id, pool),
                           "\n\n", NULL);
    case GW_SHAPE_RESPONSES:
        return failed_event(p, broken, pool);
    default:                    /* a stream below /api/v1 is plain SSE too */
        return apr_pstrcat(pool, "data: ",
                           gw_problem_json(p, GW_SHAPE_OPENAI, NULL, pool),
                           "\n\n", NULL);
    }
}
