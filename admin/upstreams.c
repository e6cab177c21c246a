/* SPDX-License-Identifier: Apache-2.0 */
/* upstreams.c - /llmgw/admin/v1/upstreams/{id}. */
#include "upstreams.h"

#include <apr_strings.h>

#include "credentials.h"
#include "crypto.h"
#include "field.h"
#include "handlers.h"
#include "inherited.h"
#include "object.h"
#include "object_write.h"
#include "refuse.h"
#include "serves.h"
#include "spec.h"

static const char *const auths[] = { "bearer", "x-api-key", "api-key",
                                     "none", NULL };
static const char *const places[] = { "auto", "inside", "outside", NULL };
static const char *const outputs[] = { "auto", "total", NULL };
static const char *const asks[] = { "auto", "never", NULL };
static const char *const stored[] = { "refuse", "allow", NULL };

static const gw_field_t usage_fields[] = {
    { "cache", GW_F_WORD, 0, 0, 0, NULL, places },
    { "output", GW_F_WORD, 0, 0, 0, NULL, outputs },
    { NULL }
};

static const gw_field_t path_fields[] = {
#define E(id, path, ...) { path, GW_F_URL },
#include "tbl/endpoints.h"
#undef E
    { NULL }
};

static const gw_field_t credential_fields[] = {
    { "secret", GW_F_LINE, GW_F_REQUIRED, 1, 4096 },
    { NULL }
};

const gw_field_t gw_admin_deadline_fields[] = {
    { "connect", GW_F_INT, 0, 1, 600 },
    { "first_byte", GW_F_INT, 0, 1, 86400 },
    { "idle", GW_F_INT, 0, 1, 86400 },
    { "total", GW_F_INT, 0, 1, 86400 },
    { "write", GW_F_INT, 0, 1, 86400 },
    { NULL }
};

static const gw_field_t fields[] = {
    { "base_url", GW_F_URL, GW_F_REQUIRED },
    { "dialect", GW_F_WORD, GW_F_REQUIRED, 0, 0, NULL, gw_dialect_names },
    { "vendor", GW_F_NAME, 0, 1, 64 },
    { "endpoints", GW_F_WORDS, GW_F_FILLED, 0, 0, NULL, gw_endpoint_names },
    { "auth", GW_F_WORD, 0, 0, 0, NULL, auths },
    { "headers", GW_F_HEADERS, 0, 0, 4096 },
    { "query", GW_F_QUERY, 0, 0, 1024 },
    { "pass_headers", GW_F_PASSED, 0, 1, 64 },
    { "paths", GW_F_OBJECT, 0, 0, 0, path_fields },
    { "usage", GW_F_OBJECT, 0, 0, 0, usage_fields },
    { "include_usage", GW_F_WORD, 0, 0, 0, NULL, asks },
    { "stored_ids", GW_F_WORD, 0, 0, 0, NULL, stored },
    { "retry_sent", GW_F_BOOL },
    { "credentials", GW_F_OBJECTS, GW_F_APART, 0, 0, credential_fields },
    { "deadlines", GW_F_OBJECT, 0, 0, 0, gw_admin_deadline_fields },
    { "metadata", GW_F_ANY, 0, 0, 16384 },
    { "disabled", GW_F_BOOL, GW_F_APART },
    { "object", GW_F_READ_ONLY }, { "id", GW_F_READ_ONLY },
    { "version", GW_F_READ_ONLY }, { "created_at", GW_F_READ_ONLY },
    { "disabled_at", GW_F_READ_ONLY }, { "credential_count", GW_F_READ_ONLY },
    { "serves", GW_F_READ_ONLY }, { "why", GW_F_READ_ONLY },
    { NULL }
};

static const gw_field_t import_fields[] = {
    { "id", GW_F_TEXT, GW_F_REQUIRED, 1, 64 },
    { "", GW_F_ALSO, 0, 0, 0, fields },
    { NULL }
};

/* ---- credentials ---------------------------------------------------- */

