/* SPDX-License-Identifier: Apache-2.0 */
/* upstreams.h - the kind of object that upstreams are. */
#ifndef GW_UPSTREAMS_H
#define GW_UPSTREAMS_H

#include "object.h"

extern const gw_resource_t gw_resource_upstream;

/* Why it serves nothing, as the rest of a sentence; NULL: it may serve. */
apr_status_t gw_upstream_stored_idle(const char **why, gw_admin_t *a,
                                     const gw_object_t *upstream);

extern const gw_field_t gw_admin_deadline_fields[];  /* seconds */

#endif
