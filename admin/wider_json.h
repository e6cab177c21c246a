/* SPDX-License-Identifier: Apache-2.0 */
/* wider_json.h - how much wider reserves are, as JSON. */
#ifndef GW_WIDER_JSON_H
#define GW_WIDER_JSON_H

#include "admin_request.h"

/* Both are owned by the caller. */
json_object *gw_wider_json(apr_int64_t prompt, apr_int64_t output);

/* A list: the widest of a key (model_id 0), each with its model, or of a model
 * (key_id 0), each with its key and team.  APR_EGENERAL and the like: their
 * names cannot be read. */
apr_status_t gw_wider_list(json_object **out, gw_admin_t *a,
                           apr_int64_t key_id, apr_int64_t model_id);

#endif
