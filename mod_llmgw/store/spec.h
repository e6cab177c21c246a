/* SPDX-License-Identifier: Apache-2.0 */
/* spec.h - specs as stored (JSON that the admin API judged) to plain data.
 *
 * A spec is trusted to have the right types; what is not there keeps its
 * default.  Each is read from the text that is stored, or (_of) from the
 * tree that the text was or will be.  GW_SPEC_UNREADABLE: it is no JSON object
 * or array, that is, the database was written by somebody else.  No caller is
 * to be blamed for that, so it is none of the errors that refuse a request.
 */
#ifndef GW_SPEC_H
#define GW_SPEC_H

#include "catalog.h"

#define GW_SPEC_UNREADABLE EBADMSG

struct json_object;

/* Texts and arrays come from pool. */
apr_status_t gw_spec_policy(gw_policy_t *policy, const char *json,
                            apr_pool_t *pool);
apr_status_t gw_spec_policy_of(gw_policy_t *policy, struct json_object *tree,
                               apr_pool_t *pool);

apr_status_t gw_spec_upstream(gw_upstream_t *upstream, const char *json,
                              apr_pool_t *pool);
apr_status_t gw_spec_upstream_of(gw_upstream_t *upstream,
                                 struct json_object *tree, apr_pool_t *pool);

/* A route of a model's spec, before its upstream is looked up. */
typedef struct gw_spec_route_t {
    const char *upstream, *model, *thinking; /* thinking: NULL if not said */
    int priority, weight;
} gw_spec_route_t;

/* *routes gets an array of gw_spec_route_t. */
apr_status_t gw_spec_model(gw_model_t *model, apr_array_header_t **routes,
                           const char *json, apr_pool_t *pool);
apr_status_t gw_spec_model_of(gw_model_t *model, apr_array_header_t **routes,
                              struct json_object *tree, apr_pool_t *pool);

/* A JSON array of tiers; completed by gw_tier_complete. */
apr_status_t gw_spec_tiers(gw_tier_t **tiers, unsigned *count,
                           const char *json, apr_pool_t *pool);
apr_status_t gw_spec_tiers_of(gw_tier_t **tiers, unsigned *count,
                              struct json_object *tree, apr_pool_t *pool);

#endif
