/* SPDX-License-Identifier: Apache-2.0 */
/* key_item.c - see key_item.h. */
#include "key_item.h"

#include <apr_strings.h>

#include "ceiling.h"
#include "key_load.h"
#include "refuse.h"
#include "spec.h"
#include "value.h"

json_object *gw_key_spec(gw_admin_t *a, const gw_key_row_t *row)
{
    json_object *spec = json_tokener_parse(row->spec);

    return spec != NULL ? gw_admin_own(a, spec) : NULL;
}

static void add_columns(json_object *o, const gw_key_row_t *row,
                        json_object *spec)
{
    json_object_object_add(o, "name", json_object_new_string(row->name));
    json_object_object_add(o, "team", gw_admin_text(row->team));
    json_object_object_add(o, "scope", json_object_new_string(
                                           gw_scope_names[row->scope]));
    gw_admin_add_members(o, spec);
}

json_object *gw_key_json(const gw_key_row_t *row, json_object *spec,
                         const char *secret)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "object", json_object_new_string("key"));
    json_object_object_add(o, "id", json_object_new_string(row->public_id));
    if (secret != NULL)
        json_object_object_add(o, "key", json_object_new_string(secret));
    add_columns(o, row, spec);
    json_object_object_add(o, "created_at", gw_admin_time(row->created_ms));
    json_object_object_add(o, "expires_at",
                           gw_admin_time_or_null(row->expires_ms));
    json_object_object_add(o, "revoked_at",
                           gw_admin_time_or_null(row->revoked_ms));
    return o;
}

json_object *gw_key_document(gw_admin_t *a, const gw_key_row_t *row,
                             json_object *spec)
{
    json_object *o = gw_admin_own(a, json_object_new_object());

    add_columns(o, row, spec);
    if (row->expires_ms != 0)
        json_object_object_add(o, "expires_at",
                               gw_admin_time(row->expires_ms));
    return o;
}

apr_status_t gw_key_find(gw_admin_t *a, gw_key_row_t *row)
{
    apr_status_t rv = gw_keys_by_public_id(row, a->db, a->id, a->pool);

    if (rv == APR_SUCCESS && gw_ceiling_sees(a, row))
        return APR_SUCCESS;
    if (rv != APR_SUCCESS && rv != APR_ENOENT)
        return rv;
    gw_admin_refuse(a, GW_P_NOT_FOUND, NULL,
                    apr_psprintf(a->pool, "There is no key '%s'.", a->id));
    return APR_EINVAL;
}

void gw_key_publish(gw_admin_t *a, const gw_key_row_t *row, json_object *spec,
                    int rotated)
{
    gw_owner_row_t owner;
    gw_policy_t policy;

    if (gw_spec_policy_of(&policy, spec, a->pool) != APR_SUCCESS)
        return;
    gw_key_load_owner_row(&owner, row, &policy);
    owner.forget_secrets = rotated;
    gw_owners_changed(a->seg, &owner);
}

int gw_key_failed(gw_admin_t *a, apr_status_t rv)
{
    return a->problem.kind != GW_PROBLEM_NONE ? 0
                                              : gw_admin_store_trouble(a, rv);
}
