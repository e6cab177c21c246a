/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - the ledger's rows, one and many (see report.h). */
#include "report.h"

#include <apr_tables.h>

#include "col.h"
#include "id.h"
#include "stmt.h"

#define HOUR_US APR_INT64_C(3600000000)

/* ---- one row -------------------------------------------------------- */

static void read_row(gw_row_t *r, gw_stmt_t *st)
{
    int i;

    memset(r, 0, sizeof(*r));
    r->id = gw_col_int(st, 0);
    r->kind = (unsigned char)gw_col_int(st, 1);
    r->state = (unsigned char)gw_col_int(st, 2);
    r->source = (unsigned char)gw_col_int(st, 3);
    r->usage.flags = (unsigned)gw_col_int(st, 4);
    r->key_id = gw_col_int(st, 5);
    r->price_id = gw_col_int_or(st, 11, 0);
    r->dialect = (unsigned char)gw_col_int(st, 13);
    r->endpoint = (unsigned char)gw_col_int(st, 14);
    r->stream = (unsigned char)gw_col_int(st, 15);
    r->reached = (unsigned char)gw_col_int(st, 16);
    r->attempts = (unsigned char)gw_col_int(st, 17);
    r->status = (apr_int16_t)gw_col_int(st, 18);
    r->first_ms = (apr_int32_t)gw_col_int_or(st, 19, -1);
    r->end_ms = (apr_int32_t)gw_col_int(st, 20);
    r->tier = (unsigned char)gw_col_int_or(st, 21, 0);
    r->amount = gw_col_int(st, 22);
    for (i = 0; i < GW_BUCKETS; i++)
        r->usage.bucket[i] = gw_col_int(st, 23 + i);
    r->bytes = gw_col_int(st, 33);
    r->team_id = gw_col_int(st, 35);
    r->upstream_id = gw_col_int_or(st, 36, 0);
    r->model_id = gw_col_int_or(st, 37, 0);
    r->route_id = gw_col_int_or(st, 38, 0);
    r->currency_id = (apr_int16_t)gw_col_int(st, 39);
}

apr_status_t gw_receipt_get(gw_receipt_t *receipt, gw_db_t *db,
                            apr_int64_t id, apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_receipt);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, id);
    rv = gw_stmt_row(st);
    if (rv != APR_SUCCESS)
        return rv;
    read_row(&receipt->row, st);
    receipt->key = gw_col_text(st, 6, pool);
    receipt->team = gw_col_text(st, 7, pool);
    receipt->model = gw_col_text(st, 8, pool);
    receipt->upstream = gw_col_text(st, 9, pool);
    receipt->route = gw_col_text(st, 10, pool);
    receipt->currency = gw_col_text(st, 12, pool);
    receipt->upstream_request = gw_col_text(st, 34, pool);
    receipt->reason = gw_col_text(st, 40, pool);
    receipt->reference = gw_col_text(st, 41, pool);
    receipt->corrects = gw_col_int_or(st, 42, 0);
    receipt->micro = gw_col_int(st, 43);
    return gw_stmt_end(st);
}

apr_status_t gw_name_of(const char **name, gw_db_t *db, gw_called_t what,
                        apr_int64_t id, apr_pool_t *pool)
{
    static const gw_sql_t sql[] = {
        sql_team_name, sql_key_name, sql_model_name, sql_upstream_name,
        sql_route_name, sql_currency_name
    };
    gw_stmt_t *st = gw_stmt_prepare(db, sql[what]);
    apr_status_t rv;

    gw_stmt_bind_int(st, 1, id);
    rv = gw_stmt_row(st);
    *name = NULL;
    if (rv != APR_SUCCESS)
        return rv == APR_ENOENT ? APR_SUCCESS : rv;
    *name = gw_col_text(st, 0, pool);
    return gw_stmt_end(st);
}

apr_status_t gw_receipt_names(gw_receipt_t *rc, gw_db_t *db,
                              apr_pool_t *pool)
{
    const struct { gw_called_t what; apr_int64_t id; const char **name; }
    all[] = {
        { GW_CALLED_KEY, rc->row.key_id, &rc->key },
        { GW_CALLED_TEAM, rc->row.team_id, &rc->team },
        { GW_CALLED_MODEL, rc->row.model_id, &rc->model },
        { GW_CALLED_UPSTREAM, rc->row.upstream_id, &rc->upstream },
        { GW_CALLED_ROUTE, rc->row.route_id, &rc->route },
        { GW_CALLED_CURRENCY, rc->row.currency_id, &rc->currency }
    };
    apr_status_t rv = APR_SUCCESS;
    unsigned i;

    for (i = 0; rv == APR_SUCCESS && i < GW_COUNT(all); i++)
        rv = gw_name_of(all[i].name, db, all[i].what, all[i].id, pool);
    return rv;
}

