/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.c - see ledger.h.
 *
 * A batch's rollups are summed up in memory first: a thousand rows of one
 * key touch two rollup rows once, not a thousand times.
 */
#include "ledger.h"

#include <apr_hash.h>

#include "col.h"
#include "id.h"
#include "stmt.h"

#define HOUR_US APR_INT64_C(3600000000)

typedef struct rollup_key_t {
    apr_int64_t period, key_id, team_id, model_id, currency_id;
} rollup_key_t;

typedef struct rollup_t {
    rollup_key_t at;
    apr_int64_t requests, failed, estimated, prompt, cached, output;
    gw_sum_t sum;
} rollup_t;

static apr_status_t insert_row(gw_db_t *db, const gw_row_t *r,
                               apr_int64_t micro)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_ledger_insert);
    const apr_int64_t *b = r->usage.bucket;
    int i;

    gw_stmt_bind_int(st, 1, r->id);
    gw_stmt_bind_int(st, 2, r->kind);
    gw_stmt_bind_int(st, 3, r->state);
    gw_stmt_bind_int(st, 4, r->source);
    gw_stmt_bind_int(st, 5, (int)r->usage.flags);
    gw_stmt_bind_int(st, 6, r->team_id);
    gw_stmt_bind_int(st, 7, r->key_id);
    gw_stmt_bind_int_or_null(st, 8, r->model_id, 0);
    gw_stmt_bind_int_or_null(st, 9, r->route_id, 0);
    gw_stmt_bind_int_or_null(st, 10, r->upstream_id, 0);
    gw_stmt_bind_int_or_null(st, 11, r->price_id, 0);
    gw_stmt_bind_int(st, 12, r->currency_id);
    gw_stmt_bind_int(st, 13, r->dialect);
    gw_stmt_bind_int(st, 14, r->endpoint);
    gw_stmt_bind_int(st, 15, r->stream);
    gw_stmt_bind_int(st, 16, r->reached);
    gw_stmt_bind_int(st, 17, r->attempts);
    gw_stmt_bind_int(st, 18, r->status);
    gw_stmt_bind_int_or_null(st, 19, r->first_ms, -1);
    gw_stmt_bind_int(st, 20, r->end_ms);
    gw_stmt_bind_int(st, 21, r->tier);
    gw_stmt_bind_int(st, 22, r->amount);
    for (i = 0; i < GW_BUCKETS; i++)
        gw_stmt_bind_int(st, 23 + i, b[i]);
    gw_stmt_bind_int(st, 33, r->bytes);
    gw_stmt_bind_text(st, 34, r->upstream_request[0] ? r->upstream_request
                                                   : NULL);
    gw_stmt_bind_int(st, 35, micro);
    gw_stmt_bind_int(st, 36, r->usage.search_units);
    return gw_stmt_run(st);
}

static apr_status_t insert_attempts(gw_db_t *db, const gw_row_t *r)
{
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < r->failed_count && rv == APR_SUCCESS; i++) {
        gw_stmt_t *st = gw_stmt_prepare(db, sql_attempt_insert);

        gw_stmt_bind_int(st, 1, r->id);
        gw_stmt_bind_int(st, 2, i + 1);
        gw_stmt_bind_int(st, 3, r->failed[i].upstream_id);
        gw_stmt_bind_int(st, 4, r->failed[i].status);
        gw_stmt_bind_int(st, 5, r->failed[i].reason);
        gw_stmt_bind_int(st, 6, r->failed[i].ms);
        rv = gw_stmt_run(st);
    }
    return rv;
}

/* The answer's own id, for teams that want receipts by it. */
static apr_status_t insert_answer(gw_db_t *db, const gw_row_t *r)
{
    gw_stmt_t *st;

    if (r->answer_hash == 0)
        return APR_SUCCESS;
    st = gw_stmt_prepare(db, sql_answer_insert);
    gw_stmt_bind_int(st, 1, (apr_int64_t)r->answer_hash);
    gw_stmt_bind_int(st, 2, r->id);
    return gw_stmt_run(st);
}

static apr_status_t count_abort(gw_db_t *db, const gw_row_t *r)
{
    gw_stmt_t *st;

    if (!(r->usage.flags & GW_ROW_CLIENT_LEFT) || r->key_id == 0)
        return APR_SUCCESS;
    st = gw_stmt_prepare(db, sql_aborted_add);
    gw_stmt_bind_int(st, 1, r->key_id);
    gw_stmt_bind_int(st, 2, gw_id_time(r->id) / (24 * HOUR_US));
    return gw_stmt_run(st);
}

static apr_status_t prune_answers(gw_db_t *db, apr_int64_t newest)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_answer_prune);

    gw_stmt_bind_int(st, 1,
                     gw_id_first(gw_id_time(newest) - GW_ANSWER_US));
    return gw_stmt_run(st);
}

/* ---- rollups -------------------------------------------------------- */

