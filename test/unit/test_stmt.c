/* SPDX-License-Identifier: Apache-2.0 */
/* test_stmt.c - what cannot be bound is not run, what cannot be read is no
 * row. */
#include "stmt.h"

#include <apr_general.h>
#include <apr_strings.h>

#include "col.h"
#include "db_private.h"

#include "migrate.h"
#include "tap.h"

static apr_pool_t *pool;
static gw_db_t *db;

static void exec(const char *sql)
{
    is_int(sqlite3_exec(db->handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
           sql);
}

static int take(void *n, int columns, char **value, char **name)
{
    *(apr_int64_t *)n = apr_atoi64(value[0]);
    return 0;
}

static apr_int64_t rows(void)
{
    apr_int64_t n = -1;

    sqlite3_exec(db->handle, "SELECT count(*) FROM audit", take, &n, NULL);
    return n;
}

/* A row of the audit trail, all but its detail. */
static gw_stmt_t *insert(apr_int64_t at_ms)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_audit_insert);
    int i;

    gw_stmt_bind_int(st, 1, at_ms);
    for (i = 2; i <= 5; i++)
        gw_stmt_bind_text(st, i, "text");
    return st;
}

static gw_stmt_t *all(void)
{
    gw_stmt_t *st = gw_stmt_prepare(db, sql_audit_all);

    gw_stmt_bind_int(st, 1, APR_INT64_MAX);
    gw_stmt_bind_int(st, 2, APR_INT64_MIN);
    gw_stmt_bind_int(st, 3, APR_INT64_MAX);
    return st;
}

/* ---- values --------------------------------------------------------- */

static void test_all_values(void)
{
    const unsigned char *bytes;
    apr_size_t length;
    gw_stmt_t *st = insert(APR_INT64_MAX - 1);

    gw_stmt_bind_blob(st, 6, "\0\1", 2);
    is_int(gw_stmt_run(st), APR_SUCCESS, "all bound: it runs");
    st = insert(7);
    gw_stmt_bind_int_or_null(st, 6, 5, 5);
    is_int(gw_stmt_run(st), APR_SUCCESS, "NULL");
    st = all();
    is_int(gw_stmt_row(st), APR_SUCCESS, "a row");
    is_int(gw_col_int(st, 1), APR_INT64_MAX - 1, "with all bits");
    is_str(gw_col_text(st, 2, pool), "text", "a text");
    ok(gw_col_is(st, 2, "text"), "it is that text");
    ok(!gw_col_is(st, 2, "tex"), "and no other");
    bytes = gw_col_blob(&length, st, 6, pool);
    ok(length == 2 && bytes[0] == 0 && bytes[1] == 1, "its bytes");
    is_int(gw_stmt_row(st), APR_SUCCESS, "another row");
    ok(gw_col_is_null(st, 6), "with NULL");
    is_int(gw_col_int_or(st, 6, -3), -3, "that may be");
    is_str(gw_col_text(st, 6, pool), NULL, "no text");
    ok(!gw_col_is(st, 6, ""), "nor an empty one");
    ok(gw_col_blob(&length, st, 6, pool) == NULL && length == 0, "no bytes");
    is_int(gw_stmt_end(st), APR_SUCCESS, "all was read");
}

static void fails(int index, const char *what)
{
    gw_stmt_t *st = insert(7);
    apr_int64_t before = rows();

    switch (what[0]) {
    case 'i':
        gw_stmt_bind_int(st, index, 1);
        break;
    case 't':
        gw_stmt_bind_text(st, index, "x");
        break;
    case 'b':
        gw_stmt_bind_blob(st, index, "x", 1);
        break;
    default:
        gw_stmt_bind_int_or_null(st, index, 5, 5);
        break;
    }
    gw_stmt_bind_text(st, 6, "this one can be");
    is_int(gw_stmt_run(st), APR_EGENERAL, "%s: it is not run", what);
    is_int(rows(), before, "%s: nothing is written", what);
}

/* Between the failure and the run another statement runs well. */
static void test_another_between(void)
{
    gw_stmt_t *st = insert(7), *well;

    gw_stmt_bind_int(st, 9, 1);
    well = gw_stmt_prepare(db, sql_clock_save);
    gw_stmt_bind_int(well, 1, 3);
    is_int(gw_stmt_run(well), APR_SUCCESS, "another one is run");
    is_int(gw_stmt_run(st), APR_EGENERAL, "the one that failed is not");
}

static void test_it_is_forgotten(void)
{
    gw_stmt_t *st = insert(7);

    gw_stmt_bind_int(st, 9, 1);
    st = insert(8);             /* never run: begun again */
    is_int(gw_stmt_run(st), APR_SUCCESS, "prepared again, it runs");
    gw_stmt_bind_int(st, 9, 1);
    is_int(gw_stmt_end(st), APR_EGENERAL, "its end says it, too");
    is_int(gw_stmt_end(st), APR_SUCCESS, "once");
}

