/* SPDX-License-Identifier: Apache-2.0 */
/* fsck.c - see fsck.h. */
#include "fsck.h"

#include <apr_hash.h>
#include <apr_strings.h>

#include "catalog_load.h"
#include "col.h"
#include "id.h"
#include "row.h"
#include "stmt.h"

void gw_fsck_init(gw_fsck_t *f, apr_pool_t *pool)
{
    memset(f, 0, sizeof(*f));
    f->pool = pool;
    f->findings = apr_array_make(pool, 4, sizeof(gw_finding_t));
    gw_fsck_range(f, -1, -1);
}

#define DAY_MS APR_INT64_C(86400000)

void gw_fsck_range(gw_fsck_t *f, apr_int64_t from_ms, apr_int64_t to_ms)
{
    f->from_day = from_ms < 0 ? -GW_FSCK_OPEN : from_ms / DAY_MS;
    f->to_day = to_ms < 0 ? GW_FSCK_OPEN
                          : to_ms / DAY_MS + (to_ms % DAY_MS != 0);
}

/* Ids hold times until the year 3111. */
static apr_int64_t first_id(apr_int64_t day)
{
    return day <= 0 ? (day < 0 ? APR_INT64_MIN : 0)
         : day < (APR_INT64_MAX >> 8) / (DAY_MS * 1000)
           ? gw_id_first(day * DAY_MS * 1000) : APR_INT64_MAX;
}

/* What the queries of sql/fsck.sql have in common. */
static gw_stmt_t *prepare(const gw_fsck_t *f, gw_db_t *db, gw_sql_t sql)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql);
    int days_only = sql == sql_fsck_days;

    gw_stmt_bind_int(st, 1, days_only ? f->from_day : first_id(f->from_day));
    gw_stmt_bind_int(st, 2, days_only ? f->to_day : first_id(f->to_day));
    if (sql != sql_fsck_rows && sql != sql_fsck_attempts && !days_only) {
        gw_stmt_bind_int(st, 3, f->from_day);
        gw_stmt_bind_int(st, 4, f->to_day);
    }
    return st;
}

void gw_fsck_find(gw_fsck_t *f, const char *check, const char *detail)
{
    gw_finding_t *finding;

    if (f->wrong++ >= GW_FSCK_MOST)
        return;
    finding = apr_array_push(f->findings);
    finding->check = check;
    finding->detail = detail;
}

/* ---- rows ----------------------------------------------------------- */

static const gw_price_t *price_of(apr_hash_t *prices, gw_fsck_t *f,
                                  gw_db_t *db, apr_int64_t id)
{
    gw_price_t *price = apr_hash_get(prices, &id, sizeof(id));
    int is_free;

    if (price != NULL)
        return price;
    price = apr_pcalloc(f->pool, sizeof(*price));
    if (gw_catalog_load_price(price, &is_free, db, id, f->pool) != APR_SUCCESS)
        return NULL;
    apr_hash_set(prices, &price->id, sizeof(price->id), price);
    return price;
}

static void wrong_row(gw_fsck_t *f, const gw_row_t *row, const char *what)
{
    char id[GW_ID_LENGTH + 1], amount[GW_MONEY_TEXT];

    gw_fsck_find(f, "price", apr_psprintf(f->pool, "%s, amount %s: %s",
                                          gw_id_text(id, row->id),
                                          gw_money_text(amount, row->amount),
                                          what));
}

static void check_row(gw_fsck_t *f, gw_db_t *db, apr_hash_t *prices,
                      const gw_row_t *row)
{
    const gw_price_t *price;
    gw_charge_t charge;
    char text[GW_MONEY_TEXT];

    f->rows++;
    if (row->kind == GW_KIND_ADJUSTMENT)
        return;
    if (row->attempts == 0 && row->amount != 0)
        wrong_row(f, row, "it was charged without an attempt");
    price = price_of(prices, f, db, row->price_id);
    if (price == NULL) {
        wrong_row(f, row, "its price is not there");
        return;
    }
    f->repriced++;
    if (gw_row_reprice(&charge, row, price) != APR_SUCCESS
        || charge.amount != row->amount
        || (row->amount != 0 && charge.tier != row->tier))
        wrong_row(f, row, apr_psprintf(f->pool, "its usage comes to %s, tier "
                                       "%u", gw_money_text(text,
                                                           charge.amount),
                                       charge.tier + 1));
}