static rollup_t *rollup_of(apr_hash_t *rollups, const rollup_key_t *at,
                           apr_pool_t *scratch)
{
    rollup_t *u = apr_hash_get(rollups, at, sizeof(*at));

    if (u == NULL) {
        u = apr_pcalloc(scratch, sizeof(*u));
        u->at = *at;
        apr_hash_set(rollups, &u->at, sizeof(u->at), u);
    }
    return u;
}

static apr_status_t fold(apr_hash_t *rollups, const gw_row_t *r,
                         const gw_sum_t *amount, apr_int64_t period,
                         apr_pool_t *scratch)
{
    rollup_key_t at;
    rollup_t *u;

    memset(&at, 0, sizeof(at));
    at.period = gw_id_time(r->id) / period;
    at.key_id = r->key_id;
    at.team_id = r->team_id;
    at.model_id = r->model_id;
    at.currency_id = r->currency_id;
    u = rollup_of(rollups, &at, scratch);
    u->requests += r->kind == GW_KIND_REQUEST;
    u->failed += r->state == GW_STATE_FAILED;
    u->estimated += r->state == GW_STATE_ESTIMATED;
    u->prompt += gw_usage_prompt(&r->usage);
    u->cached += r->usage.bucket[GW_CACHE_READ]
                 + r->usage.bucket[GW_CACHE_READ_EXPLICIT];
    u->output += gw_usage_output(&r->usage);
    return gw_sum_add(&u->sum, amount);
}

static apr_status_t write_rollup(gw_db_t *db, gw_sql_t sql,
                                 const rollup_t *u)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql);

    gw_stmt_bind_int(st, 1, u->at.period);
    gw_stmt_bind_int(st, 2, u->at.key_id);
    gw_stmt_bind_int(st, 3, u->at.team_id);
    gw_stmt_bind_int(st, 4, u->at.model_id);
    gw_stmt_bind_int(st, 5, u->at.currency_id);
    gw_stmt_bind_int(st, 6, u->requests);
    gw_stmt_bind_int(st, 7, u->failed);
    gw_stmt_bind_int(st, 8, u->estimated);
    gw_stmt_bind_int(st, 9, u->prompt);
    gw_stmt_bind_int(st, 10, u->cached);
    gw_stmt_bind_int(st, 11, u->output);
    gw_stmt_bind_int(st, 12, u->sum.micro);
    gw_stmt_bind_int(st, 13, u->sum.pico);
    return gw_stmt_run(st);
}

static apr_status_t write_rollups(gw_db_t *db, gw_sql_t sql,
                                  apr_hash_t *rollups, apr_pool_t *scratch)
{
    apr_hash_index_t *i = apr_hash_first(scratch, rollups);
    apr_status_t rv = APR_SUCCESS;

    for (; i != NULL && rv == APR_SUCCESS; i = apr_hash_next(i))
        rv = write_rollup(db, sql, apr_hash_this_val(i));
    return rv;
}

/* ---- what budgets are read from ------------------------------------- */

#define QUARTER_US (HOUR_US / 4)    /* zones are multiples of it */

typedef struct spend_key_t {
    apr_int64_t team, id, currency_id, quarter;
} spend_key_t;

typedef struct spend_t {
    spend_key_t at;
    gw_sum_t sum;
} spend_t;

static apr_status_t spend(apr_hash_t *spends, const gw_row_t *r,
                          const gw_sum_t *amount, int team,
                          apr_pool_t *scratch)
{
    spend_key_t at = { team, team ? r->team_id : r->key_id, r->currency_id,
                       gw_id_time(r->id) / QUARTER_US };
    spend_t *u;

    /* id 0: an adjustment of a team */
    if (gw_sum_sign(amount) == 0 || at.id == 0)
        return APR_SUCCESS;
    u = apr_hash_get(spends, &at, sizeof(at));
    if (u == NULL) {
        u = apr_pcalloc(scratch, sizeof(*u));
        u->at = at;
        apr_hash_set(spends, &u->at, sizeof(u->at), u);
    }
    return gw_sum_add(&u->sum, amount);
}

static apr_status_t write_spends(gw_db_t *db, apr_hash_t *spends,
                                 apr_pool_t *scratch)
{
    apr_hash_index_t *i = apr_hash_first(scratch, spends);
    apr_status_t rv = APR_SUCCESS;

    for (; i != NULL && rv == APR_SUCCESS; i = apr_hash_next(i)) {
        const spend_t *u = apr_hash_this_val(i);
        gw_stmt_t *st = gw_stmt_prepare(db, sql_spend_add);

        gw_stmt_bind_int(st, 1, u->at.team);
        gw_stmt_bind_int(st, 2, u->at.id);
        gw_stmt_bind_int(st, 3, u->at.currency_id);
        gw_stmt_bind_int(st, 4, u->at.quarter);
        gw_stmt_bind_int(st, 5, u->sum.micro);
        gw_stmt_bind_int(st, 6, u->sum.pico);
        rv = gw_stmt_run(st);
    }
    return rv;
}

