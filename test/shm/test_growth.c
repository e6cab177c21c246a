/* SPDX-License-Identifier: Apache-2.0 */
/* test_growth.c - a request under way reserves more than it was admitted
 * with: of both its owners or of none, and whoever is killed meanwhile. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "budgets.h"
#include "fixture.h"
#include "helper.h"
#include "kill.h"
#include "set_clock.h"

#include "tap.h"

#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)

static gw_segment_t *seg;
static rows_t *rows;

/* Key 1 of team 9. */
static void begin(const gw_policy_t *key, const gw_policy_t *team)
{
    fixture_empty(seg);
    rows_clear(rows);
    clock_wall = WALL_FIRST;
    clock_steady = STEADY_FIRST;
    fixture_team(seg, 9, 1, team);
    fixture_key(seg, 1, 9, 1, key);
}

static gw_owner_t *owner(int whose)
{
    return whose ? fixture_owner(seg, GW_OWNER_TEAM, 9)
                 : fixture_owner(seg, GW_OWNER_KEY, 1);
}

static apr_int64_t reserved(int whose, unsigned n)
{
    return fixture_nth_budget(seg, owner(whose), n)->reserved.micro;
}

static gw_cell_t *open_one(gw_pico_t reserve)
{
    gw_verdict_t v;

    return fixture_open(&v, seg, rows, 1, 9, 100, reserve);
}

static gw_verdict_kind_t grow(gw_cell_t *cell, gw_pico_t reserve)
{
    gw_verdict_t v;

    fixture_grow(&v, seg, cell, rows, reserve);
    return v.kind;
}

/* ---- who holds it ------------------------------------------------------ */

/* All that there is of the owners and of the cell. */
typedef struct figures_t {
    gw_owner_t owner[2];
    gw_meter_t meter[16];
    gw_cell_t cell;
} figures_t;

static void look(figures_t *f, const gw_cell_t *cell)
{
    int i, n = 0;
    apr_uint32_t at;

    memset(f, 0, sizeof(*f));
    f->cell = *cell;
    for (i = 0; i < 2; i++) {
        f->owner[i] = *owner(i);
        memset(&f->owner[i].mutex, 0, sizeof(f->owner[i].mutex));
        for (at = owner(i)->meters; at != 0; at = gw_meter_at(seg, at)->next)
            f->meter[n++] = *gw_meter_at(seg, at);
    }
}

typedef struct row_t {
    const char *name;
    const char *key, *team;     /* budgets; NULL: none */
    gw_pico_t other;            /* what another request of theirs holds */
    gw_pico_t reserve;          /* instead of 1 yuan */
    gw_verdict_kind_t kind;
    int whose;
} row_t;

static const row_t table[] = {
    { "both hold it", "3", "3", 0, 3 * YUAN, GW_ADMIT_FITS, 0 },
    { "the key does not", "2.999999", "3", 0, 3 * YUAN, GW_ADMIT_BUDGET, 0 },
    { "the team does not", "3", "2.999999", 0, 3 * YUAN, GW_ADMIT_BUDGET, 1 },
    { "one that is there alone, a key's", "3", NULL, 0, 3 * YUAN + 1,
      GW_ADMIT_BUDGET, 0 },
    { "one that is there alone, a team's", NULL, "3", 0, 3 * YUAN + 1,
      GW_ADMIT_BUDGET, 1 },
    { "the key's has it later", "4", "9", YUAN + 1, 3 * YUAN,
      GW_ADMIT_RESERVED, 0 },
    { "the team's has it later", "9", "4", YUAN + 1, 3 * YUAN,
      GW_ADMIT_RESERVED, 1 },
    { "beside another", "4", "4", YUAN, 3 * YUAN, GW_ADMIT_FITS, 0 },
    { "never weighs more than later", "4", "2.5", YUAN + 1, 3 * YUAN,
      GW_ADMIT_BUDGET, 1 },
    { "no bound, and a key's budget", "9", NULL, 0, -1, GW_ADMIT_UNBOUNDED,
      0 },
    { "no bound, and a team's budget", NULL, "9", 0, -1, GW_ADMIT_UNBOUNDED,
      1 },
    { "no bound, and no budget", NULL, NULL, 0, -1, GW_ADMIT_FITS, 0 },
    { "any bound, and no budget", NULL, NULL, 0, 1000 * YUAN, GW_ADMIT_FITS,
      0 }
};