/* ---- rows ----------------------------------------------------------- */

static void test_what_is_no_integer(void)
{
    apr_int64_t n = 5;
    gw_stmt_t *st;

    is_int(gw_stmt_row_int(gw_stmt_prepare(db, sql_ledger_max_id), &n),
           APR_SUCCESS, "NULL for an integer");
    is_int(n, 0, "is 0");
    st = gw_stmt_prepare(db, sql_clock_seen);
    exec("UPDATE clock SET seen_ms = 1.5");
    n = 5;
    is_int(gw_stmt_row_int(st, &n), APR_EGENERAL, "a fraction is none");
    is_int(n, 5, "and gives nothing");
    exec("DELETE FROM clock");
    is_int(gw_stmt_row_int(st, &n), APR_ENOENT, "no row");
    is_int(n, 5, "neither");
}

static void test_what_cannot_be_read_ends_it(void)
{
    gw_stmt_t *st;

    exec("UPDATE audit SET at_ms = 1");
    st = all();
    is_int(gw_stmt_row(st), APR_SUCCESS, "a row");
    is_int(gw_col_int(st, 2), 0, "its text is no integer");
    is_int(gw_col_int(st, 1), 1, "what can be read still is");
    is_int(gw_stmt_row(st), APR_EGENERAL, "and there is no next row");
    st = all();
    is_int(gw_stmt_row(st), APR_SUCCESS, "from the beginning");
    gw_col_int(st, 6);
    is_int(gw_stmt_end(st), APR_EGENERAL, "the end says it");
    st = all();
    is_int(gw_stmt_row(st), APR_SUCCESS, "once more");
    ok(!gw_col_forgive(st), "nothing is wrong yet");
    gw_col_int(st, 2);
    ok(gw_col_forgive(st), "now it is, and forgiven");
    is_int(gw_stmt_end(st), APR_SUCCESS, "the end says nothing");
}

static void test_returned(void)
{
    apr_int64_t id = 0;
    gw_stmt_t *st = gw_stmt_prepare(db, sql_key_insert);

    gw_stmt_bind_text(st, 1, "k");
    gw_stmt_bind_int(st, 2, 1);
    gw_stmt_bind_int(st, 3, 0);
    gw_stmt_bind_text(st, 4, "");
    gw_stmt_bind_text(st, 5, "{}");
    gw_stmt_bind_int(st, 6, 1);
    is_int(gw_stmt_run_int(st, &id), APR_SUCCESS, "a key");
    is_int(id, 1, "has an id");
    is_int(gw_stmt_run_int(st, &id), APR_EEXIST, "it exists");
}

static void test_cannot_be_prepared(void)
{
    gw_stmt_t *st;

    exec("ALTER TABLE widening RENAME TO gone");
    st = gw_stmt_prepare(db, sql_widening_clear);
    gw_stmt_bind_int(st, 1, 1);
    gw_stmt_bind_text(st, 1, "x");
    gw_stmt_bind_blob(st, 1, "x", 1);
    gw_stmt_bind_int_or_null(st, 1, 0, 0);
    is_int(gw_stmt_run(st), APR_EGENERAL, "no such table");
    is_int(gw_stmt_run(st), APR_EGENERAL, "nor the second time");
    exec("ALTER TABLE gone RENAME TO widening");
    st = gw_stmt_prepare(db, sql_widening_clear);
    gw_stmt_bind_int(st, 1, 1);
    is_int(gw_stmt_run(st), APR_SUCCESS, "now there is");
}

static void test_every_statement(void)
{
    int i;

    for (i = 0; i < GW_SQL_STATEMENTS; i++) {
        gw_stmt_t *st = gw_stmt_prepare(db, (gw_sql_t)i);

        ok(st->st != NULL, "statement %d is prepared: %.40s", i,
           gw_sql_texts[i]);
        ok(gw_stmt_prepare(db, (gw_sql_t)i) == st, "once");
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    is_int(gw_db_open(&db, ":memory:", GW_DB_CREATE, pool), APR_SUCCESS,
           "a database");
    is_int(gw_migrate(db), APR_SUCCESS, "with its tables");
    test_all_values();
    fails(7, "integer");
    fails(0, "text");
    fails(-1, "bytes");
    fails(99, "null");
    test_another_between();
    test_it_is_forgotten();
    test_what_is_no_integer();
    test_what_cannot_be_read_ends_it();
    test_returned();
    test_cannot_be_prepared();
    test_every_statement();
    apr_pool_destroy(pool);
    apr_terminate();
    return tap_end();
}
