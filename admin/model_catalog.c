/* SPDX-License-Identifier: Apache-2.0 */
/* model_catalog.c - /v1/model-catalog: what a key may use, what it can do and
 * what it costs.
 *
 * Where LLMGatewayPublicCatalog lets callers in without a key there are no
 * policies: all models that are enabled and priced are shown.
 */
#include <apr_strings.h>

#include "candidates.h"
#include "handlers.h"
#include "member.h"
#include "model_page.h"
#include "query.h"
#include "value.h"
#include "visible.h"

static void add(json_t *o, const char *name, json_t *value)
{
    json_object_object_add(o, name, value);
}

static json_t *text(const char *t)
{
    return json_object_new_string(t);
}

static json_t *number_or_null(apr_int64_t n)
{
    return n > 0 ? json_object_new_int64(n) : NULL;
}

static int holds(json_t *list, const char *word)
{
    size_t i;

    for (i = 0; list != NULL && i < json_object_array_length(list); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)),
                   word) == 0)
            return 1;
    }
    return 0;
}

/* ---- what it can do ------------------------------------------------- */

/* Every model takes and gives text; the spec says what else. */
static json_t *modality(json_t *spec, const char *side)
{
    json_t *list = gw_member(gw_member(spec, "modalities"), side), *out;

    if (list != NULL)
        return json_object_get(list);
    out = json_object_new_array();
    json_object_array_add(out, text("text"));
    return out;
}

static json_t *modalities_json(json_t *spec)
{
    json_t *o = json_object_new_object();

    add(o, "input", modality(spec, "input"));
    add(o, "output", modality(spec, "output"));
    return o;
}

/* A mask of endpoints, where 0 stands for all. */
static unsigned mask(unsigned endpoints)
{
    return endpoints != 0 ? endpoints : ~0u;
}

/* Those that serve it, to this key, and those of them that are translated for
 * every upstream that it has. */
static void add_endpoints(json_t *o, const gw_admin_t *a,
                          const gw_model_t *m)
{
    const gw_policies_t *p = a->call->caller.policies;
    unsigned served = mask(m->endpoints), i;
    json_t *endpoints = json_object_new_array();
    json_t *translated = json_object_new_array();

    if (p != NULL)
        served &= mask(p->key.endpoints) & mask(p->team.endpoints);
    for (i = 0; i < GW_ENDPOINTS; i++) {
        gw_served_t how = served & 1u << i
                          ? gw_model_served(m, (gw_endpoint_t)i)
                          : GW_SERVED_NOT;

        if (how != GW_SERVED_NOT)
            json_object_array_add(endpoints, text(gw_endpoint_names[i]));
        if (how == GW_SERVED_TRANSLATED)
            json_object_array_add(translated, text(gw_endpoint_names[i]));
    }
    add(o, "endpoints", endpoints);
    add(o, "translated", translated);
}

static json_t *limit_json(const gw_model_t *m)
{
    json_t *o = json_object_new_object();
    unsigned i;

    add(o, "context", number_or_null(m->context));
    add(o, "output", number_or_null(m->output));
    add(o, "thinking", number_or_null(m->thinking));
    for (i = 0; i < GW_MEDIAS; i++)
        add(o, gw_limit_media_names[i], number_or_null(m->media_tokens[i]));
    return o;
}

static json_t *caching_json(const gw_model_t *m, json_t *spec)
{
    json_t *o = json_object_new_object();

    add(o, "implicit", json_object_new_boolean(m->cache_implicit));
    add(o, "explicit", json_object_new_boolean(m->cache_explicit));
    add(o, "min_tokens", json_object_get(gw_member(gw_member(spec, "caching"),
                                                "min_tokens")));
    return o;
}

static int prices_thinking(const gw_price_t *price)
{
    unsigned i;

    for (i = 0; i < price->tiers; i++) {
        if (price->tier[i].given & 1u << GW_RATE_OUTPUT_THINKING)
            return 1;
    }
    return 0;
}

/* Does llmgw_thinking switch it?  As the first route has it. */
static int has_switch(const gw_model_t *m)
{
    gw_thinking_t mode = m->route_count > 0 ? m->routes[0].thinking
                                            : GW_THINKING_NONE;

    return mode == GW_THINKING_ENABLE || mode == GW_THINKING_OBJECT
           || mode == GW_THINKING_INSTRUCTION;
}