apr_status_t gw_receipt_attempts(apr_array_header_t **attempts, gw_db_t *db,
                                 apr_int64_t id, apr_pool_t *pool)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_receipt_attempts);
    apr_status_t rv;

    *attempts = apr_array_make(pool, 2, sizeof(gw_receipt_attempt_t));
    gw_stmt_bind_int(st, 1, id);
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        gw_receipt_attempt_t *a = apr_array_push(*attempts);

        a->attempt.upstream_id = gw_col_int(st, 0);
        a->attempt.status = (apr_int16_t)gw_col_int(st, 1);
        a->attempt.reason = (apr_int16_t)gw_col_int(st, 2);
        a->attempt.ms = (apr_int32_t)gw_col_int(st, 3);
        a->upstream = gw_col_text(st, 4, pool);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

apr_status_t gw_receipt_by_answer(apr_int64_t *id, gw_db_t *db,
                                  apr_uint64_t hash, apr_int64_t key_id,
                                  apr_int64_t since)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_receipt_by_answer);

    gw_stmt_bind_int(st, 1, (apr_int64_t)hash);
    gw_stmt_bind_int(st, 2, key_id);
    gw_stmt_bind_int(st, 3, since);
    return gw_stmt_row_int(st, id);
}

apr_status_t gw_adjustment_by_reference(apr_int64_t *id, gw_db_t *db,
                                        const char *reference)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_adjustment_by_reference);

    gw_stmt_bind_text(st, 1, reference);
    return gw_stmt_row_int(st, id);
}

apr_status_t gw_name_id(apr_int64_t *id, gw_db_t *db, gw_name_kind_t kind,
                        const char *name)
{
    static const gw_sql_t by_name[] = {
        sql_model_by_name, sql_upstream_by_name, sql_currency_by_code
    };
    gw_stmt_t *st = gw_stmt_prepare(db, by_name[kind]);
    apr_status_t rv;

    gw_stmt_bind_text(st, 1, name);
    rv = gw_stmt_row_int(st, id);
    if (rv != APR_ENOENT || kind != GW_NAME_MODEL)
        return rv;
    st = gw_stmt_prepare(db, sql_alias_owner);
    gw_stmt_bind_text(st, 1, name);
    return gw_stmt_row_int(st, id);
}

/* ---- many rows ------------------------------------------------------ */

void gw_row_filter_init(gw_row_filter_t *f)
{
    f->key_id = f->team_id = f->model_id = f->upstream_id = f->currency_id
        = GW_ANY;
    f->kind = f->state = f->source = GW_ANY;
    f->from = 0;
    f->before = APR_INT64_MAX;
    f->least = NULL;
}

typedef struct walk_t {
    gw_db_t *db;
    const gw_row_filter_t *f;
    gw_row_page_t *page;
    int limit, work;
    apr_int64_t seen;           /* the row looked at last */
    int full;                   /* the page ends before the next row */
} walk_t;

static int fits(apr_int64_t wanted, apr_int64_t n)
{
    return wanted == GW_ANY || wanted == n;
}

/* The amount in columns 9 and 10 of rows_all. */
static int large(const gw_sum_t *least, gw_stmt_t *st)
{
    gw_sum_t sum = gw_sum_of(gw_col_int(st, 9));
    gw_sum_t more = { gw_col_int(st, 10), 0 };

    return least == NULL || gw_sum_add(&sum, &more) != APR_SUCCESS
           || gw_sum_compare(&sum, least) >= 0;
}

/* The columns of rows_all. */
static int passes(const gw_row_filter_t *f, gw_stmt_t *st)
{
    return fits(f->kind, gw_col_int(st, 1))
           && fits(f->state, gw_col_int(st, 2))
           && fits(f->source, gw_col_int(st, 3))
           && fits(f->team_id, gw_col_int(st, 4))
           && fits(f->key_id, gw_col_int(st, 5))
           && fits(f->model_id, gw_col_int_or(st, 6, 0))
           && fits(f->upstream_id, gw_col_int_or(st, 7, 0))
           && fits(f->currency_id, gw_col_int(st, 8))
           && large(f->least, st);
}

/* A step of the walk: is there room for it? */
static int step(walk_t *w, int pass)
{
    if (w->full)
        return 0;
    w->full = (pass && w->page->ids->nelts == w->limit) || w->work-- <= 0;
    if (w->full)
        w->page->next = w->seen;
    return !w->full;
}

