/* SPDX-License-Identifier: Apache-2.0 */
/* listing.c - /v1/models: what a key may use, in the shapes of OpenAI's and
 * Anthropic's SDKs at once. */
#include "handlers.h"
#include "value.h"
#include "visible.h"

static void add_number(json_object *o, const char *name, apr_int64_t n)
{
    if (n > 0)
        json_object_object_add(o, name, json_object_new_int64(n));
}

static void add_words(json_object *o, const char *name, const char **words)
{
    json_object *list;

    if (words == NULL)
        return;
    list = json_object_new_array();
    for (; *words != NULL; words++)
        json_object_array_add(list, json_object_new_string(*words));
    json_object_object_add(o, name, list);
}

/* What clients that choose a model by itself look for here, under the names
 * that OpenRouter (context_length), vLLM (max_model_len) and others gave it.
 * What nobody said is not there. */
static void add_known(json_object *o, const gw_model_t *m)
{
    json_object *modalities;

    add_number(o, "context_length", m->context);
    add_number(o, "max_model_len", m->context);
    add_number(o, "max_output_tokens", m->output);
    if (m->modalities[0] == NULL && m->modalities[1] == NULL)
        return;
    modalities = json_object_new_object();
    add_words(modalities, "input", m->modalities[0]);
    add_words(modalities, "output", m->modalities[1]);
    json_object_object_add(o, "modalities", modalities);
}

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
    add_known(o, m);
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
