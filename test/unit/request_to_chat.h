/* SPDX-License-Identifier: Apache-2.0 */
/* request_to_chat.h - runs rows of bodies through their translation to a chat,
 * which TRANSLATE is.  In rows ' stands for ", so that JSON can be read. */
#ifndef GW_TEST_REQUEST_TO_CHAT_H
#define GW_TEST_REQUEST_TO_CHAT_H

#include "catalog.h"
#include "json_tree.h"
#include "request_chat.h"
#include "same_request.h"
#include "tap.h"
#include "translate_rows.h"

/* What the body goes to. */
typedef struct target_t {
    const char *vendor, *model;     /* "": nobody known; the upstream's name */
    gw_thinking_t thinking;
    unsigned declares;
    int output, thinks, by_default;
} target_t;

static const target_t
    plain = { "", "llama", GW_THINKING_RELAY, 0, 0, 0, 0 },
    small = { "", "llama", GW_THINKING_RELAY, 0, 4096, 0, 0 },
    mute = { "", "llama", GW_THINKING_RELAY, 0, 0, -1, 0 },
    bailian = { "bailian", "qwen3-max", GW_THINKING_ENABLE, 0, 0, 1, 0 },
    unsaid = { "bailian", "qwen-x", GW_THINKING_ENABLE, 0, 0, 0, 0 },
    thinker = { "bailian", "qwen3.8-max", GW_THINKING_ENABLE,
                GW_DECLARES_EFFORT | GW_DECLARES_JSON_SCHEMA, 0, 1, 1 },
    glm = { "bailian", "glm-5", GW_THINKING_ENABLE, 0, 0, 1, 1 },
    openai = { "openai", "gpt-5", GW_THINKING_NONE,
               GW_DECLARES_EFFORT | GW_DECLARES_JSON_SCHEMA, 100000, 1, 1 },
    deepseek = { "deepseek", "deepseek-v4", GW_THINKING_OBJECT,
                 GW_DECLARES_EFFORT, 0, 1, 1 };

typedef struct body_row_t {
    const char *name;
    const target_t *to;
    const char *in;
    const char *out;        /* NULL: it is refused */
    const char *at;         /* the path of the problem; or what was dropped,
                               NULL: nothing */
} body_row_t;

static inline char *quoted(const char *text)
{
    char *copy = strdup(text), *p;

    for (p = copy; *p != '\0'; p++) {
        if (*p == '\'')
            *p = '"';
    }
    return copy;
}

/* Translate; in the pool. */
static inline gw_problem_kind_t to_chat(gw_translated_t *out,
                                        const target_t *to, gw_str_t body,
                                        gw_problem_t *problem,
                                        apr_pool_t *pool)
{
    gw_upstream_t upstream;
    gw_request_t req;
    gw_route_t route;
    gw_model_t model;

    memset(&upstream, 0, sizeof(upstream));
    memset(&req, 0, sizeof(req));
    memset(&route, 0, sizeof(route));
    memset(&model, 0, sizeof(model));
    memset(problem, 0, sizeof(*problem));
    upstream.vendor = gw_vendor_by_name(to->vendor);
    route.upstream = &upstream;
    route.model = to->model;
    route.thinking = to->thinking;
    model.declares = to->declares;
    model.output = to->output;
    model.thinks = to->thinks;
    model.thinks_by_default = to->by_default;
    model.routes = &route;
    model.route_count = 1;
    req.body = body;
    return TRANSLATE(out, &req, &model, &route, problem, pool);
}

/* What was made can be read as a chat, and has the client's model. */
static inline void is_chat(gw_str_t body, const char *name, apr_pool_t *pool)
{
    gw_problem_t problem;
    gw_request_t req, made;
    gw_tree_t tree;

    is_int(gw_request_read(&req, &gw_request_chat, body, &problem, pool), 0,
           "%s: a chat", name);
    gw_request_read_made(&made, &gw_request_chat, body, 1, &problem, pool);
    ok(same_request(&req, &made), "%s: trusted, it is read alike", name);
    is_int(gw_tree_read(&tree, body, &gw_tree_all, GW_JSON_VALIDATE, pool),
           APR_SUCCESS, "%s: JSON", name);
    is_int(req.stored != NULL, 0, "%s: nothing stored", name);
}

static inline void run_row(const body_row_t *row)
{
    char *in = quoted(row->in), *want = quoted(row->out ? row->out : "");
    gw_str_t body = { in, strlen(in) };
    gw_translated_t out;
    gw_problem_t problem;
    gw_problem_kind_t kind;
    apr_pool_t *pool;

    apr_pool_create(&pool, tap_pool());
    kind = to_chat(&out, row->to, body, &problem, pool);
    if (row->out == NULL) {
        ok(kind != 0 && gw_problem_row(kind)->status == 400, "%s: 400",
           row->name);
        is_str(problem.param, row->at, "%s: the path", row->name);
        ok(problem.message != NULL && row->at != NULL
           && strstr(problem.message, row->at) != NULL, "%s: it is named",
           row->name);
    }
    else if (ok(kind == 0, "%s: taken", row->name)) {
        is_mem(out.body.p, out.body.n, want, strlen(want), "%s", row->name);
        is_mem(out.dropped.p ? out.dropped.p : "", out.dropped.n,
               row->at ? row->at : "", row->at ? strlen(row->at) : 0,
               "%s: dropped", row->name);
        is_chat(gw_text_str(&out.body), row->name, pool);
    }
    else {
        printf("#   %s: %s\n", problem.param, problem.message);
    }
    apr_pool_destroy(pool);
    free(in);
    free(want);
}

static inline void run_rows(const body_row_t *rows, unsigned n)
{
    while (n-- > 0)
        run_row(rows++);
}

#endif
