/* SPDX-License-Identifier: Apache-2.0 */
/* check_scalar.h - checking one value of a body. */
#ifndef GW_CHECK_SCALAR_H
#define GW_CHECK_SCALAR_H

#include "admin_request.h"
#include "field.h"

/* Does one value that is neither array nor object fit? */
int gw_check_scalar(gw_admin_t *a, json_object *v, const gw_field_t *f,
                    const char *path);

/* Is it anything but a string with a NUL character? */
int gw_check_no_nul(gw_admin_t *a, json_object *v, const char *path);

#endif
