/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - reading the ledger, its rollups and the audit trail. */
#ifndef GW_REPORT_H
#define GW_REPORT_H

#include "db.h"
#include "row.h"

/* ---- one row -------------------------------------------------------- */

/* A row with the names of what it refers to; NULL where it has none. */
typedef struct gw_receipt_t {
    gw_row_t row;               /* failed_count 0: see gw_receipt_attempts */
    const char *key, *team, *model, *upstream, *route, *currency;
    const char *upstream_request;
    /* of an adjustment */
    const char *reason, *reference; /* reference: NULL if it has none */
    apr_int64_t corrects;       /* the id of the request meant; 0: none */
    apr_int64_t micro;          /* of its amount: gw_row_sum */
} gw_receipt_t;

/* APR_ENOENT: no such row. */
apr_status_t gw_receipt_get(gw_receipt_t *receipt, gw_db_t *db,
                            apr_int64_t id, apr_pool_t *pool);

/* Look up the names for a row that is not yet in the ledger. */
apr_status_t gw_receipt_names(gw_receipt_t *receipt, gw_db_t *db,
                              apr_pool_t *pool);

/* An attempt that failed, with its upstream's name. */
typedef struct gw_receipt_attempt_t {
    gw_attempt_t attempt;
    const char *upstream;
} gw_receipt_attempt_t;

/* All of a row, in order: an array of gw_receipt_attempt_t. */
apr_status_t gw_receipt_attempts(apr_array_header_t **attempts, gw_db_t *db,
                                 apr_int64_t id, apr_pool_t *pool);

/* The newest row of this key whose answer had an id of this hash, after the
 * row `since`.  APR_ENOENT: there is none. */
apr_status_t gw_receipt_by_answer(apr_int64_t *id, gw_db_t *db,
                                  apr_uint64_t hash, apr_int64_t key_id,
                                  apr_int64_t since);

/* The row of an adjustment by its reference.  APR_ENOENT: there is none. */
apr_status_t gw_adjustment_by_reference(apr_int64_t *id, gw_db_t *db,
                                        const char *reference);

/* ---- many rows ------------------------------------------------------ */

/* In the fields of a filter: whatever it is, and what no row has. */
#define GW_ANY    (-1)
#define GW_NOBODY (-2)

typedef struct gw_row_filter_t {
    apr_int64_t key_id, team_id, model_id, upstream_id, currency_id;
    int kind, state, source;
    apr_int64_t from, before;   /* ids: from <= id < before */
    const gw_sum_t *least;      /* this amount or more; NULL: any */
} gw_row_filter_t;

void gw_row_filter_init(gw_row_filter_t *filter);

typedef struct gw_row_page_t {
    apr_array_header_t *ids;    /* apr_int64_t, newest first */
    apr_int64_t next;           /* read on before this one; 0: that was all */
} gw_row_page_t;

#define GW_PAGE_WORK 20000      /* rows that are looked at for one page */

/* The newest rows that pass the filter, at most `limit`.  A page looks at
 * GW_PAGE_WORK rows: where few of them pass it is short, or even empty, and
 * page->next says where to read on.  Rows of a key are found by the index,
 * those of a team by the keys that its rollups name hour by hour, all others
 * by going through the ledger. */
apr_status_t gw_rows_page(gw_row_page_t *page, gw_db_t *db,
                          const gw_row_filter_t *filter, int limit,
                          apr_pool_t *pool);

/* ---- usage ---------------------------------------------------------- */

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

/* ---- names ---------------------------------------------------------- */

typedef enum { GW_NAME_MODEL, GW_NAME_UPSTREAM, GW_NAME_CURRENCY }
    gw_name_kind_t;

/* The id of a name, retired ones too; an alias is its model.  APR_ENOENT:
 * there is none. */
apr_status_t gw_name_id(apr_int64_t *id, gw_db_t *db, gw_name_kind_t kind,
                        const char *name);

/* The other way: what something is called outside, a key by its public id; NULL
 * if there is none. */
typedef enum {
    GW_CALLED_TEAM, GW_CALLED_KEY, GW_CALLED_MODEL, GW_CALLED_UPSTREAM,
    GW_CALLED_ROUTE, GW_CALLED_CURRENCY
} gw_called_t;
apr_status_t gw_name_of(const char **name, gw_db_t *db, gw_called_t what,
                        apr_int64_t id, apr_pool_t *pool);

/* ---- the audit trail ------------------------------------------------ */

typedef struct gw_audit_row_t {
    apr_int64_t id, at_ms;
    const char *actor, *action, *object, *object_id, *detail;
} gw_audit_row_t;

typedef struct gw_audit_filter_t {
    const char *actor, *action, *object, *object_id;    /* NULL: any */
    apr_int64_t from_ms, to_ms; /* from <= at < to */
    apr_int64_t before;         /* id */
} gw_audit_filter_t;

/* The newest rows that pass, at most `limit`: an array of gw_audit_row_t.
 * *next as in gw_row_page_t; a page looks at GW_PAGE_WORK rows. */
apr_status_t gw_audit_page(apr_array_header_t **rows, apr_int64_t *next,
                           gw_db_t *db, const gw_audit_filter_t *filter,
                           int limit, apr_pool_t *pool);

/* ---- refusals ------------------------------------------------------- */

typedef struct gw_refused_t {
    apr_int64_t day;            /* since 1970, UTC */
    const char *key, *code;     /* key: its public id */
    apr_int64_t count;
    apr_pool_t *pool;
} gw_refused_t;

typedef void gw_refused_fn(void *data, const gw_refused_t *refused);

/* Newest day first, at most GW_REFUSED_MOST, from <= day < to.  key_id,
 * team_id 0: any. */
#define GW_REFUSED_MOST 10000
apr_status_t gw_refusals_list(gw_db_t *db, apr_int64_t key_id,
                              apr_int64_t team_id, apr_int64_t from,
                              apr_int64_t to, gw_refused_fn *each,
                              void *data, apr_pool_t *pool);

#endif
