/* SPDX-License-Identifier: Apache-2.0 */
/* test_admission.c - who is admitted, what is taken and what comes back. */
#include <pthread.h>
#include <unistd.h>

#include "fixture.h"
#include "helper.h"
#include "set_clock.h"

#include "tap.h"

#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)

static gw_segment_t *seg;
static rows_t *rows;

/* Key 1 and key 2 of team 9. */
static void begin(const gw_policy_t *key, const gw_policy_t *team)
{
    fixture_empty(seg);
    rows_clear(rows);
    fixture_team(seg, 9, 1, team);
    fixture_key(seg, 1, 9, 1, key);
    fixture_key(seg, 2, 9, 1, key);
}

static gw_owner_t *key_owner(void)
{
    return fixture_owner(seg, GW_OWNER_KEY, 1);
}

static gw_owner_t *team_owner(void)
{
    return fixture_owner(seg, GW_OWNER_TEAM, 9);
}

static gw_cell_t *open_one(gw_verdict_t *v, apr_int64_t tokens,
                           gw_pico_t reserve)
{
    return fixture_open(v, seg, rows, 1, 9, tokens, reserve);
}

/* ---- each verdict, of a key's limit and of a team's ------------------ */

typedef struct row_t {
    const char *name;
    gw_verdict_kind_t kind;
    int before;                 /* requests of 600 tokens and 1 yuan first */
    int limit;                  /* gw_limit_t; -1: a budget of 2 yuan a day */
    apr_int64_t n;
    apr_int64_t tokens;
    gw_pico_t reserve;
    apr_interval_time_t wait;   /* the least; the most is 1 µs more */
} row_t;

static const row_t verdicts[] = {
    { "places", GW_ADMIT_FULL, 2, GW_LIMIT_CONCURRENCY, 2, 600, YUAN, 0 },
    { "requests of a second", GW_ADMIT_WAIT, 2, GW_LIMIT_RPS, 2, 1, 0,
      SECOND / 2 },
    { "requests of a minute", GW_ADMIT_WAIT, 3, GW_LIMIT_RPM, 3, 1, 0,
      20 * SECOND },
    { "requests of an hour", GW_ADMIT_WAIT, 1, GW_LIMIT_RPH, 1, 1, 0, HOUR },
    { "requests of a day", GW_ADMIT_WAIT, 1, GW_LIMIT_RPD, 1, 1, 0, DAY },
    { "tokens of a minute", GW_ADMIT_WAIT, 1, GW_LIMIT_TPM, 1000, 600, 0,
      12 * SECOND },
    { "more tokens than a minute has", GW_ADMIT_TOO_LARGE, 0, GW_LIMIT_TPM,
      1000, 1001, 0, 0 },
    { "tokens of a day", GW_ADMIT_WAIT, 1, GW_LIMIT_TPD, 1000, 401, 0,
      DAY / 1000 },
    { "a budget that others hold", GW_ADMIT_RESERVED, 2, -1, 0, 1, 1, 0 },
    { "a budget that is too small", GW_ADMIT_BUDGET, 0, -1, 0, 1,
      2 * YUAN + 1, 0 },
    { "a reserve without a bound", GW_ADMIT_UNBOUNDED, 0, -1, 0, 1, -1, 0 },
    { "the whole budget", GW_ADMIT_FITS, 0, -1, 0, 1, 2 * YUAN, 0 },
    { "the whole of a token window", GW_ADMIT_FITS, 0, GW_LIMIT_TPM, 1000,
      1000, 0, 0 }
};

/* Nothing of a refused request is left: the owner is as it was. */
typedef struct figures_t {
    gw_owner_t owner[2];
    gw_meter_t meter[2];
} figures_t;

static void look(figures_t *f)
{
    gw_owner_t *o[2] = { key_owner(), team_owner() };
    int i;

    memset(f, 0, sizeof(*f));
    for (i = 0; i < 2; i++) {
        f->owner[i] = *o[i];
        memset(&f->owner[i].mutex, 0, sizeof(f->owner[i].mutex));
        if (o[i]->meters != 0)
            f->meter[i] = *gw_meter_at(seg, o[i]->meters);
    }
}

