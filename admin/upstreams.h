/* SPDX-License-Identifier: Apache-2.0 */
/* upstreams.h - the kind of object that upstreams are. */
#ifndef GW_UPSTREAMS_H
#define GW_UPSTREAMS_H

#include "object.h"

extern const gw_resource_t gw_resource_upstream;

extern const gw_field_t gw_admin_deadline_fields[];  /* seconds */

#endif
