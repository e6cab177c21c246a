/* SPDX-License-Identifier: Apache-2.0 */
/* idle.h - why an upstream or a model that is stored serves nothing, as the
 * rest of a sentence; NULL: it may serve. */
#ifndef GW_IDLE_H
#define GW_IDLE_H

#include "admin_request.h"
#include "objects.h"

apr_status_t gw_upstream_row_idle(const char **why, gw_admin_t *a,
                                  const gw_object_row_t *row);
apr_status_t gw_model_row_idle(const char **why, gw_admin_t *a,
                               const gw_object_row_t *row);

#endif
