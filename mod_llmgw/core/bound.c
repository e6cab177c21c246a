/* SPDX-License-Identifier: Apache-2.0 */
/* bound.c - see bound.h. */
#include "bound.h"

#define PER_MESSAGE_BOUND 16    /* tokens around a message or a tool */
#define PER_MESSAGE_GUESS 8

static apr_int64_t least_known(apr_int64_t a, apr_int64_t b)
{
    return b > 0 && b < a ? b : a;
}

/* What one image counts at most, 0: not known. */
static apr_int64_t image_tokens(const gw_request_t *req, const gw_model_t *m)
{
    return req->high_resolution ? m->image_tokens_high : m->image_tokens;
}

/* -1: no bound. */
static apr_int64_t prompt_bound(const gw_request_t *req, const gw_model_t *m)
{
    apr_int64_t p = (apr_int64_t)req->text + GW_HEADROOM
                    + PER_MESSAGE_BOUND
                      * ((apr_int64_t)req->messages + req->tools);
    int open = req->open_ended || req->media[GW_MEDIA_AUDIO] > 0
               || req->media[GW_MEDIA_VIDEO] > 0
               || req->media[GW_MEDIA_PDF] > 0
               || (req->media[GW_MEDIA_IMAGE] > 0
                   && image_tokens(req, m) == 0);

    if (open)
        return m->context > 0 ? m->context : -1;
    p += (apr_int64_t)req->media[GW_MEDIA_IMAGE] * image_tokens(req, m);
    return least_known(p, m->context);
}

/* Does this route tell the upstream not to think, if the client says so? */
static int can_switch_off(const gw_request_t *req, const gw_route_t *route)
{
    const gw_member_t *written = &req->member[GW_M_ENABLE_THINKING];

    if (route->thinking == GW_THINKING_RELAY)   /* llmgw_thinking is lost */
        return written->end != 0 && written->kind == GW_JSON_FALSE;
    return route->thinking != GW_THINKING_NONE;
}

/* A switch of the upstream's own wins over ours, whatever ours says. */
static int may_think(const gw_request_t *req, const gw_model_t *m)
{
    unsigned i;

    if (req->thinking != GW_FALSE || req->native_thinking)
        return 1;
    for (i = 0; i < m->route_count; i++) {
        if (!can_switch_off(req, &m->routes[i]))
            return 1;
    }
    return 0;
}

/* Thinking that an upstream counts beside max_tokens (vendor bailian). */
static apr_int64_t thinking_beside(const gw_request_t *req,
                                   const gw_model_t *m)
{
    unsigned i;

    if (!may_think(req, m))
        return 0;
    for (i = 0; i < m->route_count; i++) {
        if (strcmp(m->routes[i].upstream->vendor, "bailian") == 0)
            return req->thinking_budget >= 0 ? req->thinking_budget
                                             : m->thinking;
    }
    return 0;
}

static apr_int64_t output_bound(const gw_request_t *req, const gw_model_t *m)
{
    apr_int64_t o = req->max_tokens >= 0
                    ? least_known(req->max_tokens, m->output)
                    : m->output > 0 ? m->output : -1;

    return o < 0 ? -1 : req->n * (o + thinking_beside(req, m));
}

static unsigned rates_of(const gw_request_t *req, const gw_model_t *m)
{
    unsigned rates = 1u << GW_INPUT | 1u << GW_CACHE_READ | 1u << GW_OUTPUT;

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
    return bound->prompt >= 0 && bound->output >= 0;
}

apr_int64_t gw_bound_prompt_fixed(const gw_request_t *req,
                                  const gw_model_t *model)
{
    apr_int64_t image = image_tokens(req, model);

    if (image == 0)
        image = model->image_tokens;
    return PER_MESSAGE_GUESS * (apr_int64_t)req->messages
           + (apr_int64_t)req->media[GW_MEDIA_IMAGE] * image;
}

apr_int64_t gw_bound_prompt(const gw_request_t *req, const gw_model_t *model,
                            apr_int64_t k)
{
    return gw_usage_estimate((apr_int64_t)req->text, k)
           + gw_bound_prompt_fixed(req, model);
}
