/* SPDX-License-Identifier: Apache-2.0 */
/* spec.c - see spec.h. */
#include "spec.h"

#include <apr_strings.h>
#include <json-c/json.h>

#include "dialect.h"
#include "serves.h"

typedef struct json_object json_t;

static json_t *member(json_t *o, const char *name)
{
    json_t *v = NULL;

    json_object_object_get_ex(o, name, &v);
    return v;
}

static const char *text(json_t *o, const char *name, const char *otherwise,
                        apr_pool_t *pool)
{
    json_t *v = member(o, name);

    return v == NULL ? otherwise
                     : apr_pstrdup(pool, json_object_get_string(v));
}

static apr_int64_t number(json_t *o, const char *name, apr_int64_t otherwise)
{
    json_t *v = member(o, name);

    return v == NULL ? otherwise : json_object_get_int64(v);
}

static int flag(json_t *o, const char *name, int otherwise)
{
    json_t *v = member(o, name);

    return v == NULL ? otherwise : json_object_get_boolean(v);
}

/* A list of strings as a NULL-ended array; NULL: no such list. */
static const char **list(json_t *o, const char *name, apr_pool_t *pool)
{
    json_t *v = member(o, name);
    const char **out;
    size_t i, n;

    if (v == NULL)
        return NULL;
    n = json_object_array_length(v);
    out = apr_pcalloc(pool, (n + 1) * sizeof(*out));
    for (i = 0; i < n; i++)
        out[i] = apr_pstrdup(pool, json_object_get_string(
                             json_object_array_get_idx(v, i)));
    return out;
}

int gw_spec_index(const char *const *names, unsigned n, const char *name)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* A list of names as a mask of their indices. */
static unsigned mask(json_t *o, const char *name, const char *const *names,
                     unsigned n)
{
    json_t *v = member(o, name);
    unsigned out = 0;
    size_t i;

    for (i = 0; v != NULL && i < json_object_array_length(v); i++) {
        int k = gw_spec_index(names, n, json_object_get_string(
                              json_object_array_get_idx(v, i)));

        if (k >= 0)
            out |= 1u << k;
    }
    return out;
}

static int choice(json_t *o, const char *name, const char *const *names,
                  unsigned n, int otherwise)
{
    json_t *v = member(o, name);
    int k = v == NULL ? -1
          : gw_spec_index(names, n, json_object_get_string(v));

    return k < 0 ? otherwise : k;
}

/* An amount that was judged before. */
static void amount(gw_sum_t *out, json_t *o, const char *name)
{
    json_t *v = member(o, name);
    gw_str_t s;

    memset(out, 0, sizeof(*out));
    if (v == NULL)
        return;
    s.p = json_object_get_string(v);
    s.n = strlen(s.p);
    gw_money_amount(out, s);
}

static json_t *parse(const char *json)
{
    return json == NULL ? NULL : json_tokener_parse(json);
}

/* ---- keys and teams ------------------------------------------------- */

static apr_ipsubnet_t **subnets(json_t *o, apr_pool_t *pool)
{
    const char **names = list(o, "addresses", pool);
    apr_ipsubnet_t **out;
    unsigned i, n = 0;

    if (names == NULL)
        return NULL;
    for (i = 0; names[i] != NULL; i++)
        ;
    out = apr_pcalloc(pool, (i + 1) * sizeof(*out));
    for (i = 0; names[i] != NULL; i++) {
        char *address = apr_pstrdup(pool, names[i]);
        char *bits = strchr(address, '/');

        if (bits != NULL)
            *bits++ = '\0';
        if (apr_ipsubnet_create(&out[n], address, bits, pool) == APR_SUCCESS)
            n++;
    }
    return out;
}

static void budget(gw_budget_t *b, json_t *o)
{
    gw_str_t zone;

    amount(&b->limit, o, "amount");
    amount(&b->soft, o, "soft");
    apr_cpystrn(b->currency, json_object_get_string(member(o, "currency")),
                GW_CURRENCY);
    b->window = (unsigned char)choice(o, "window", gw_window_names,
                                      GW_WINDOWS, GW_WINDOW_TOTAL);
    b->flags = GW_BUDGET_DEFAULT_ZONE;
    if (member(o, "zone") != NULL) {
        int minutes = 0;

        zone.p = json_object_get_string(member(o, "zone"));
        zone.n = strlen(zone.p);
        gw_zone_parse(&minutes, zone);
        b->zone = (apr_int16_t)minutes;
        b->flags = 0;
    }
}

