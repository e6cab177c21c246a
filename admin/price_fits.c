/* SPDX-License-Identifier: Apache-2.0 */
/* price_fits.c - does an amount hold what a request can come to at a model's
 * prices? */
#include "price_fits.h"

#include <apr_strings.h>

#include "catalog_store.h"
#include "object_write.h"
#include "refuse.h"
#include "spec.h"
#include "value.h"

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
static int fits(gw_admin_t *a, const gw_item_t *item,
                const gw_price_row_t *row, const gw_price_t *price)
{
    const char *path = gw_check_path(a, item->path, "limit");
    apr_int64_t most = tokens_that_fit(price);
    apr_array_header_t *routes;
    gw_model_t m;

    memset(&m, 0, sizeof(m));
    m.name = item->id;
    if (gw_spec_model(&m, &routes, item->row.spec, a->pool) != APR_SUCCESS
        || gw_tariff_fits(price, m.context, m.output))
        return 1;
    if (most < 2)
        return gw_check_refuse(a, gw_check_path(a, item->path,
                                                "price.tiers"),
                               "prices a request at more than 9223372, the "
                               "most that one may come to: lower per_request "
                               "or the rates");
    return gw_check_refuse(a, path, apr_psprintf(a->pool, "must set 'context' "
                           "and 'output', together at most %" APR_INT64_T_FMT
                           " tokens: one request may come to 9223372 %s, and "
                           "at the price from %s more tokens could pass that",
                           most, row->currency,
                           json_object_get_string(gw_admin_own(a,
                               gw_admin_time(row->from_ms)))));
}

apr_status_t gw_price_fits(gw_admin_t *a, const gw_item_t *item)
{
    apr_array_header_t *rows;
    apr_status_t rv = gw_prices_get(&rows, a->db, item->row.id, a->pool);
    int i;

    if (rv != APR_SUCCESS)
        return rv;
    i = gw_price_in_force(rows, a->now_ms);
    for (i = i < 0 ? 0 : i; i < rows->nelts; i++) {
        const gw_price_row_t *row = &APR_ARRAY_IDX(rows, i, gw_price_row_t);
        gw_price_t price;
        gw_tier_t *tiers;

        memset(&price, 0, sizeof(price));
        rv = gw_spec_tiers(&tiers, &price.tiers, row->tiers, a->pool);
        if (rv != APR_SUCCESS)
            return rv;
        price.tier = tiers;
        if (!row->free && !fits(a, item, row, &price))
            return APR_EINVAL;
    }
    return APR_SUCCESS;
}
