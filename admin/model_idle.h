/* SPDX-License-Identifier: Apache-2.0 */
/* model_idle.h - why a model that is stored serves nothing: said in the answer
 * to a write, and whenever it is shown. */
#ifndef GW_MODEL_IDLE_H
#define GW_MODEL_IDLE_H

#include "object.h"

/* *why: the rest of a sentence; NULL: it may serve. */
apr_status_t gw_model_stored_idle(const char **why, gw_admin_t *a,
                                  const gw_object_t *model);

#endif
