/* SPDX-License-Identifier: Apache-2.0 */
/* model_idle.c - see model_idle.h. */
#include "model_idle.h"

#include <apr_strings.h>

#include "object.h"
#include "price.h"
#include "spec.h"
#include "upstreams.h"

/* What is wrong with each of its routes; NULL: nothing with one of them. */
static apr_status_t routes_idle(const char **why, gw_admin_t *a,
                                const apr_array_header_t *routes)
{
    const char *all = routes->nelts == 0 ? "has no routes" : "", *one;
    gw_object_t upstream;
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < routes->nelts && rv == APR_SUCCESS; i++) {
        const char *name = APR_ARRAY_IDX(routes, i, gw_spec_route_t).upstream;

        one = "does not exist";
        rv = gw_object_read(&upstream, a, &gw_resource_upstream, name);
        if (rv == APR_SUCCESS)
            rv = gw_upstream_stored_idle(&one, a, &upstream);
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

/* NULL: nothing is wrong with its price. */
static const char *price_idle(const gw_admin_t *a, const gw_object_t *model)
{
    if (model->prices->nelts == 0)
        return "has no price: give it 'price', or \"free\": true";
    return gw_price_in_force(model->prices, a->now_ms) < 0
           ? "has no price yet: the first one begins later" : NULL;
}

apr_status_t gw_model_stored_idle(const char **why, gw_admin_t *a,
                                  const gw_object_t *model)
{
    apr_array_header_t *routes;
    apr_status_t rv;
    gw_model_t m;

    *why = NULL;
    if (model->row.disabled_ms != 0) {
        *why = "is disabled";
        return APR_SUCCESS;
    }
    memset(&m, 0, sizeof(m));
    m.name = model->row.name;
    rv = gw_spec_model_of(&m, &routes, model->spec, a->pool);
    if (rv != APR_SUCCESS)
        return rv;
    *why = price_idle(a, model);
    return *why == NULL ? routes_idle(why, a, routes) : APR_SUCCESS;
}
