/* SPDX-License-Identifier: Apache-2.0 */
/* ceiling.c - see ceiling.h.
 *
 * Team and key must both admit a request, whatever is written here: a key
 * never has more than its team.  These checks say so at once to who asks for
 * more. */
#include "ceiling.h"

#include <apr_strings.h>

#include "glob.h"
#include "json_text.h"
#include "refuse.h"
#include "value.h"

static int is_bound(const gw_admin_t *a)
{
    return a->call->caller.scope < GW_SCOPE_ADMIN;
}

apr_int64_t gw_ceiling_team(const gw_admin_t *a)
{
    return is_bound(a) ? a->call->caller.team_id : 0;
}

int gw_ceiling_sees(const gw_admin_t *a, const gw_key_row_t *row)
{
    return !is_bound(a) || (row->team_id == a->call->caller.team_id
                            && row->scope <= a->call->caller.scope);
}

/* Does one of the patterns match all that this one does?  A star of it has
 * to be matched by a star. */
static int covered(json_object *patterns, const char *pattern)
{
    gw_str_t text = { pattern, strlen(pattern) };
    size_t i;

    for (i = 0; i < json_object_array_length(patterns); i++) {
        if (gw_glob(json_object_get_string(json_object_array_get_idx(
                        patterns, i)), text, 0))
            return 1;
    }
    return 0;
}

static int contains(json_object *list, const char *word)
{
    size_t i;

    for (i = 0; i < json_object_array_length(list); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)),
                   word) == 0)
            return 1;
    }
    return 0;
}

/* Each element of a list, against the team's list of the same name. */
static int check_list(gw_admin_t *a, json_object *doc, json_object *team,
                      const char *name,
                      int (*within)(json_object *, const char *))
{
    json_object *mine, *theirs;
    size_t i;

    if (!json_object_object_get_ex(doc, name, &mine)
        || !json_object_object_get_ex(team, name, &theirs))
        return 1;
    for (i = 0; i < json_object_array_length(mine); i++) {
        const char *text = json_object_get_string(
                               json_object_array_get_idx(mine, i));

        if (!within(theirs, text))
            return gw_check_refuse(a, apr_psprintf(a->pool, "%s[%d]", name,
                                                   (int)i),
                                   apr_psprintf(a->pool, "is '%s', which is "
                                       "more than the team may use: %s", text,
                                       gw_admin_line(a, theirs)));
    }
    return 1;
}

static int check_limits(gw_admin_t *a, json_object *doc, json_object *team)
{
    json_object *mine, *theirs, *most;

    if (!json_object_object_get_ex(doc, "limits", &mine)
        || !json_object_object_get_ex(team, "limits", &theirs))
        return 1;
    json_object_object_foreach(mine, name, value) {
        if (!json_object_object_get_ex(theirs, name, &most)
            || json_object_get_int64(value) <= json_object_get_int64(most))
            continue;
        return gw_check_refuse(a, gw_check_path(a, "limits", name),
                               apr_psprintf(a->pool, "is above the "
                                   "team's limit of %" APR_INT64_T_FMT,
                                   json_object_get_int64(most)));
    }
    return 1;
}

static int check_scope(gw_admin_t *a, json_object *doc)
{
    json_object *v;

    if (!json_object_object_get_ex(doc, "scope", &v)
        || strcmp(json_object_get_string(v),
                  gw_scope_names[GW_SCOPE_ADMIN]) != 0)
        return 1;
    return gw_admin_refuse(a, GW_P_PERMISSION_DENIED, "scope",
                           "A key of scope 'team' cannot grant the scope "
                           "'admin'.");
}

int gw_ceiling_check(gw_admin_t *a, json_object *doc, const char *team_spec)
{
    json_object *team;

    if (!is_bound(a))
        return 1;
    team = json_tokener_parse(team_spec);
    if (team == NULL)
        return gw_admin_store_trouble(a, APR_EINVAL);
    gw_admin_own(a, team);
    return check_scope(a, doc)
           && check_list(a, doc, team, "models", covered)
           && check_list(a, doc, team, "endpoints", contains)
           && check_limits(a, doc, team);
}
