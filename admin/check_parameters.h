/* SPDX-License-Identifier: Apache-2.0 */
/* check_parameters.h - what the rows of a model's `parameters` have to be
 * beside and within each other. */
#ifndef GW_CHECK_PARAMETERS_H
#define GW_CHECK_PARAMETERS_H

#include "admin_request.h"

#define GW_PARAMETERS 64        /* of a model, and of one's `excludes` */

/* list: an array of objects or names, each checked by itself.  Refused: more
 * than GW_PARAMETERS, a name twice, a `min` above its `max`, and in `excludes`
 * the parameter itself or a name twice.  What is excluded need not be in the
 * list: a model may have nothing to say of it.  0: refused. */
int gw_check_parameters(gw_admin_t *a, json_object *list, const char *path);

#endif
