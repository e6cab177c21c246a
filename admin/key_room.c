/* SPDX-License-Identifier: Apache-2.0 */
/* key_room.c - how many live keys a team may have (`max_keys`): each takes
 * places in the segment that all teams share. */
#include "key_room.h"

#include <apr_strings.h>

#include "ceiling.h"
#include "refuse.h"

/* For whoever is bound to the team, where nothing is said. */
#define DEFAULT_MOST 1000

/* 0: no bound.  Keys of scope admin are bound where max_keys is said. */
static apr_int64_t most_of(gw_admin_t *a, const char *team_spec)
{
    apr_int64_t most = gw_ceiling_team(a) != 0 ? DEFAULT_MOST : 0;
    json_object *team = json_tokener_parse(team_spec), *v;

    if (json_object_object_get_ex(team, "max_keys", &v))
        most = json_object_get_int64(v);
    json_object_put(team);
    return most;
}

apr_status_t gw_key_room(gw_admin_t *a, const gw_key_row_t *row, int more)
{
    apr_int64_t most = most_of(a, row->team_spec), live;
    apr_status_t rv;

    if (most == 0)
        return APR_SUCCESS;
    rv = gw_keys_live_of_team(&live, a->db, row->team_id, a->now_ms);
    if (rv != APR_SUCCESS || live + more <= most)
        return rv;
    gw_admin_refuse(a, GW_P_CONFLICT, "team",
                    apr_psprintf(a->pool, "The team '%s' has %"
                                 APR_INT64_T_FMT " live key%s, and its "
                                 "'max_keys' is %" APR_INT64_T_FMT ": revoke "
                                 "some, or have the server's administrator "
                                 "raise it%s.", row->team, live,
                                 live == 1 ? "" : "s", most, more > 0 ? ""
                                 : "; with a 'grace_seconds' of 0 a key can "
                                   "be rotated all the same"));
    return APR_EINVAL;
}
