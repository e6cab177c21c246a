/* SPDX-License-Identifier: Apache-2.0 */
/* models.c - /llmgw/admin/v1/models/{id}: routes, limits, names; prices are in
 * model_price.c. */
#include "models.h"

#include <apr_strings.h>

#include "alias.h"
#include "calibrations.h"
#include "field.h"
#include "handlers.h"
#include "model_idle.h"
#include "model_price.h"
#include "object.h"
#include "object_write.h"
#include "price.h"
#include "refuse.h"
#include "route.h"
#include "spec.h"
#include "upstreams.h"
#include "widen.h"
#include "wider_json.h"

static const char *const thinkings[] = {
    "relay", "enable_thinking", "object", "instruction", "none", NULL
};
static const char *const inputs[] = {
    "text", "image", "audio", "video", "pdf", NULL
};
static const char *const outputs[] = { "text", "image", "audio", NULL };
static const char *const aborts[] = { "cancel", "drain", NULL };

static const gw_field_t route_fields[] = {
    { "upstream", GW_F_TEXT, GW_F_REQUIRED, 1, 64 },
    { "model", GW_F_NAME, 0, 1, 200 },
    { "priority", GW_F_INT, 0, 0, 1000 },
    { "weight", GW_F_INT, 0, 1, 1000 },
    { "thinking", GW_F_WORD, 0, 0, 0, NULL, thinkings },
    { NULL }
};

static const gw_field_t modality_fields[] = {
    { "input", GW_F_WORDS, 0, 0, 0, NULL, inputs },
    { "output", GW_F_WORDS, 0, 0, 0, NULL, outputs },
    { NULL }
};