static int thinks(const gw_model_t *m, json_t *spec, const gw_price_t *price)
{
    if (m->thinks != 0)
        return m->thinks > 0;
    return m->thinking > 0 || prices_thinking(price)
           || gw_member_supports(spec, "enable_thinking")
           || gw_member_supports(spec, "thinking")
           || gw_member_supports(spec, "reasoning_effort");
}

static json_t *thinking_json(const gw_model_t *m, json_t *spec,
                             const gw_price_t *price)
{
    int can = thinks(m, spec, price);
    json_t *o = json_object_new_object();

    add(o, "supported", json_object_new_boolean(can));
    add(o, "switch", json_object_new_boolean(can && has_switch(m)));
    add(o, "default", json_object_new_boolean(can && m->thinks_by_default));
    add(o, "max_tokens", number_or_null(m->thinking));
    return o;
}

/* What the other members come to, in words. */
static json_t *capabilities_json(const gw_model_t *m, json_t *spec,
                                 const gw_price_t *price)
{
    static const struct { const char *word, *side, *modality; } media[] = {
        { "vision", "input", "image" }, { "audio_input", "input", "audio" },
        { "video_input", "input", "video" }, { "pdf_input", "input", "pdf" },
        { "image_output", "output", "image" },
        { "audio_output", "output", "audio" }
    };
    static const struct { const char *word, *parameter; } accepts[] = {
        { "tools", "tools" }, { "structured_output", "response_format" },
        { "structured_output", "response_format.json_schema" },
        { "search", "enable_search" }
    };
    json_t *list = json_object_new_array();
    unsigned i;

    for (i = 0; i < GW_COUNT(media); i++) {
        if (holds(gw_member(gw_member(spec, "modalities"), media[i].side),
                  media[i].modality))
            json_object_array_add(list, text(media[i].word));
    }
    for (i = 0; i < GW_COUNT(accepts); i++) {
        if (gw_member_supports(spec, accepts[i].parameter)
            && !holds(list, accepts[i].word))
            json_object_array_add(list, text(accepts[i].word));
    }
    if (thinks(m, spec, price))
        json_object_array_add(list, text("thinking"));
    if (m->cache_implicit || m->cache_explicit)
        json_object_array_add(list, text("caching"));
    return list;
}

/* The matrix as it was saved; a name alone is a row that says no more. */
static json_t *parameters_json(json_t *spec)
{
    json_t *list = gw_member(spec, "parameters"), *out;
    size_t i;

    if (list == NULL)
        return NULL;
    out = json_object_new_array();
    for (i = 0; i < json_object_array_length(list); i++) {
        json_t *p = json_object_get(json_object_array_get_idx(list, i)), *o;

        if (json_object_is_type(p, json_type_string)) {
            o = json_object_new_object();
            add(o, "name", p);
            p = o;
        }
        json_object_array_add(out, p);
    }
    return out;
}

/* ---- what it costs -------------------------------------------------- */

static json_t *bound(apr_int64_t n)
{
    return n != GW_NO_BOUND ? json_object_new_int64(n) : NULL;
}

/* The rates that were named; what is not falls back (docs/billing.md). */
static json_t *tier_json(const gw_tier_t *t)
{
    json_t *o = json_object_new_object();
    char rate[GW_MONEY_TEXT];
    unsigned i;

    add(o, "up_to", bound(t->up_to));
    if (t->output_up_to != GW_NO_BOUND)
        add(o, "output_up_to", bound(t->output_up_to));
    for (i = 0; i < GW_RATES; i++) {
        if (t->given & 1u << i)
            add(o, gw_rate_name(i), text(gw_rate_text(rate, t->rate[i])));
    }
    return o;
}

static json_t *price_json(const gw_catalog_t *c, const gw_model_t *m,
                          unsigned i)
{
    const gw_price_t *price = &m->prices[i];
    json_t *o = json_object_new_object(), *tiers = json_object_new_array();
    unsigned k;

    for (k = 0; !m->free[i] && k < price->tiers; k++)
        json_object_array_add(tiers, tier_json(&price->tier[k]));
    add(o, "id", json_object_new_int64(price->id));
    add(o, "currency", m->free[i] ? NULL
                       : text(gw_catalog_currency(c, price->currency)));
    add(o, "unit", text("1000000 tokens"));
    add(o, "free", json_object_new_boolean(m->free[i]));
    add(o, "from", gw_admin_time(price->from_ms));
    add(o, "tiers", tiers);
    return o;
}

