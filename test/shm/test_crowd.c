/* SPDX-License-Identifier: Apache-2.0 */
/* test_crowd.c - several processes work on one segment at once, a helper
 * writes their rows, and one of them is killed at each crash point while the
 * others go on.
 */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "after.h"
#include "drain_slots.h"
#include "fixture.h"
#include "helper.h"
#include "kill.h"
#include "refusals.h"
#include "set_clock.h"

#include "tap.h"

#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)
#define KEYS 3                  /* 1, 2, 3, of team 9 */
#define PLACES 8                /* of a key, and of the team */
#define CHILDREN 3
#define EACH 40                 /* requests of a child */

static gw_segment_t *seg;
static rows_t *rows;
static told_t *told;            /* of each child; one more: do they go on? */
static unsigned long long state;
static unsigned missed;         /* labels that nobody came to */

static apr_int64_t rnd(apr_int64_t n)
{
    return (apr_int64_t)(tap_random(&state) % (unsigned long long)n);
}

static void policy(gw_policy_t *p)
{
    memset(p, 0, sizeof(*p));
    fixture_limit(p, GW_LIMIT_RPM, GW_QUOTA_MAX);
    fixture_limit(p, GW_LIMIT_TPD, GW_QUOTA_MAX);
    fixture_limit(p, GW_LIMIT_CONCURRENCY, PLACES);
    fixture_budget(p, GW_WINDOW_DAY, "100000");
    fixture_budget(p, GW_WINDOW_TOTAL, "200000");
}

static void put_all(void)
{
    gw_policy_t p;

    policy(&p);
    fixture_owners(seg, KEYS, 9, &p);
}

/* ---- children ------------------------------------------------------------ */

static void finish(gw_cell_t *cell)
{
    static const apr_uint32_t most[GW_DRAINS] = { 2, 3, 4 };
    int drains;

    if (rnd(10) == 0)
        return;                 /* it stays open when its process ends */
    fixture_answer(cell, 100, rnd(50));
    drains = rnd(3) == 0
             && gw_drain_slots_enter(seg, cell, most) == GW_DRAINS;
    fixture_settle(seg, cell, drains ? GW_END_DRAINED
                              : (gw_end_t)rnd(GW_END_DRAINED));
    if (drains)
        gw_drain_slots_leave(seg);
}

static void request(told_t *mine)
{
    unsigned n = mine->n;
    apr_int64_t key_id = rnd(KEYS) + 1;
    gw_verdict_t v;
    gw_cell_t *cell = fixture_enter(&v, seg, key_id, 9);

    if (cell == NULL) {
        if (v.kind == GW_ADMIT_LOST)
            put_all();
        gw_refusals_count(seg, key_id, 20000, (int)v.kind);
        sched_yield();
        return;
    }
    fixture_intend(seg, cell, clock_wall, 1000, YUAN);
    mine->ask[n].id = cell->row.id;
    mine->n++;
    if (!fixture_admit(&v, seg, cell, rows) || rnd(8) == 0) {
        gw_admission_undo(seg, cell);
        return;
    }
    mine->ask[n].opened = 1;
    gw_cell_open(seg, cell);
    if (rnd(2))
        fixture_grow(&v, seg, cell, rows, 2 * YUAN);
    finish(cell);
}

/* Other limits, other secrets, budgets that are to be read again. */
static void administer(void)
{
    gw_owner_row_t row;
    gw_policy_t p;

    policy(&p);
    fixture_limit(&p, GW_LIMIT_RPM, GW_QUOTA_MAX - rnd(5));
    if (rnd(2))
        fixture_budget(&p, GW_WINDOW_HOUR, "100000");
    gw_child_write_begin(seg);
    fixture_row(&row, seg, GW_OWNER_KEY, rnd(KEYS) + 1, 9, 1, &p);
    row.forget_secrets = rnd(2) == 0;
    gw_owners_changed(seg, &row);
    gw_child_write_end(seg);
    gw_budgets_forget(seg, gw_index_by_id(seg, GW_OWNER_TEAM, 9));
}

