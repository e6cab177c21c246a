/* SPDX-License-Identifier: Apache-2.0 */
/* segment.c - /llmgw/admin/v1/segment: how full the shared memory is, and who
 * fills it. */
#include "fill.h"
#include "handlers.h"
#include "names.h"
#include "query.h"
#include "refuse.h"
#include "segment_json.h"

#define TEAMS 20                /* that are shown */

static json_object *fill_json(const gw_fill_t *fill)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "in_use", json_object_new_int64(fill->used));
    json_object_object_add(o, "capacity", json_object_new_int64(fill->all));
    return o;
}

/* NULL: the names of teams cannot be read. */
static json_object *teams_json(gw_admin_t *a)
{
    gw_fill_team_t team[TEAMS];
    json_object *list = json_object_new_array(), *o;
    unsigned i, n = gw_fill_greediest(team, TEAMS, a->seg);

    for (i = 0; i < n; i++) {
        const char *name;

        if (gw_names_of(&name, a->db, GW_CALLED_TEAM, team[i].id, a->pool)
            != APR_SUCCESS) {
            json_object_put(list);
            return NULL;
        }
        if (name == NULL)
            continue;           /* of another state of the database */
        o = gw_segment_team_json(&team[i]);
        json_object_object_add(o, "team", json_object_new_string(name));
        json_object_array_add(list, o);
    }
    return list;
}

int gw_admin_segment(gw_admin_t *a, json_object **out)
{
    gw_fill_t fill[GW_FILLS];
    json_object *teams;
    int i;

    if (!gw_query_read(a, NULL, 0))
        return 0;
    teams = teams_json(a);
    if (teams == NULL)
        return gw_admin_store_trouble(a, APR_EGENERAL);
    gw_fill_read(fill, a->seg);
    *out = json_object_new_object();
    json_object_object_add(*out, "object", json_object_new_string("segment"));
    json_object_object_add(*out, "bytes", json_object_new_int64(
                               (apr_int64_t)a->seg->size));
    for (i = 0; i < GW_FILLS; i++)
        json_object_object_add(*out, gw_fill_names[i], fill_json(&fill[i]));
    json_object_object_add(*out, "teams", teams);
    return HTTP_OK;
}
