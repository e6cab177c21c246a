/* SPDX-License-Identifier: Apache-2.0 */
/* test_db_files.c - a database known by descriptors: processes that share
 * them, kill -9, names that go, and other databases of the same process. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "db_private.h"

#include "db_files.h"
#include "tap.h"

#define WRITERS 4
#define ROWS    150

static apr_pool_t *pool;
static char dir[80];
static int fds[3];

static const char *at(const char *name)
{
    return apr_pstrcat(pool, dir, "/", name, NULL);
}

static void open_files(void)
{
    static const char *const names[] = { "db", "db-wal", "db-shm" };
    int i;

    for (i = 0; i < 3; i++)
        fds[i] = open(at(names[i]), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static apr_status_t run(gw_db_t *db, const char *sql)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? APR_SUCCESS
         : rc == SQLITE_BUSY ? APR_EBUSY : APR_EGENERAL;
}

static int ask(gw_db_t *db, const char *sql)
{
    sqlite3_stmt *st;
    int n = -1;

    if (sqlite3_prepare_v2(db->handle, sql, -1, &st, NULL) != SQLITE_OK)
        return -1;
    if (sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return n;
}

static gw_db_t *inherited(gw_db_mode_t mode)
{
    gw_db_t *db;

    if (gw_db_files_inherit(fds[0], fds[1], fds[2]) != APR_SUCCESS
        || gw_db_open(&db, GW_DB_INHERITED, mode, pool) != APR_SUCCESS)
        return NULL;
    return db;
}

/* A process of its own: it writes rows and says each that is committed. */
static pid_t writer(int number, int say)
{
    pid_t pid = fork();
    gw_db_t *db;
    int i;

    if (pid != 0)
        return pid;
    db = inherited(GW_DB_WRITE);
    for (i = 0; db != NULL && i < ROWS; i++) {
        const char *sql = apr_psprintf(pool, "INSERT INTO t VALUES(%d)",
                                       number * ROWS + i);

        while (run(db, sql) == APR_EBUSY)
            ;
        if (write(say, "x", 1) != 1)
            _exit(2);
    }
    _exit(db == NULL);
}

/* Nothing of the paths is left while they write, and one of them is killed
 * in the middle. */
static void test_processes(void)
{
    pid_t pids[WRITERS];
    int said[2], i, status, committed = 0;
    char byte;

    if (pipe(said) != 0)
        abort();
    for (i = 0; i < WRITERS; i++)
        pids[i] = writer(i, said[1]);
    close(said[1]);
    while (read(said[0], &byte, 1) == 1) {
        if (++committed == ROWS) {
            unlink(at("db"));
            unlink(at("db-wal"));
            unlink(at("db-shm"));
            kill(pids[0], SIGKILL);
        }
    }
    for (i = 0; i < WRITERS; i++) {
        waitpid(pids[i], &status, 0);
        ok(i == 0 || status == 0, "writer %d", i);
    }
    close(said[0]);
    ok(committed >= (WRITERS - 1) * ROWS, "%d rows said", committed);
    {
        gw_db_t *db = inherited(GW_DB_OWN);
        int whole, rows = ask(db, "SELECT count(*) FROM t");

        ok(rows == committed || rows == committed + 1,
           "all rows that were said are there, and one more at most: %d",
           rows);
        is_str(gw_db_damage(db, 10000, &whole, pool), NULL, "undamaged");
        ok(whole, "and all of it was looked at");
    }
}

static apr_off_t size_of(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 ? st.st_size : -1;
}

static void test_begin(void)
{
    gw_db_t *db = inherited(GW_DB_CREATE);

    ok(db != NULL, "an empty file becomes a database");
    is_int(run(db, "CREATE TABLE t(n INTEGER PRIMARY KEY)"), APR_SUCCESS,
           "it can be written");
    ok(size_of(fds[1]) > 0, "in WAL mode");
    ok(access(at("db-journal"), F_OK) != 0
       && access(GW_DB_INHERITED, F_OK) != 0, "without a journal, or a name");
    is_int(gw_db_checkpoint(db, 1), APR_SUCCESS, "a checkpoint");
    is_int(size_of(fds[1]), 0, "empties the -wal");
}

static void test_others(void)
{
    gw_db_t *db, *ours = inherited(GW_DB_READ);

    is_int(gw_db_open(&db, at("other"), GW_DB_CREATE, pool), APR_SUCCESS,
           "another database is opened by its path");
    is_int(run(db, "CREATE TABLE t(n); INSERT INTO t VALUES(5)"),
           APR_SUCCESS, "and written");
    ok(access(at("other-wal"), F_OK) == 0, "with a -wal of its own");
    is_int(ask(db, "SELECT n FROM t"), 5, "and read");
    ok(ask(ours, "SELECT count(*) FROM t") != 1, "it is not ours");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    snprintf(dir, sizeof(dir), "/tmp/test_db_files.%ld", (long)getpid());
    if (mkdir(dir, 0700) != 0)
        abort();
    open_files();
    test_begin();
    test_processes();
    test_others();
    unlink(at("other"));
    unlink(at("other-wal"));
    unlink(at("other-shm"));
    apr_pool_destroy(pool);
    rmdir(dir);
    return tap_end();
}
