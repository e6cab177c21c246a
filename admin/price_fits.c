/* SPDX-License-Identifier: Apache-2.0 */
/* price_fits.c - see price_fits.h. */
#include "price_fits.h"

#include <apr_strings.h>

#include "object_write.h"
#include "price.h"
#include "refuse.h"
#include "spec.h"
#include "value.h"

/* A price that is in force or will be. */
typedef struct ahead_t {
    const gw_price_row_t *row;
    gw_tier_t *tiers;           /* of row->tiers */
    unsigned count;
} ahead_t;

int gw_price_wants_explicit(json_object *doc)
{
    json_object *caching, *v;

    return json_object_object_get_ex(doc, "caching", &caching)
           && json_object_object_get_ex(caching, "explicit", &v)
           && json_object_get_boolean(v);
}

int gw_price_names_explicit(const gw_tier_t *t)
{
    return (t->given & 1u << GW_CACHE_READ_EXPLICIT)
           && (t->given & 1u << GW_CACHE_WRITE_5M);
}

/* The tokens of a request that surely fit an amount; < 2: none do. */
static apr_int64_t tokens_that_fit(const gw_price_t *p)
{
    apr_int64_t rate = 1, once = 0;
    unsigned i, k;

    for (i = 0; i < p->tiers; i++) {
        const apr_int64_t *r = p->tier[i].rate;

        for (k = 0; k < GW_RATE_PER_REQUEST; k++)
            rate = r[k] > rate ? r[k] : rate;
        once = r[GW_RATE_PER_REQUEST] > once ? r[GW_RATE_PER_REQUEST] : once;
    }
    return once > APR_INT64_MAX / 1000000 ? 0
           : (APR_INT64_MAX - once * 1000000) / rate;
}

/* The amount of one request is 64 bits of pico-units: where 10^8 tokens at a
 * price do not fit them, the model's limits have to make a request fit. */
static int fits(gw_admin_t *a, const gw_item_t *item, const gw_model_t *m,
                const ahead_t *ahead)
{
    const gw_price_row_t *row = ahead->row;
    const char *path = gw_check_path(a, item->path, "limit");
    apr_int64_t most;
    gw_price_t price;

    memset(&price, 0, sizeof(price));
    price.tier = ahead->tiers;
    price.tiers = ahead->count;
    if (gw_tariff_fits(&price, m->context, m->output))
        return 1;
    most = tokens_that_fit(&price);
    if (most < 2)
        return gw_check_refuse(a, gw_check_path(a, item->path,
                                                "price.tiers"),
                               "prices a request at more than 9223372, the "
                               "most that one can cost: lower per_request or "
                               "the rates");
    return gw_check_refuse(a, path, apr_psprintf(a->pool, "must set 'context' "
                           "and 'output', together at most %" APR_INT64_T_FMT
                           " tokens: one request can cost 9223372 %s at most, "
                           "and at the price from %s more tokens could cost "
                           "more",
                           most, row->currency,
                           json_object_get_string(gw_admin_own(a,
                               gw_admin_time(row->from_ms)))));
}

/* Those that cost something, from the one in force on: an array of
 * ahead_t. */
static apr_status_t read_ahead(apr_array_header_t **out, gw_admin_t *a,
                               const apr_array_header_t *rows)
{
    int i = gw_price_in_force(rows, a->now_ms);
    apr_status_t rv = APR_SUCCESS;

    *out = apr_array_make(a->pool, 2, sizeof(ahead_t));
    for (i = i < 0 ? 0 : i; i < rows->nelts && rv == APR_SUCCESS; i++) {
        const gw_price_row_t *row = &APR_ARRAY_IDX(rows, i, gw_price_row_t);
        ahead_t *ahead;

        if (row->free)
            continue;
        ahead = apr_array_push(*out);
        memset(ahead, 0, sizeof(*ahead));
        ahead->row = row;
        rv = gw_spec_tiers(&ahead->tiers, &ahead->count, row->tiers, a->pool);
    }
    return rv;
}

/* What no price of the document replaces has to fit it, too. */
static int check_explicit(gw_admin_t *a, const gw_item_t *item,
                          const apr_array_header_t *ahead)
{
    unsigned k;
    int i;

    for (i = 0; i < ahead->nelts; i++) {
        const ahead_t *p = &APR_ARRAY_IDX(ahead, i, ahead_t);

        for (k = 0; k < p->count && gw_price_names_explicit(&p->tiers[k]); k++)
            ;
        if (k < p->count)
            return gw_check_refuse(a, gw_check_path(a, item->path,
                                                    "caching.explicit"),
                                   "needs a 'price' that names "
                                   "cache_read_explicit and cache_write_5m "
                                   "in each tier");
    }
    return 1;
}

/* "free": false needs a price where the one in force bills nothing. */
static int check_free(gw_admin_t *a, const gw_item_t *item)
{
    const char *path = gw_check_path(a, item->path, "price");
    const apr_array_header_t *rows = item->object.prices;
    int i = gw_price_in_force(rows, a->now_ms);

    if (i < 0 || !APR_ARRAY_IDX(rows, i, gw_price_row_t).free)
        return 1;
    return gw_admin_refuse(a, GW_P_MISSING_PARAMETER, path,
                           apr_psprintf(a->pool, "'%s' is missing: the model "
                                        "was free so far.", path));
}

apr_status_t gw_price_fits(gw_admin_t *a, const gw_item_t *item,
                           const gw_model_t *model)
{
    int brings_none = item->prices->nelts == 0;
    apr_array_header_t *ahead;
    apr_status_t rv;
    int i;

    if (brings_none && json_object_object_get_ex(item->doc, "free", NULL)
        && !check_free(a, item))
        return APR_EINVAL;
    rv = read_ahead(&ahead, a, item->object.prices);
    if (rv != APR_SUCCESS)
        return rv;
    if (brings_none && gw_price_wants_explicit(item->doc)
        && !check_explicit(a, item, ahead))
        return APR_EINVAL;
    for (i = 0; i < ahead->nelts; i++) {
        if (!fits(a, item, model, &APR_ARRAY_IDX(ahead, i, ahead_t)))
            return APR_EINVAL;
    }
    return APR_SUCCESS;
}
