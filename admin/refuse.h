/* SPDX-License-Identifier: Apache-2.0 */
/* refuse.h - refusing an admin request: what is wrong, and where. */
#ifndef GW_REFUSE_H
#define GW_REFUSE_H

#include "admin_request.h"

/* Set a->problem and return 0. */
int gw_admin_refuse(gw_admin_t *a, gw_problem_kind_t kind, const char *param,
                    const char *message);

/* A store error as a problem: busy and the like are 503, never 404; behind a
 * commit any is 500, since 503 says that nothing was changed. */
int gw_admin_store_trouble(gw_admin_t *a, apr_status_t rv);

/* Refuse what stands at this path; what: the rest of the sentence.  Returns
 * 0. */
int gw_check_refuse(gw_admin_t *a, const char *path, const char *what);

/* "path.name"; just "name" below the document. */
const char *gw_check_path(gw_admin_t *a, const char *path, const char *name);

#endif
