/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c - /llmgw/admin/v1/keys. */
#include <apr_strings.h>

#include "check.h"
#include "key.h"
#include "owners.h"
#include "policy_fields.h"
#include "query.h"
#include "spec.h"

static const char *const scopes[] = { "none", "team", "admin", NULL };
static const gw_field_t fields[] = {
    { "name", GW_F_LINE, GW_F_REQUIRED, 1, 200 },
    { "team", GW_F_TEXT, 0, 1, 64 },
    { "scope", GW_F_WORD, 0, 0, 0, NULL, scopes },
    { "expires_at", GW_F_TIME, GW_F_NULLABLE },
    { "", GW_F_ALSO, 0, 0, 0, gw_policy_fields },
    { NULL }
};

/* Members that have columns of their own. */
static const char *const columns[] = { "name", "team", "scope", "expires_at" };

static json_object *key_json(const gw_key_row_t *row, const char *secret)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "object", json_object_new_string("key"));
    json_object_object_add(o, "id", json_object_new_string(row->public_id));
    if (secret != NULL)
        json_object_object_add(o, "key", json_object_new_string(secret));
    json_object_object_add(o, "name", json_object_new_string(row->name));
    json_object_object_add(o, "team", gw_admin_text(row->team));
    json_object_object_add(o, "scope", json_object_new_string(
                                           gw_scope_names[row->scope]));
    gw_admin_add_spec(o, row->spec);
    json_object_object_add(o, "created_at", gw_admin_time(row->created_ms));
    json_object_object_add(o, "expires_at",
                           gw_admin_time_or_null(row->expires_ms));
    json_object_object_add(o, "revoked_at",
                           gw_admin_time_or_null(row->revoked_ms));
    return o;
}

static const char *text_of(json_object *o, const char *name,
                           const char *otherwise)
{
    json_object *v;

    if (!json_object_object_get_ex(o, name, &v) || v == NULL)
        return otherwise;
    return json_object_get_string(v);
}

