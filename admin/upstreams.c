/* SPDX-License-Identifier: Apache-2.0 */
/* upstreams.c - /llmgw/admin/v1/upstreams/{id}. */
#include <apr_strings.h>

#include "catalog_store.h"
#include "check.h"

static const char *const dialects[] = { "openai", "anthropic", NULL };
static const char *const auths[] = { "bearer", "x-api-key", "api-key", NULL };
static const char *const places[] = { "auto", "inside", "outside", NULL };
static const char *const outputs[] = { "auto", "total", NULL };
static const char *const asks[] = { "auto", "never", NULL };

static const gw_field_t usage_fields[] = {
    { "cache", GW_F_WORD, 0, 0, 0, NULL, places },
    { "output", GW_F_WORD, 0, 0, 0, NULL, outputs },
    { NULL }
};

static const gw_field_t path_fields[] = {
    { "chat/completions", GW_F_URL }, { "completions", GW_F_URL },
    { "embeddings", GW_F_URL }, { "responses", GW_F_URL },
    { "messages", GW_F_URL }, { "messages/count_tokens", GW_F_URL },
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
    { NULL }
};

static const gw_field_t fields[] = {
    { "base_url", GW_F_URL, GW_F_REQUIRED },
    { "dialect", GW_F_WORD, GW_F_REQUIRED, 0, 0, NULL, dialects },
    { "vendor", GW_F_TEXT, 0, 1, 64 },
    { "auth", GW_F_WORD, 0, 0, 0, NULL, auths },
    { "headers", GW_F_HEADERS, 0, 0, 4096 },
    { "query", GW_F_QUERY, 0, 0, 1024 },
    { "paths", GW_F_OBJECT, 0, 0, 0, path_fields },
    { "usage", GW_F_OBJECT, 0, 0, 0, usage_fields },
    { "include_usage", GW_F_WORD, 0, 0, 0, NULL, asks },
    { "credentials", GW_F_OBJECTS, 0, 0, 0, credential_fields },
    { "deadlines", GW_F_OBJECT, 0, 0, 0, gw_admin_deadline_fields },
    { "object", GW_F_READ_ONLY }, { "id", GW_F_READ_ONLY },
    { "version", GW_F_READ_ONLY }, { "created_at", GW_F_READ_ONLY },
    { "disabled_at", GW_F_READ_ONLY }, { "credential_count", GW_F_READ_ONLY },
    { NULL }
};

static json_object *upstream_json(const gw_spec_row_t *row, unsigned count)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "object", json_object_new_string("upstream"));
    json_object_object_add(o, "id", json_object_new_string(row->name));
    gw_admin_add_spec(o, row->spec);
    json_object_object_add(o, "credential_count",
                           json_object_new_int((int)count));
    json_object_object_add(o, "version", json_object_new_int64(row->version));
    json_object_object_add(o, "created_at", gw_admin_time(row->created_ms));
    json_object_object_add(o, "disabled_at",
                           gw_admin_time_or_null(row->disabled_ms));
    return o;
}

/* Seal what the body brings.  NULL with *count 0: it brings none, those that
 * are there stay. */
static gw_sealed_t *seal_all(gw_admin_t *a, unsigned *count, int *given)
{
    json_object *list;
    gw_sealed_t *out;
    unsigned i;

    *count = 0;
    *given = json_object_object_get_ex(a->body, "credentials", &list);
    if (!*given)
        return NULL;
    *count = (unsigned)json_object_array_length(list);
    out = apr_pcalloc(a->pool, (*count + 1) * sizeof(*out));
    for (i = 0; i < *count; i++) {
        json_object *secret;
        unsigned char *bytes;
        gw_str_t text;

        json_object_object_get_ex(json_object_array_get_idx(list, i),
                                  "secret", &secret);
        text.p = json_object_get_string(secret);
        text.n = strlen(text.p);
        bytes = apr_palloc(a->pool, text.n + GW_SEAL_OVERHEAD);
        if (gw_seal(bytes, gw_process.master, text, a->id) != APR_SUCCESS)
            return NULL;
        out[i].bytes = bytes;
        out[i].length = text.n + GW_SEAL_OVERHEAD;
    }
    return out;
}

/* What is stored: the body without secrets and what GET added. */
static const char *spec_of(gw_admin_t *a)
{
    const gw_field_t *f;

    json_object_object_del(a->body, "credentials");
    for (f = fields; f->name != NULL; f++) {
        if (f->type == GW_F_READ_ONLY)
            json_object_object_del(a->body, f->name);
    }
    return json_object_to_json_string_ext(a->body, JSON_C_TO_STRING_PLAIN
                                          | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static apr_status_t save(gw_admin_t *a, const char *spec,
                         const gw_sealed_t *sealed, unsigned count, int given)
{
    apr_int64_t id = 0;
    apr_status_t rv = gw_admin_begin(a);

    if (rv == APR_SUCCESS)
        rv = gw_upstream_put(&id, a->db, a->id, spec, a->now_ms);
    if (rv == APR_SUCCESS && given)
        rv = gw_credentials_put(a->db, id, sealed, count, a->now_ms);
    return gw_admin_commit(a, rv, "put", "upstream", a->id, spec);
}

static int show(gw_admin_t *a, json_object **out)
{
    gw_spec_row_t row;
    unsigned count;
    apr_status_t rv = gw_upstream_get(&row, a->db, a->id, a->pool);

    if (rv == APR_ENOENT)
        return gw_admin_refuse(a, GW_P_NOT_FOUND, NULL,
                               apr_psprintf(a->pool, "There is no upstream "
                                            "'%s'.", a->id));
    if (rv == APR_SUCCESS)
        rv = gw_credentials_count(&count, a->db, row.id);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = upstream_json(&row, count);
    return HTTP_OK;
}

int gw_admin_upstream_put(gw_admin_t *a, json_object **out)
{
    gw_sealed_t *sealed;
    unsigned count;
    int given;
    apr_status_t rv;

    if (!gw_check_id(a, 64) || !gw_check(a, a->body, fields, ""))
        return 0;
    sealed = seal_all(a, &count, &given);
    if (given && sealed == NULL)
        return gw_admin_refuse(a, GW_P_INTERNAL_ERROR, NULL,
                               "The credentials cannot be sealed.");
    rv = save(a, spec_of(a), sealed, count, given);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    gw_snapshot_changed();
    return show(a, out);
}

int gw_admin_upstream_get(gw_admin_t *a, json_object **out)
{
    return show(a, out);
}
