/* SPDX-License-Identifier: Apache-2.0 */
/* transaction.h - a write of the admin API and its audit row, in one
 * transaction. */
#ifndef GW_TRANSACTION_H
#define GW_TRANSACTION_H

#include "admin_request.h"

/* Begin to write in a->db.  APR_EINVAL: the caller wrote too often, as
 * a->problem says (write_rate.h); any other error: the database cannot be
 * written.  gw_admin_commit is called then, too: it rolls back. */
apr_status_t gw_admin_begin(gw_admin_t *a);

/* End it, with its status so far: with APR_SUCCESS the audit row is added and
 * all is committed, with any other it is rolled back.  Returns that status, or
 * the error of the commit.  detail: JSON, or NULL.  Every process has to be
 * told before the function returns: a->writing is 1. */
apr_status_t gw_admin_commit(gw_admin_t *a, apr_status_t rv,
                             const char *action, const char *object,
                             const char *object_id, const char *detail);

#endif
