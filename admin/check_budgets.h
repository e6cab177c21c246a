/* SPDX-License-Identifier: Apache-2.0 */
/* check_budgets.h - checking the budgets of a policy together. */
#ifndef GW_CHECK_BUDGETS_H
#define GW_CHECK_BUDGETS_H

#include "admin_request.h"

/* No two budgets count the same, and no soft threshold lies above its
 * amount?  The members of each were checked. */
int gw_check_budgets(gw_admin_t *a, json_object *list, const char *path);

#endif