static apr_status_t check_rows(gw_fsck_t *f, gw_db_t *db)
{
    gw_stmt_t *st = prepare(f, db, sql_fsck_rows);
    apr_hash_t *prices = apr_hash_make(f->pool);
    apr_status_t rv;
    int i;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        apr_int64_t beside;
        gw_row_t row;

        memset(&row, 0, sizeof(row));
        row.id = gw_col_int(st, 0);
        row.kind = (unsigned char)gw_col_int(st, 1);
        row.state = (unsigned char)gw_col_int(st, 2);
        row.usage.flags = (unsigned)gw_col_int(st, 3);
        row.price_id = gw_col_int_or(st, 4, 0);
        row.tier = (unsigned char)gw_col_int_or(st, 5, 0);
        row.amount = gw_col_int(st, 6);
        for (i = 0; i < GW_BUCKETS; i++)
            row.usage.bucket[i] = gw_col_int(st, 7 + i);
        row.attempts = (unsigned char)gw_col_int(st, 18);
        row.usage.search_units = gw_col_int(st, 20);
        beside = row.kind == GW_KIND_REQUEST ? gw_col_int(st, 19) : 0;
        if (gw_col_forgive(st)) {
            f->rows++;
            wrong_row(f, &row, "a value of it is no integer");
            continue;
        }
        if (beside != 0)
            wrong_row(f, &row, "more stands beside it");
        check_row(f, db, prices, &row);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

/* ---- sums ----------------------------------------------------------- */

static apr_status_t check_sums(gw_fsck_t *f, gw_db_t *db, const char *check,
                               gw_sql_t sql)
{
    static const char *const names[] = {
        "requests", "failed", "estimated", "prompt", "cached", "output"
    };
    char amount[GW_MONEY_TEXT];
    gw_stmt_t *st = prepare(f, db, sql);
    gw_sum_t sum;
    apr_status_t rv;
    unsigned i;

    while ((rv = gw_stmt_row(st)) == APR_SUCCESS) {
        const char *text = gw_col_text(st, 0, f->pool);

        for (i = 0; i < GW_COUNT(names); i++) {
            apr_int64_t n = gw_col_int(st, (int)i + 1);

            if (n != 0)
                text = apr_psprintf(f->pool, "%s: rows have %" APR_INT64_T_FMT
                                    " %s more", text, n, names[i]);
        }
        if (gw_sum_gather(&sum, 0, gw_col_int(st, 7),
                          gw_col_int(st, 8)) == APR_SUCCESS
            && gw_sum_sign(&sum) != 0)
            text = apr_psprintf(f->pool, "%s: rows come to %s more", text,
                                gw_sum_text(amount, &sum));
        if (gw_col_forgive(st))
            text = apr_psprintf(f->pool, "%s: a value is no integer", text);
        gw_fsck_find(f, check, text);
    }
    return rv == APR_ENOENT ? APR_SUCCESS : rv;
}

apr_status_t gw_fsck_ledger(gw_fsck_t *f, gw_db_t *db)
{
    apr_status_t rv = gw_db_begin_read(db);

    if (rv != APR_SUCCESS)
        return rv;
    rv = check_rows(f, db);
    if (rv == APR_SUCCESS)
        rv = check_sums(f, db, "hours", sql_fsck_hours);
    if (rv == APR_SUCCESS)
        rv = check_sums(f, db, "days", sql_fsck_days);
    if (rv == APR_SUCCESS)
        rv = check_sums(f, db, "spend", sql_fsck_spend);
    if (rv == APR_SUCCESS)
        rv = check_sums(f, db, "attempts", sql_fsck_attempts);
    gw_db_rollback(db);
    return rv;
}