static const gw_field_t limit_fields[] = {
    { "context", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "output", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "thinking", GW_F_INT, 0, 0, GW_TOKENS_MAX },
    { "image_tokens", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "image_tokens_high", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "audio_tokens", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "video_tokens", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { "pdf_tokens", GW_F_INT, 0, 1, GW_TOKENS_MAX },
    { NULL }
};

static const gw_field_t thinking_fields[] = {
    { "can", GW_F_BOOL }, { "default", GW_F_BOOL },
    { NULL }
};

static const gw_field_t caching_fields[] = {
    { "implicit", GW_F_BOOL }, { "explicit", GW_F_BOOL },
    { "min_tokens", GW_F_INT, 0, 0, GW_TOKENS_MAX },
    { NULL }
};

static const char *const calls[] = { "stream", "plain", NULL };

static const gw_field_t parameter_fields[] = {
    { "name", GW_F_PATH, GW_F_REQUIRED, 1, 64 },
    { "supported", GW_F_BOOL },
    { "min", GW_F_NUMBER }, { "max", GW_F_NUMBER },
    { "only", GW_F_WORD, 0, 0, 0, NULL, calls },
    { "excludes", GW_F_PATHS, 0, 1, 64 },
    { "note", GW_F_NAME, 0, 1, 500 },
    { NULL }
};

static const char *const estimates[] = { "calibrated", "fixed", NULL };

static const gw_field_t abort_fields[] = {
    { "stream", GW_F_WORD, 0, 0, 0, NULL, aborts },
    { "plain", GW_F_WORD, 0, 0, 0, NULL, aborts },
    { NULL }
};

static const gw_field_t fields[] = {
    { "routes", GW_F_OBJECTS, GW_F_REQUIRED, 0, 0, route_fields },
    { "aliases", GW_F_IDS, 0, 1, 200 },
    { "name", GW_F_NAME, 0, 1, 200 },
    { "owned_by", GW_F_NAME, 0, 1, 100 },
    { "created", GW_F_INT, 0, 0, APR_INT64_C(253402300799) },
    { "modalities", GW_F_OBJECT, 0, 0, 0, modality_fields },
    { "endpoints", GW_F_WORDS, GW_F_FILLED, 0, 0, NULL, gw_endpoint_names },
    { "limit", GW_F_OBJECT, 0, 0, 0, limit_fields },
    { "thinking", GW_F_OBJECT, 0, 0, 0, thinking_fields },
    { "caching", GW_F_OBJECT, 0, 0, 0, caching_fields },
    { "parameters", GW_F_PARAMETERS, 0, 0, 0, parameter_fields },
    { "abort", GW_F_OBJECT, 0, 0, 0, abort_fields },
    { "deadlines", GW_F_OBJECT, 0, 0, 0, gw_admin_deadline_fields },
    { "coalesce_ms", GW_F_INT, 0, 0, GW_COALESCE_MOST },
    { "estimates", GW_F_WORD, 0, 0, 0, NULL, estimates },
    { "metadata", GW_F_ANY, 0, 0, 16384 },
    { "free", GW_F_BOOL, GW_F_APART },
    { "price", GW_F_OBJECT, GW_F_APART, 0, 0, gw_price_fields },
    { "disabled", GW_F_BOOL, GW_F_APART },
    { "object", GW_F_READ_ONLY }, { "id", GW_F_READ_ONLY },
    { "version", GW_F_READ_ONLY }, { "created_at", GW_F_READ_ONLY },
    { "disabled_at", GW_F_READ_ONLY }, { "prices", GW_F_READ_ONLY },
    { "calibration", GW_F_READ_ONLY }, { "widened", GW_F_READ_ONLY },
    { "serves", GW_F_READ_ONLY },
    { "why", GW_F_READ_ONLY },
    { NULL }
};

/* A catalogue has all versions of a price that still matter. */
static const gw_field_t import_fields[] = {
    { "id", GW_F_TEXT, GW_F_REQUIRED, 1, 200 },
    { "prices", GW_F_OBJECTS, 0, 0, 0, gw_price_import_fields },
    { "", GW_F_ALSO, 0, 0, 0, fields },
    { NULL }
};

/* ---- saving --------------------------------------------------------- */

/* Give each route an id.  Refuses routes to upstreams that are not there. */
static apr_status_t save_routes(gw_admin_t *a, const gw_item_t *item,
                                const apr_array_header_t *routes)
{
    int i;

    for (i = 0; i < routes->nelts; i++) {
        gw_spec_route_t *r = &APR_ARRAY_IDX(routes, i, gw_spec_route_t);
        gw_object_row_t upstream;
        apr_status_t rv = gw_objects_get(&upstream, a->db, GW_OBJECT_UPSTREAM,
                                         r->upstream, a->pool);

        if (rv == APR_ENOENT) {
            gw_check_refuse(a, gw_check_path(a, item->path, apr_psprintf(
                                a->pool, "routes[%d].upstream", i)),
                            apr_psprintf(a->pool, "names the upstream '%s', "
                                         "which does not exist: create it "
                                         "first",
                                         r->upstream));
            return APR_EINVAL;
        }
        if (rv == APR_SUCCESS)
            rv = gw_route_put(a->db, item->object.row.id, upstream.id,
                              r->model ? r->model : item->id);
        if (rv != APR_SUCCESS)
            return rv;
    }
    return APR_SUCCESS;
}

static apr_status_t save_aliases(gw_admin_t *a, const gw_item_t *item)
{
    json_object *list;
    const char *taken = "", **aliases = NULL;
    size_t i, n;
    apr_status_t rv;

    if (json_object_object_get_ex(item->doc, "aliases", &list)) {
        n = json_object_array_length(list);
        aliases = apr_pcalloc(a->pool, (n + 1) * sizeof(*aliases));
        for (i = 0; i < n; i++)
            aliases[i] = json_object_get_string(
                             json_object_array_get_idx(list, i));
    }
    rv = gw_alias_put(&taken, a->db, item->object.row.id, aliases);
    if (rv != APR_EEXIST)
        return rv;
    gw_check_refuse(a, gw_check_path(a, item->path, "aliases"),
                    apr_psprintf(a->pool, "holds '%s', which is given twice "
                                 "or is the name or alias of another model",
                                 taken));
    return APR_EINVAL;
}

/* A model of this name would never be found. */
static apr_status_t check_name(gw_admin_t *a, const gw_item_t *item)
{
    apr_int64_t owner;
    apr_status_t rv = gw_alias_owner(&owner, a->db, item->id);

    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_SUCCESS : rv;
    gw_check_refuse(a, gw_check_path(a, item->path, "id"),
                    "is an alias of another model");
    return APR_EINVAL;
}

static apr_status_t save(gw_admin_t *a, gw_item_t *item)
{
    apr_array_header_t *routes;
    gw_model_t m;
    apr_status_t rv = check_name(a, item);

    memset(&m, 0, sizeof(m));
    m.name = item->id;
    if (rv == APR_SUCCESS)
        rv = gw_spec_model_of(&m, &routes, item->object.spec, a->pool);
    if (rv == APR_SUCCESS)
        rv = save_routes(a, item, routes);
    if (rv == APR_SUCCESS)
        rv = save_aliases(a, item);
    return rv == APR_SUCCESS ? gw_price_save(a, item, &m) : rv;
}

/* What its rows taught; the error of estimates is in thousandths. */
static json_object *calibration_json(gw_admin_t *a, apr_int64_t model_id)
{
    const apr_array_header_t *widest = gw_widen_list(a->seg, 0, model_id, 1,
                                                     NULL, a->pool);
    const gw_widening_t *w = widest->nelts == 0 ? NULL
                             : &APR_ARRAY_IDX(widest, 0, gw_widening_t);
    json_object *o = json_object_new_object();
    gw_calibration_t sum, *c = &sum;
    apr_int64_t error;

    gw_calibrations_sum(c, a->seg, model_id);
    error = gw_calibration_error(c);
    json_object_object_add(o, "rows", json_object_new_int64(c->rows));
    json_object_object_add(o, "prompt_tokens_per_1000_bytes",
                           json_object_new_int64(gw_calibration_prompt_k(c)));
    json_object_object_add(o, "output_tokens_per_1000_bytes",
                           json_object_new_int64(gw_calibration_output_k(c)));
    json_object_object_add(o, "mean_output_tokens",
                           json_object_new_int64(gw_calibration_output(c)));
    json_object_object_add(o, "prompt_error_permille", error < 0 ? NULL
                           : json_object_new_int64(error));
    json_object_object_add(o, "reserve_widened_by_tokens",
                           json_object_new_int64(w ? (apr_int64_t)w->prompt
                                                     + w->output : 0));
    return o;
}

static apr_status_t load(gw_admin_t *a, gw_object_t *object)
{
    return gw_price_list(&object->prices, a->db, object->row.id, a->pool);
}

static apr_status_t show(gw_admin_t *a, json_object *out,
                         const gw_object_t *object, gw_view_t view)
{
    apr_int64_t id = object->row.id;
    json_object *widened;
    apr_status_t rv;

    if (view == GW_VIEW_WHOLE) {
        json_object_object_add(out, "calibration",
                               calibration_json(a, id));
        rv = gw_wider_list(&widened, a, 0, id);
        if (rv != APR_SUCCESS)
            return rv;
        json_object_object_add(out, "widened", widened);
    }
    gw_price_show(a, out, object, view);
    return APR_SUCCESS;
}

static void publish(gw_admin_t *a, const gw_item_t *item)
{
    gw_snapshot_changed();
}

const gw_resource_t gw_resource_model = {
    GW_OBJECT_MODEL, "model", 200, fields, import_fields, load,
    gw_price_validate, gw_price_patched, save, show, publish,
    gw_model_stored_idle
};

int gw_admin_model_put(gw_admin_t *a, json_object **out)
{
    return gw_object_put_one(a, &gw_resource_model, out);
}

int gw_admin_model_get(gw_admin_t *a, json_object **out)
{
    return gw_object_get_one(a, &gw_resource_model, out);
}

int gw_admin_model_patch(gw_admin_t *a, json_object **out)
{
    return gw_object_patch_one(a, &gw_resource_model, out);
}

int gw_admin_model_disable(gw_admin_t *a, json_object **out)
{
    return gw_object_disable_one(a, &gw_resource_model, out);
}

int gw_admin_model_list(gw_admin_t *a, json_object **out)
{
    return gw_object_list_all(a, &gw_resource_model, out);
}
