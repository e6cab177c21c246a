/* SPDX-License-Identifier: Apache-2.0 */
/* candidates.c - see candidates.h. */
#include "candidates.h"

#include <apr_strings.h>

#include "serves.h"

static int has_endpoint(const gw_upstream_t *u, gw_endpoint_t endpoint)
{
    return u->endpoints == 0 || (u->endpoints & 1u << endpoint) != 0;
}

int gw_upstream_way(const gw_upstream_t *u, gw_endpoint_t endpoint)
{
    gw_endpoint_t at;
    int way;

    for (way = 0; (at = gw_endpoint_way(endpoint, (unsigned)way))
                  != GW_ENDPOINTS; way++) {
        const gw_dialect_row_t *row = gw_dialect_row(at);

        if (row != NULL && row->dialect == u->dialect && has_endpoint(u, at))
            return way;
    }
    return -1;
}

gw_served_t gw_model_served(const gw_model_t *model, gw_endpoint_t endpoint)
{
    gw_candidates_t c;

    gw_candidates_start(&c, model, endpoint, NULL);
    if (gw_candidate_next(&c) == NULL)
        return GW_SERVED_NOT;
    return c.way == 0 ? GW_SERVED_NATIVELY : GW_SERVED_TRANSLATED;
}

const char *gw_model_endpoints_text(const gw_model_t *model, apr_pool_t *pool)
{
    const char *list = "";
    unsigned i;

    for (i = 0; i < GW_ENDPOINTS; i++) {
        if ((model->endpoints == 0 || (model->endpoints & 1u << i))
            && gw_model_served(model, (gw_endpoint_t)i) != GW_SERVED_NOT)
            list = apr_pstrcat(pool, list, *list ? ", /v1/" : "/v1/",
                               gw_endpoint_names[i], NULL);
    }
    return list;
}

void gw_candidates_start(gw_candidates_t *c, const gw_model_t *model,
                         gw_endpoint_t endpoint, const gw_request_t *req)
{
    c->model = model;
    c->endpoint = endpoint;
    c->req = req;
    c->way = c->next = c->ways = 0;
}

static int is_candidate(gw_candidates_t *c, const gw_route_t *route)
{
    int way = gw_upstream_way(route->upstream, c->endpoint);

    if (way >= 0)
        c->ways |= 1u << way;
    return way == (int)c->way && gw_upstream_idle(route->upstream) == NULL
           && (c->req == NULL || gw_route_takes(route, c->req));
}

const gw_route_t *gw_candidate_next(gw_candidates_t *c)
{
    for (;;) {
        while (c->next < c->model->route_count) {
            const gw_route_t *route = &c->model->routes[c->next++];

            if (is_candidate(c, route))
                return route;
        }
        if (c->ways >> c->way <= 1)     /* there is none beyond it */
            return NULL;
        c->way++;
        c->next = 0;
    }
}
