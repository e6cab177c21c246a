/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_responses_messages.c - a body for /v1/responses that is taken becomes
 * one that obeys the rules of the Messages API; one that is refused is so with
 * a sentence.  What is sealed in it is read on the way, so a body is tried once
 * more with what it holds in between "<" and ">" sealed.  The first byte
 * chooses the model. */
#include "messages_body.h"
#include "request_messages.h"
#include "request_responses.h"
#include "same_request.h"
#include "signed.h"
#include "translate_rows.h"

#include "fuzz.h"

static void check(const gw_translated_t *out, const gw_request_t *was,
                  apr_pool_t *pool)
{
    const char *fault = messages_body_fault(gw_text_str(&out->body), pool);
    gw_problem_t problem;
    gw_request_t is, made;

    if (fault != NULL)
        fprintf(stderr, "%s: %.*s\n", fault, (int)out->body.n, out->body.p);
    must(fault == NULL);
    must(out->dropped.n <= GW_TRANSLATE_DROPPED);
    must(gw_request_read(&is, &gw_request_messages, gw_text_str(&out->body),
                         &problem, pool) == 0);
    must(gw_request_read_made(&made, &gw_request_messages,
                              gw_text_str(&out->body), 1, &problem, pool) == 0);
    must(same_request(&is, &made));
    must(is.stream == was->stream);
    must(is.max == GW_MAX_GIVEN && is.max_tokens > 0);
    must(!is.open_ended && is.stored == NULL);
}

static void translate(gw_str_t body, unsigned byte, apr_pool_t *pool)
{
    gw_upstream_t upstream;
    gw_translated_t out;
    gw_problem_t problem;
    gw_request_t req;
    gw_route_t route;
    gw_model_t model;

    memset(&upstream, 0, sizeof(upstream));
    memset(&route, 0, sizeof(route));
    memset(&model, 0, sizeof(model));
    memset(&out, 0, sizeof(out));
    memset(&problem, 0, sizeof(problem));
    route.upstream = &upstream;
    route.model = "claude";
    route.thinking = GW_THINKING_NONE;
    model.declares = byte & 1 ? GW_DECLARES_EFFORT : 0;
    model.thinks = byte & 2 ? 1 : 0;
    model.output = byte & 4 ? 2000 : 0;
    if (gw_request_read(&req, &gw_request_responses, body, &problem, pool)
        != 0)
        return;
    if (gw_responses_messages_request(&out, &req, &model, &route, &problem,
                                      pool) == 0) {
        check(&out, &req, pool);
        return;
    }
    must(problem.kind != GW_PROBLEM_NONE && problem.message != NULL);
    must(gw_problem_status(&problem, GW_SHAPE_RESPONSES) == 400);
}

/* With every "<...>" sealed. */
static void seal(gw_text_t *to, gw_str_t body)
{
    const char *p = body.p, *end = p + body.n, *open, *close;

    while ((open = memchr(p, '<', (size_t)(end - p))) != NULL
           && (close = memchr(open, '>', (size_t)(end - open))) != NULL) {
        gw_text_add(to, (gw_str_t){ p, (apr_size_t)(open - p) });
        gw_signed_seal(to, (gw_str_t){ open + 1,
                                       (apr_size_t)(close - open - 1) });
        p = close + 1;
    }
    gw_text_add(to, (gw_str_t){ p, (apr_size_t)(end - p) });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned byte = fuzz_byte(&data, &size);
    apr_pool_t *pool = fuzz_pool();
    char *copy = fuzz_copy(data, size);
    gw_str_t body = { copy, size };
    gw_text_t sealed;

    translate(body, byte, pool);
    gw_text_init(&sealed, GW_TRANSLATE_BODY, pool);
    seal(&sealed, body);
    if (sealed.n != body.n)
        translate(gw_text_str(&sealed), byte, pool);
    apr_pool_clear(pool);       /* frees what is malloc'd, before the end */
    free(copy);
    return 0;
}
