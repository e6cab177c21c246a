/* SPDX-License-Identifier: Apache-2.0 */
/* test_kills.c - a process is killed at every crash point that the source of
 * shm has, each time it passes it; what the others find, and what is in the
 * ledger in the end.
 *
 * A child works through all that requests and administrators do, and a helper
 * writes its rows; either of them is killed.  The next helper recovers.  Then
 * every request that was opened has one row, every other has none, and nobody
 * holds anything.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "after.h"
#include "drain_slots.h"
#include "fixture.h"
#include "helper.h"
#include "kill.h"
#include "owner_room.h"
#include "refusals.h"
#include "set_clock.h"

#include "tap.h"

#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)
#define KEYS 3                  /* 1, 2, 3, of team 9 */
#define PLACES 4                /* of a key, and of the team */
static gw_segment_t *seg;
static rows_t *rows;

static told_t *told;

/* ---- what the child does ---------------------------------------------- */

static void policy(gw_policy_t *p)
{
    memset(p, 0, sizeof(*p));
    fixture_limit(p, GW_LIMIT_RPM, 1000);
    fixture_limit(p, GW_LIMIT_TPM, 1000000);
    fixture_limit(p, GW_LIMIT_CONCURRENCY, PLACES);
    fixture_budget(p, GW_WINDOW_DAY, "1000");
    fixture_budget(p, GW_WINDOW_TOTAL, "5000");
}

static void put_all(void)
{
    gw_policy_t p;

    policy(&p);
    fixture_owners(seg, KEYS, 9, &p);
}

/* A request of a key as far as `end`; -1: it is given up before it is opened,
 * -2: it is left open. */
static void request(apr_int64_t key_id, int end)
{
    unsigned n = told->n++;
    gw_verdict_t v;
    gw_cell_t *cell = fixture_enter(&v, seg, key_id, 9);

    if (n >= TOLD_ASKS || cell == NULL)
        abort();
    fixture_intend(seg, cell, clock_wall, 1000, YUAN);
    told->ask[n].id = cell->row.id;
    if (!fixture_admit(&v, seg, cell, rows))
        abort();
    if (end == -1) {
        gw_admission_undo(seg, cell);
        return;
    }
    told->ask[n].opened = 1;
    gw_cell_open(seg, cell);
    cell->phase = GW_PHASE_SENT;
    cell->row.reached = 1;
    fixture_grow(&v, seg, cell, rows, 3 * YUAN);
    if (v.kind != GW_ADMIT_FITS)
        abort();
    fixture_answer(cell, 100, 10);
    if (end == -2)
        return;
    fixture_settle(seg, cell, (gw_end_t)end);
}

static void drained(apr_int64_t key_id)
{
    static const apr_uint32_t most[GW_DRAINS] = { 4, 4, 4 };
    unsigned n = told->n++;
    gw_verdict_t v;
    gw_cell_t *cell = fixture_enter(&v, seg, key_id, 9);

    fixture_intend(seg, cell, clock_wall, 1000, YUAN);
    told->ask[n].id = cell->row.id;
    fixture_admit(&v, seg, cell, rows);
    told->ask[n].opened = 1;
    gw_cell_open(seg, cell);
    fixture_answer(cell, 100, 10);
    gw_drain_slots_enter(seg, cell, most);
    fixture_settle(seg, cell, GW_END_DRAINED);
    gw_drain_slots_leave(seg);
}

/* An administrator: another limit, another budget, another secret, revoked. */
static void administer(void)
{
    gw_owner_row_t row;
    gw_policy_t p;

    policy(&p);
    fixture_limit(&p, GW_LIMIT_RPM, 500);
    fixture_budget(&p, GW_WINDOW_HOUR, "77");
    gw_child_write_begin(seg);
    fixture_row(&row, seg, GW_OWNER_KEY, 2, 9, 2, &p);
    row.forget_secrets = 1;
    gw_owners_changed(seg, &row);
    row.hash = fixture_hash(1002);      /* two secrets during a grace */
    row.until = clock_wall + DAY;
    gw_owners_changed(seg, &row);
    row.hash = fixture_hash(2002);      /* a third: the oldest goes */
    gw_owners_changed(seg, &row);
    fixture_row(&row, seg, GW_OWNER_KEY, 3, 9, 2, &p);
    row.status = GW_KEY_REVOKED;
    gw_owners_changed(seg, &row);
    gw_child_write_end(seg);
}