static void policy(gw_policy_t *p, const char *budget)
{
    memset(p, 0, sizeof(*p));
    fixture_limit(p, GW_LIMIT_RPM, 2);
    fixture_limit(p, GW_LIMIT_TPM, 200);
    if (budget == NULL)
        return;
    fixture_budget(p, GW_WINDOW_DAY, "1000");
    fixture_budget(p, GW_WINDOW_TOTAL, budget);
}

static void judge(const row_t *r, gw_cell_t *cell)
{
    apr_int64_t all = (r->reserve + r->other) / 1000000;
    const char *const has[2] = { r->key, r->team };
    int i;

    ok(cell->reserve == r->reserve, "... the cell says so");
    for (i = 0; i < 2; i++)
        ok(has[i] == NULL || (reserved(i, 0) == all && reserved(i, 1) == all),
           "... all budgets of the %s", i ? "team" : "key");
    gw_admission_undo(seg, cell);
    for (i = 0; i < 2; i++)
        ok(has[i] == NULL || reserved(i, 0) == r->other / 1000000,
           "... and it comes back to the %s", i ? "team" : "key");
}

static void try_row(const row_t *r)
{
    gw_policy_t key, team;
    figures_t before, after;
    gw_cell_t *cell;
    gw_verdict_t v;

    policy(&key, r->key);
    policy(&team, r->team);
    begin(&key, &team);
    cell = open_one(YUAN);
    if (r->other > 0)
        open_one(r->other);
    look(&before, cell);
    fixture_grow(&v, seg, cell, rows, r->reserve);
    look(&after, cell);
    is_int(v.kind, r->kind, "%s", r->name);
    is_int(fixture_wrong(seg, rows), 0, "... the counters agree");
    if (v.kind == GW_ADMIT_FITS) {
        judge(r, cell);
        return;
    }
    is_int(v.whose, r->whose, "... whose it is");
    ok(memcmp(&before, &after, sizeof(before)) == 0,
       "... and all is as it was");
}

/* ---- what it does not ask ----------------------------------------------- */

