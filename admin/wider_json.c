/* SPDX-License-Identifier: Apache-2.0 */
/* wider_json.c - see wider_json.h. */
#include "wider_json.h"

#include "names.h"
#include "value.h"
#include "widen.h"

#define SHOWN 20

json_object *gw_wider_json(apr_int64_t prompt, apr_int64_t output)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "prompt_tokens", json_object_new_int64(prompt));
    json_object_object_add(o, "output_tokens", json_object_new_int64(output));
    return o;
}

static apr_status_t add_name(json_object *o, const char *member,
                             gw_admin_t *a, gw_called_t what, apr_int64_t id)
{
    const char *name = NULL;
    apr_status_t rv = gw_names_of(&name, a->db, what, id, a->pool);

    json_object_object_add(o, member, gw_admin_text(name));
    return rv;
}

static apr_status_t one(json_object **out, gw_admin_t *a,
                        const gw_widening_t *w, int of_model)
{
    json_object *o = *out = gw_wider_json(w->prompt, w->output);
    apr_status_t rv;

    if (!of_model)
        return add_name(o, "model", a, GW_CALLED_MODEL, w->model_id);
    rv = add_name(o, "key", a, GW_CALLED_KEY, w->key_id);
    return rv != APR_SUCCESS ? rv
           : add_name(o, "team", a, GW_CALLED_TEAM, w->team_id);
}

apr_status_t gw_wider_list(json_object **out, gw_admin_t *a,
                           apr_int64_t key_id, apr_int64_t model_id)
{
    const apr_array_header_t *list = gw_widen_list(a->seg, key_id,
                                                   model_id, SHOWN, NULL,
                                                   a->pool);
    apr_status_t rv = APR_SUCCESS;
    int i;

    *out = json_object_new_array();
    for (i = 0; i < list->nelts && rv == APR_SUCCESS; i++) {
        json_object *o;

        rv = one(&o, a, &APR_ARRAY_IDX(list, i, gw_widening_t),
                 model_id != 0);
        json_object_array_add(*out, o);
    }
    if (rv != APR_SUCCESS) {
        json_object_put(*out);
        *out = NULL;
    }
    return rv;
}