/* Look at one row. */
static void meet(walk_t *w, gw_stmt_t *st)
{
    int pass = passes(w->f, st);

    if (!step(w, pass))
        return;
    w->seen = gw_col_int(st, 0);
    if (pass)
        APR_ARRAY_PUSH(w->page->ids, apr_int64_t) = w->seen;
}

/* All rows of a statement. */
static apr_status_t walk_rows(walk_t *w, gw_stmt_t *st)
{
    apr_status_t rv;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        meet(w, st);
        if (w->full)
            return gw_stmt_end(st);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

static apr_status_t walk_all(walk_t *w)
{
    gw_stmt_t *st = gw_stmt_prepare(w->db, sql_rows_all);

    gw_stmt_bind_int(st, 1, w->f->before);
    gw_stmt_bind_int(st, 2, w->f->from);
    return walk_rows(w, st);
}

static apr_status_t walk_key(walk_t *w)
{
    gw_stmt_t *st = gw_stmt_prepare(w->db, sql_rows_of_key);

    gw_stmt_bind_int(st, 1, w->f->key_id);
    gw_stmt_bind_int(st, 2, w->f->before);
    gw_stmt_bind_int(st, 3, w->f->from);
    return walk_rows(w, st);
}

static apr_status_t walk_id(walk_t *w, apr_int64_t id)
{
    gw_stmt_t *st = gw_stmt_prepare(w->db, sql_row_facts);

    gw_stmt_bind_int(st, 1, id);
    return walk_rows(w, st);
}

/* A team's rows of one hour. */
static apr_status_t walk_hour(walk_t *w, apr_int64_t hour)
{
    gw_stmt_t *st = gw_stmt_prepare(w->db, sql_rows_of_team_hour);
    apr_int64_t begin = gw_id_make(hour * HOUR_US, 0);
    apr_int64_t end = gw_id_make((hour + 1) * HOUR_US, 0);
    apr_status_t rv;

    if (end <= w->f->from || begin >= w->f->before || !step(w, 0))
        return APR_SUCCESS;
    gw_stmt_bind_int(st, 1, hour);
    gw_stmt_bind_int(st, 2, w->f->team_id);
    gw_stmt_bind_int(st, 3, end < w->f->before ? end : w->f->before);
    gw_stmt_bind_int(st, 4, begin > w->f->from ? begin : w->f->from);
    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        rv = walk_id(w, gw_col_int(st, 0));
        if (rv != APR_SUCCESS || w->full) {
            gw_stmt_end(st);
            return rv;
        }
    }
    w->seen = begin;
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

/* A team's rows of one day; most days it may have none. */
static apr_status_t walk_day(walk_t *w, apr_int64_t day)
{
    gw_stmt_t *st = gw_stmt_prepare(w->db, sql_team_on_day);
    apr_status_t rv;
    int hour;

    if (!step(w, 0))
        return APR_SUCCESS;
    gw_stmt_bind_int(st, 1, day);
    gw_stmt_bind_int(st, 2, w->f->team_id);
    rv = gw_stmt_row(st);
    gw_stmt_end(st);
    for (hour = 23; hour >= 0 && rv == APR_SUCCESS && !w->full; hour--)
        rv = walk_hour(w, day * 24 + hour);
    if (!w->full)
        w->seen = gw_id_make(day * 24 * HOUR_US, 0);
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

static apr_status_t walk_team(walk_t *w)
{
    apr_int64_t first = 0, last = 0, day;
    apr_status_t rv = gw_stmt_row_int(gw_stmt_prepare(
                                        w->db, sql_team_first_day), &first);

    if (rv == APR_SUCCESS)
        rv = gw_stmt_row_int(gw_stmt_prepare(w->db, sql_ledger_max_id),
                           &last);
    if (w->f->from > gw_id_make(first * 24 * HOUR_US, 0))
        first = gw_id_time(w->f->from) / (24 * HOUR_US);
    if (w->f->before <= last)
        last = w->f->before - 1;
    day = gw_id_time(last) / (24 * HOUR_US);
    for (; day >= first && rv == APR_SUCCESS && !w->full; day--)
        rv = walk_day(w, day);
    return rv;
}

apr_status_t gw_rows_page(gw_row_page_t *page, gw_db_t *db,
                          const gw_row_filter_t *filter, int limit,
                          apr_pool_t *pool)
{
    walk_t w = { db, filter, page, limit, GW_PAGE_WORK, filter->before, 0 };

    page->ids = apr_array_make(pool, limit < 128 ? limit : 128,
                               sizeof(apr_int64_t));
    page->next = 0;
    if (filter->key_id != GW_ANY)
        return walk_key(&w);
    return filter->team_id != GW_ANY ? walk_team(&w) : walk_all(&w);
}
