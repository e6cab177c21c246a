/* SPDX-License-Identifier: Apache-2.0 */
/* explain_route.c - see explain_route.h. */
#include "explain_route.h"

#include <apr_strings.h>

#include "candidates.h"
#include "refuse.h"
#include "serves.h"

int gw_explain_endpoint(gw_endpoint_t *endpoint, gw_admin_t *a)
{
    json_object *v;
    unsigned i = 0;             /* chats are the first of the table */

    if (json_object_object_get_ex(a->body, "endpoint", &v)) {
        while (strcmp(gw_endpoint_names[i], json_object_get_string(v)) != 0)
            i++;                /* it is one of them: that was checked */
    }
    *endpoint = (gw_endpoint_t)i;
    return !gw_endpoint_row(*endpoint)->counts
           || gw_admin_refuse(a, GW_P_INVALID_PARAMETER, "endpoint",
                              "'endpoint' names one that costs nothing: "
                              "there is nothing to explain.");
}

const char *gw_explain_barred(const char **code, const gw_model_t *model,
                              const gw_policy_t policy[2],
                              gw_endpoint_t endpoint)
{
    int i;

    *code = "endpoint_not_allowed";
    for (i = 0; i < 2; i++) {
        if (!gw_endpoint_allowed(policy[i].endpoints, endpoint))
            return "The key or its team is not allowed to use this endpoint.";
    }
    *code = "upstream_unavailable";
    if (!gw_model_serves(model))
        return "The model has no upstream now.";
    *code = "model_not_found";
    if (!gw_endpoint_allowed(model->endpoints, endpoint)
        || gw_model_served(model, endpoint) == GW_SERVED_NOT)
        return "The model is not served at this endpoint.";
    return NULL;
}

json_object *gw_explain_route(const gw_model_t *model, gw_endpoint_t endpoint)
{
    gw_candidates_t c;
    const gw_route_t *route;
    json_object *o;

    gw_candidates_start(&c, model, endpoint, NULL);
    route = gw_candidate_next(&c);
    if (route == NULL && model->route_count == 0)
        return NULL;
    o = json_object_new_object();
    if (route == NULL)
        route = &model->routes[0];
    else if (c.way > 0)
        json_object_object_add(o, "translated", json_object_new_boolean(1));
    json_object_object_add(o, "upstream",
                           json_object_new_string(route->upstream->name));
    json_object_object_add(o, "model", json_object_new_string(route->model));
    return o;
}
