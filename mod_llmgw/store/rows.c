/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c - see rows.h. */
#include "rows.h"

#include "col.h"
#include "id.h"
#include "stmt.h"

#define HOUR_US APR_INT64_C(3600000000)

void gw_rows_filter_init(gw_row_filter_t *f)
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
    apr_int64_t begin = gw_id_first(hour * HOUR_US);
    apr_int64_t end = gw_id_first((hour + 1) * HOUR_US);
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
        w->seen = gw_id_first(day * 24 * HOUR_US);
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
    if (w->f->from > gw_id_first(first * 24 * HOUR_US))
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
