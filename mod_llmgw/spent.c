/* SPDX-License-Identifier: Apache-2.0 */
/* spent.c - see spent.h. */
#include "spent.h"

#include "ledger.h"

static apr_status_t read_spent(gw_sum_t *spent, void *db,
                               gw_owner_kind_t kind, apr_int64_t id,
                               const char *currency, apr_time_t from)
{
    return gw_ledger_spent(spent, db, kind == GW_OWNER_TEAM, id, currency,
                           from);
}

gw_spent_t gw_spent_in(gw_db_t *db)
{
    gw_spent_t spent = { read_spent, db };

    return spent;
}
