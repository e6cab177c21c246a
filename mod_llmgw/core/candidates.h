/* SPDX-License-Identifier: Apache-2.0 */
/* candidates.h - by which routes may a request go, and in which order?
 *
 * Those whose upstream serves its endpoint by itself come first; when none of
 * them is left, those that serve the best one it can be translated to, and so
 * on.  Each in the order of the model's routes.
 */
#ifndef GW_CANDIDATES_H
#define GW_CANDIDATES_H

#include "dialect.h"

/* How an endpoint is served. */
typedef enum {
    GW_SERVED_NOT, GW_SERVED_NATIVELY, GW_SERVED_TRANSLATED
} gw_served_t;

/* At which of its endpoints is an upstream asked for this one?  By what it is
 * said to serve and what its dialect has; whether it can be called is
 * gw_upstream_idle() (serves.h).  The number of the way (gw_endpoint_way): 0:
 * as it is; above: by translation; -1: at none. */
int gw_upstream_way(const gw_upstream_t *upstream, gw_endpoint_t endpoint);

/* How a model does, by those of its upstreams that can be called: the best of
 * them. */
gw_served_t gw_model_served(const gw_model_t *model, gw_endpoint_t endpoint);

/* The endpoints at which a model is served as "/v1/chat/completions, ...", in
 * pool; "" if there is none.  Models say which they allow; that counts. */
const char *gw_model_endpoints_text(const gw_model_t *model,
                                    apr_pool_t *pool);

/* Where a walk over the candidates is.  A copy of it walks on by itself. */
typedef struct gw_candidates_t {
    const gw_model_t *model;
    gw_endpoint_t endpoint;
    const gw_request_t *req;    /* NULL: any */
    unsigned way;               /* of the routes being walked */
    unsigned next;
    unsigned ways;              /* mask of those that were met */
} gw_candidates_t;

/* Before the first candidate.  req: the client's; routes that do not take it
 * (gw_route_takes) are none. */
void gw_candidates_start(gw_candidates_t *c, const gw_model_t *model,
                         gw_endpoint_t endpoint, const gw_request_t *req);

/* The next one; NULL: there is none. */
const gw_route_t *gw_candidate_next(gw_candidates_t *c);

#endif
