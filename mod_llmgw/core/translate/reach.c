/* SPDX-License-Identifier: Apache-2.0 */
/* reach.c - see reach.h. */
#include "reach.h"

#include "dialect.h"
#include "serves.h"
#include "translate.h"

static int in_mask(unsigned mask, gw_endpoint_t endpoint)
{
    return mask == 0 || (mask & 1u << endpoint);
}

static gw_reach_t reach_by(const gw_upstream_t *upstream,
                           gw_endpoint_t endpoint)
{
    const gw_dialect_row_t *row = gw_dialect_row(endpoint, upstream->dialect);

    if (row == NULL || !in_mask(upstream->endpoints, row->at)
        || gw_upstream_idle(upstream) != NULL)
        return GW_REACH_NOT;
    return gw_translation(endpoint, upstream->dialect) != NULL
           ? GW_REACH_TRANSLATED : GW_REACH_NATIVE;
}

gw_reach_t gw_model_reach(const gw_model_t *model, gw_endpoint_t endpoint)
{
    gw_reach_t best = GW_REACH_NOT;
    unsigned i;

    if (model->disabled || !gw_endpoint_served(endpoint)
        || !in_mask(model->endpoints, endpoint))
        return GW_REACH_NOT;
    for (i = 0; i < model->route_count; i++) {
        gw_reach_t by = reach_by(model->routes[i].upstream, endpoint);

        if (by > best)
            best = by;
    }
    return best;
}