static void try_verdict(const row_t *r, int whose)
{
    gw_policy_t some = { 0 }, none = { 0 };
    figures_t before, after;
    unsigned busy;
    gw_cell_t *cell;
    gw_verdict_t v;
    int i;

    if (r->limit >= 0)
        fixture_limit(&some, (gw_limit_t)r->limit, r->n);
    else
        fixture_budget(&some, GW_WINDOW_DAY, "2");
    begin(whose ? &none : &some, whose ? &some : &none);
    for (i = 0; i < r->before; i++) {
        if (open_one(&v, 600, YUAN) == NULL)
            ok(0, "%s: a request before it", r->name);
    }
    if (r->limit < 0)           /* so that it is read */
        gw_admission_undo(seg, open_one(&v, 0, 0));
    look(&before);
    busy = fixture_busy(seg);
    cell = open_one(&v, r->tokens, r->reserve);
    look(&after);
    is_int(v.kind, r->kind, "%s of the %s", r->name, whose ? "team" : "key");
    ok((cell != NULL) == (r->kind == GW_ADMIT_FITS), "... a cell or none");
    if (cell != NULL)
        return;
    is_int(v.whose, whose, "... whose it is");
    ok(v.wait >= r->wait && v.wait <= r->wait + 1, "... and for how long");
    ok(memcmp(&before, &after, sizeof(before)) == 0,
       "... nothing of it is left in its owners");
    is_int(fixture_busy(seg), busy, "... nor in the cells");
}

static void test_verdicts(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(verdicts); i++) {
        try_verdict(&verdicts[i], 0);
        try_verdict(&verdicts[i], 1);
    }
}

/* ---- verdicts that are no limit's ------------------------------------ */

static void refused(gw_verdict_kind_t kind, const char *name)
{
    gw_verdict_t v;

    ok(open_one(&v, 1, 1) == NULL, "%s: refused", name);
    is_int(v.kind, kind, "%s: for this", name);
    is_int(key_owner()->in_flight + team_owner()->in_flight
           + key_owner()->pins + team_owner()->pins, 0, "%s: no place", name);
}

static void test_of_the_owners(void)
{
    gw_policy_t none = { 0 };

    begin(&none, &none);
    key_owner()->status = GW_KEY_REVOKED;
    refused(GW_ADMIT_REVOKED, "a revoked key");
    key_owner()->status = GW_KEY_DISABLED;
    refused(GW_ADMIT_REVOKED, "a disabled key");
    key_owner()->status = GW_KEY_LIVE;
    team_owner()->status = GW_KEY_DISABLED;
    refused(GW_ADMIT_TEAM_DISABLED, "a disabled team");
    team_owner()->status = GW_KEY_LIVE;
    gw_owners_invalidate(seg);
    refused(GW_ADMIT_LOST, "nobody knows what holds");
    fixture_team(seg, 9, 1, &none);
    refused(GW_ADMIT_LOST, "the team is known again, the key is not");
    fixture_key(seg, 1, 9, 1, &none);
    ok(open_one(&(gw_verdict_t){ 0 }, 1, 1) != NULL, "both are");
}

static void test_of_a_stale_team(void)
{
    gw_policy_t none = { 0 };

    begin(&none, &none);
    team_owner()->stale = 1;
    refused(GW_ADMIT_LOST, "nobody knows what holds for the team");
}

static void test_another_has_the_place(void)
{
    gw_policy_t none = { 0 };
    gw_window_t window[2];
    gw_cell_t *cell;
    gw_verdict_t v;

    begin(&none, &none);
    cell = gw_cell_claim(seg);
    cell->owner[0] = gw_index_by_id(seg, GW_OWNER_KEY, 1);
    cell->owner[1] = gw_index_by_id(seg, GW_OWNER_TEAM, 9);
    gw_admission_enter(&v, window, seg, cell, 2);
    is_int(v.kind, GW_ADMIT_LOST, "the place is of another key by now");
    is_int(cell->marks[0] | cell->marks[1], 0, "nothing is marked");
}

/* Budgets, but none of the currency; a model that bills nothing. */
static void test_currency(void)
{
    gw_policy_t one = { 0 }, none = { 0 };
    gw_cell_t *cell;
    gw_verdict_t v;

    fixture_budget(&one, GW_WINDOW_DAY, "1");
    memcpy(one.budget[0].currency, "EUR", GW_CURRENCY);
    begin(&one, &none);
    refused(GW_ADMIT_CURRENCY, "a price in another currency");
    cell = fixture_enter(&v, seg, 1, 9);
    fixture_intend(seg, cell, clock_wall, 1, -1);
    cell->bills_nothing = 1;
    ok(fixture_admit(&v, seg, cell, rows), "a free model needs no budget");
    gw_admission_undo(seg, cell);
}