apr_status_t gw_ledger_spent(gw_sum_t *spent, gw_db_t *db, int team,
                             apr_int64_t id, const char *currency,
                             apr_time_t from)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_spend_sum);
    apr_int64_t whole, micro, pico;
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, team != 0);
    gw_stmt_bind_int(st, 2, id);
    gw_stmt_bind_text(st, 3, currency);
    gw_stmt_bind_int(st, 4, from / QUARTER_US);
    rv = gw_stmt_row(st);
    if (rv != APR_SUCCESS)
        return rv;
    whole = gw_col_int_or(st, 0, 0);
    micro = gw_col_int_or(st, 1, 0);
    pico = gw_col_int_or(st, 2, 0);
    rv = gw_stmt_end(st);
    return rv == APR_SUCCESS ? gw_sum_gather(spent, whole, micro, pico) : rv;
}

/* ---- writing -------------------------------------------------------- */

/* The sums that a transaction adds to, in memory. */
typedef struct sums_t {
    apr_hash_t *hours, *days, *spends;
    apr_pool_t *scratch;
} sums_t;

static void sums_init(sums_t *s, apr_pool_t *scratch)
{
    s->hours = apr_hash_make(scratch);
    s->days = apr_hash_make(scratch);
    s->spends = apr_hash_make(scratch);
    s->scratch = scratch;
}

/* micro: of an adjustment. */
static apr_status_t add_row(gw_db_t *db, sums_t *s, const gw_row_t *row,
                            apr_int64_t micro)
{
    gw_sum_t amount = gw_row_sum(row, micro);
    apr_status_t rv = insert_row(db, row, micro);

    if (rv != APR_SUCCESS || gw_db_changes(db) == 0)
        return rv;
    rv = insert_attempts(db, row);
    if (rv == APR_SUCCESS)
        rv = insert_answer(db, row);
    if (rv == APR_SUCCESS)
        rv = count_abort(db, row);
    if (rv == APR_SUCCESS)
        rv = fold(s->hours, row, &amount, HOUR_US, s->scratch);
    if (rv == APR_SUCCESS)
        rv = fold(s->days, row, &amount, 24 * HOUR_US, s->scratch);
    if (rv == APR_SUCCESS)
        rv = spend(s->spends, row, &amount, 0, s->scratch);
    if (rv == APR_SUCCESS)
        rv = spend(s->spends, row, &amount, 1, s->scratch);
    return rv;
}

static apr_status_t write_sums(gw_db_t *db, const sums_t *s)
{
    apr_status_t rv = write_rollups(db, sql_rollup_hour_add, s->hours,
                                    s->scratch);

    if (rv == APR_SUCCESS)
        rv = write_rollups(db, sql_rollup_day_add, s->days, s->scratch);
    if (rv == APR_SUCCESS)
        rv = write_spends(db, s->spends, s->scratch);
    return rv;
}

apr_status_t gw_ledger_add(gw_db_t *db, const gw_row_t *const *rows,
                           unsigned count, apr_pool_t *scratch)
{
    apr_status_t rv = APR_SUCCESS;
    sums_t sums;
    unsigned i;

    sums_init(&sums, scratch);
    for (i = 0; i < count && rv == APR_SUCCESS; i++)
        rv = add_row(db, &sums, rows[i], 0);
    return rv == APR_SUCCESS ? write_sums(db, &sums) : rv;
}

apr_status_t gw_ledger_write(gw_db_t *db, const gw_row_t *const *rows,
                             unsigned count, apr_pool_t *scratch)
{
    apr_status_t rv = gw_db_begin(db);

    if (rv != APR_SUCCESS)
        return rv;
    rv = gw_ledger_add(db, rows, count, scratch);
    if (rv == APR_SUCCESS && count > 0)
        rv = prune_answers(db, rows[count - 1]->id);
    if (rv != APR_SUCCESS)
        gw_db_rollback(db);
    return rv;
}

apr_status_t gw_ledger_adjust(gw_db_t *db, const gw_row_t *row,
                              const gw_adjustment_t *adjustment,
                              apr_pool_t *scratch)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_adjustment_insert);
    apr_status_t rv;
    sums_t sums;

    gw_stmt_bind_int(st, 1, row->id);
    gw_stmt_bind_int(st, 2, adjustment->actor_id);
    gw_stmt_bind_text(st, 3, adjustment->reason);
    gw_stmt_bind_int_or_null(st, 4, adjustment->corrects, 0);
    gw_stmt_bind_text(st, 5, adjustment->reference);
    rv = gw_stmt_run(st);
    sums_init(&sums, scratch);
    if (rv == APR_SUCCESS)
        rv = add_row(db, &sums, row, adjustment->micro);
    return rv == APR_SUCCESS ? write_sums(db, &sums) : rv;
}

apr_status_t gw_ledger_last_id(apr_int64_t *id, gw_db_t *db)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_ledger_max_id);

    return gw_stmt_row_int(st, id);
}
