/* SPDX-License-Identifier: Apache-2.0 */
/* idle.c - why an upstream or a model that is stored serves nothing: said in
 * the answer to a write, and whenever it is shown (object.h). */
#include "idle.h"

#include <apr_strings.h>

#include "catalog_store.h"
#include "serves.h"
#include "spec.h"

apr_status_t gw_upstream_row_idle(const char **why, gw_admin_t *a,
                                  const gw_object_row_t *row)
{
    gw_upstream_t u;
    apr_status_t rv;

    memset(&u, 0, sizeof(u));
    u.disabled = row->disabled_ms != 0;
    rv = gw_spec_upstream(&u, row->spec, a->pool);
    if (rv == APR_SUCCESS)
        rv = gw_credentials_count(&u.credentials, a->db, row->id);
    if (rv == APR_SUCCESS)
        *why = gw_upstream_idle(&u);
    return rv;
}

/* What is wrong with each of its routes; NULL: nothing with one of them. */
static apr_status_t routes_idle(const char **why, gw_admin_t *a,
                                const apr_array_header_t *routes)
{
    const char *all = routes->nelts == 0 ? "has no routes" : "", *one;
    gw_object_row_t upstream;
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < routes->nelts && rv == APR_SUCCESS; i++) {
        const char *name = APR_ARRAY_IDX(routes, i, gw_spec_route_t).upstream;

        one = "is not there";
        rv = gw_object_get(&upstream, a->db, GW_OBJECT_UPSTREAM, name,
                           a->pool);
        if (rv == APR_SUCCESS)
            rv = gw_upstream_row_idle(&one, a, &upstream);
        if (rv == APR_ENOENT)
            rv = APR_SUCCESS;
        if (rv == APR_SUCCESS && one == NULL) {
            *why = NULL;
            return APR_SUCCESS;
        }
        if (i < 8)              /* enough to see what is wrong */
            all = apr_pstrcat(a->pool, all, i > 0 ? "; " : "", "upstream '",
                              name, "' ", one, NULL);
    }
    *why = all;
    return rv;
}

static apr_status_t price_idle(const char **why, gw_admin_t *a,
                               const gw_object_row_t *row)
{
    apr_array_header_t *prices;
    apr_status_t rv = gw_prices_get(&prices, a->db, row->id, a->pool);

    if (rv != APR_SUCCESS)
        return rv;
    if (prices->nelts == 0)
        *why = "has no price: give it 'price', or \"free\": true";
    else if (gw_price_in_force(prices, a->now_ms) < 0)
        *why = "has no price yet: the first one begins later";
    return APR_SUCCESS;
}

apr_status_t gw_model_row_idle(const char **why, gw_admin_t *a,
                               const gw_object_row_t *row)
{
    apr_array_header_t *routes;
    apr_status_t rv;
    gw_model_t m;

    *why = NULL;
    if (row->disabled_ms != 0) {
        *why = "is disabled";
        return APR_SUCCESS;
    }
    memset(&m, 0, sizeof(m));
    m.name = row->name;
    rv = gw_spec_model(&m, &routes, row->spec, a->pool);
    if (rv == APR_SUCCESS)
        rv = price_idle(why, a, row);
    if (rv == APR_SUCCESS && *why == NULL)
        rv = routes_idle(why, a, routes);
    return rv;
}
