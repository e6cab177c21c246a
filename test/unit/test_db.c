/* SPDX-License-Identifier: Apache-2.0 */
/* test_db.c - what cannot be bound is not run. */
#include "db.h"

#include <apr_general.h>

#include "tap.h"

static const char insert[] = "INSERT INTO t (a, b) VALUES (?1, ?2)";
static const char other[] = "INSERT INTO t (a) VALUES (?1)";
static const char count[] = "SELECT count(*), ifnull(max(a), 0) FROM t";
static gw_db_t *db;

static apr_int64_t rows(int column)
{
    sqlite3_stmt *st = gw_db_prepare(db, count);
    apr_int64_t n = -1;

    if (gw_db_row(db, st) == APR_SUCCESS)
        n = gw_db_int(st, column, -2);
    gw_db_reset(st);
    return n;
}

static void test_all_values(void)
{
    sqlite3_stmt *st = gw_db_prepare(db, insert);

    gw_db_bind_int(st, 1, APR_INT64_MAX);
    gw_db_bind_text(st, 2, "text");
    is_int(gw_db_run(db, st), APR_SUCCESS, "all bound: it runs");
    is_int(rows(0), 1, "and has its row");
    is_int(rows(1), APR_INT64_MAX, "with all bits");
    st = gw_db_prepare(db, insert);
    gw_db_bind_int_or_null(st, 1, 0, 0);
    gw_db_bind_blob(st, 2, "\0\1", 2);
    is_int(gw_db_run(db, st), APR_SUCCESS, "NULL and bytes");
    is_int(rows(0), 2, "another row");
}

static void fails(int index, const char *what)
{
    sqlite3_stmt *st = gw_db_prepare(db, insert);
    apr_int64_t before = rows(0);

    gw_db_bind_int(st, 1, 7);
    switch (what[0]) {
    case 'i':
        gw_db_bind_int(st, index, 1);
        break;
    case 't':
        gw_db_bind_text(st, index, "x");
        break;
    case 'b':
        gw_db_bind_blob(st, index, "x", 1);
        break;
    default:
        gw_db_bind_int_or_null(st, index, 5, 5);
        break;
    }
    gw_db_bind_text(st, 2, "this one can be");
    is_int(gw_db_run(db, st), APR_EGENERAL, "%s: it is not run", what);
    is_int(rows(0), before, "%s: nothing is written", what);
}

/* Between the failure and the run another statement runs well. */
static void test_another_between(void)
{
    sqlite3_stmt *st = gw_db_prepare(db, insert), *well;
    apr_int64_t before = rows(0);

    gw_db_bind_int(st, 9, 1);
    well = gw_db_prepare(db, other);
    gw_db_bind_int(well, 1, 3);
    is_int(gw_db_run(db, well), APR_SUCCESS, "another one is run");
    is_int(gw_db_run(db, st), APR_EGENERAL, "the one that failed is not");
    is_int(rows(0), before + 1, "and there is one row more");
}

static void test_it_is_forgotten(void)
{
    sqlite3_stmt *st = gw_db_prepare(db, insert);

    gw_db_bind_int(st, 9, 1);
    st = gw_db_prepare(db, insert);     /* never run: begun again */
    gw_db_bind_int(st, 1, 1);
    is_int(gw_db_run(db, st), APR_SUCCESS, "prepared again, it runs");
    gw_db_bind_int(NULL, 1, 1);
    gw_db_bind_text(NULL, 1, "x");
    gw_db_bind_blob(NULL, 1, "x", 1);
    gw_db_bind_int_or_null(NULL, 1, 0, 0);
    is_int(gw_db_run(db, NULL), APR_EGENERAL, "no statement");
    st = gw_db_prepare(db, other);
    is_int(gw_db_run(db, st), APR_SUCCESS, "does not harm the next");
}

int main(void)
{
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    is_int(gw_db_open(&db, ":memory:", GW_DB_CREATE, pool), APR_SUCCESS,
           "a database");
    sqlite3_exec(gw_db_handle(db), "CREATE TABLE t (a INTEGER, b)", NULL,
                 NULL, NULL);
    test_all_values();
    fails(3, "integer");
    fails(0, "text");
    fails(-1, "bytes");
    fails(99, "null");
    test_another_between();
    test_it_is_forgotten();
    apr_pool_destroy(pool);
    apr_terminate();
    return tap_end();
}