/* An id of the window before: the budget moved on meanwhile. */
static void test_old_id(void)
{
    gw_policy_t one = { 0 }, none = { 0 };
    gw_cell_t *late;
    gw_verdict_t v;

    fixture_budget(&one, GW_WINDOW_HOUR, "1");
    begin(&one, &none);
    late = fixture_enter(&v, seg, 1, 9);
    fixture_intend(seg, late, clock_wall, 1, 1);
    clock_pass(HOUR);
    ok(open_one(&v, 1, 1) != NULL, "the next window begins");
    ok(!fixture_admit(&v, seg, late, rows), "an id of the one before");
    is_int(v.kind, GW_ADMIT_OLD_ID, "... is too old");
    fixture_intend(seg, late, clock_wall, 1, 1);
    ok(fixture_admit(&v, seg, late, rows), "with a new id it is admitted");
}

/* Both owners refuse: what cannot pass weighs more than what may wait, and
 * of two waits the longer one. */
static void test_which_verdict(void)
{
    gw_policy_t key = { 0 }, team = { 0 };
    gw_verdict_t v;

    fixture_limit(&key, GW_LIMIT_RPM, 1);
    fixture_limit(&team, GW_LIMIT_RPH, 1);
    fixture_limit(&team, GW_LIMIT_TPM, 100);
    begin(&key, &team);
    open_one(&v, 1, 0);
    ok(open_one(&v, 1, 0) == NULL && v.whose == 1 && v.wait == HOUR,
       "the longer wait");
    clock_pass(HOUR);
    ok(open_one(&v, 101, 0) == NULL && v.kind == GW_ADMIT_TOO_LARGE
       && v.whose == 1, "too large weighs more");
    fixture_budget(&key, GW_WINDOW_DAY, "1");
    fixture_key(seg, 1, 9, 2, &key);
    ok(open_one(&v, 101, 2 * YUAN) == NULL && v.kind == GW_ADMIT_BUDGET
       && v.whose == 0, "a budget more than that");
}

/* ---- and out again --------------------------------------------------- */