/* Seal what the document brings.  NULL: a->problem says why not. */
static gw_sealed_t *seal_all(gw_admin_t *a, const gw_item_t *item,
                             json_object *list, unsigned count)
{
    gw_sealed_t *out = apr_pcalloc(a->pool, (count + 1) * sizeof(*out));
    unsigned i;

    for (i = 0; i < count; i++) {
        json_object *secret;
        unsigned char *bytes;
        gw_str_t text;

        json_object_object_get_ex(json_object_array_get_idx(list, i),
                                  "secret", &secret);
        text.p = json_object_get_string(secret);
        text.n = strlen(text.p);
        bytes = apr_palloc(a->pool, text.n + GW_SEAL_OVERHEAD);
        if (gw_seal(bytes, gw_process.in->master, text, item->id)
            != APR_SUCCESS) {
            gw_admin_refuse(a, GW_P_INTERNAL_ERROR, NULL,
                            "The credentials cannot be encrypted.");
            return NULL;
        }
        out[i].bytes = bytes;
        out[i].length = text.n + GW_SEAL_OVERHEAD;
    }
    return out;
}

/* Those that are there stay, unless others are given. */
static apr_status_t save(gw_admin_t *a, gw_item_t *item)
{
    gw_sealed_t *sealed;
    json_object *list;
    unsigned count;

    if (!json_object_object_get_ex(item->doc, "credentials", &list))
        return APR_SUCCESS;
    count = (unsigned)json_object_array_length(list);
    sealed = seal_all(a, item, list, count);
    if (sealed == NULL)
        return APR_EINVAL;
    item->changed = 1;
    item->object.credentials = count;
    return gw_credentials_put(a->db, item->object.row.id, sealed, count,
                              a->now_ms);
}

/* Credentials are no part of what is patched: null takes them away. */
static void patched(gw_admin_t *a, gw_item_t *item)
{
    json_object *list;

    if (json_object_object_get_ex(a->body, "credentials", &list)
        && list == NULL)
        json_object_object_add(item->doc, "credentials",
                               json_object_new_array());
}

static apr_status_t load(gw_admin_t *a, gw_object_t *object)
{
    return gw_credentials_count(&object->credentials, a->db, object->row.id);
}

static apr_status_t show(gw_admin_t *a, json_object *out,
                         const gw_object_t *object, gw_view_t view)
{
    if (view != GW_VIEW_EXPORT)
        json_object_object_add(out, "credential_count",
                               json_object_new_int((int)object->credentials));
    return APR_SUCCESS;
}

apr_status_t gw_upstream_stored_idle(const char **why, gw_admin_t *a,
                                     const gw_object_t *upstream)
{
    gw_upstream_t u;
    apr_status_t rv;

    memset(&u, 0, sizeof(u));
    u.disabled = upstream->row.disabled_ms != 0;
    u.credentials = upstream->credentials;
    rv = gw_spec_upstream_of(&u, upstream->spec, a->pool);
    if (rv == APR_SUCCESS)
        *why = gw_upstream_idle(&u);
    return rv;
}

static void publish(gw_admin_t *a, const gw_item_t *item)
{
    gw_snapshot_changed();
}

const gw_resource_t gw_resource_upstream = {
    GW_OBJECT_UPSTREAM, "upstream", 64, fields, import_fields, load, NULL,
    patched, save, show, publish, gw_upstream_stored_idle
};

int gw_admin_upstream_put(gw_admin_t *a, json_object **out)
{
    return gw_object_put_one(a, &gw_resource_upstream, out);
}

int gw_admin_upstream_get(gw_admin_t *a, json_object **out)
{
    return gw_object_get_one(a, &gw_resource_upstream, out);
}

int gw_admin_upstream_patch(gw_admin_t *a, json_object **out)
{
    return gw_object_patch_one(a, &gw_resource_upstream, out);
}

int gw_admin_upstream_disable(gw_admin_t *a, json_object **out)
{
    return gw_object_disable_one(a, &gw_resource_upstream, out);
}

int gw_admin_upstream_list(gw_admin_t *a, json_object **out)
{
    return gw_object_list_all(a, &gw_resource_upstream, out);
}
