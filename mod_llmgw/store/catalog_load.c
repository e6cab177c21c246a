/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_load.c - from the tables to a snapshot (see catalog_load.h). */
#include "catalog_load.h"

#include <apr_strings.h>

#include "col.h"
#include "glob.h"
#include "spec.h"
#include "stmt.h"

typedef struct loading_t {
    gw_db_t *db;
    gw_catalog_t *c;
    apr_pool_t *p;
    apr_hash_t *upstream_by_name, *upstream_by_id, *model_by_id;
    apr_hash_t *route_ids;      /* "model/upstream/name" to its id */
    apr_array_header_t *models, *upstreams, *defaults;
} loading_t;

typedef struct default_t {
    const char *pattern;
    gw_thinking_t mode;
} default_t;

static void *by_id(apr_hash_t *hash, apr_int64_t id)
{
    return apr_hash_get(hash, &id, sizeof(id));
}

static const char *route_key(loading_t *l, apr_int64_t model,
                             apr_int64_t upstream, const char *name)
{
    return apr_psprintf(l->p, "%" APR_INT64_T_FMT "/%" APR_INT64_T_FMT "/%s",
                        model, upstream, name);
}

/* Run fn over each row of a statement. */
static apr_status_t each(loading_t *l, gw_sql_t sql,
                         apr_status_t (*fn)(loading_t *, gw_stmt_t *))
{
    gw_stmt_t *st = gw_stmt_prepare(l->db, sql);
    apr_status_t rv;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        rv = fn(l, st);
        if (rv != APR_SUCCESS) {
            gw_stmt_end(st);
            return rv;
        }
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

static apr_status_t load_upstream(loading_t *l, gw_stmt_t *st)
{
    gw_upstream_t *u = apr_pcalloc(l->p, sizeof(*u));

    u->id = gw_col_int(st, 0);
    u->name = gw_col_text(st, 1, l->p);
    u->version = gw_col_int(st, 3);
    u->disabled = !gw_col_is_null(st, 5);
    apr_hash_set(l->upstream_by_name, u->name, APR_HASH_KEY_STRING, u);
    apr_hash_set(l->upstream_by_id, &u->id, sizeof(u->id), u);
    APR_ARRAY_PUSH(l->upstreams, gw_upstream_t *) = u;
    return gw_spec_upstream(u, gw_col_text(st, 2, l->p), l->p);
}

static apr_status_t load_credential(loading_t *l, gw_stmt_t *st)
{
    gw_upstream_t *u = by_id(l->upstream_by_id, gw_col_int(st, 0));
    gw_sealed_t *sealed;

    if (u == NULL)
        return APR_SUCCESS;
    sealed = apr_palloc(l->p, (u->credentials + 1) * sizeof(*sealed));
    if (u->credentials > 0)
        memcpy(sealed, u->sealed, u->credentials * sizeof(*sealed));
    u->sealed = sealed;
    sealed += u->credentials++;
    sealed->bytes = gw_col_blob(&sealed->length, st, 2, l->p);
    return APR_SUCCESS;
}

static apr_status_t load_route_id(loading_t *l, gw_stmt_t *st)
{
    apr_int64_t *id = apr_palloc(l->p, sizeof(*id));

    *id = gw_col_int(st, 0);
    apr_hash_set(l->route_ids,
                 route_key(l, gw_col_int(st, 1), gw_col_int(st, 2),
                           gw_col_text(st, 3, l->p)),
                 APR_HASH_KEY_STRING, id);
    return APR_SUCCESS;
}

static apr_status_t load_default(loading_t *l, gw_stmt_t *st)
{
    default_t *d = apr_array_push(l->defaults);
    int mode = gw_index_of(gw_thinking_names, 5, gw_col_text(st, 1, l->p));

    d->pattern = gw_col_text(st, 0, l->p);
    d->mode = mode < 0 ? GW_THINKING_RELAY : (gw_thinking_t)mode;
    return APR_SUCCESS;
}

static gw_thinking_t thinking_of(const loading_t *l,
                                 const gw_spec_route_t *spec,
                                 const gw_upstream_t *u)
{
    gw_str_t name = { spec->model, strlen(spec->model) };
    int i;

    if (spec->thinking != NULL) {
        i = gw_index_of(gw_thinking_names, 5, spec->thinking);
        return i < 0 ? GW_THINKING_RELAY : (gw_thinking_t)i;
    }
    if (gw_vendor_row(u->vendor)->enable_thinking)
        return GW_THINKING_ENABLE;
    for (i = 0; i < l->defaults->nelts; i++) {
        const default_t *d = &APR_ARRAY_IDX(l->defaults, i, default_t);

        if (gw_glob(d->pattern, name, 1))
            return d->mode;
    }
    return GW_THINKING_RELAY;
}

/* The routes whose upstream exists and is in use, by priority. */
static void add_routes(loading_t *l, gw_model_t *m,
                       const apr_array_header_t *specs)
{
    int i;

    m->routes = apr_pcalloc(l->p, (apr_size_t)(specs->nelts + 1)
                                  * sizeof(*m->routes));
    for (i = 0; i < specs->nelts; i++) {
        gw_spec_route_t *spec = &APR_ARRAY_IDX(specs, i, gw_spec_route_t);
        gw_upstream_t *u = apr_hash_get(l->upstream_by_name, spec->upstream,
                                        APR_HASH_KEY_STRING);
        unsigned k = m->route_count;
        apr_int64_t *id;

        if (spec->model == NULL)
            spec->model = m->name;
        if (u == NULL || u->disabled)
            continue;
        id = apr_hash_get(l->route_ids,
                          route_key(l, m->id, u->id, spec->model),
                          APR_HASH_KEY_STRING);
        if (id == NULL)
            continue;
        for (; k > 0 && m->routes[k - 1].priority > spec->priority; k--)
            m->routes[k] = m->routes[k - 1];
        m->routes[k].id = *id;
        m->routes[k].upstream = u;
        m->routes[k].model = spec->model;
        m->routes[k].priority = spec->priority;
        m->routes[k].weight = spec->weight;
        m->routes[k].thinking = thinking_of(l, spec, u);
        m->routes[k].text_without_tools =
            gw_family(spec->model)->text_without_tools;
        m->route_count++;
    }
}

static apr_status_t load_model(loading_t *l, gw_stmt_t *st)
{
    gw_model_t *m = apr_pcalloc(l->p, sizeof(*m));
    apr_array_header_t *routes;
    apr_status_t rv;

    m->id = gw_col_int(st, 0);
    m->name = gw_col_text(st, 1, l->p);
    m->spec = gw_col_text(st, 2, l->p);
    m->version = gw_col_int(st, 3);
    m->created = gw_col_int(st, 4) / 1000;
    m->disabled = !gw_col_is_null(st, 5);
    rv = gw_spec_model(m, &routes, m->spec, l->p);
    if (rv != APR_SUCCESS)
        return rv;
    add_routes(l, m, routes);
    apr_hash_set(l->c->by_name, m->name, APR_HASH_KEY_STRING, m);
    apr_hash_set(l->model_by_id, &m->id, sizeof(m->id), m);
    APR_ARRAY_PUSH(l->models, gw_model_t *) = m;
    return APR_SUCCESS;
}

static apr_status_t load_alias(loading_t *l, gw_stmt_t *st)
{
    gw_model_t *m = by_id(l->model_by_id, gw_col_int(st, 1));

    if (m != NULL)
        apr_hash_set(l->c->by_name, gw_col_text(st, 0, l->p),
                     APR_HASH_KEY_STRING, m);
    return APR_SUCCESS;
}

static apr_status_t load_currency(loading_t *l, gw_stmt_t *st)
{
    apr_int64_t id = gw_col_int(st, 0);
    unsigned n = (unsigned)id + 1;

    if (n > l->c->currency_count) {
        const char **codes = apr_pcalloc(l->p, n * sizeof(*codes));

        if (l->c->currency_count > 0)
            memcpy(codes, l->c->currencies,
                   l->c->currency_count * sizeof(*codes));
        l->c->currencies = codes;
        l->c->currency_count = n;
    }
    l->c->currencies[id] = gw_col_text(st, 1, l->p);
    return APR_SUCCESS;
}

static apr_status_t read_price(gw_price_t *price, int *is_free,
                               gw_stmt_t *st, apr_pool_t *pool)
{
    gw_tier_t *tiers;
    apr_status_t rv;

    price->id = gw_col_int(st, 0);
    price->currency = gw_col_int(st, 2);
    price->from_ms = gw_col_int(st, 3);
    *is_free = (int)gw_col_int(st, 4);
    rv = gw_spec_tiers(&tiers, &price->tiers, gw_col_text(st, 5, pool), pool);
    price->tier = tiers;
    price->prompt_most = price->output_most = 0;
    return rv;
}

/* Room for one more price; what is outgrown stays in the pool, so it doubles
 * each time. */
static void grow_prices(gw_model_t *m, apr_pool_t *pool)
{
    unsigned n = m->price_count, room = n > 0 ? 2 * n : 1;
    gw_price_t *prices;
    int *is_free;

    if ((n & (n - 1)) != 0)
        return;                 /* between two powers of two */
    prices = apr_pcalloc(pool, room * sizeof(*prices));
    is_free = apr_pcalloc(pool, room * sizeof(*is_free));
    if (n > 0) {
        memcpy(prices, m->prices, n * sizeof(*prices));
        memcpy(is_free, m->free, n * sizeof(*is_free));
    }
    m->prices = prices;
    m->free = is_free;
}

/* Rows come by model and time, so a model's prices are pushed in order. */
static apr_status_t load_price(loading_t *l, gw_stmt_t *st)
{
    gw_model_t *m = by_id(l->model_by_id, gw_col_int(st, 1));
    gw_price_t *price;
    apr_status_t rv;

    if (m == NULL)
        return APR_SUCCESS;
    grow_prices(m, l->p);
    price = &m->prices[m->price_count];
    rv = read_price(price, &m->free[m->price_count++], st, l->p);
    if (rv == APR_SUCCESS && !gw_tariff_fits(price, 0, 0)) {
        price->prompt_most = m->context;
        price->output_most = m->output;
    }
    return rv;
}

static apr_status_t load_all(loading_t *l)
{
    static const struct {
        gw_sql_t sql;
        apr_status_t (*fn)(loading_t *, gw_stmt_t *);
    } steps[] = {
        { sql_currency_all, load_currency },
        { sql_thinking_default_all, load_default },
        { sql_upstream_all, load_upstream },
        { sql_credential_all, load_credential },
        { sql_route_all, load_route_id },
        { sql_model_all, load_model },
        { sql_alias_all, load_alias },
        { sql_price_all, load_price }
    };
    apr_status_t rv = APR_SUCCESS;
    unsigned i;

    for (i = 0; i < GW_COUNT(steps) && rv == APR_SUCCESS; i++)
        rv = each(l, steps[i].sql, steps[i].fn);
    return rv;
}

apr_status_t gw_catalog_load(gw_catalog_t **catalog, gw_db_t *db,
                             apr_pool_t *parent)
{
    loading_t l;
    apr_status_t rv;

    memset(&l, 0, sizeof(l));
    l.db = db;
    apr_pool_create(&l.p, parent);
    apr_pool_tag(l.p, "gw_catalog");
    l.c = apr_pcalloc(l.p, sizeof(*l.c));
    l.c->pool = l.p;
    l.c->by_name = apr_hash_make(l.p);
    l.upstream_by_name = apr_hash_make(l.p);
    l.upstream_by_id = apr_hash_make(l.p);
    l.model_by_id = apr_hash_make(l.p);
    l.route_ids = apr_hash_make(l.p);
    l.models = apr_array_make(l.p, 64, sizeof(gw_model_t *));
    l.upstreams = apr_array_make(l.p, 8, sizeof(gw_upstream_t *));
    l.defaults = apr_array_make(l.p, 16, sizeof(default_t));
    rv = gw_db_begin_read(db);
    if (rv == APR_SUCCESS)
        rv = load_all(&l);
    gw_db_rollback(db);
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(l.p);
        return rv;
    }
    l.c->models = (gw_model_t **)l.models->elts;
    l.c->model_count = (unsigned)l.models->nelts;
    l.c->upstreams = (gw_upstream_t **)l.upstreams->elts;
    l.c->upstream_count = (unsigned)l.upstreams->nelts;
    *catalog = l.c;
    return APR_SUCCESS;
}

apr_status_t gw_catalog_load_price(gw_price_t *price, int *is_free,
                                   gw_db_t *db, apr_int64_t id,
                                   apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_price_by_id);
    apr_status_t rv, end;

    gw_stmt_bind_int(st, 1, id);
    rv = gw_stmt_row(st);
    if (rv != APR_SUCCESS)
        return rv;
    rv = read_price(price, is_free, st, pool);
    end = gw_stmt_end(st);
    return rv != APR_SUCCESS ? rv : end;
}
