/* SPDX-License-Identifier: Apache-2.0 */
/* bound.c - see bound.h. */
#include "bound.h"

#define PER_MESSAGE_BOUND 16    /* tokens around a message or a tool */
#define PER_MESSAGE_GUESS 8
#define UNIT_CHUNKS 100         /* of documents in a search unit */
#define UNIT_ROOM (500 - 256)   /* tokens of a document in a chunk at least */

static apr_int64_t least_known(apr_int64_t a, apr_int64_t b)
{
    return b > 0 && b < a ? b : a;
}

/* What one part of a kind counts at most, 0: not known. */
static apr_int64_t part_tokens(const gw_request_t *req, const gw_model_t *m,
                               int kind)
{
    return kind == GW_MEDIA_IMAGE && req->high_resolution
           ? m->image_tokens_high : m->media_tokens[kind];
}

/* Tokens of all media; -1: that of one of them is not known. */
static apr_int64_t media_tokens(const gw_request_t *req, const gw_model_t *m)
{
    apr_int64_t sum = 0;
    int i;

    for (i = 0; i < GW_MEDIAS; i++) {
        if (req->media[i] > 0 && part_tokens(req, m, i) == 0)
            return -1;
        sum += (apr_int64_t)req->media[i] * part_tokens(req, m, i);
    }
    return sum;
}

/* Tokens of all that the body says, the context apart; -1: of what it points
 * at that is not known. */
static apr_int64_t body_bound(const gw_request_t *req, const gw_model_t *m)
{
    apr_int64_t media = media_tokens(req, m);

    if (req->open_ended || req->stored != NULL || req->fileid != NULL
        || media < 0)
        return -1;
    return (apr_int64_t)req->text + req->repeated + GW_HEADROOM + media
           + PER_MESSAGE_BOUND * ((apr_int64_t)req->messages + req->tools);
}

/* -1: no bound. */
static apr_int64_t prompt_bound(const gw_request_t *req, const gw_model_t *m)
{
    apr_int64_t body = body_bound(req, m), context = m->context * req->prompts;

    if (body < 0)
        return context > 0 ? context : -1;
    return least_known(body, context);
}

/* ---- thinking -------------------------------------------------------- */

/* What a route makes of our switch: on, off, or nothing. */
static gw_tri_t switched(const gw_request_t *req, const gw_route_t *route)
{
    const gw_member_t *written = &req->member[GW_M_ENABLE_THINKING];

    if (req->relay || route->thinking == GW_THINKING_RELAY)
        return written->end == 0 ? GW_ABSENT    /* llmgw_thinking is lost */
               : written->kind == GW_JSON_FALSE ? GW_FALSE : GW_TRUE;
    return route->thinking == GW_THINKING_NONE ? GW_ABSENT : req->thinking;
}

/* Switches of the upstream's own win over ours, whatever ours says.  That
 * they say no is believed where ours would say it so. */
static int thinks_on(const gw_request_t *req, const gw_model_t *m,
                     const gw_route_t *route)
{
    gw_tri_t says;

    if (m->thinks < 0)
        return 0;
    if (req->asks_thinking || (req->native_thinking && !req->native_off))
        return 1;
    if (req->native_thinking)
        return m->thinks_by_default && route->thinking != GW_THINKING_OBJECT;
    says = switched(req, route);
    return says == GW_ABSENT ? m->thinks_by_default : says == GW_TRUE;
}

static int may_think(const gw_request_t *req, const gw_model_t *m)
{
    unsigned i;

    for (i = 0; i < m->route_count; i++) {
        if (thinks_on(req, m, &m->routes[i]))
            return 1;
    }
    return 0;
}

/* Thinking that an upstream counts beside max_tokens; -1: no bound. */
static apr_int64_t thinking_beside(const gw_request_t *req,
                                   const gw_model_t *m)
{
    unsigned i;

    for (i = 0; i < m->route_count; i++) {
        const gw_route_t *route = &m->routes[i];

        if (!gw_vendor_row(route->upstream->vendor)->thinking_beside
            || !thinks_on(req, m, route))
            continue;
        if (req->thinking_budget >= 0)
            return req->thinking_budget;
        if (m->thinking > 0)
            return m->thinking;
        if (m->thinks > 0 || m->thinks_by_default)
            return m->context > 0 ? m->context : -1;
    }
    return 0;
}

/* ---- both ------------------------------------------------------------ */

static apr_int64_t output_bound(const gw_request_t *req, const gw_model_t *m)
{
    apr_int64_t t = thinking_beside(req, m);
    apr_int64_t o = req->max_tokens >= 0
                    ? least_known(req->max_tokens, m->output)
                    : m->output > 0 ? m->output : -1;

    return o < 0 || t < 0 ? -1 : req->n * (o + t);
}

