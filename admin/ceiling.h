/* SPDX-License-Identifier: Apache-2.0 */
/* ceiling.h - what a key of scope team may do: keys of its own team, within
 * what the team may do itself. */
#ifndef GW_CEILING_H
#define GW_CEILING_H

#include "admin_request.h"
#include "keys.h"

/* Of which team may the caller see keys?  0: of all. */
apr_int64_t gw_ceiling_team(const gw_admin_t *a);

/* May the caller see this key?  Others are as if they were not there. */
int gw_ceiling_sees(const gw_admin_t *a, const gw_key_row_t *row);

/* Is what the caller wants a key to be within its own scope, and (for scope
 * team) within the team's policy, a spec as stored?  0: refused with the
 * member's path. */
int gw_ceiling_check(gw_admin_t *a, json_object *doc, const char *team_spec);

#endif