/* ---- models --------------------------------------------------------- */

static json_t *model_json(const gw_admin_t *a, const gw_model_t *m)
{
    const gw_catalog_t *c = a->call->snapshot->catalog;
    unsigned i = (unsigned)gw_model_price(m, a->now_ms);
    const gw_price_t *price = &m->prices[i];
    json_t *spec = json_tokener_parse(m->spec);
    json_t *o = json_object_new_object();

    add(o, "id", text(m->name));
    add(o, "object", text("model"));
    add(o, "display_name", text(m->display));
    add(o, "owned_by", text(m->owned_by));
    add(o, "created", json_object_new_int64(m->created));
    add(o, "aliases", gw_member(spec, "aliases") != NULL
                      ? json_object_get(gw_member(spec, "aliases"))
                      : json_object_new_array());
    add_endpoints(o, a, m);
    add(o, "capabilities", capabilities_json(m, spec, price));
    add(o, "modalities", modalities_json(spec));
    add(o, "limit", limit_json(m));
    add(o, "thinking", thinking_json(m, spec, price));
    add(o, "caching", caching_json(m, spec));
    add(o, "parameters", parameters_json(spec));
    add(o, "price", price_json(c, m, i));
    add(o, "upcoming_price", i + 1 < m->price_count
                             ? price_json(c, m, i + 1) : NULL);
    json_object_put(spec);
    return o;
}

/* ---- answers -------------------------------------------------------- */

typedef struct output_t {
    int html;
    gw_model_page_t page;
    json_t *data;
} output_t;

static void put_model(output_t *o, gw_admin_t *a, const gw_model_t *m)
{
    json_t *model = model_json(a, m);

    if (!o->html) {
        json_object_array_add(o->data, model);
        return;
    }
    gw_model_page_add(&o->page, a, m, (unsigned)gw_model_price(m, a->now_ms),
                      model);
    json_object_put(model);
}

/* next: where the rest of the list begins; NULL: that was all. */
static int end_list(output_t *o, gw_admin_t *a, const char *next,
                    json_object **out)
{
    if (o->html)
        gw_model_page_end(&o->page, a, next);
    else
        *out = gw_query_page(o->data, next);
    return HTTP_OK;
}

int gw_admin_catalog_list(gw_admin_t *a, json_object **out)
{
    enum { Q_LIMIT, Q_AFTER, Q_FORMAT, Q_COUNT };
    static const gw_param_t params[] = { GW_Q_PAGE, GW_Q_FORMAT, { NULL } };
    gw_param_value_t q[Q_COUNT];
    const gw_catalog_t *c = a->call->snapshot->catalog;
    const char *last = NULL;
    apr_int64_t left;
    output_t o;
    unsigned i;

    if (!gw_query(a, params, q))
        return 0;
    memset(&o, 0, sizeof(o));
    o.html = gw_page_wanted(a, &q[Q_FORMAT]);
    o.data = o.html ? NULL : json_object_new_array();
    for (i = 0, left = q[Q_LIMIT].n; i < c->model_count; i++) {
        const gw_model_t *m = c->models[i];

        /* a cursor is a name: it stands also for a model that went away */
        if ((q[Q_AFTER].text != NULL && strcmp(m->name, q[Q_AFTER].text) <= 0)
            || !gw_admin_visible(a, m))
            continue;
        if (left-- == 0)
            return end_list(&o, a, last, out);
        put_model(&o, a, m);
        last = m->name;
    }
    return end_list(&o, a, NULL, out);
}

int gw_admin_catalog_one(gw_admin_t *a, json_object **out)
{
    static const gw_param_t params[] = { GW_Q_FORMAT, { NULL } };
    gw_param_value_t format;
    const gw_model_t *m;
    output_t o;

    if (!gw_query(a, params, &format))
        return 0;
    memset(&o, 0, sizeof(o));
    o.html = gw_page_wanted(a, &format);
    m = gw_admin_visible_model(a, a->id);
    if (m == NULL)
        return o.html ? gw_model_page_none(a) : 0;
    if (!o.html) {
        *out = model_json(a, m);
        return HTTP_OK;
    }
    put_model(&o, a, m);
    return end_list(&o, a, NULL, out);
}