static void budgets(gw_policy_t *policy, json_t *list_of)
{
    size_t i, n = list_of != NULL ? json_object_array_length(list_of) : 0;

    for (i = 0; i < n && i < GW_BUDGETS; i++)
        budget(&policy->budget[policy->budgets++],
               json_object_array_get_idx(list_of, i));
}

/* json-c ends the process over a list that is none. */
static int policy_has_types(json_t *o)
{
    static const struct { const char *name; json_type type; } rows[] = {
        { "models", json_type_array }, { "deny_models", json_type_array },
        { "endpoints", json_type_array }, { "addresses", json_type_array },
        { "budgets", json_type_array }, { "limits", json_type_object }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        json_t *v = member(o, rows[i].name);

        if (v != NULL && !json_object_is_type(v, rows[i].type))
            return 0;
    }
    return 1;
}

apr_status_t gw_spec_policy(gw_policy_t *policy, const char *json,
                            apr_pool_t *pool)
{
    json_t *o = parse(json), *limits, *share;
    unsigned i;

    memset(policy, 0, sizeof(*policy));
    if (!json_object_is_type(o, json_type_object) || !policy_has_types(o)) {
        json_object_put(o);
        return APR_EINVAL;
    }
    policy->models = list(o, "models", pool);
    policy->deny_models = list(o, "deny_models", pool);
    policy->endpoints = mask(o, "endpoints", gw_endpoint_names, GW_ENDPOINTS);
    policy->addresses = subnets(o, pool);
    policy->answer_ids = flag(o, "answer_ids", 0);
    limits = member(o, "limits");
    for (i = 0; limits != NULL && i < GW_LIMITS; i++)
        policy->limit[i] = number(limits, gw_limit_names[i], 0);
    budgets(policy, member(o, "budgets"));
    share = member(o, "share");
    if (share != NULL) {
        policy->share_keys = (unsigned)number(share, "keys", 0);
        policy->share_limits = (unsigned)number(share, "limits", 0);
    }
    json_object_put(o);
    return APR_SUCCESS;
}

/* ---- upstreams ------------------------------------------------------ */

static void deadlines(gw_deadlines_t *out, json_t *o)
{
    json_t *d = member(o, "deadlines");

    if (d == NULL)
        return;
    out->connect = apr_time_from_sec(number(d, "connect", 0));
    out->first_byte = apr_time_from_sec(number(d, "first_byte", 0));
    out->idle = apr_time_from_sec(number(d, "idle", 0));
    out->total = apr_time_from_sec(number(d, "total", 0));
    out->write = apr_time_from_sec(number(d, "write", 0));
}

static apr_table_t *headers(json_t *o, apr_pool_t *pool)
{
    json_t *h = member(o, "headers");
    apr_table_t *out;

    if (h == NULL || json_object_object_length(h) == 0)
        return NULL;
    out = apr_table_make(pool, 4);
    json_object_object_foreach(h, name, value) {
        apr_table_set(out, name, json_object_get_string(value));
    }
    return out;
}

apr_status_t gw_spec_upstream_of(gw_upstream_t *u, json_t *o,
                                 apr_pool_t *pool)
{
    static const char *const places[] = { "auto", "inside", "outside" };
    static const char *const outputs[] = { "auto", "total" };
    static const char *const asks[] = { "auto", "never" };
    static const char *const stored[] = { "refuse", "allow" };
    json_t *usage, *paths;
    unsigned i;

    if (!json_object_is_type(o, json_type_object))
        return APR_EINVAL;
    u->base_url = text(o, "base_url", "", pool);
    u->vendor = gw_vendor_by_name(text(o, "vendor", "", pool));
    u->query = text(o, "query", "", pool);
    u->dialect = choice(o, "dialect", gw_dialect_names, GW_DIALECTS, 0);
    u->auth = choice(o, "auth", gw_auth_names, 4,
                     (int)gw_dialect_facts(u->dialect)->auth);
    u->wants_credential = gw_wants_credential(u, member(o, "auth") != NULL);
    u->headers = headers(o, pool);
    u->pass_headers = list(o, "pass_headers", pool);
    u->include_usage = choice(o, "include_usage", asks, 2, 0) == 0;
    u->stored_ids = choice(o, "stored_ids", stored, 2, 0);
    u->retry_sent = flag(o, "retry_sent", 0);
    usage = member(o, "usage");
    if (usage != NULL) {
        u->usage_cache = choice(usage, "cache", places, 3, GW_CACHE_AUTO);
        u->usage_output_total = choice(usage, "output", outputs, 2, 0);
    }
    paths = member(o, "paths");
    for (i = 0; paths != NULL && i < GW_ENDPOINTS; i++)
        u->paths[i] = text(paths, gw_endpoint_names[i], NULL, pool);
    deadlines(&u->deadlines, o);
    return APR_SUCCESS;
}