static void work_as_child(int k)
{
    int i;

    state = state * 31 + (unsigned long long)k + 1;
    if (gw_child_enter(seg) != APR_SUCCESS)
        _exit(2);
    for (i = 0; i < EACH; i++) {
        request(&told[k]);
        if (rnd(8) == 0)
            administer();
    }
}

static void work_as_helper(int k)
{
    while (!__atomic_load_n(&told[CHILDREN].n, __ATOMIC_ACQUIRE)) {
        helper_sweep(seg);
        helper_write(seg, rows);
        sched_yield();
    }
}

/* ---- all of them ---------------------------------------------------------- */

static pid_t start(void (*work)(int), int k, const char *at, unsigned n)
{
    pid_t pid = kill_fork();

    if (pid == 0) {
        kill_at(at, n);
        work(k);
        _exit(0);
    }
    return pid;
}

/* 1: it was killed. */
static int end(pid_t pid)
{
    int status = 0;

    if (waitpid(pid, &status, 0) != pid)
        abort();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return 1;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        ok(0, "a process ended with status %d", status);
    return 0;
}

/* The victim: one of the children, or the helper (number CHILDREN). */
static int run(const char *at, int victim, unsigned n)
{
    pid_t pid[CHILDREN + 1];
    int k, killed = 0;

    fixture_empty(seg);
    rows_clear(rows);
    memset(told, 0, (CHILDREN + 1) * sizeof(*told));
    put_all();
    for (k = 0; k <= CHILDREN; k++)
        pid[k] = start(k < CHILDREN ? work_as_child : work_as_helper, k,
                       k == victim ? at : NULL, n);
    for (k = 0; k < CHILDREN; k++)
        killed |= end(pid[k]);
    __atomic_store_n(&told[CHILDREN].n, 1, __ATOMIC_RELEASE);
    killed |= end(pid[CHILDREN]);
    told[CHILDREN].n = 0;
    return killed;
}

static void judge(const char *at, int victim, unsigned n)
{
    apr_uint32_t i;

    helper_sweep(seg);
    while (helper_write(seg, rows) > 0)
        ;
    is_int(after_misbilled(rows, told, CHILDREN), 0,
           "%s %u of process %d: %u rows, one for each request", at, n,
           victim, rows->n);
    for (i = 1; i <= seg->n.owners; i++) {
        gw_owner_lock(seg, i);
        gw_owner_unlock(seg, i);
    }
    gw_refusals_count(seg, 1, 20000, 0);
    put_all();
    is_int(fixture_busy(seg), 0, "... all cells are free");
    is_int(after_held(seg), 0, "... nobody holds anything");
    is_int(fixture_wrong(seg, rows), 0, "... the counters agree");
    is_int(after_lost(seg), 0, "... no owner and no meter is lost");
    is_int(after_stuck(seg), 0, "... all mutexes can be taken");
}

static void kill_one(const char *at, int victim)
{
    unsigned n = 1 + (unsigned)rnd(12);

    if (run(at, victim, n))
        judge(at, victim, n);
    else if (n > 1 && run(at, victim, 1))
        judge(at, victim, 1);
    else
        missed++;
}

int main(void)
{
    const char *seed = getenv("SHM_SEED");
    char label[KILL_LABELS][KILL_LABEL];
    unsigned i, n, own;

    state = (seed ? strtoull(seed, NULL, 10) : 1) * 0x9e3779b97f4a7c15ULL;
    if (!kill_can()) {
        ok(1, "kills # SKIP this build has no crash points");
        return tap_end();
    }
    seg = fixture_segment(SIZE);
    rows = rows_new();
    told = told_new(CHILDREN + 1);
    n = kill_labels(label, &own);
    for (i = 0; i < n; i++) {
        kill_one(label[i], 0);
        kill_one(label[i], CHILDREN);
    }
    /* half of them only a child comes to, or only the helper */
    ok(missed <= n, "%u of %u were not come to", missed, 2 * n);
    return tap_end();
}
