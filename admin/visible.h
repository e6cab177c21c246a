/* SPDX-License-Identifier: Apache-2.0 */
/* visible.h - the models that the caller may see, of the catalogue that the
 * call holds. */
#ifndef GW_VISIBLE_H
#define GW_VISIBLE_H

#include "admin_request.h"

/* Served, priced, and for this caller? */
int gw_admin_visible(const gw_admin_t *a, const gw_model_t *m);

/* ... the one of this name or alias; NULL: refused. */
const gw_model_t *gw_admin_visible_model(gw_admin_t *a, const char *name);

#endif
