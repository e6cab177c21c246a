/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c - /llmgw/admin/v1/keys: make, show, change, revoke, list. */
#include <apr_strings.h>

#include "aborted.h"
#include "ceiling.h"
#include "check.h"
#include "crypto.h"
#include "document.h"
#include "field.h"
#include "handlers.h"
#include "json_text.h"
#include "key.h"
#include "key_item.h"
#include "key_room.h"
#include "objects.h"
#include "policy_budgets.h"
#include "policy_fields.h"
#include "query.h"
#include "refuse.h"
#include "rfc3339.h"
#include "transaction.h"
#include "wider_json.h"

static const char *const scopes[] = { "none", "team", "admin", NULL };

static const gw_field_t fields[] = {
    { "name", GW_F_NAME, GW_F_REQUIRED | GW_F_APART, 1, 200 },
    { "team", GW_F_TEXT, GW_F_APART, 1, 64 },
    { "scope", GW_F_WORD, GW_F_APART, 0, 0, NULL, scopes },
    { "expires_at", GW_F_TIME, GW_F_NULLABLE | GW_F_APART },
    { "", GW_F_ALSO, 0, 0, 0, gw_policy_fields },
    { NULL }
};

static const char *text_of(gw_admin_t *a, json_object *o, const char *name,
                           const char *otherwise)
{
    json_object *v;

    if (!json_object_object_get_ex(o, name, &v) || v == NULL)
        return otherwise;
    return apr_pstrdup(a->pool, json_object_get_string(v));
}

/* Name, end and spec of a document that was checked.  *spec: its tree. */
static int row_of_doc(gw_admin_t *a, gw_key_row_t *row, json_object *doc,
                      json_object **spec)
{
    const char *expires = text_of(a, doc, "expires_at", NULL);
    apr_int64_t old = row->expires_ms;

    row->name = text_of(a, doc, "name", "");
    row->expires_ms = 0;
    if (expires != NULL)
        gw_rfc3339_parse(&row->expires_ms, expires);
    if (expires != NULL && row->expires_ms <= a->now_ms
        && row->expires_ms != old)
        return gw_check_refuse(a, "expires_at", "is in the past: to revoke a "
                               "key, DELETE it");
    *spec = gw_check_spec(a, doc, fields);
    row->spec = gw_admin_line(a, *spec);
    return gw_ceiling_check(a, doc, row->team_spec);
}

/* ---- making --------------------------------------------------------- */

/* The team that shall own the key, which the caller may not see. */
static apr_status_t find_team(gw_admin_t *a, gw_key_row_t *row)
{
    apr_int64_t bound = gw_ceiling_team(a);
    gw_object_row_t team;
    apr_status_t rv;

    row->team = text_of(a, a->body, "team", bound != 0
                        ? a->call->caller.policies->team_name : "default");
    rv = gw_objects_get(&team, a->db, GW_OBJECT_TEAM, row->team, a->pool);
    if (rv == APR_ENOENT
        || (rv == APR_SUCCESS && bound != 0 && team.id != bound)) {
        gw_admin_refuse(a, GW_P_INVALID_PARAMETER, "team",
                        apr_psprintf(a->pool, "There is no team '%s'.",
                                     row->team));
        return APR_EINVAL;
    }
    if (rv == APR_SUCCESS && team.disabled_ms != 0) {
        gw_check_refuse(a, "team", "names a team that is disabled");
        return APR_EINVAL;
    }
    row->team_id = team.id;
    row->team_spec = team.spec;
    return rv;
}

static int make_key(gw_admin_t *a, gw_key_row_t *row, char *key,
                    unsigned char *hash)
{
    unsigned char random[GW_KEY_RANDOM];
    gw_str_t text = { key, GW_KEY_LENGTH };

    if (gw_random(random, sizeof(random)) != APR_SUCCESS)
        return gw_admin_refuse(a, GW_P_INTERNAL_ERROR, NULL,
                               "The random number generator failed.");
    gw_key_make(key, random);
    gw_sha256(hash, key, GW_KEY_LENGTH);
    row->public_id = apr_pstrmemdup(a->pool, gw_key_public(text).p,
                                    GW_KEY_PUBLIC);
    gw_wipe(random, sizeof(random));
    return 1;
}