static void work_as_child(void)
{
    gw_spent_t spent = rows_spent(rows);
    gw_policy_t p;

    put_all();
    request(1, GW_END_COMPLETE);
    request(2, GW_END_FAILED);
    request(3, -1);
    request(3, -2);
    administer();
    request(1, GW_END_CLIENT);
    request(2, GW_END_CUT);
    gw_budgets_read(seg, gw_index_by_id(seg, GW_OWNER_KEY, 1), &spent);
    drained(2);
    policy(&p);
    fixture_key(seg, 4, 9, 1, &p);      /* comes, is used by nobody, rests */
    clock_pass(DAY);
    gw_room_evict(seg);
    request(1, -2);
    gw_refusals_count(seg, 1, 20000, 7);
}

/* Writes what there is, as often as there is something. */
static void work_as_helper(void)
{
    helper_sweep(seg);
    while (helper_write(seg, rows) > 0)
        ;
}

/* ---- killed ----------------------------------------------------------- */

/* A process of its own: 1 if it was killed at the n-th passing of the label,
 * 0 if it did not come there so often. */
static int killed_at(void (*work)(void), int as_child, const char *at,
                     unsigned n)
{
    pid_t pid;
    int status = 0;

    pid = kill_fork();
    if (pid == 0) {
        if (as_child && gw_child_enter(seg) != APR_SUCCESS)
            _exit(2);
        kill_at(at, n);
        work();
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid)
        abort();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return 1;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        ok(0, "%s %u: the process ended with status %d", at, n, status);
    return 0;
}

/* ---- afterwards ------------------------------------------------------- */

/* Those who come next take every mutex, and put in what is stale. */
static void go_on(void)
{
    apr_uint32_t i;

    for (i = 1; i <= seg->n.owners; i++) {
        gw_owner_lock(seg, i);
        gw_owner_unlock(seg, i);
    }
    gw_refusals_count(seg, 1, 20000, 7);
    clock_pass(2 * DAY);        /* the child's clock went on, too */
    put_all();
}

/* The verdict on the first request that is refused once all places of a key
 * are taken; -1: more or less than those were. */
static int places(apr_int64_t key_id)
{
    gw_cell_t *cell[6];
    gw_verdict_t v;
    int i, n = 0;

    while (n < 6 && (cell[n] = fixture_open(&v, seg, rows, key_id, 9, 1, 1)))
        n++;
    for (i = 0; i < n; i++)
        fixture_settle(seg, cell[i], GW_END_FAILED);
    return n == PLACES || v.kind != GW_ADMIT_FULL ? (int)v.kind : -1;
}

static void judge(const char *at, unsigned n)
{
    unsigned wrong;

    helper_sweep(seg);
    while (helper_write(seg, rows) > 0)
        ;
    wrong = after_misbilled(rows, told, 1);
    ok(wrong == 0, "%s %u: each opened request has its row", at, n);
    go_on();
    is_int(fixture_busy(seg), 0, "... all cells are free");
    is_int(after_held(seg), 0, "... nobody holds anything");
    is_int(fixture_wrong(seg, rows), 0, "... the counters agree");
    is_int(after_lost(seg), 0, "... no owner and no meter is lost");
    is_int(after_stuck(seg), 0, "... all mutexes can be taken");
    is_int(places(1), GW_ADMIT_FULL, "... a key has all of its places");
    is_int(places(2), GW_ADMIT_FULL, "... so has one that was changed");
    helper_write(seg, rows);
    is_int(fixture_wrong(seg, rows), 0, "... and all agrees again");
}

static void start_anew(void)
{
    fixture_empty(seg);
    rows_clear(rows);
    memset(told, 0, sizeof(*told));
    clock_wall = WALL_FIRST;
    clock_steady = STEADY_FIRST;
}

/* Kill one who works at each passing of a label; `before` was done whole.
 * Returns how often. */
static unsigned kill_everywhere(const char *at, void (*before)(void),
                                void (*work)(void))
{
    unsigned n;

    for (n = 1; ; n++) {
        start_anew();
        if (before != NULL)
            killed_at(before, 1, NULL, 0);
        if (!killed_at(work, work == work_as_child, at, n))
            return n - 1;
        judge(at, n);
    }
}

int main(void)
{
    char label[KILL_LABELS][KILL_LABEL];
    unsigned i, n, own;

    if (!kill_can()) {
        ok(1, "kills # SKIP this build has no crash points");
        return tap_end();
    }
    seg = fixture_segment(SIZE);
    rows = rows_new();
    told = told_new(1);
    n = kill_labels(label, &own);
    ok(own > 10, "%u labels in the source", own);
    for (i = 0; i < n; i++) {
        unsigned kills = kill_everywhere(label[i], NULL, work_as_child)
                         + kill_everywhere(label[i], work_as_child,
                                           work_as_helper);

        ok(kills > 0, "%s: %u kills", label[i], kills);
    }
    return tap_end();
}