/* The row of a body that was checked; what has no column becomes its spec. */
static int row_of_body(gw_admin_t *a, gw_key_row_t *row)
{
    const char *expires = text_of(a->body, "expires_at", NULL);
    json_object *spec = NULL;
    unsigned i;

    memset(row, 0, sizeof(*row));
    row->name = apr_pstrdup(a->pool, text_of(a->body, "name", ""));
    row->team = apr_pstrdup(a->pool, text_of(a->body, "team", "default"));
    row->scope = (gw_scope_t)gw_spec_index(gw_scope_names, 3,
                                 text_of(a->body, "scope", "none"));
    row->created_ms = a->now_ms;
    row->version = 1;
    if (expires != NULL)
        gw_check_time(&row->expires_ms, expires);
    if (expires != NULL && row->expires_ms <= a->now_ms)
        return gw_admin_refuse(a, GW_P_INVALID_PARAMETER, "expires_at",
                               "'expires_at' lies in the past.");
    json_object_deep_copy(a->body, &spec, NULL);
    for (i = 0; i < GW_COUNT(columns); i++)
        json_object_object_del(spec, columns[i]);
    row->spec = apr_pstrdup(a->pool, json_object_to_json_string_ext(
                    spec, JSON_C_TO_STRING_PLAIN
                          | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(spec);
    return 1;
}

/* Tell every process what is committed now. */
static void publish(gw_admin_t *a, const gw_key_row_t *row)
{
    gw_owner_row_t owner;
    gw_policy_t policy;

    if (gw_spec_policy(&policy, row->spec, a->pool) != APR_SUCCESS)
        return;
    gw_owner_row_of_key(&owner, row, policy.limit);
    gw_owner_changed(gw_process.seg, &owner);
}

int gw_admin_key_create(gw_admin_t *a, json_object **out)
{
    unsigned char random[GW_KEY_RANDOM], hash[GW_SHA256];
    char key[GW_KEY_LENGTH + 1];
    gw_key_row_t row;
    apr_status_t rv;
    gw_str_t text;

    if (!gw_check(a, a->body, fields, "") || !row_of_body(a, &row))
        return 0;
    if (gw_random(random, sizeof(random)) != APR_SUCCESS)
        return gw_admin_refuse(a, GW_P_INTERNAL_ERROR, NULL,
                               "No random bytes can be had.");
    gw_key_make(key, random);
    gw_sha256(hash, key, GW_KEY_LENGTH);
    text.p = key;
    text.n = GW_KEY_LENGTH;
    row.public_id = apr_pstrmemdup(a->pool, gw_key_public(text).p,
                                   GW_KEY_PUBLIC);
    rv = gw_admin_begin(a);
    if (rv == APR_SUCCESS)
        rv = gw_team_id(&row.team_id, a->db, row.team);
    if (rv == APR_ENOENT) {
        gw_db_rollback(a->db);
        return gw_admin_refuse(a, GW_P_INVALID_PARAMETER, "team",
                               apr_psprintf(a->pool, "There is no team "
                                            "'%s'.", row.team));
    }
    if (rv == APR_SUCCESS)
        rv = gw_key_add(&row, a->db, hash);
    rv = gw_admin_commit(a, rv, "create", "key", row.public_id, row.spec);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    publish(a, &row);
    *out = key_json(&row, key);
    gw_wipe(random, sizeof(random));
    return HTTP_CREATED;
}

static int not_found(gw_admin_t *a)
{
    return gw_admin_refuse(a, GW_P_NOT_FOUND, NULL,
                           apr_psprintf(a->pool, "There is no key '%s'.",
                                        a->id));
}

int gw_admin_key_get(gw_admin_t *a, json_object **out)
{
    gw_key_row_t row;
    apr_status_t rv = gw_key_by_public_id(&row, a->db, a->id, a->pool);

    if (rv == APR_ENOENT)
        return not_found(a);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = key_json(&row, NULL);
    return HTTP_OK;
}

int gw_admin_key_revoke(gw_admin_t *a, json_object **out)
{
    gw_key_row_t row;
    apr_status_t rv = gw_admin_begin(a);

    if (rv == APR_SUCCESS)
        rv = gw_key_by_public_id(&row, a->db, a->id, a->pool);
    if (rv == APR_ENOENT) {
        gw_db_rollback(a->db);
        return not_found(a);
    }
    if (rv == APR_SUCCESS && row.revoked_ms == 0) {
        rv = gw_key_revoke(a->db, row.id, a->now_ms);
        row.revoked_ms = a->now_ms;
        row.version++;
    }
    rv = gw_admin_commit(a, rv, "revoke", "key", a->id, NULL);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    publish(a, &row);
    *out = key_json(&row, NULL);
    return HTTP_OK;
}

/* ---- the list ------------------------------------------------------- */

/* ?limit= and ?after= (the id of the key before). */
static int page(gw_admin_t *a, int *limit, apr_int64_t *after)
{
    gw_query_t query[] = { { "limit" }, { "after" } };
    gw_key_row_t row;
    apr_status_t rv;

    *after = 0;
    if (!gw_query_read(a, query, GW_COUNT(query))
        || !gw_query_limit(a, query[0].value, limit))
        return 0;
    if (query[1].value == NULL)
        return 1;
    rv = gw_key_by_public_id(&row, a->db, query[1].value, a->pool);
    if (rv == APR_ENOENT)
        return gw_query_no_cursor(a);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *after = row.id;
    return 1;
}

int gw_admin_key_list(gw_admin_t *a, json_object **out)
{
    json_object *data = json_object_new_array();
    apr_array_header_t *rows;
    apr_int64_t after;
    apr_status_t rv;
    int limit = 0, i, more;

    if (!page(a, &limit, &after)) {
        json_object_put(data);
        return 0;
    }
    rv = gw_key_list(&rows, a->db, after, 0, limit + 1, a->pool);
    if (rv != APR_SUCCESS) {
        json_object_put(data);
        return gw_admin_store_trouble(a, rv);
    }
    more = rows->nelts > limit;
    for (i = 0; i < rows->nelts && i < limit; i++)
        json_object_array_add(data, key_json(&APR_ARRAY_IDX(rows, i,
                                                 gw_key_row_t), NULL));
    *out = gw_query_page(data, more ? APR_ARRAY_IDX(rows, limit - 1,
                                          gw_key_row_t).public_id : NULL);
    return HTTP_OK;
}