int gw_admin_key_create(gw_admin_t *a, json_object **out)
{
    unsigned char hash[GW_SHA256];
    char key[GW_KEY_LENGTH + 1];
    const char *detail = NULL;
    json_object *spec;
    gw_key_row_t row;
    apr_status_t rv;

    if (!gw_query_read(a, NULL, 0) || !gw_check(a, a->body, fields, ""))
        return 0;
    memset(&row, 0, sizeof(row));
    row.created_ms = a->now_ms;
    row.version = 1;
    row.scope = (gw_scope_t)gw_index_of(gw_scope_names, 3,
                                        text_of(a, a->body, "scope", "none"));
    rv = gw_admin_begin(a);
    if (rv == APR_SUCCESS)
        rv = find_team(a, &row);
    if (rv == APR_SUCCESS)
        rv = gw_key_room(a, &row, 1);
    if (rv == APR_SUCCESS && (!row_of_doc(a, &row, a->body, &spec)
                              || !make_key(a, &row, key, hash)))
        rv = APR_EINVAL;
    if (rv == APR_SUCCESS)
        rv = gw_keys_add(&row, a->db, hash);
    if (rv == APR_SUCCESS)
        detail = gw_document_changes(a, NULL,
                                     gw_key_document(a, &row, spec));
    rv = gw_admin_commit(a, rv, "create", "key", row.public_id, detail);
    if (rv != APR_SUCCESS)
        return gw_key_failed(a, rv);
    gw_key_publish(a, &row, spec, 0);
    *out = gw_key_json(&row, spec, key);
    return HTTP_CREATED;
}

/* ---- one ------------------------------------------------------------ */

/* What its requests did that an administrator should know: clients that left,
 * reserves that were too small. */
static apr_status_t add_counts(gw_admin_t *a, json_object *out,
                               const gw_key_row_t *row)
{
    apr_int64_t day = a->now_ms / 86400000, today = 0, month = 0;
    json_object *aborted, *widened;
    apr_status_t rv = gw_aborted_count(&today, a->db, row->id, day);

    if (rv == APR_SUCCESS)
        rv = gw_aborted_count(&month, a->db, row->id, day - 29);
    if (rv == APR_SUCCESS)
        rv = gw_wider_list(&widened, a, row->id, 0);
    if (rv != APR_SUCCESS)
        return rv;
    if (month > 0) {
        aborted = json_object_new_object();
        json_object_object_add(aborted, "today",
                               json_object_new_int64(today));
        json_object_object_add(aborted, "days_30",
                               json_object_new_int64(month));
        json_object_object_add(out, "aborted_requests", aborted);
    }
    if (json_object_array_length(widened) > 0)
        json_object_object_add(out, "widened", json_object_get(widened));
    json_object_put(widened);
    return APR_SUCCESS;
}

int gw_admin_key_get(gw_admin_t *a, json_object **out)
{
    json_object *spec;
    gw_key_row_t row;
    apr_status_t rv = gw_key_find(a, &row);

    if (rv != APR_SUCCESS)
        return gw_key_failed(a, rv);
    spec = gw_key_spec(a, &row);
    *out = gw_key_json(&row, spec, NULL);
    rv = gw_admin_budget_status(a, *out, GW_OWNER_KEY, row.id, spec);
    if (rv == APR_SUCCESS)
        rv = add_counts(a, *out, &row);
    if (rv == APR_SUCCESS)
        return HTTP_OK;
    json_object_put(*out);
    *out = NULL;
    return gw_admin_store_trouble(a, rv);
}

/* Rows of the ledger name the team, and whoever holds the key knows what it
 * was made for: those two stay. */
static int same(gw_admin_t *a, json_object *doc, const char *name,
                const char *old)
{
    const char *now = text_of(a, doc, name, NULL);

    return now != NULL && strcmp(now, old) == 0
           ? 1 : gw_check_refuse(a, name, "of a key cannot be changed: make "
                                 "a new key, and revoke this one");
}

/* Had it expired, and has it not any more? */
static int revives(const gw_admin_t *a, const gw_key_row_t *old,
                   const gw_key_row_t *row)
{
    return row->revoked_ms == 0
           && old->expires_ms != 0 && old->expires_ms <= a->now_ms
           && (row->expires_ms == 0 || row->expires_ms > a->now_ms);
}

static apr_status_t patch(gw_admin_t *a, gw_key_row_t *row,
                          json_object **spec, const char **detail)
{
    json_object *before, *doc;
    gw_key_row_t old;
    apr_status_t rv = gw_key_find(a, row);

    if (rv != APR_SUCCESS)
        return rv;
    old = *row;
    before = gw_key_document(a, row, gw_key_spec(a, row));
    doc = gw_document_patched(a, before, a->body);
    if (!gw_check_cleared(a, a->body, fields, "")
        || !gw_check_patched(a, doc, a->body, fields)
        || !same(a, doc, "team", row->team)
        || !same(a, doc, "scope", gw_scope_names[row->scope])
        || !row_of_doc(a, row, doc, spec))
        return APR_EINVAL;
    if (revives(a, &old, row))
        rv = gw_key_room(a, row, 1);
    if (rv != APR_SUCCESS)
        return rv;
    *detail = gw_document_changes(a, before, gw_key_document(a, row, *spec));
    return gw_keys_update(row, a->db);
}

