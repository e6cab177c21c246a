/* SPDX-License-Identifier: Apache-2.0 */
/* transaction.h - a write of the admin API and its audit row, in one
 * transaction. */
#ifndef GW_TRANSACTION_H
#define GW_TRANSACTION_H

#include "admin_request.h"

/* A write and its audit row: begin, then end with the status so far.  Where
 * it is APR_SUCCESS the audit row is added and all is committed. */
apr_status_t gw_admin_begin(gw_admin_t *a);
apr_status_t gw_admin_commit(gw_admin_t *a, apr_status_t rv,
                             const char *action, const char *object,
                             const char *object_id, const char *detail);

#endif
