/* SPDX-License-Identifier: Apache-2.0 */
/* test_mends.c - a process dies inside a key or a team with its counts half
 * written; the next one that locks it finds what the cells say, before any
 * helper comes.
 *
 * test_kills and test_crowd look once the helper has been through what is
 * left, which may count again what nobody mended.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "kill.h"
#include "set_clock.h"

#include "tap.h"

#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)
#define PROMPT 100              /* tokens of each answer */
#define OUTPUT 10
#define COST (PROMPT * FIXTURE_INPUT + OUTPUT * FIXTURE_OUTPUT)

static gw_segment_t *seg;
static rows_t *rows;
static gw_cell_t *charged;      /* it is settled, its row not written */

/* ---- what the one who dies does; the last step of each is what it dies in */

static const char *aim;
static unsigned passing;

static gw_cell_t *enter(void)
{
    gw_verdict_t v;
    gw_cell_t *cell = fixture_enter(&v, seg, 1, 9);

    if (cell == NULL)
        abort();
    fixture_intend(seg, cell, clock_wall, 1000, 2 * YUAN);
    return cell;
}

static gw_cell_t *open_one(void)
{
    gw_cell_t *cell = enter();
    gw_verdict_t v;

    if (!fixture_admit(&v, seg, cell, rows))
        abort();
    gw_cell_open(seg, cell);
    return cell;
}

static void enters(void)
{
    kill_at(aim, passing);
    enter();
}

static void is_admitted(void)
{
    gw_cell_t *cell = enter();
    gw_verdict_t v;

    kill_at(aim, passing);
    fixture_admit(&v, seg, cell, rows);
}

static void grows(void)
{
    gw_cell_t *cell = open_one();
    gw_verdict_t v;

    kill_at(aim, passing);
    fixture_grow(&v, seg, cell, rows, 5 * YUAN);
}

static void settles(void)
{
    gw_cell_t *cell = open_one();

    fixture_answer(cell, PROMPT, OUTPUT);
    kill_at(aim, passing);
    fixture_settle(seg, cell, GW_END_COMPLETE);
}

static void gives_up(void)
{
    gw_cell_t *cell = enter();
    gw_verdict_t v;

    if (!fixture_admit(&v, seg, cell, rows))
        abort();
    kill_at(aim, passing);
    gw_admission_undo(seg, cell);
}

static void writes(void)
{
    kill_at(aim, passing);
    gw_admission_written(seg, charged);
}

/* ---- where it dies, and what is counted ---------------------------------- */

typedef struct counts_t {
    apr_int64_t places, pins;
    gw_pico_t reserved, pending;
} counts_t;

/* What is there before: a request that is open, with one yuan, and one whose
 * row is not written. */
#define BEFORE { 1, 2, YUAN, COST }

typedef struct row_t {
    const char *name;
    void (*dies)(void);
    const char *at;             /* its first passing is the key's, its second
                                 * the team's */
    counts_t half, cells;       /* as it leaves them; what the cells say */
} row_t;

static const row_t deaths[] = {
    { "entering", enters, "entering", { 2, 3, YUAN, COST }, BEFORE },
    { "reserving", is_admitted, "metering", { 2, 3, 3 * YUAN, COST },
      { 2, 3, YUAN, COST } },
    { "reserving more", grows, "growing", { 2, 3, 6 * YUAN, COST },
      { 2, 3, 3 * YUAN, COST } },
    { "giving a place back", settles, "unplacing", { 1, 3, 3 * YUAN, COST },
      { 2, 3, 3 * YUAN, COST } },
    { "charging", settles, "charging", { 1, 3, 3 * YUAN, COST },
      { 1, 3, YUAN, 2 * COST } },
    { "taking a reserve back", gives_up, "charging", { 2, 3, 3 * YUAN, COST },
      { 2, 3, YUAN, COST } },
    { "letting an owner go", gives_up, "unpinning", { 1, 2, YUAN, COST },
      { 1, 3, YUAN, COST } },
    { "committing", writes, "committing", { 1, 2, YUAN, 0 }, BEFORE }
};

/* Nobody else is there. */
static void is_counts(const gw_owner_t *o, const counts_t *want,
                      const char *when)
{
    const gw_budget_t *b = fixture_nth_budget(seg, o, 0);
    gw_sum_t reserved = gw_sum_of(want->reserved);
    gw_sum_t pending = gw_sum_of(want->pending);

    is_int(o->in_flight, want->places, "... %s: places", when);
    is_int(o->pins, want->pins, "... %s: pins", when);
    is_int(gw_sum_compare(&b->reserved, &reserved), 0, "... %s: reserved",
           when);
    is_int(gw_sum_compare(&b->pending, &pending), 0, "... %s: pending", when);
}

static void begin(void)
{
    gw_policy_t p = { 0 };
    gw_verdict_t v;

    fixture_empty(seg);
    rows_clear(rows);
    fixture_budget(&p, GW_WINDOW_DAY, "1000");
    fixture_owners(seg, 1, 9, &p);
    charged = fixture_open(&v, seg, rows, 1, 9, 1000, YUAN);
    fixture_answer(charged, PROMPT, OUTPUT);
    fixture_settle(seg, charged, GW_END_COMPLETE);
    if (fixture_open(&v, seg, rows, 1, 9, 1000, YUAN) == NULL)
        abort();
}

/* 1: it was killed where it should be. */
static int die(const row_t *r, int whose)
{
    pid_t pid = kill_fork();
    int status = 0;

    if (pid == 0) {
        aim = r->at;
        passing = whose ? 2 : 1;
        if (gw_child_enter(seg) == APR_SUCCESS)
            r->dies();
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid)
        abort();
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void lock(apr_uint32_t number, int tries)
{
    if (!tries)
        gw_owner_lock(seg, number);
    else if (!gw_owner_trylock(seg, number))
        abort();
}

static void try_death(const row_t *r, int whose, int tries)
{
    gw_owner_t *o;
    apr_uint32_t number;

    begin();
    number = whose ? gw_index_by_id(seg, GW_OWNER_TEAM, 9)
                   : gw_index_by_id(seg, GW_OWNER_KEY, 1);
    o = gw_owner_at(seg, number);
    ok(die(r, whose), "it dies %s, in the %s", r->name,
       whose ? "team" : "key");
    is_counts(o, &r->half, "as it was left");
    ok(!(fixture_nth_budget(seg, o, 0)->flags & GW_BUDGET_UNREAD),
       "... its budget is read");
    lock(number, tries);
    is_counts(o, &r->cells, tries ? "once it is tried" : "once it is locked");
    ok(fixture_nth_budget(seg, o, 0)->flags & GW_BUDGET_UNREAD,
       "... what it committed is to be read");
    gw_owner_unlock(seg, number);
    lock(number, 1);
    gw_owner_unlock(seg, number);
}

int main(void)
{
    unsigned i;
    int k;

    if (!kill_can()) {
        ok(1, "mends # SKIP this build has no crash points");
        return tap_end();
    }
    seg = fixture_segment(SIZE);
    rows = rows_new();
    for (i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++) {
        for (k = 0; k < 4; k++)
            try_death(&deaths[i], k & 1, k >> 1);
    }
    return tap_end();
}
