/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.h - rows into the ledger; report.h has them out of it. */
#ifndef GW_LEDGER_H
#define GW_LEDGER_H

#include "db.h"
#include "calibration.h"
#include "row.h"
#include "widening.h"

/* Begin a transaction and write rows and all sums over them; the caller
 * commits.  A row that is there already (its process died between commit and
 * release) changes nothing.  Where it fails it is rolled back.  scratch is
 * cleared by the caller. */
apr_status_t gw_ledger_write(gw_db_t *db, const gw_row_t *const *rows,
                             unsigned count, apr_pool_t *scratch);

/* The same inside a transaction of the caller. */
apr_status_t gw_ledger_add(gw_db_t *db, const gw_row_t *const *rows,
                           unsigned count, apr_pool_t *scratch);

/* What the rows of a key or team come to in a currency from a time on, which
 * is a multiple of 15 minutes.  APR_ERANGE: no sum holds it. */
apr_status_t gw_ledger_spent(gw_sum_t *spent, gw_db_t *db, int team,
                             apr_int64_t id, const char *currency,
                             apr_time_t from);

/* How long a receipt is found by its answer's own id; gw_ledger_write forgets
 * those that are older than this before the rows it writes. */
#define GW_ANSWER_US APR_INT64_C(86400000000)

/* What an adjustment has besides its row. */
typedef struct gw_adjustment_t {
    apr_int64_t actor_id;       /* the admin key's */
    apr_int64_t corrects;       /* the row it is about; 0: none */
    apr_int64_t micro;          /* of its amount: gw_row_sum */
    const char *reason;
    const char *reference;      /* the caller's own id of it, or NULL */
} gw_adjustment_t;

/* Add an adjustment: row->kind is GW_KIND_ADJUSTMENT.  Inside a transaction
 * of the caller.  APR_EEXIST: its reference was used before, or a sum that it
 * goes into would pass what 64 bits of micro-units hold. */
apr_status_t gw_adjustment_add(gw_db_t *db, const gw_row_t *row,
                               const gw_adjustment_t *adjustment,
                               apr_pool_t *scratch);

/* The largest id in the ledger; 0: it is empty. */
apr_status_t gw_ledger_last_id(apr_int64_t *id, gw_db_t *db);

/* Until when the clock was believed.  APR_ENOENT: nobody has said yet. */
apr_status_t gw_clock_seen(apr_time_t *seen, gw_db_t *db);
apr_status_t gw_clock_save(gw_db_t *db, apr_time_t seen);

/* A request that goes on to an upstream and has no row yet. */
typedef struct gw_intent_t {
    gw_row_t row;               /* what is known of it */
    apr_int64_t prompt;         /* estimate, tokens */
    gw_pico_t reserve;          /* -1: unbounded */
    int free_;
} gw_intent_t;

/* Inside a transaction of the caller. */
apr_status_t gw_intent_add(gw_db_t *db, const gw_intent_t *intent);
apr_status_t gw_intent_delete(gw_db_t *db, apr_int64_t id);

/* All that are left: an array of gw_intent_t. */
apr_status_t gw_intent_list(apr_array_header_t **list, gw_db_t *db,
                            apr_pool_t *pool);

/* Requests of a key that were refused with a code on a day. */
apr_status_t gw_refusal_add(gw_db_t *db, int day, apr_int64_t key_id,
                            const char *code, apr_int64_t count);

/* What models' rows taught: kept over a reboot. */
apr_status_t gw_calibration_save(gw_db_t *db, const gw_calibration_t *c);
typedef void gw_calibration_fn(void *data, const gw_calibration_t *c);
apr_status_t gw_calibration_load(gw_db_t *db, gw_calibration_fn *each,
                                 void *data);

/* How much wider reserves are, kept over a reboot.  clear: of a model, 0: all;
 * inside the caller's transaction. */
apr_status_t gw_widening_clear(gw_db_t *db, apr_int64_t model_id);
apr_status_t gw_widening_add(gw_db_t *db, const gw_widening_t *w);
typedef void gw_widening_fn(void *data, const gw_widening_t *w);
apr_status_t gw_widening_load(gw_db_t *db, gw_widening_fn *each, void *data);

/* How many requests of a key had clients that left, from this day on (since
 * 1970, UTC). */
apr_status_t gw_aborted_count(apr_int64_t *count, gw_db_t *db,
                              apr_int64_t key_id, apr_int64_t day);

/* Add a row to the audit trail, inside the caller's transaction.  detail is
 * JSON without secrets, or NULL. */
apr_status_t gw_audit_add(gw_db_t *db, apr_int64_t now_ms, const char *actor,
                          const char *action, const char *object,
                          const char *object_id, const char *detail);

/* *at_ms: when the n-th newest row of an actor was added, of those after since
 * and not after until; of all keys of scope team of a team.  APR_ENOENT:
 * there are fewer. */
apr_status_t gw_audit_nth(apr_int64_t *at_ms, gw_db_t *db, const char *actor,
                          int n, apr_int64_t since, apr_int64_t until);
apr_status_t gw_audit_nth_of_team(apr_int64_t *at_ms, gw_db_t *db,
                                  apr_int64_t team_id, int n,
                                  apr_int64_t since, apr_int64_t until);

#endif
