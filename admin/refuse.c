/* SPDX-License-Identifier: Apache-2.0 */
/* refuse.c - see refuse.h. */
#include "refuse.h"

#include <apr_strings.h>
#include <httpd.h>

int gw_admin_refuse(gw_admin_t *a, gw_problem_kind_t kind, const char *param,
                    const char *message)
{
    gw_problem(&a->problem, kind, param, message);
    return 0;
}

int gw_admin_store_trouble(gw_admin_t *a, apr_status_t rv)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, a->call->r, GW_TAG(0200)
                  "the database cannot be used now: %s",
                  a->db != NULL ? gw_db_error(a->db) : "not open");
    if (a->committed)
        return gw_admin_refuse(a, GW_P_INTERNAL_ERROR, NULL,
                               "The change was made, but the database cannot "
                               "be read now to show it: do not repeat it, GET "
                               "it later.");
    return gw_admin_refuse(a, GW_P_OVERLOADED, NULL,
                           "The engine is currently overloaded: the database "
                           "cannot be used now, and nothing was changed. "
                           "Please try again later.");
}

const char *gw_check_path(gw_admin_t *a, const char *path, const char *name)
{
    return *path == '\0' ? name
                         : apr_pstrcat(a->pool, path, ".", name, NULL);
}

int gw_check_refuse(gw_admin_t *a, const char *path, const char *what)
{
    return gw_admin_refuse(a, GW_P_INVALID_PARAMETER, path,
                           apr_psprintf(a->pool, "'%s' %s.", path, what));
}
