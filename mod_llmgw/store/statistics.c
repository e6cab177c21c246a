/* SPDX-License-Identifier: Apache-2.0 */
/* statistics.c - refusals, calibrations, widenings, counts of aborts and the
 * clock in the database (ledger.h). */
#include "ledger.h"
#include "col.h"
#include "report.h"
#include "stmt.h"

apr_status_t gw_refusal_add(gw_db_t *db, int day, apr_int64_t key_id,
                            const char *code, apr_int64_t count)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_refusal_add);

    gw_stmt_bind_int(st, 1, day);
    gw_stmt_bind_int(st, 2, key_id);
    gw_stmt_bind_text(st, 3, code);
    gw_stmt_bind_int(st, 4, count);
    return gw_stmt_run(st);
}

apr_status_t gw_refusals_list(gw_db_t *db, apr_int64_t key_id,
                              apr_int64_t team_id, apr_int64_t from,
                              apr_int64_t to, gw_refused_fn *each,
                              void *data, apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, key_id ? sql_refusal_of_key
                                                : sql_refusal_of_days);
    gw_refused_t refused;
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, from);
    gw_stmt_bind_int(st, 2, to);
    gw_stmt_bind_int(st, 3, team_id);
    gw_stmt_bind_int(st, 4, GW_REFUSED_MOST);
    if (key_id != 0)
        gw_stmt_bind_int(st, 5, key_id);
    refused.pool = pool;
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        refused.day = gw_col_int(st, 0);
        refused.key = gw_col_text(st, 1, pool);
        refused.code = gw_col_text(st, 2, pool);
        refused.count = gw_col_int(st, 3);
        each(data, &refused);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

/* The columns of a calibration, in order, as fields. */
#define FIELDS(c) { &(c)->key, &(c)->rows, &(c)->output, &(c)->prompts, \
                    &(c)->prompt_bytes, &(c)->prompt_tokens, \
                    &(c)->prompt_error, &(c)->answers, &(c)->answer_bytes, \
                    &(c)->answer_tokens }

apr_status_t gw_calibration_save(gw_db_t *db, const gw_calibration_t *c)
{
    const apr_int64_t *const field[] = FIELDS(c);
    gw_stmt_t *st = gw_stmt_prepare(db, sql_calibration_save);
    unsigned i;

    for (i = 0; i < GW_COUNT(field); i++)
        gw_stmt_bind_int(st, (int)i + 1, *field[i]);
    return gw_stmt_run(st);
}

apr_status_t gw_calibration_load(gw_db_t *db, gw_calibration_fn *each,
                                 void *data)
{
    gw_calibration_t c;
    apr_int64_t *const field[] = FIELDS(&c);
    gw_stmt_t *st = gw_stmt_prepare(db, sql_calibration_all);
    apr_status_t rv;
    unsigned i;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        for (i = 0; i < GW_COUNT(field); i++)
            *field[i] = gw_col_int(st, (int)i);
        each(data, &c);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

/* ---- widenings ------------------------------------------------------ */

apr_status_t gw_widening_clear(gw_db_t *db, apr_int64_t model_id)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_widening_clear);

    gw_stmt_bind_int(st, 1, model_id);
    return gw_stmt_run(st);
}

apr_status_t gw_widening_add(gw_db_t *db, const gw_widening_t *w)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_widening_add);

    gw_stmt_bind_int(st, 1, w->key_id);
    gw_stmt_bind_int(st, 2, w->model_id);
    gw_stmt_bind_int(st, 3, w->team_id);
    gw_stmt_bind_int(st, 4, w->seen);
    gw_stmt_bind_int(st, 5, w->prompt);
    gw_stmt_bind_int(st, 6, w->output);
    return gw_stmt_run(st);
}

apr_status_t gw_widening_load(gw_db_t *db, gw_widening_fn *each, void *data)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_widening_all);
    gw_widening_t w;
    apr_status_t rv;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        w.key_id = gw_col_int(st, 0);
        w.model_id = gw_col_int(st, 1);
        w.team_id = gw_col_int(st, 2);
        w.seen = gw_col_int(st, 3);
        w.prompt = (int)gw_col_int(st, 4);
        w.output = (int)gw_col_int(st, 5);
        each(data, &w);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

/* ---- aborts --------------------------------------------------------- */

apr_status_t gw_aborted_count(apr_int64_t *count, gw_db_t *db,
                              apr_int64_t key_id, apr_int64_t day)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_aborted_of_key);

    gw_stmt_bind_int(st, 1, key_id);
    gw_stmt_bind_int(st, 2, day);
    return gw_stmt_row_int(st, count);
}

/* ---- the clock ------------------------------------------------------ */

apr_status_t gw_clock_seen(apr_time_t *seen, gw_db_t *db)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_clock_seen);
    apr_status_t rv = gw_stmt_row(st);

    if (rv != APR_SUCCESS)
        return rv;
    *seen = apr_time_from_msec(gw_col_int(st, 0));
    return gw_stmt_end(st);
}

apr_status_t gw_clock_save(gw_db_t *db, apr_time_t seen)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_clock_save);

    gw_stmt_bind_int(st, 1, apr_time_as_msec(seen));
    return gw_stmt_run(st);
}