static void test_undo(void)
{
    gw_policy_t all = { 0 };
    gw_cell_t *cell;
    gw_verdict_t v;

    fixture_limit(&all, GW_LIMIT_TPM, 1000);
    fixture_limit(&all, GW_LIMIT_CONCURRENCY, 1);
    fixture_budget(&all, GW_WINDOW_DAY, "2");
    begin(&all, &all);
    cell = fixture_enter(&v, seg, 1, 9);
    is_int(key_owner()->in_flight, 1, "a place of the key");
    is_int(team_owner()->in_flight, 1, "a place of the team");
    fixture_intend(seg, cell, clock_wall, 900, YUAN);
    ok(fixture_admit(&v, seg, cell, rows), "admitted");
    is_int(fixture_nth_budget(seg, key_owner(), 0)->reserved.micro, 1000000,
           "the reserve is in the key's budget");
    is_int(fixture_nth_budget(seg, team_owner(), 0)->reserved.micro, 1000000,
           "... and in the team's");
    gw_admission_undo(seg, cell);
    is_int(fixture_nth_budget(seg, key_owner(), 0)->reserved.micro, 0,
           "undone: it is back");
    is_int(gw_quota_remaining(fixture_quota(seg, team_owner(), GW_LIMIT_TPM),
                              clock_steady), 1000, "... the tokens are");
    is_int(key_owner()->in_flight + key_owner()->pins, 0, "... the place is");
    is_int(fixture_busy(seg), 0, "... and the cell");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

static void test_leave_and_written(void)
{
    gw_policy_t all = { 0 };
    const gw_budget_t *b;
    gw_budget_t soft;
    gw_cell_t *cell;
    gw_verdict_t v;

    fixture_limit(&all, GW_LIMIT_TPM, 1000);
    fixture_budget(&all, GW_WINDOW_TOTAL, "2");
    begin(&all, &all);
    cell = open_one(&v, 900, YUAN);
    fixture_answer(cell, 100, 50);
    fixture_settle(seg, cell, GW_END_COMPLETE);
    b = fixture_nth_budget(seg, key_owner(), 0);
    is_int(cell->row.amount, 100 * FIXTURE_INPUT + 50 * FIXTURE_OUTPUT,
           "the charge");
    is_int(b->reserved.micro, 0, "left: nothing is reserved");
    is_int(b->pending.micro, 600, "... the charge is pending");
    is_int(key_owner()->in_flight, 0, "... the place is free");
    is_int(key_owner()->pins, 1, "... the cell still names the key");
    is_int(team_owner()->pins, 1, "... and the team");
    is_int(fixture_nth_budget(seg, team_owner(), 0)->pending.micro, 600,
           "... the charge is pending there, too");
    gw_admission_leave(seg, cell, &soft);
    gw_admission_unplace(seg, cell);
    is_int(key_owner()->in_flight, 0, "left again: no second place");
    is_int(b->pending.micro, 600, "... and no second charge");
    is_int(gw_quota_remaining(fixture_quota(seg, key_owner(), GW_LIMIT_TPM),
                              clock_steady), 850, "... 150 tokens were used");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
    is_int(helper_write(seg, rows), 1, "written");
    is_int(b->pending.micro, 0, "nothing is pending");
    is_int(b->committed.micro, 600, "it is committed");
    is_int(fixture_nth_budget(seg, team_owner(), 0)->committed.micro, 600,
           "... of the team, too");
    is_int(key_owner()->pins + team_owner()->pins, 0, "no cell names it");
    is_int(fixture_busy(seg), 0, "the cell is free");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

/* A dead child's place comes back before its price can be read. */
static void test_unplace(void)
{
    gw_policy_t all = { 0 };
    gw_cell_t *cell;
    gw_verdict_t v;

    fixture_budget(&all, GW_WINDOW_TOTAL, "2");
    begin(&all, &all);
    cell = open_one(&v, 900, YUAN);
    gw_admission_unplace(seg, cell);
    gw_admission_unplace(seg, cell);
    is_int(key_owner()->in_flight, 0, "the place is back, once");
    is_int(fixture_nth_budget(seg, key_owner(), 0)->reserved.micro, 1000000,
           "its reserve is not");
    fixture_settle(seg, cell, GW_END_CLIENT);
    helper_write(seg, rows);
    is_int(key_owner()->in_flight + key_owner()->pins, 0,
           "settled later: no place is given back again");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

/* ---- hard budgets ----------------------------------------------------- */

static void test_hard(void)
{
    gw_policy_t team = { 0 }, none = { 0 };
    gw_cell_t *cell[3];
    gw_verdict_t v;
    gw_sum_t left;

    fixture_budget(&team, GW_WINDOW_MONTH, "3");
    begin(&none, &team);
    cell[0] = open_one(&v, 1, YUAN);
    cell[1] = fixture_open(&v, seg, rows, 2, 9, 1, YUAN);
    cell[2] = open_one(&v, 1, YUAN);
    ok(open_one(&v, 1, 1) == NULL && v.kind == GW_ADMIT_RESERVED,
       "all is held: a matter of time");
    fixture_settle(seg, cell[0], GW_END_FAILED);
    ok((cell[0] = open_one(&v, 1, YUAN)) != NULL, "what failed came back");
    cell[1]->reserve = YUAN;
    fixture_answer(cell[1], 1, 250000);     /* 2.000002 yuan */
    fixture_settle(seg, cell[1], GW_END_COMPLETE);
    ok(cell[1]->row.usage.flags & GW_ROW_RESERVE_SHORT,
       "more than was reserved is charged and said");
    left = gw_budget_left(fixture_nth_budget(seg, team_owner(), 0));
    is_int(left.micro, -1000002, "the budget is overdrawn by that alone");
    fixture_settle(seg, cell[0], GW_END_FAILED);
    fixture_settle(seg, cell[2], GW_END_FAILED);
    ok(open_one(&v, 1, YUAN) == NULL && v.kind == GW_ADMIT_BUDGET,
       "no more than is left");
    helper_write(seg, rows);
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

/* ---- mutexes ---------------------------------------------------------- */

static void *enters(void *cell)
{
    gw_window_t window[2];
    gw_verdict_t v;

    gw_admission_enter(&v, window, seg, cell, 1);
    return NULL;
}

/* While another holds the team, a request that enters holds the key and
 * waits. */
static void test_order_of_locks(void)
{
    gw_policy_t none = { 0 };
    apr_uint32_t key, team;
    gw_cell_t *cell;
    pthread_t thread;
    int i, held = 0;

    begin(&none, &none);
    key = gw_index_by_id(seg, GW_OWNER_KEY, 1);
    team = gw_index_by_id(seg, GW_OWNER_TEAM, 9);
    cell = gw_cell_claim(seg);
    gw_cell_set_owners(cell, key, team);
    gw_owner_lock(seg, team);
    if (pthread_create(&thread, NULL, enters, cell) != 0)
        abort();
    for (i = 0; i < 500 && !held; i++) {
        usleep(1000);
        held = !gw_owner_trylock(seg, key);
        if (!held)
            gw_owner_unlock(seg, key);
    }
    ok(held, "the key is locked before the team");
    gw_owner_unlock(seg, team);
    pthread_join(thread, NULL);
}

int main(void)
{
    seg = fixture_segment(SIZE);
    rows = rows_new();
    test_verdicts();
    test_of_the_owners();
    test_of_a_stale_team();
    test_another_has_the_place();
    test_currency();
    test_old_id();
    test_which_verdict();
    test_undo();
    test_leave_and_written();
    test_unplace();
    test_hard();
    test_order_of_locks();
    return tap_end();
}
