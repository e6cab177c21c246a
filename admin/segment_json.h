/* SPDX-License-Identifier: Apache-2.0 */
/* segment_json.h - what a team has of the segment, as JSON. */
#ifndef GW_SEGMENT_JSON_H
#define GW_SEGMENT_JSON_H

#include "admin_request.h"
#include "fill.h"

/* Owned by the caller. */
json_object *gw_segment_team_json(const gw_fill_team_t *team);

#endif
