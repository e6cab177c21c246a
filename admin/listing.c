/* SPDX-License-Identifier: Apache-2.0 */
/* listing.c - /v1/models: what a key may use, in the shapes of OpenAI's and
 * Anthropic's SDKs at once. */
#include <apr_strings.h>

#include "handlers.h"
#include "value.h"
#include "visible.h"

static json_object *model_json(const gw_model_t *m)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "id", json_object_new_string(m->name));
    json_object_object_add(o, "object", json_object_new_string("model"));
    json_object_object_add(o, "created", json_object_new_int64(m->created));
    json_object_object_add(o, "owned_by",
                           json_object_new_string(m->owned_by));
    json_object_object_add(o, "type", json_object_new_string("model"));
    json_object_object_add(o, "display_name",
                           json_object_new_string(m->display));
    json_object_object_add(o, "created_at",
                           gw_admin_time(m->created * 1000));
    return o;
}

int gw_admin_listing(gw_admin_t *a, json_object **out)
{
    const gw_catalog_t *c = a->call->snapshot->catalog;
    json_object *data = json_object_new_array();
    const char *first = NULL, *last = NULL;
    unsigned i;

    for (i = 0; i < c->model_count; i++) {
        if (!gw_admin_visible(a, c->models[i]))
            continue;
        json_object_array_add(data, model_json(c->models[i]));
        last = c->models[i]->name;
        if (first == NULL)
            first = last;
    }
    *out = json_object_new_object();
    json_object_object_add(*out, "object", json_object_new_string("list"));
    json_object_object_add(*out, "data", data);
    json_object_object_add(*out, "has_more", json_object_new_boolean(0));
    json_object_object_add(*out, "first_id", gw_admin_text(first));
    json_object_object_add(*out, "last_id", gw_admin_text(last));
    return HTTP_OK;
}

int gw_admin_listing_one(gw_admin_t *a, json_object **out)
{
    const gw_model_t *m = gw_admin_visible_model(a, a->id);

    if (m == NULL)
        return 0;
    *out = model_json(m);
    return HTTP_OK;
}
