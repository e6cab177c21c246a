/* SPDX-License-Identifier: Apache-2.0 */
/* models.c - /llmgw/admin/v1/models/{id}: routes, limits, dated prices. */
#include <apr_strings.h>

#include "catalog_store.h"
#include "check.h"
#include "policy_fields.h"
#include "spec.h"

static const char *const thinkings[] = {
    "relay", "enable_thinking", "object", "instruction", "none", NULL
};
static const char *const inputs[] = {
    "text", "image", "audio", "video", "pdf", NULL
};
static const char *const outputs[] = { "text", "image", "audio", NULL };
static const char *const aborts[] = { "cancel", "drain", NULL };

static const gw_field_t route_fields[] = {
    { "upstream", GW_F_TEXT, GW_F_REQUIRED, 1, 64 },
    { "model", GW_F_TEXT, 0, 1, 200 },
    { "priority", GW_F_INT, 0, 0, 1000 },
    { "weight", GW_F_INT, 0, 1, 1000 },
    { "thinking", GW_F_WORD, 0, 0, 0, NULL, thinkings },
    { NULL }
};

static const gw_field_t modality_fields[] = {
    { "input", GW_F_WORDS, 0, 0, 0, NULL, inputs },
    { "output", GW_F_WORDS, 0, 0, 0, NULL, outputs },
    { NULL }
};

