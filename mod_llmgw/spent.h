/* SPDX-License-Identifier: Apache-2.0 */
/* spent.h - the ledger, as the segment's budgets are read from it. */
#ifndef GW_SPENT_H
#define GW_SPENT_H

#include "budgets.h"
#include "db.h"

/* Reads from db, which the caller holds for as long as it is used. */
gw_spent_t gw_spent_in(gw_db_t *db);

#endif
