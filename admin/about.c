/* SPDX-License-Identifier: Apache-2.0 */
/* about.c - /llmgw/admin/v1: what answers here. */
#include <http_core.h>

#include "handlers.h"

static json_object *served(void)
{
    json_object *list = json_object_new_array();
    unsigned i;

    for (i = 0; i < GW_ENDPOINTS; i++)
        json_object_array_add(list,
                              json_object_new_string(gw_endpoint_names[i]));
    return list;
}

int gw_admin_about(gw_admin_t *a, json_object **out)
{
    *out = json_object_new_object();
    json_object_object_add(*out, "object", json_object_new_string("gateway"));
    json_object_object_add(*out, "version",
                           json_object_new_string(GW_VERSION));
    json_object_object_add(*out, "server",
                           json_object_new_string(
                               ap_get_server_description()));
    json_object_object_add(*out, "endpoints", served());
    return HTTP_OK;
}
