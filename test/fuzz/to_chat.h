/* SPDX-License-Identifier: Apache-2.0 */
/* to_chat.h - for targets whose body, of FORMAT, becomes a chat by TRANSLATE: one
 * that can be read, has the client's model and is not much longer; one that does
 * not is refused with the path of something in it.  What is sent has no media,
 * bound or switch that the client's body was not judged by.  The input's first
 * byte chooses the upstream and the model. */
#ifndef GW_FUZZ_TO_CHAT_H
#define GW_FUZZ_TO_CHAT_H

#include <apr_strings.h>

#include "catalog.h"
#include "json_tree.h"
#include "request_chat.h"
#include "same_request.h"
#include "translate_rows.h"

#include "fuzz.h"

#define LONGER 16               /* times, at most */

typedef struct target_t {
    gw_upstream_t upstream;
    gw_route_t route;
    gw_model_t model;
} target_t;

static inline void choose(target_t *to, unsigned byte)
{
    static const char *const vendors[] = { "", "bailian", "openai",
                                           "deepseek" };
    static const char *const models[] = { "qwen3-max", "glm-5", "gpt-5",
                                          "deepseek-v4" };

    memset(to, 0, sizeof(*to));
    to->upstream.vendor = gw_vendor_by_name(vendors[byte % 4]);
    to->route.upstream = &to->upstream;
    to->route.model = models[byte / 4 % 4];
    to->route.thinking = byte & 16 ? GW_THINKING_ENABLE : GW_THINKING_NONE;
    to->model.declares = byte & 32
                         ? GW_DECLARES_EFFORT | GW_DECLARES_JSON_SCHEMA : 0;
    to->model.thinks = byte & 64 ? 1 : -1;
    to->model.thinks_by_default = byte & 64 ? 1 : 0;
    to->model.output = byte & 128 ? 4096 : 0;
    to->model.routes = &to->route;
    to->model.route_count = 1;
}

/* What is judged by the client's body alone holds for what is sent.  (Texts of
 * files, "fileid://", are looked for again: texts are joined here.) */
static inline void check_read(gw_str_t in, const gw_request_t *is,
                              apr_pool_t *pool)
{
    gw_problem_t problem;
    gw_request_t was;
    int i;

    if (gw_request_read(&was, FORMAT, in, &problem, pool) != 0)
        return;
    for (i = 0; i < GW_MEDIAS; i++)
        must(is->media[i] <= was.media[i]);
    must(!is->open_ended || was.open_ended);
    must(is->stream == was.stream);
    must(is->max_tokens <= was.max_tokens);
    must(!is->cache_control || was.cache_control);
}

static inline void check_body(const gw_translated_t *out, gw_str_t in,
                              apr_pool_t *pool)
{
    gw_str_t body = gw_text_str(&out->body);
    gw_problem_t problem;
    gw_request_t req, made;
    gw_tree_t was, is;
    gw_str_t model;
    apr_size_t i;

    must(!out->body.full && body.n <= LONGER * in.n + 512);
    must(gw_request_read(&req, &gw_request_chat, body, &problem, pool) == 0);
    must(gw_request_read_made(&made, &gw_request_chat, body, 1,
                              &problem, pool) == 0);
    must(same_request(&req, &made));
    must(gw_tree_read(&is, body, &gw_tree_all, GW_JSON_VALIDATE, pool)
         == APR_SUCCESS);
    must(gw_tree_read(&was, in, &gw_tree_all, GW_JSON_VALIDATE, pool)
         == APR_SUCCESS);
    model = gw_tree_bytes(&was, gw_tree_member(&was, gw_tree_root(&was),
                                               "model"));
    must(gw_str_is(model, apr_pstrmemdup(pool, body.p + 9, model.n)));
    must(req.messages > 0 && req.stored == NULL);
    check_read(in, &req, pool);
    must(out->dropped.n <= GW_TRANSLATE_DROPPED);
    for (i = 0; i < out->dropped.n; i++)
        must(out->dropped.p[i] >= ' ' && out->dropped.p[i] < 0x7f);
}

/* A target's work. */
static inline int translate_one(const uint8_t *data, size_t size)
{
    unsigned byte = fuzz_byte(&data, &size);
    apr_pool_t *pool = fuzz_pool();
    char *copy = fuzz_copy(data, size);
    gw_request_t req;
    gw_translated_t out;
    gw_problem_t problem;
    gw_problem_kind_t kind;
    target_t to;

    choose(&to, byte);
    if (gw_request_read(&req, FORMAT, (gw_str_t){ copy, size },
                        &problem, pool) != 0) {
        free(copy);
        return 0;
    }
    memset(&problem, 0, sizeof(problem));
    kind = TRANSLATE(&out, &req, &to.model, &to.route, &problem, pool);
    if (kind == 0) {
        check_body(&out, req.body, pool);
    }
    else {
        must(problem.kind == kind && problem.message != NULL);
        must(gw_problem_row(kind)->status == 400);
        must(problem.param != NULL || kind == GW_P_INVALID_JSON);
    }
    apr_pool_clear(pool);       /* of memory that it would hold to the end */
    free(copy);
    return 0;
}

#endif
