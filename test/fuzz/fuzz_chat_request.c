/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_chat_request.c - a body of chat completions that is taken becomes one
 * that obeys the rules of the Messages API and is not much longer; one that
 * is refused is so with a sentence.  The first byte chooses the model and the
 * route. */
#include <apr_strings.h>

#include "messages_body.h"
#include "request_chat.h"
#include "request_messages.h"
#include "same_request.h"
#include "translate_rows.h"

#include "fuzz.h"

typedef struct target_t {
    gw_upstream_t upstream;
    gw_model_t model;
    gw_route_t route;
    int relay;
} target_t;

static void choose(target_t *t, unsigned byte)
{
    memset(t, 0, sizeof(*t));
    t->route.upstream = &t->upstream;
    t->route.model = "claude";
    t->route.thinking = (gw_thinking_t)(byte % 5);
    t->model.declares = byte / 5 & 1 ? GW_DECLARES_EFFORT : 0;
    t->model.cache_explicit = byte / 10 & 1;
    t->model.output = byte / 20 & 1 ? 2000 : 0;
    t->model.thinks = byte / 40 & 1 ? -1 : 0;
    t->relay = byte / 80 & 1;
}

static void check(const gw_translated_t *out, const gw_request_t *was,
                  apr_pool_t *pool)
{
    const char *fault = messages_body_fault(gw_text_str(&out->body), pool);
    gw_problem_t problem;
    gw_request_t is, made;

    if (fault != NULL)
        fprintf(stderr, "%s: %.*s\n", fault, (int)out->body.n, out->body.p);
    must(fault == NULL);
    must(out->body.n <= 8 * was->body.n + 4096);
    must(out->dropped.n <= GW_TRANSLATE_DROPPED);
    must(gw_request_read(&is, &gw_request_messages, gw_text_str(&out->body),
                         &problem, pool) == 0);
    must(gw_request_read_made(&made, &gw_request_messages,
                              gw_text_str(&out->body), 1, &problem, pool) == 0);
    must(same_request(&is, &made));
    must(is.stream == was->stream);
    must(is.max == GW_MAX_GIVEN && is.max_tokens > 0);
    must(is.n == 1 && !is.open_ended);
    must(is.media[GW_MEDIA_IMAGE] <= was->media[GW_MEDIA_IMAGE]);
    must(is.media[GW_MEDIA_PDF] <= was->media[GW_MEDIA_PDF]);
    must(is.thinking == GW_ABSENT && !is.audio_output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned byte = fuzz_byte(&data, &size);
    apr_pool_t *pool = fuzz_pool();
    char *copy = fuzz_copy(data, size);
    gw_str_t body = { copy, size };
    gw_translated_t out;
    gw_problem_t problem;
    gw_request_t req;
    target_t t;

    choose(&t, byte);
    if (gw_request_read(&req, &gw_request_chat, body, &problem, pool) != 0) {
        free(copy);
        return 0;
    }
    req.relay = t.relay;
    memset(&problem, 0, sizeof(problem));
    if (gw_chat_request(&out, &req, &t.model, &t.route, &problem, pool) != 0) {
        must(problem.kind != GW_PROBLEM_NONE && problem.message != NULL);
        must(gw_problem_status(&problem, GW_SHAPE_OPENAI) == 400);
        must(problem.param != NULL);
    }
    else {
        check(&out, &req, pool);
    }
    apr_pool_clear(pool);       /* frees what is malloc'd, before the end */
    free(copy);
    return 0;
}