static const gw_field_t limit_fields[] = {
    { "context", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "output", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "thinking", GW_F_INT, 0, 0, GW_TOKENS_MAX },
    { "image_tokens", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { NULL }
};

static const gw_field_t caching_fields[] = {
    { "implicit", GW_F_BOOL }, { "explicit", GW_F_BOOL },
    { "min_tokens", GW_F_INT, 0, 0, GW_TOKENS_MAX },
    { NULL }
};

static const gw_field_t abort_fields[] = {
    { "stream", GW_F_WORD, 0, 0, 0, NULL, aborts },
    { "plain", GW_F_WORD, 0, 0, 0, NULL, aborts },
    { NULL }
};

static const gw_field_t tier_fields[] = {
    { "up_to", GW_F_INT, GW_F_NULLABLE, 1, GW_TOKENS_MAX },
    { "output_up_to", GW_F_INT, GW_F_NULLABLE, 1, GW_TOKENS_MAX },
    { "input", GW_F_PRICE, GW_F_REQUIRED },
    { "output", GW_F_PRICE, GW_F_REQUIRED },
    { "input_audio", GW_F_PRICE }, { "input_image", GW_F_PRICE },
    { "input_video", GW_F_PRICE }, { "cache_read", GW_F_PRICE },
    { "cache_read_explicit", GW_F_PRICE }, { "cache_write_5m", GW_F_PRICE },
    { "cache_write_1h", GW_F_PRICE }, { "output_audio", GW_F_PRICE },
    { "output_thinking", GW_F_PRICE }, { "per_request", GW_F_PRICE },
    { NULL }
};

static const gw_field_t price_fields[] = {
    { "currency", GW_F_TEXT, GW_F_REQUIRED, 3, 3 },
    { "from", GW_F_TIME },
    { "tiers", GW_F_OBJECTS, GW_F_REQUIRED, 0, 0, tier_fields },
    { "id", GW_F_READ_ONLY }, { "created_at", GW_F_READ_ONLY },
    { NULL }
};

static const gw_field_t fields[] = {
    { "routes", GW_F_OBJECTS, GW_F_REQUIRED, 0, 0, route_fields },
    { "aliases", GW_F_LINES, 0, 1, 200 },
    { "name", GW_F_TEXT, 0, 1, 200 },
    { "owned_by", GW_F_TEXT, 0, 1, 100 },
    { "created", GW_F_INT, 0, 0, APR_INT64_C(253402300799) },
    { "modalities", GW_F_OBJECT, 0, 0, 0, modality_fields },
    { "endpoints", GW_F_WORDS, GW_F_FILLED, 0, 0, NULL, gw_admin_endpoints },
    { "limit", GW_F_OBJECT, 0, 0, 0, limit_fields },
    { "caching", GW_F_OBJECT, 0, 0, 0, caching_fields },
    { "parameters", GW_F_TEXTS, 0, 1, 100 },
    { "abort", GW_F_OBJECT, 0, 0, 0, abort_fields },
    { "deadlines", GW_F_OBJECT, 0, 0, 0, gw_admin_deadline_fields },
    { "free", GW_F_BOOL },
    { "price", GW_F_OBJECT, 0, 0, 0, price_fields },
    { "object", GW_F_READ_ONLY }, { "id", GW_F_READ_ONLY },
    { "version", GW_F_READ_ONLY }, { "created_at", GW_F_READ_ONLY },
    { "disabled_at", GW_F_READ_ONLY }, { "prices", GW_F_READ_ONLY },
    { NULL }
};

/* ---- prices --------------------------------------------------------- */

static int tier_refused(gw_admin_t *a, unsigned i, const char *why)
{
    const char *path = apr_psprintf(a->pool, "price.tiers[%u]", i);

    return gw_admin_refuse(a, GW_P_INVALID_PARAMETER, path,
                           apr_psprintf(a->pool, "'%s': %s.", path, why));
}

static int check_tiers(gw_admin_t *a, const char *json, int explicit_)
{
    gw_tier_t *tiers;
    unsigned n, which, i;
    const char *why;

    if (gw_spec_tiers(&tiers, &n, json, a->pool) != APR_SUCCESS)
        return tier_refused(a, 0, "cannot be read");
    if (gw_tariff_check(tiers, n, &which, &why) != APR_SUCCESS)
        return tier_refused(a, which, why);
    for (i = 0; explicit_ && i < n; i++) {
        if ((tiers[i].given & 1u << GW_CACHE_READ_EXPLICIT)
            && (tiers[i].given & 1u << GW_CACHE_WRITE_5M))
            continue;
        return tier_refused(a, i, "a model with explicit caching must price "
                            "cache_read_explicit and cache_write_5m");
    }
    return 1;
}

static int is_true(json_object *o, const char *name)
{
    json_object *v;

    return json_object_object_get_ex(o, name, &v)
           && json_object_get_boolean(v);
}

static int has_explicit(json_object *body)
{
    json_object *caching;

    return json_object_object_get_ex(body, "caching", &caching)
           && is_true(caching, "explicit");
}

/* The price that the body gives.  row->tiers NULL: it gives none. */
static int price_of_body(gw_admin_t *a, gw_price_row_t *row)
{
    json_object *price, *v;
    const char *p;

    memset(row, 0, sizeof(*row));
    row->from_ms = row->created_ms = a->now_ms;
    row->free = is_true(a->body, "free");
    if (!json_object_object_get_ex(a->body, "price", &price)) {
        if (row->free) {
            row->currency = "XXX";      /* ISO 4217: no currency */
            row->tiers = "[{\"input\":\"0\",\"output\":\"0\"}]";
        }
        return 1;
    }
    if (row->free)
        return gw_check_refuse(a, "price", "cannot be beside \"free\": true");
    json_object_object_get_ex(price, "currency", &v);
    row->currency = apr_pstrdup(a->pool, json_object_get_string(v));
    for (p = row->currency; *p != '\0'; p++) {
        if (*p < 'A' || *p > 'Z')
            return gw_admin_refuse(a, GW_P_INVALID_PARAMETER,
                                   "price.currency", "'price.currency' must "
                                   "be three capital letters, as CNY.");
    }
    if (json_object_object_get_ex(price, "from", &v))
        gw_check_time(&row->from_ms, json_object_get_string(v));
    json_object_object_get_ex(price, "tiers", &v);
    row->tiers = apr_pstrdup(a->pool, json_object_to_json_string_ext(
                                          v, JSON_C_TO_STRING_PLAIN));
    return check_tiers(a, row->tiers, has_explicit(a->body));
}

/* ---- saving --------------------------------------------------------- */

static const char *spec_of(gw_admin_t *a)
{
    const gw_field_t *f;

    json_object_object_del(a->body, "price");
    json_object_object_del(a->body, "free");
    for (f = fields; f->name != NULL; f++) {
        if (f->type == GW_F_READ_ONLY)
            json_object_object_del(a->body, f->name);
    }
    return json_object_to_json_string_ext(a->body, JSON_C_TO_STRING_PLAIN
                                          | JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* Give each route an id.  Refuses routes to upstreams that are not there. */
static apr_status_t save_routes(gw_admin_t *a, apr_int64_t model_id,
                                const char *spec)
{
    apr_array_header_t *routes;
    gw_model_t m;
    int i;

    memset(&m, 0, sizeof(m));
    m.name = a->id;
    if (gw_spec_model(&m, &routes, spec, a->pool) != APR_SUCCESS)
        return APR_EGENERAL;
    for (i = 0; i < routes->nelts; i++) {
        gw_spec_route_t *r = &APR_ARRAY_IDX(routes, i, gw_spec_route_t);
        gw_spec_row_t upstream;
        apr_status_t rv = gw_upstream_get(&upstream, a->db, r->upstream,
                                          a->pool);

        if (rv == APR_ENOENT) {
            const char *path = apr_psprintf(a->pool, "routes[%d].upstream",
                                            i);

            gw_admin_refuse(a, GW_P_INVALID_PARAMETER, path,
                            apr_psprintf(a->pool, "'%s': there is no "
                                         "upstream '%s'.", path,
                                         r->upstream));
            return APR_EINVAL;
        }
        if (rv == APR_SUCCESS)
            rv = gw_route_put(a->db, model_id, upstream.id,
                              r->model ? r->model : a->id);
        if (rv != APR_SUCCESS)
            return rv;
    }
    return APR_SUCCESS;
}

static apr_status_t save_aliases(gw_admin_t *a, apr_int64_t model_id)
{
    json_object *list;
    const char *taken = "", **aliases = NULL;
    size_t i, n;
    apr_status_t rv;

    if (json_object_object_get_ex(a->body, "aliases", &list)) {
        n = json_object_array_length(list);
        aliases = apr_pcalloc(a->pool, (n + 1) * sizeof(*aliases));
        for (i = 0; i < n; i++)
            aliases[i] = json_object_get_string(
                             json_object_array_get_idx(list, i));
    }
    rv = gw_aliases_put(&taken, a->db, model_id, aliases);
    if (rv == APR_EEXIST) {
        gw_admin_refuse(a, GW_P_INVALID_PARAMETER, "aliases",
                        apr_psprintf(a->pool, "'aliases': '%s' is the name "
                                     "or alias of another model.", taken));
        return APR_EINVAL;
    }
    return rv;
}

/* A model of this name would never be found. */
static apr_status_t check_name(gw_admin_t *a)
{
    apr_int64_t owner;
    apr_status_t rv = gw_alias_owner(&owner, a->db, a->id);

    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_SUCCESS : rv;
    gw_check_refuse(a, "id", "is an alias of another model");
    return APR_EINVAL;
}

/* "free": false needs a price where the one in force bills nothing. */
static apr_status_t check_free(gw_admin_t *a, apr_int64_t model_id)
{
    apr_array_header_t *rows;
    apr_status_t rv = gw_prices_get(&rows, a->db, model_id, a->pool);
    int i, free_ = 0;

    if (rv != APR_SUCCESS)
        return rv;
    for (i = 0; i < rows->nelts; i++) {
        const gw_price_row_t *r = &APR_ARRAY_IDX(rows, i, gw_price_row_t);

        if (r->from_ms <= a->now_ms)
            free_ = r->free;
    }
    if (!free_)
        return APR_SUCCESS;
    gw_admin_refuse(a, GW_P_MISSING_PARAMETER, "price", "'price' is missing: "
                    "the model was free so far.");
    return APR_EINVAL;
}

static apr_status_t save(gw_admin_t *a, const gw_price_row_t *price)
{
    int billed = json_object_object_get_ex(a->body, "free", NULL)
                 && !price->free;
    const char *spec = spec_of(a);
    apr_int64_t id = 0;
    apr_status_t rv = gw_admin_begin(a);

    if (rv == APR_SUCCESS)
        rv = check_name(a);
    if (rv == APR_SUCCESS)
        rv = gw_model_put(&id, a->db, a->id, spec, a->now_ms);
    if (rv == APR_SUCCESS)
        rv = save_routes(a, id, spec);
    if (rv == APR_SUCCESS)
        rv = save_aliases(a, id);
    if (rv == APR_SUCCESS && price->tiers != NULL)
        rv = gw_price_put(a->db, id, price, a->pool);
    else if (rv == APR_SUCCESS && billed)
        rv = check_free(a, id);
    return gw_admin_commit(a, rv, "put", "model", a->id, spec);
}

/* ---- showing -------------------------------------------------------- */

static json_object *price_json(const gw_price_row_t *row)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "id", json_object_new_int64(row->id));
    json_object_object_add(o, "currency",
                           json_object_new_string(row->currency));
    json_object_object_add(o, "from", gw_admin_time(row->from_ms));
    json_object_object_add(o, "free", json_object_new_boolean(row->free));
    json_object_object_add(o, "tiers", json_tokener_parse(row->tiers));
    json_object_object_add(o, "created_at", gw_admin_time(row->created_ms));
    return o;
}

static int show(gw_admin_t *a, json_object **out)
{
    apr_array_header_t *prices = NULL;
    json_object *o, *list;
    gw_spec_row_t row;
    apr_status_t rv = gw_model_get(&row, a->db, a->id, a->pool);
    int i;

    if (rv == APR_ENOENT)
        return gw_admin_refuse(a, GW_P_NOT_FOUND, NULL,
                               apr_psprintf(a->pool, "There is no model "
                                            "'%s'.", a->id));
    if (rv == APR_SUCCESS)
        rv = gw_prices_get(&prices, a->db, row.id, a->pool);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    o = json_object_new_object();
    json_object_object_add(o, "object", json_object_new_string("model"));
    json_object_object_add(o, "id", json_object_new_string(row.name));
    gw_admin_add_spec(o, row.spec);
    list = json_object_new_array();
    for (i = 0; i < prices->nelts; i++)
        json_object_array_add(list, price_json(&APR_ARRAY_IDX(prices, i,
                                                   gw_price_row_t)));
    json_object_object_add(o, "prices", list);
    json_object_object_add(o, "version", json_object_new_int64(row.version));
    json_object_object_add(o, "created_at", gw_admin_time(row.created_ms));
    json_object_object_add(o, "disabled_at",
                           gw_admin_time_or_null(row.disabled_ms));
    *out = o;
    return HTTP_OK;
}

int gw_admin_model_put(gw_admin_t *a, json_object **out)
{
    gw_price_row_t price;
    apr_status_t rv;

    if (!gw_check_id(a, 200) || !gw_check(a, a->body, fields, "")
        || !price_of_body(a, &price))
        return 0;
    rv = save(a, &price);
    if (rv == APR_EINVAL && a->problem.kind != GW_PROBLEM_NONE)
        return 0;
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    gw_snapshot_changed();
    return show(a, out);
}

int gw_admin_model_get(gw_admin_t *a, json_object **out)
{
    return show(a, out);
}