/* The windows are used up, the key is revoked, all is stale. */
static void test_under_way(void)
{
    gw_owner_row_t row;
    gw_cell_t *cell;
    gw_policy_t p;

    policy(&p, "3");
    begin(&p, &p);
    cell = open_one(YUAN);
    open_one(YUAN / 2);
    ok(open_one(1) == NULL, "a window that is used up");
    fixture_row(&row, seg, GW_OWNER_KEY, 1, 9, 2, &p);
    row.status = GW_KEY_REVOKED;
    gw_owners_changed(seg, &row);
    is_int(grow(cell, 2 * YUAN), GW_ADMIT_FITS,
           "... does not stop who is under way, nor that its key goes");
    gw_owners_invalidate(seg);
    is_int(grow(cell, 5 * YUAN / 2), GW_ADMIT_FITS, "... nor what is stale");
    is_int(grow(cell, 5 * YUAN / 2 + 1), GW_ADMIT_RESERVED, "a budget does");
    is_int(reserved(0, 1), 3000000, "it was reserved once");
    is_int(grow(cell, YUAN), GW_ADMIT_FITS, "less than it has");
    ok(cell->reserve == 5 * YUAN / 2, "... stays what it has");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

static void test_free(void)
{
    gw_policy_t p;
    gw_cell_t *cell;

    policy(&p, "3");
    begin(&p, &p);
    cell = open_one(0);
    cell->bills_nothing = 1;
    is_int(grow(cell, -1), GW_ADMIT_FITS, "what bills nothing needs no bound");
    cell = open_one(0);
    cell->reserve = -1;
    is_int(grow(cell, 9 * YUAN), GW_ADMIT_FITS, "nor what had none before");
    ok(cell->reserve == -1, "... and has none then");
}

/* Budgets that came, and windows that ended, since it was admitted. */
static void test_windows(void)
{
    gw_policy_t none = { 0 }, p = { 0 }, hour = { 0 };
    gw_cell_t *cell;

    fixture_budget(&p, GW_WINDOW_HOUR, "3");
    begin(&none, &none);
    cell = open_one(YUAN);
    fixture_key(seg, 1, 9, 2, &p);
    is_int(grow(cell, 3 * YUAN + 1), GW_ADMIT_BUDGET,
           "a budget that came since");
    is_int(grow(cell, 3 * YUAN), GW_ADMIT_FITS, "... holds what it holds");
    is_int(reserved(0, 0), 3000000, "... and counts all of it");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
    fixture_budget(&hour, GW_WINDOW_HOUR, "3");
    begin(&hour, &none);
    cell = open_one(YUAN);
    clock_pass(HOUR);
    open_one(YUAN);
    is_int(grow(cell, YUAN + 1), GW_ADMIT_OLD_ID,
           "a window that ended holds no more");
    ok(cell->reserve == YUAN, "... than it did");
    is_int(grow(cell, YUAN), GW_ADMIT_FITS, "... and that it does");
    is_int(reserved(0, 0), 1000000, "... and the next one counts none of it");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

/* ---- killed -------------------------------------------------------------- */

/* 1: a process was killed at the n-th passing, when it let the cell grow. */
static int killed(gw_cell_t *cell, const char *at, unsigned n)
{
    int status = 0;
    pid_t pid = kill_fork();

    if (pid == 0) {
        kill_at(at, n);
        grow(cell, 3 * YUAN);
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid)
        abort();
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* Its owners are counted again: all of them have it, or none has. */
static void find(gw_cell_t *cell, const char *at, unsigned n)
{
    gw_spent_t spent = rows_spent(rows);
    apr_int64_t is = cell->reserve / 1000000;
    unsigned k;
    int i;

    for (i = 0; i < 2; i++) {
        gw_owner_lock(seg, cell->owner[i]);
        gw_owner_unlock(seg, cell->owner[i]);
        gw_budgets_read(seg, cell->owner[i], &spent);
    }
    ok(is == 1000000 || is == 3000000, "%s %u: it was that or this", at, n);
    for (k = 0; k < 4; k++)
        is_int(reserved(k / 2, k % 2), is, "... so says budget %u", k);
    is_int(fixture_wrong(seg, rows), 0, "... the counters agree");
    is_int(grow(cell, 3 * YUAN), GW_ADMIT_FITS, "... and it can grow");
    is_int(reserved(1, 1), 3000000, "... to what it was to be");
    fixture_answer(cell, 100, 10);
    fixture_settle(seg, cell, GW_END_COMPLETE);
    helper_write(seg, rows);
    is_int(reserved(0, 0) + reserved(1, 1), 0, "... and gives it back");
    is_int(fixture_wrong(seg, rows), 0, "... all agrees");
}

static void kill_at_each(const char *at, unsigned times)
{
    gw_policy_t p;
    gw_cell_t *cell;
    unsigned n;

    policy(&p, "100");
    for (n = 1; ; n++) {
        begin(&p, &p);
        cell = open_one(YUAN);
        if (!killed(cell, at, n))
            break;
        find(cell, at, n);
    }
    is_int(n - 1, times, "%s is passed so often", at);
}

int main(void)
{
    unsigned i;

    seg = fixture_segment(SIZE);
    rows = rows_new();
    for (i = 0; i < GW_COUNT(table); i++)
        try_row(&table[i]);
    test_under_way();
    test_free();
    test_windows();
    if (kill_can()) {
        kill_at_each("growing", 5);
        kill_at_each("grown", 1);
    }
    return tap_end();
}
