/* SPDX-License-Identifier: Apache-2.0 */
/* write_rate.c - how many writes the keys of scope team may make: everybody's
 * database and audit trail grow with each (LLMGatewayAdminWrites).
 *
 * The audit trail itself is what is counted, in the transaction of the write:
 * so the count holds over all processes and restarts.  Keys of scope admin
 * are the server's own and are not bound. */
#include "write_rate.h"

#include <apr_strings.h>

#include "audit.h"
#include "refuse.h"

#define MINUTE_MS APR_INT64_C(60000)
#define TEAM_TIMES 4    /* as many as one key, by all keys of a team: else its
                           administrator would make more of them */

static apr_status_t refuse(gw_admin_t *a, const char *whose, int most,
                           apr_int64_t at_ms)
{
    int seconds = (int)((at_ms + MINUTE_MS - a->now_ms + 999) / 1000);

    seconds = seconds < 1 ? 1 : seconds > 60 ? 60 : seconds;
    gw_admin_refuse(a, GW_P_RATE_LIMIT_REQUESTS, NULL,
                    apr_psprintf(a->pool, "Rate limit reached for requests: "
                                 "%s may make %d write%s per minute with the "
                                 "admin API (LLMGatewayAdminWrites). Please "
                                 "try again in %ds.", whose, most,
                                 most == 1 ? "" : "s", seconds));
    a->problem.retry_after = seconds;
    return APR_EINVAL;
}

apr_status_t gw_admin_write_rate(gw_admin_t *a)
{
    const gw_caller_t *caller = &a->call->caller;
    int most = a->conf->admin_writes;
    /* one that began after this one may be written already */
    apr_int64_t since = a->now_ms - MINUTE_MS, until = a->now_ms + MINUTE_MS;
    apr_int64_t at_ms;
    apr_status_t rv;

    if (caller->scope >= GW_SCOPE_ADMIN || most == 0)
        return APR_SUCCESS;
    rv = gw_audit_nth(&at_ms, a->db, caller->public_id, most, since, until);
    if (rv == APR_SUCCESS)
        return refuse(a, "this API key", most, at_ms);
    if (rv == APR_ENOENT)
        rv = gw_audit_nth_of_team(&at_ms, a->db, caller->team_id,
                                  TEAM_TIMES * most, since, until);
    if (rv == APR_SUCCESS)
        return refuse(a, "the keys of this team together",
                      TEAM_TIMES * most, at_ms);
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}