int gw_admin_key_patch(gw_admin_t *a, json_object **out)
{
    const char *detail = NULL;
    json_object *spec;
    gw_key_row_t row;
    apr_status_t rv = gw_admin_begin(a);

    if (rv == APR_SUCCESS)
        rv = patch(a, &row, &spec, &detail);
    rv = gw_admin_commit(a, rv, "patch", "key", a->id, detail);
    if (rv != APR_SUCCESS)
        return gw_key_failed(a, rv);
    gw_key_publish(a, &row, spec, 0);
    *out = gw_key_json(&row, spec, NULL);
    return HTTP_OK;
}

int gw_admin_key_revoke(gw_admin_t *a, json_object **out)
{
    json_object *spec;
    gw_key_row_t row;
    apr_status_t rv = gw_admin_begin(a);

    if (rv == APR_SUCCESS)
        rv = gw_key_find(a, &row);
    if (rv == APR_SUCCESS && row.revoked_ms == 0) {
        rv = gw_keys_revoke(a->db, row.id, a->now_ms);
        row.revoked_ms = a->now_ms;
        row.version++;
    }
    rv = gw_admin_commit(a, rv, "revoke", "key", a->id, NULL);
    if (rv != APR_SUCCESS)
        return gw_key_failed(a, rv);
    spec = gw_key_spec(a, &row);
    gw_key_publish(a, &row, spec, 0);
    *out = gw_key_json(&row, spec, NULL);
    return HTTP_OK;
}

/* ---- the list ------------------------------------------------------- */

/* ?team=.  Another's team is not there for who is bound to one. */
static int filter_team(gw_admin_t *a, gw_key_filter_t *f, const char *name)
{
    gw_object_row_t team;
    apr_status_t rv;

    f->team_id = gw_ceiling_team(a);
    if (name == NULL)
        return 1;
    rv = gw_objects_get(&team, a->db, GW_OBJECT_TEAM, name, a->pool);
    if (rv == APR_ENOENT || (rv == APR_SUCCESS && f->team_id != 0
                             && team.id != f->team_id))
        return gw_check_refuse(a, "team", apr_psprintf(a->pool, "names no "
                               "team: there is no '%s'", name));
    f->team_id = team.id;
    return rv == APR_SUCCESS ? 1 : gw_admin_store_trouble(a, rv);
}

/* ?team=, ?limit= and ?after= (the id of the key before). */
static int page(gw_admin_t *a, gw_key_filter_t *f)
{
    gw_query_t query[] = { { "team" }, { "limit" }, { "after" } };
    gw_key_row_t row;
    apr_status_t rv;

    memset(f, 0, sizeof(*f));
    f->scope = a->call->caller.scope;
    if (!gw_query_read(a, query, GW_COUNT(query))
        || !filter_team(a, f, query[0].value)
        || !gw_query_limit(a, query[1].value, &f->limit))
        return 0;
    if (query[2].value == NULL)
        return 1;
    rv = gw_keys_by_public_id(&row, a->db, query[2].value, a->pool);
    if (rv == APR_ENOENT || (rv == APR_SUCCESS && !gw_ceiling_sees(a, &row)))
        return gw_query_no_cursor(a);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    f->after = row.id;
    return 1;
}

int gw_admin_key_list(gw_admin_t *a, json_object **out)
{
    apr_array_header_t *rows;
    gw_key_filter_t f;
    json_object *data;
    apr_status_t rv;
    int i, n;

    if (!page(a, &f))
        return 0;
    n = f.limit++;              /* one more tells whether there are more */
    rv = gw_keys_list(&rows, a->db, &f, a->pool);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    data = json_object_new_array();
    for (i = 0; i < rows->nelts && i < n; i++) {
        const gw_key_row_t *row = &APR_ARRAY_IDX(rows, i, gw_key_row_t);

        json_object_array_add(data, gw_key_json(row, gw_key_spec(a, row),
                                                NULL));
    }
    *out = gw_query_page(data, rows->nelts > n
                         ? APR_ARRAY_IDX(rows, n - 1, gw_key_row_t).public_id
                         : NULL);
    return HTTP_OK;
}