static unsigned rates_of(const gw_request_t *req, const gw_model_t *m)
{
    unsigned rates = 1u << GW_INPUT | 1u << GW_CACHE_READ | 1u << GW_OUTPUT;

    if (req->unknown_media || req->fileid != NULL)
        rates |= 1u << GW_INPUT_IMAGE | 1u << GW_INPUT_AUDIO
                 | 1u << GW_INPUT_VIDEO;
    if (req->media[GW_MEDIA_IMAGE] || req->media[GW_MEDIA_PDF])
        rates |= 1u << GW_INPUT_IMAGE;
    if (req->media[GW_MEDIA_AUDIO])
        rates |= 1u << GW_INPUT_AUDIO;
    if (req->media[GW_MEDIA_VIDEO])
        rates |= 1u << GW_INPUT_VIDEO | 1u << GW_INPUT_AUDIO;
    if (req->cache_control || req->context_caching)
        rates |= 1u << GW_CACHE_READ_EXPLICIT | 1u << GW_CACHE_WRITE_5M
                 | 1u << GW_CACHE_WRITE_1H;
    /* some charge for what they write by themselves; where there are markers
     * nothing is written without one */
    if (m->cache_implicit && !m->cache_explicit)
        rates |= 1u << GW_CACHE_WRITE_5M;
    if (req->audio_output)
        rates |= 1u << GW_OUTPUT_AUDIO;
    if (may_think(req, m))
        rates |= 1u << GW_RATE_OUTPUT_THINKING;
    return rates;
}

int gw_bound_make(gw_bound_t *bound, const gw_request_t *req,
                  const gw_model_t *model)
{
    bound->prompt = prompt_bound(req, model);
    bound->output = output_bound(req, model);
    bound->rates = rates_of(req, model);
    bound->units = 1;
    return bound->prompt >= 0 && bound->output >= 0;
}

int gw_bound_rerank(gw_bound_t *bound, const gw_request_t *req,
                    const gw_model_t *model)
{
    int bounded = gw_bound_make(bound, req, model);
    apr_int64_t tokens = body_bound(req, model), chunks;

    if (tokens < 0)             /* bounded by the context alone, if at all */
        tokens = (apr_int64_t)req->text + req->repeated + bound->prompt;
    chunks = req->prompts + tokens / UNIT_ROOM;
    bound->units = (chunks + UNIT_CHUNKS - 1) / UNIT_CHUNKS;
    return bounded;
}

/* ---- bounds of ours -------------------------------------------------- */

apr_int64_t gw_bound_most(const gw_policy_t *const policy[2],
                          apr_int64_t here)
{
    apr_int64_t most = here > 0 ? here : 0;
    int i;

    for (i = 0; i < 2; i++) {
        apr_int64_t limit = policy[i]->limit[GW_LIMIT_OUTPUT];

        if (limit > 0 && (most == 0 || limit < most))
            most = limit;
    }
    return most;
}

/* The smallest token window; 0: there is none. */
static apr_int64_t token_window(const gw_policy_t *const policy[2])
{
    static const gw_limit_t windows[] = { GW_LIMIT_TPM, GW_LIMIT_TPD };
    apr_int64_t least = 0;
    unsigned i;

    for (i = 0; i < 4; i++) {
        apr_int64_t limit = policy[i / 2]->limit[windows[i % 2]];

        if (limit > 0 && (least == 0 || limit < least))
            least = limit;
    }
    return least;
}

apr_int64_t gw_bound_put(const gw_model_t *model,
                         const gw_policy_t *const policy[2],
                         apr_int64_t most, apr_int64_t prompt, apr_int64_t n)
{
    apr_int64_t window = token_window(policy), room;

    if (most == 0 && window == 0)
        return 0;
    if (most == 0)
        most = APR_INT64_MAX;
    most = least_known(most, model->output);
    if (window == 0)
        return most;
    room = (window - prompt) / n;
    return room < 1 ? 1 : room < most ? room : most;
}

apr_int64_t gw_bound_tokens(const gw_model_t *model,
                            const gw_policy_t *const policy[2],
                            const gw_request_t *req, apr_int64_t prompt,
                            apr_int64_t expected)
{
    apr_int64_t window = token_window(policy), output = req->max_tokens, sum;

    if (output < 0 && req->max == GW_MAX_UNREADABLE)
        output = model->output > 0 ? model->output : window;
    if (output < 0)
        output = expected;
    sum = output > GW_TOKENS_MAX / req->n ? GW_TOKENS_MAX : output * req->n;
    sum += prompt;
    /* one token for each choice is put, though the prompt fills the window */
    if (req->max == GW_MAX_NONE && prompt <= window && sum > window)
        return window;
    return sum;
}

/* ---- estimates ------------------------------------------------------- */

apr_int64_t gw_bound_prompt_fixed(const gw_request_t *req,
                                  const gw_model_t *model)
{
    apr_int64_t sum = PER_MESSAGE_GUESS * (apr_int64_t)req->messages;
    int i;

    for (i = 0; i < GW_MEDIAS; i++) {
        apr_int64_t one = part_tokens(req, model, i);

        sum += (apr_int64_t)req->media[i]
               * (one > 0 ? one : model->media_tokens[i]);
    }
    return sum;
}

apr_int64_t gw_bound_prompt(const gw_request_t *req, const gw_model_t *model,
                            apr_int64_t k)
{
    apr_int64_t n = gw_usage_estimate((apr_int64_t)req->text + req->repeated,
                                      k)
                    + gw_bound_prompt_fixed(req, model);

    return n < GW_TOKENS_MAX ? n : GW_TOKENS_MAX;
}
