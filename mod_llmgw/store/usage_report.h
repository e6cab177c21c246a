/* SPDX-License-Identifier: Apache-2.0 */
/* usage_report.h - sums of the rollups. */
#ifndef GW_USAGE_REPORT_H
#define GW_USAGE_REPORT_H

#include <apr_tables.h>

#include "db.h"
#include "money.h"
#include "names.h"

#define GW_GROUP_DAY   0x01
#define GW_GROUP_HOUR  0x02
#define GW_GROUP_TEAM  0x04
#define GW_GROUP_KEY   0x08
#define GW_GROUP_MODEL 0x10

typedef struct gw_usage_filter_t {
    unsigned group_by;          /* GW_GROUP_*; always by currency */
    int hours;                  /* from and to are hours, else days */
    apr_int64_t from, to;       /* epoch hours or days: from <= t < to */
    apr_int64_t key_id, team_id, model_id, currency_id; /* GW_ANY: all */
    apr_int64_t key_team_id;    /* the team of key_id */
} gw_usage_filter_t;

/* One sum.  Ids are 0 where they are not grouped by; hour: the first one of
 * the group. */
typedef struct gw_usage_at_t {
    apr_int64_t hour, team_id, key_id, model_id, currency_id;
} gw_usage_at_t;

typedef struct gw_usage_sum_t {
    gw_usage_at_t at;
    apr_int64_t requests, failed, estimated, prompt, cached, output;
    gw_sum_t amount;
    const char *team, *key, *key_name, *model, *currency; /* or NULL */
} gw_usage_sum_t;

#define GW_USAGE_WORK 5000000   /* rows of rollups that are added up */

/* An array of gw_usage_sum_t * by time, team, key, model, currency.
 * APR_ERANGE: more than `most` sums.  APR_ENOMEM: more than GW_USAGE_WORK
 * rows lie in the range. */
apr_status_t gw_usage_report(apr_array_header_t **sums, gw_db_t *db,
                             const gw_usage_filter_t *filter, int most,
                             apr_pool_t *pool);

#endif