apr_status_t gw_spec_upstream(gw_upstream_t *u, const char *json,
                              apr_pool_t *pool)
{
    json_t *o = parse(json);
    apr_status_t rv = gw_spec_upstream_of(u, o, pool);

    json_object_put(o);
    return rv;
}

/* ---- models --------------------------------------------------------- */

static apr_array_header_t *routes(json_t *o, apr_pool_t *pool)
{
    apr_array_header_t *out = apr_array_make(pool, 2,
                                             sizeof(gw_spec_route_t));
    json_t *list_of = member(o, "routes");
    size_t i;

    for (i = 0; list_of && i < json_object_array_length(list_of); i++) {
        json_t *r = json_object_array_get_idx(list_of, i);
        gw_spec_route_t *route = apr_array_push(out);

        route->upstream = text(r, "upstream", "", pool);
        route->model = text(r, "model", NULL, pool);
        route->thinking = text(r, "thinking", NULL, pool);
        route->priority = (int)number(r, "priority", 0);
        route->weight = (int)number(r, "weight", 1);
    }
    return out;
}

static void modalities(gw_model_t *m, json_t *o)
{
    json_t *v = member(o, "modalities");

    m->declares_input = v != NULL && member(v, "input") != NULL;
    if (m->declares_input)
        m->media = mask(v, "input", gw_media_names, GW_MEDIAS);
}

apr_status_t gw_spec_model_of(gw_model_t *m, apr_array_header_t **routes_out,
                              json_t *o, apr_pool_t *pool)
{
    static const char *const estimates[] = { "calibrated", "fixed" };
    json_t *v;
    unsigned i;

    if (!json_object_is_type(o, json_type_object))
        return APR_EINVAL;
    m->display = text(o, "name", m->name, pool);
    m->owned_by = text(o, "owned_by", "llmgw", pool);
    m->created = number(o, "created", m->created);
    m->endpoints = mask(o, "endpoints", gw_endpoint_names, GW_ENDPOINTS);
    modalities(m, o);
    v = member(o, "limit");
    if (v != NULL) {
        m->context = number(v, "context", 0);
        m->output = number(v, "output", 0);
        m->thinking = number(v, "thinking", 0);
        for (i = 0; i < GW_MEDIAS; i++)
            m->media_tokens[i] = number(v, gw_limit_media_names[i], 0);
        m->image_tokens_high = number(v, "image_tokens_high", 0);
    }
    v = member(o, "thinking");
    if (v != NULL) {
        m->thinks_by_default = flag(v, "default", 0);
        m->thinks = flag(v, "can", m->thinks_by_default || m->thinking > 0)
                    ? 1 : -1;
    }
    v = member(o, "caching");
    if (v != NULL) {
        m->cache_implicit = flag(v, "implicit", 0);
        m->cache_explicit = flag(v, "explicit", 0);
    }
    /* what it thought before it was left is not among what was delivered:
     * only its usage tells */
    m->abort_stream = m->thinks > 0 || (m->thinks == 0 && m->thinking > 0)
                      ? GW_ABORT_DRAIN : GW_ABORT_CANCEL;
    m->abort_plain = GW_ABORT_DRAIN;
    v = member(o, "abort");
    if (v != NULL) {
        m->abort_stream = choice(v, "stream", gw_abort_names, 2,
                                 (int)m->abort_stream);
        m->abort_plain = choice(v, "plain", gw_abort_names, 2,
                                GW_ABORT_DRAIN);
    }
    deadlines(&m->deadlines, o);
    m->fixed = choice(o, "estimates", estimates, 2, 0);
    *routes_out = routes(o, pool);
    return APR_SUCCESS;
}

apr_status_t gw_spec_model(gw_model_t *m, apr_array_header_t **routes_out,
                           const char *json, apr_pool_t *pool)
{
    json_t *o = parse(json);
    apr_status_t rv = gw_spec_model_of(m, routes_out, o, pool);

    json_object_put(o);
    return rv;
}

static void tier(gw_tier_t *t, json_t *o)
{
    unsigned i;

    t->up_to = number(o, "up_to", GW_NO_BOUND);
    t->output_up_to = number(o, "output_up_to", GW_NO_BOUND);
    if (member(o, "up_to") == NULL)     /* absent, or null */
        t->up_to = GW_NO_BOUND;
    for (i = 0; i < GW_RATES; i++) {
        json_t *v = member(o, gw_rate_name(i));
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
        return APR_EINVAL;
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
    json_t *a = parse(json);
    apr_status_t rv = gw_spec_tiers_of(tiers, count, a, pool);

    json_object_put(a);
    return rv;
}
