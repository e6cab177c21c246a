/* SPDX-License-Identifier: Apache-2.0 */
/* segment_json.c - see segment_json.h. */
#include "segment_json.h"

json_object *gw_segment_team_json(const gw_fill_team_t *t)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "keys", json_object_new_int64(t->keys));
    json_object_object_add(o, "keys_most",
                           json_object_new_int64(t->most_keys));
    json_object_object_add(o, "limits", json_object_new_int64(t->limits));
    json_object_object_add(o, "limits_most",
                           json_object_new_int64(t->most_limits));
    return o;
}
