/* SPDX-License-Identifier: Apache-2.0 */
/* fsck.h - does the ledger agree with itself?
 *
 * Every row re-prices to its amount; hours, days and what budgets are read
 * from are the sums of the rows.  Everything is read in one transaction, so
 * it may run while rows are written.
 */
#ifndef GW_FSCK_H
#define GW_FSCK_H

#include <apr_tables.h>

#include "db.h"
#include "money.h"

#define GW_FSCK_MOST 100        /* findings that are kept */
#define GW_FSCK_OPEN APR_INT64_C(1000000000)    /* days: no end */

typedef struct gw_finding_t {
    const char *check;          /* price, hours, days, spend, attempts, ... */
    const char *detail;         /* what, in words */
} gw_finding_t;

typedef struct gw_fsck_t {
    apr_int64_t from_day, to_day;   /* that are checked, of UTC since 1970:
                                   from, and the first that is not */
    apr_int64_t rows;           /* read */
    apr_int64_t repriced;       /* of them, with a price */
    apr_int64_t wrong;          /* findings, kept or not */
    apr_array_header_t *findings;   /* of gw_finding_t */
    apr_pool_t *pool;
} gw_fsck_t;

/* All days. */
void gw_fsck_init(gw_fsck_t *f, apr_pool_t *pool);

/* The days that hold [from, to), times in ms: sums are of whole ones.  Either
 * end stays open where it is -1. */
void gw_fsck_range(gw_fsck_t *f, apr_int64_t from_ms, apr_int64_t to_ms);

/* Note a finding; detail is kept as it is. */
void gw_fsck_find(gw_fsck_t *f, const char *check, const char *detail);

/* Check the ledger's rows of these days and their sums.  Any error: it cannot
 * be read. */
apr_status_t gw_fsck_ledger(gw_fsck_t *f, gw_db_t *db);

#endif
