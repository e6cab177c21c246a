/* SPDX-License-Identifier: Apache-2.0 */
/* transaction.c - see transaction.h. */
#include "transaction.h"

#include "audit.h"
#include "child.h"
#include "crash.h"
#include "write_rate.h"

apr_status_t gw_admin_begin(gw_admin_t *a)
{
    apr_status_t rv = gw_db_begin(a->db);

    return rv == APR_SUCCESS ? gw_admin_write_rate(a) : rv;
}

apr_status_t gw_admin_commit(gw_admin_t *a, apr_status_t rv,
                             const char *action, const char *object,
                             const char *object_id, const char *detail)
{
    if (rv == APR_SUCCESS)
        rv = gw_audit_add(a->db, a->now_ms, a->call->caller.public_id,
                          action, object, object_id, detail);
    if (rv != APR_SUCCESS) {
        gw_db_rollback(a->db);
        return rv;
    }
    if (!a->writing)
        gw_child_write_begin(a->seg);
    a->writing = 1;
    rv = gw_db_commit(a->db);
    a->committed = rv == APR_SUCCESS;
    GW_CRASH("saved");
    return rv;
}
