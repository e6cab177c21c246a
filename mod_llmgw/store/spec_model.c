/* SPDX-License-Identifier: Apache-2.0 */
/* spec_model.c - a model, its routes and the tiers of its price (see
 * spec.h). */
#include "spec.h"

#include "member.h"

static apr_array_header_t *routes(json_t *o, apr_pool_t *pool)
{
    apr_array_header_t *out = apr_array_make(pool, 2,
                                             sizeof(gw_spec_route_t));
    json_t *list_of = gw_member(o, "routes");
    size_t i;

    for (i = 0; list_of && i < json_object_array_length(list_of); i++) {
        json_t *r = json_object_array_get_idx(list_of, i);
        gw_spec_route_t *route = apr_array_push(out);

        route->upstream = gw_member_text(r, "upstream", "", pool);
        route->model = gw_member_text(r, "model", NULL, pool);
        route->thinking = gw_member_text(r, "thinking", NULL, pool);
        route->priority = (int)gw_member_number(r, "priority", 0);
        route->weight = (int)gw_member_number(r, "weight", 1);
    }
    return out;
}

static void modalities(gw_model_t *m, json_t *o, apr_pool_t *pool)
{
    json_t *v = gw_member(o, "modalities");

    if (v == NULL)
        return;
    m->modalities[0] = gw_member_list(v, "input", pool);
    m->modalities[1] = gw_member_list(v, "output", pool);
    m->declares_input = gw_member(v, "input") != NULL;
    if (m->declares_input)
        m->media = gw_member_mask(v, "input", gw_media_names, GW_MEDIAS);
}

static void limits(gw_model_t *m, json_t *o)
{
    json_t *v = gw_member(o, "limit");
    unsigned i;

    if (v == NULL)
        return;
    m->context = gw_member_number(v, "context", 0);
    m->output = gw_member_number(v, "output", 0);
    m->thinking = gw_member_number(v, "thinking", 0);
    for (i = 0; i < GW_MEDIAS; i++)
        m->media_tokens[i] = gw_member_number(v, gw_limit_media_names[i], 0);
    m->image_tokens_high = gw_member_number(v, "image_tokens_high", 0);
}

/* After limits. */
static void thinking(gw_model_t *m, json_t *o)
{
    json_t *v = gw_member(o, "thinking");

    if (v == NULL)
        return;
    m->thinks_by_default = gw_member_flag(v, "default", 0);
    m->thinks = gw_member_flag(v, "can", m->thinks_by_default
                                         || m->thinking > 0) ? 1 : -1;
}

static void caching(gw_model_t *m, json_t *o)
{
    json_t *v = gw_member(o, "caching");

    if (v == NULL)
        return;
    m->cache_implicit = gw_member_flag(v, "implicit", 0);
    m->cache_explicit = gw_member_flag(v, "explicit", 0);
}

static void parameters(gw_model_t *m, json_t *o)
{
    if (gw_member_supports(o, "reasoning_effort"))
        m->declares |= GW_DECLARES_EFFORT;
    if (gw_member_supports(o, "response_format.json_schema"))
        m->declares |= GW_DECLARES_JSON_SCHEMA;
}

/* After thinking: what a model thought before its client left is not among
 * what was delivered, only its usage tells. */
static void aborts(gw_model_t *m, json_t *o)
{
    json_t *v = gw_member(o, "abort");

    m->abort_stream = m->thinks > 0 || (m->thinks == 0 && m->thinking > 0)
                      ? GW_ABORT_DRAIN : GW_ABORT_CANCEL;
    m->abort_plain = GW_ABORT_DRAIN;
    if (v == NULL)
        return;
    m->abort_stream = gw_member_choice(v, "stream", gw_abort_names, 2,
                                       (int)m->abort_stream);
    m->abort_plain = gw_member_choice(v, "plain", gw_abort_names, 2,
                                      GW_ABORT_DRAIN);
}

apr_status_t gw_spec_model_of(gw_model_t *m, apr_array_header_t **routes_out,
                              json_t *o, apr_pool_t *pool)
{
    static const char *const estimates[] = { "calibrated", "fixed" };

    if (!json_object_is_type(o, json_type_object))
        return GW_SPEC_UNREADABLE;
    m->display = gw_member_text(o, "name", m->name, pool);
    m->owned_by = gw_member_text(o, "owned_by", "llmgw", pool);
    m->created = gw_member_number(o, "created", m->created);
    m->endpoints = gw_member_mask(o, "endpoints", gw_endpoint_names,
                                  GW_ENDPOINTS);
    modalities(m, o, pool);
    limits(m, o);
    thinking(m, o);
    caching(m, o);
    parameters(m, o);
    aborts(m, o);
    gw_member_deadlines(&m->deadlines, o);
    m->coalesce = (int)gw_member_number(o, "coalesce_ms", -1);
    m->fixed = gw_member_choice(o, "estimates", estimates, 2, 0);
    *routes_out = routes(o, pool);
    return APR_SUCCESS;
}

apr_status_t gw_spec_model(gw_model_t *m, apr_array_header_t **routes_out,
                           const char *json, apr_pool_t *pool)
{
    json_t *o = gw_member_tree(json);
    apr_status_t rv = gw_spec_model_of(m, routes_out, o, pool);

    json_object_put(o);
    return rv;
}

/* ---- tiers ---------------------------------------------------------- */

static void tier(gw_tier_t *t, json_t *o)
{
    unsigned i;

    t->up_to = gw_member_number(o, "up_to", GW_NO_BOUND);
    t->output_up_to = gw_member_number(o, "output_up_to", GW_NO_BOUND);
    if (gw_member(o, "up_to") == NULL)     /* absent, or null */
        t->up_to = GW_NO_BOUND;
    for (i = 0; i < GW_RATES; i++) {
        json_t *v = gw_member(o, gw_rate_name(i));
        gw_str_t price;

        if (v == NULL)
            continue;
        price.p = json_object_get_string(v);
        price.n = strlen(price.p);
        if (gw_money_rate(&t->rate[i], price) == APR_SUCCESS)
            t->given |= 1u << i;
    }
    gw_tier_complete(t);
}

apr_status_t gw_spec_tiers_of(gw_tier_t **tiers, unsigned *count, json_t *a,
                              apr_pool_t *pool)
{
    unsigned i, n;

    if (!json_object_is_type(a, json_type_array))
        return GW_SPEC_UNREADABLE;
    n = (unsigned)json_object_array_length(a);
    *tiers = apr_pcalloc(pool, (n + 1) * sizeof(**tiers));
    for (i = 0; i < n; i++)
        tier(&(*tiers)[i], json_object_array_get_idx(a, i));
    *count = n;
    return APR_SUCCESS;
}

apr_status_t gw_spec_tiers(gw_tier_t **tiers, unsigned *count,
                           const char *json, apr_pool_t *pool)
{
    json_t *a = gw_member_tree(json);
    apr_status_t rv = gw_spec_tiers_of(tiers, count, a, pool);

    json_object_put(a);
    return rv;
}
