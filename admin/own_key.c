/* SPDX-License-Identifier: Apache-2.0 */
/* own_key.c - /v1/key: what the caller's key is and may do. */
#include "handlers.h"
#include "keys.h"
#include "policy_budgets.h"
#include "query.h"
#include "refuse.h"
#include "value.h"

/* The members of a spec that its key's owner may see, null where it does not
 * say; metadata is the administrator's. */
static const char *const shown[] = {
    "models", "deny_models", "endpoints", "addresses", "limits", NULL
};

static json_object *member(json_object *spec, const char *name)
{
    json_object *v = NULL;

    if (spec != NULL)
        json_object_object_get_ex(spec, name, &v);
    return json_object_get(v);
}

static json_object *policy_json(gw_admin_t *a, const char *spec_text,
                                gw_owner_kind_t kind, apr_int64_t id,
                                const gw_policy_t *policy, json_object *o)
{
    json_object *spec = json_tokener_parse(spec_text);
    int i;

    for (i = 0; shown[i] != NULL; i++)
        json_object_object_add(o, shown[i], member(spec, shown[i]));
    json_object_object_add(o, "budgets",
                           gw_admin_budgets(a, kind, id, policy));
    json_object_put(spec);
    return o;
}

int gw_admin_own_key(gw_admin_t *a, json_object **out)
{
    const gw_caller_t *caller = &a->call->caller;
    json_object *o, *team;
    gw_key_row_t row;
    apr_status_t rv;

    if (!gw_query_read(a, NULL, 0))
        return 0;
    rv = gw_keys_by_id(&row, a->db, caller->key_id, a->pool);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    o = json_object_new_object();
    json_object_object_add(o, "object", json_object_new_string("key"));
    json_object_object_add(o, "id", json_object_new_string(row.public_id));
    json_object_object_add(o, "name", json_object_new_string(row.name));
    json_object_object_add(o, "team", gw_admin_text(row.team));
    json_object_object_add(o, "scope", json_object_new_string(
                                           gw_scope_names[row.scope]));
    policy_json(a, row.spec, GW_OWNER_KEY, caller->key_id,
                &caller->policies->key, o);
    team = json_object_new_object();
    json_object_object_add(o, "team_policy",
                           policy_json(a, row.team_spec, GW_OWNER_TEAM,
                                       caller->team_id,
                                       &caller->policies->team, team));
    json_object_object_add(o, "created_at", gw_admin_time(row.created_ms));
    json_object_object_add(o, "expires_at",
                           gw_admin_time_or_null(row.expires_ms));
    *out = o;
    return HTTP_OK;
}
