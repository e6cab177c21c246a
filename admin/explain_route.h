/* SPDX-License-Identifier: Apache-2.0 */
/* explain_route.h - where a request that is explained would go. */
#ifndef GW_EXPLAIN_ROUTE_H
#define GW_EXPLAIN_ROUTE_H

#include <json.h>

#include "admin_request.h"
#include "dialect.h"

/* The endpoint that the body names; without one, that of chats.  Returns
 * whether it is one that is billed; if not, a->problem says so. */
int gw_explain_endpoint(gw_endpoint_t *endpoint, gw_admin_t *a);

/* Why nothing goes there by this model, in words, and the code of the refusal;
 * NULL: it can. */
const char *gw_explain_barred(const char **code, const gw_model_t *model,
                              const gw_policy_t policy[2],
                              gw_endpoint_t endpoint);

/* The route that is tried first; NULL: the model has none.  `translated` is
 * there where the request would be. */
json_object *gw_explain_route(const gw_model_t *model,
                              gw_endpoint_t endpoint);

#endif
