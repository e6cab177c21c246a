/* SPDX-License-Identifier: Apache-2.0 */
/* teams.c - /llmgw/admin/v1/teams/{id}: who owns keys, and what all of its
 * keys together may do. */
#include "field.h"
#include "handlers.h"
#include "object.h"
#include "object_write.h"
#include "owners.h"
#include "policy_budgets.h"
#include "policy_fields.h"
#include "refuse.h"
#include "segment_json.h"
#include "spec.h"

/* The helper makes its keys in it (helper_keys.c). */
#define FIRST_TEAM "default"

static const gw_field_t share_fields[] = {
    { "keys", GW_F_INT, 0, 1, 1000000000 },
    { "limits", GW_F_INT, 0, 1, 1000000000 },
    { NULL }
};

static const gw_field_t fields[] = {
    { "name", GW_F_NAME, 0, 1, 200 },
    { "answer_ids", GW_F_BOOL },
    { "share", GW_F_OBJECT, 0, 0, 0, share_fields },
    { "max_keys", GW_F_INT, 0, 1, 1000000 },
    { "", GW_F_ALSO, 0, 0, 0, gw_policy_fields },
    { "disabled", GW_F_BOOL, GW_F_APART },
    { "object", GW_F_READ_ONLY }, { "id", GW_F_READ_ONLY },
    { "version", GW_F_READ_ONLY }, { "created_at", GW_F_READ_ONLY },
    { "disabled_at", GW_F_READ_ONLY }, { "budget_status", GW_F_READ_ONLY },
    { "in_segment", GW_F_READ_ONLY },
    { NULL }
};

static int validate(gw_admin_t *a, gw_item_t *item)
{
    json_object *v;

    if (strcmp(item->id, FIRST_TEAM) != 0
        || !json_object_object_get_ex(item->doc, "disabled", &v)
        || !json_object_get_boolean(v))
        return 1;
    return gw_check_refuse(a, "disabled", "cannot be true for the team '"
                           FIRST_TEAM "': the admin key of admin.key belongs "
                           "to it");
}

static void publish(gw_admin_t *a, const gw_item_t *item)
{
    gw_owner_row_t owner;
    gw_policy_t policy;

    if (gw_spec_policy_of(&policy, item->object.spec, a->pool) != APR_SUCCESS)
        return;
    memset(&owner, 0, sizeof(owner));
    owner.kind = GW_OWNER_TEAM;
    owner.id = owner.team_id = item->object.row.id;
    owner.version = item->object.row.version;
    owner.status = item->object.row.disabled_ms ? GW_KEY_DISABLED : GW_KEY_LIVE;
    owner.policy = &policy;
    gw_owners_changed(a->seg, &owner);
}

static apr_status_t show(gw_admin_t *a, json_object *out,
                         const gw_object_t *object, gw_view_t view)
{
    const gw_object_row_t *row = &object->row;
    gw_fill_team_t team;

    if (view != GW_VIEW_WHOLE)
        return APR_SUCCESS;
    if (gw_fill_team(&team, a->seg, row->id))
        json_object_object_add(out, "in_segment",
                               gw_segment_team_json(&team));
    return gw_admin_budget_status(a, out, GW_OWNER_TEAM, row->id,
                                  object->spec);
}

static const gw_resource_t team_kind = {
    GW_OBJECT_TEAM, "team", 64, fields, NULL, NULL, validate, NULL, NULL,
    show, publish
};

int gw_admin_team_put(gw_admin_t *a, json_object **out)
{
    return gw_object_put_one(a, &team_kind, out);
}

int gw_admin_team_get(gw_admin_t *a, json_object **out)
{
    return gw_object_get_one(a, &team_kind, out);
}

int gw_admin_team_patch(gw_admin_t *a, json_object **out)
{
    return gw_object_patch_one(a, &team_kind, out);
}

int gw_admin_team_disable(gw_admin_t *a, json_object **out)
{
    return gw_object_disable_one(a, &team_kind, out);
}

int gw_admin_team_list(gw_admin_t *a, json_object **out)
{
    return gw_object_list_all(a, &team_kind, out);
}
