/* SPDX-License-Identifier: Apache-2.0 */
/* test_ledger.c - a row and its sums: once, together, on disk when the commit
 * returns. */
#include "ledger.h"

#include <apr_file_io.h>
#include <unistd.h>

#include "db_private.h"
#include "id.h"
#include "migrate.h"
#include "money.h"
#include "receipt.h"

#include "tap.h"

#define CNY 1
#define NOW APR_INT64_C(1700000000000000)

static char path[64];
static gw_db_t *ours, *theirs;

static int take(void *n, int columns, char **value, char **name)
{
    *(long long *)n = value[0] == NULL ? -1 : strtoll(value[0], NULL, 10);
    return 0;
}

static long long ask(gw_db_t *db, const char *sql)
{
    long long n = -2;

    if (sqlite3_exec(db->handle, sql, take, &n, NULL) != SQLITE_OK)
        printf("# %s: %s\n", sql, gw_db_error(db));
    return n;
}

static gw_row_t row_of(apr_int64_t id, gw_pico_t amount)
{
    gw_row_t row;

    memset(&row, 0, sizeof(row));
    row.id = gw_id_make(NOW, 0) + id;
    row.state = GW_STATE_SETTLED;
    row.source = GW_SOURCE_REPORTED;
    row.team_id = 7;
    row.key_id = 8;
    row.currency_id = CNY;
    row.amount = amount;
    return row;
}

static apr_status_t write_rows(const gw_row_t *a, const gw_row_t *b)
{
    const gw_row_t *rows[2];

    rows[0] = a;
    rows[1] = b;
    return gw_ledger_write(ours, rows, b == NULL ? 1 : 2, tap_pool());
}

static long long spent(int team, apr_int64_t id)
{
    gw_sum_t sum = { 0, 0 };

    if (gw_ledger_spent(&sum, theirs, team, id, "CNY", 0) != APR_SUCCESS)
        return -1;
    return sum.micro;
}

static void test_rows_and_sums(void)
{
    gw_row_t a = row_of(1, 5000000), b = row_of(2, 3000000);

    is_int(write_rows(&a, &b), APR_SUCCESS, "two rows");
    is_int(ask(theirs, "SELECT count(*) FROM ledger"), 0,
           "nobody sees them yet");
    is_int(spent(0, 8), 0, "nor what they come to");
    is_int(gw_db_commit(ours), APR_SUCCESS, "committed");
    is_int(ask(theirs, "SELECT count(*) FROM ledger"), 2, "they are seen");
    is_int(spent(0, 8), 8, "spent of the key");
    is_int(spent(1, 7), 8, "spent of the team");
    is_int(ask(theirs, "SELECT sum(requests) FROM rollup_hour"), 2,
           "requests of the hour");
    is_int(ask(theirs, "SELECT sum(requests) FROM rollup_day"), 2,
           "requests of the day");
}

/* Its process died between commit and release: it comes again. */
static void test_again(void)
{
    gw_row_t b = row_of(2, 3000000), c = row_of(3, 1000000);

    is_int(write_rows(&b, &c), APR_SUCCESS, "one of them is there");
    is_int(gw_db_commit(ours), APR_SUCCESS, "committed");
    is_int(ask(theirs, "SELECT count(*) FROM ledger"), 3, "one more row");
    is_int(spent(0, 8), 9, "the other one counts once");
    is_int(ask(theirs, "SELECT sum(requests) FROM rollup_hour"), 3,
           "and once in the rollups");
}

/* What it was counted in comes back as it went in. */
static void test_search_units(void)
{
    gw_row_t e = row_of(5, 0);
    gw_receipt_t receipt;

    e.usage.search_units = 3;
    is_int(write_rows(&e, NULL), APR_SUCCESS, "a row of search units");
    is_int(gw_receipt_get(&receipt, ours, e.id, tap_pool()), APR_SUCCESS,
           "its receipt");
    is_int(receipt.row.usage.search_units, 3, "... has them");
    is_int(gw_receipt_get(&receipt, ours, gw_id_make(NOW, 0) + 1, tap_pool()),
           APR_SUCCESS, "the receipt of another");
    is_int(receipt.row.usage.search_units, 0, "... has none");
    gw_db_rollback(ours);
}

static void test_rolled_back(void)
{
    gw_row_t d = row_of(4, 1000000);

    is_int(write_rows(&d, NULL), APR_SUCCESS, "a row");
    gw_db_rollback(ours);
    is_int(ask(theirs, "SELECT count(*) FROM ledger"), 3, "there is none");
    is_int(spent(0, 8), 9, "and no sum");
}

static void test_on_disk(void)
{
    is_int(ask(ours, "PRAGMA synchronous"), 2,
           "a commit returns when it is on disk");
    is_int(ask(theirs, "PRAGMA query_only"), 1, "who reads does not write");
}

int main(void)
{
    char also[sizeof(path) + 4];
    static const char *const more[] = { "-wal", "-shm", "" };
    unsigned i;

    snprintf(path, sizeof(path), "/tmp/test_ledger.%d", (int)getpid());
    is_int(gw_db_open(&ours, path, GW_DB_CREATE, tap_pool()), APR_SUCCESS,
           "a database");
    is_int(gw_migrate(ours), APR_SUCCESS, "with its tables");
    ask(ours, "INSERT INTO currency (id, code) VALUES (1, 'CNY')");
    is_int(gw_db_open(&theirs, path, GW_DB_READ, tap_pool()), APR_SUCCESS,
           "and somebody who reads");
    test_rows_and_sums();
    test_again();
    test_search_units();
    test_rolled_back();
    test_on_disk();
    for (i = 0; i < 3; i++) {
        snprintf(also, sizeof(also), "%s%s", path, more[i]);
        unlink(also);
    }
    return tap_end();
}
