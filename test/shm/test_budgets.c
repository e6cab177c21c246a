/* SPDX-License-Identifier: Apache-2.0 */
/* test_budgets.c - what was spent: read from the ledger, moved from window to
 * window, the soft threshold, and the reserves that widen. */
#include <time.h>

#include "fixture.h"
#include "helper.h"
#include "reserve.h"
#include "set_clock.h"
#include "widen.h"

#include "tap.h"

#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)
#define CENT APR_INT64_C(10000000000)

static gw_segment_t *seg;
static rows_t *rows;

/* Key 1 of team 9 with a budget of this window. */
static gw_owner_t *begin(gw_window_kind_t window, const char *amount)
{
    gw_policy_t p = { 0 }, none = { 0 };

    clock_wall = WALL_FIRST;
    fixture_empty(seg);
    rows_clear(rows);
    fixture_budget(&p, window, amount);
    fixture_team(seg, 9, 1, &none);
    fixture_key(seg, 1, 9, 1, &p);
    return fixture_owner(seg, GW_OWNER_KEY, 1);
}

static apr_uint32_t number(void)
{
    return gw_index_by_id(seg, GW_OWNER_KEY, 1);
}

/* A request that comes to so many cents. */
static gw_cell_t *spend(int cents, gw_pico_t reserve)
{
    gw_verdict_t v;
    gw_cell_t *cell = fixture_open(&v, seg, rows, 1, 9, 1, reserve);

    if (cell != NULL)
        fixture_answer(cell, cents * CENT / FIXTURE_INPUT, 0);
    return cell;
}

static void spent(int cents, gw_pico_t reserve)
{
    fixture_settle(seg, spend(cents, reserve), GW_END_COMPLETE);
}

static apr_status_t fail(gw_sum_t *sum, void *data, gw_owner_kind_t kind,
                         apr_int64_t id, const char *currency,
                         apr_time_t from)
{
    return APR_EGENERAL;
}

/* ---- reading ------------------------------------------------------------ */

static void test_read(void)
{
    gw_spent_t spending = rows_spent(rows), failing = { fail, NULL };
    gw_owner_t *o = begin(GW_WINDOW_DAY, "1");
    gw_budget_t *b = fixture_nth_budget(seg, o, 0);

    ok(b->flags & GW_BUDGET_UNREAD, "a new one is to be read");
    spent(10, YUAN / 2);
    ok(!(b->flags & GW_BUDGET_UNREAD), "who needs it reads it");
    helper_write(seg, rows);
    spent(20, YUAN / 2);
    spend(0, 7 * CENT);
    is_int(b->committed.micro, 100000, "committed: what has a row");
    is_int(b->pending.micro, 200000, "pending: what has none yet");
    is_int(b->reserved.micro, 70000, "reserved: what is open");
    b->committed.micro = b->pending.micro = b->reserved.micro = 5;
    gw_budgets_forget(seg, number());
    is_int(gw_budgets_read(seg, number(), &failing), APR_EGENERAL,
           "it cannot be read");
    ok(b->flags & GW_BUDGET_UNREAD, "... so it is not believed");
    is_int(gw_budgets_read(seg, number(), &spending), APR_SUCCESS,
           "it can again");
    ok(b->committed.micro == 100000 && b->pending.micro == 200000
       && b->reserved.micro == 70000, "all three are what they were");
    seg->header->draining = 1;
    is_int(gw_budgets_read(seg, number(), &spending), APR_EBUSY,
           "a helper died between commit and release");
}

static void test_now(void)
{
    gw_spent_t spending = rows_spent(rows);
    gw_budget_t now[GW_BUDGETS];
    gw_policy_t p = { 0 };

    begin(GW_WINDOW_DAY, "1");
    spent(10, YUAN / 2);
    helper_write(seg, rows);
    spent(20, YUAN / 2);
    fixture_budget(&p, GW_WINDOW_DAY, "1");
    fixture_budget(&p, GW_WINDOW_TOTAL, "3");
    is_int(gw_budgets_now(now, seg, &spending, GW_OWNER_KEY, 1, &p),
           APR_SUCCESS, "they can be read");
    is_int(now[0].committed.micro + now[0].pending.micro, 300000,
           "one that the segment has: with what has no row yet");
    is_int(now[1].committed.micro, 100000,
           "one that it has not: what the rows come to");
    is_int(now[1].limit.micro, 3000000, "... with its own limit");
    is_int(gw_budgets_now(now, seg, &spending, GW_OWNER_KEY, 5, &p),
           APR_SUCCESS, "a key that is not in the segment");
    is_int(now[0].committed.micro, 0, "... has spent nothing");
}

/* A child may claim cells anywhere: so far up. */
static void claim_from(gw_segment_t *at, unsigned eighths)
{
    at->children[at->child - 1].cursor = at->n.cells * eighths / 8;
}

/* Its cells lie above and below the place where the child claims next. */
static void test_scattered(void)
{
    static const unsigned at[] = { 6, 2, 0, 7 };
    gw_spent_t spending = rows_spent(rows);
    gw_owner_t *o = begin(GW_WINDOW_DAY, "1");
    gw_policy_t none = { 0 };
    gw_verdict_t v;
    unsigned i;

    fixture_key(seg, 2, 9, 1, &none);
    for (i = 0; i < GW_COUNT(at); i++) {
        claim_from(seg, at[i]);
        if (i == 2)
            spent(1, CENT);
        else
            spend(1, CENT);
        fixture_open(&v, seg, rows, 2, 9, 1, 0);
    }
    for (i = 0; i < 8; i++) {
        claim_from(seg, i);
        gw_budgets_forget(seg, number());
        gw_budgets_read(seg, number(), &spending);
        ok(fixture_nth_budget(seg, o, 0)->reserved.micro == 30000
           && fixture_nth_budget(seg, o, 0)->pending.micro == 10000
           && o->pins == 4 && o->in_flight == 3,
           "all its cells are found from %u eighths", i);
    }
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

/* ---- how long it takes --------------------------------------------------- */

static apr_int64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * APR_INT64_C(1000000000) + t.tv_nsec;
}

/* A key's budget is read at its first request; the least time for a few. */
static apr_int64_t read_ns(gw_segment_t *in)
{
    gw_spent_t spending = rows_spent(rows);
    gw_policy_t p = { 0 }, none = { 0 };
    apr_int64_t least = 0, took;
    apr_uint32_t key;
    gw_verdict_t v;
    int i, k;

    rows_clear(rows);
    fixture_budget(&p, GW_WINDOW_DAY, "1");
    fixture_team(in, 9, 1, &none);
    key = fixture_key(in, 1, 9, 1, &p);
    claim_from(in, 4);
    fixture_open(&v, in, rows, 1, 9, 1, CENT);
    for (i = 0; i < 20; i++) {
        took = -cpu_ns();
        for (k = 0; k < 20; k++)
            gw_budgets_read(in, key, &spending);
        took += cpu_ns();
        if (i == 0 || took < least)
            least = took;
    }
    return least;
}

static void test_size(void)
{
    apr_int64_t small, large;

    fixture_empty(seg);
    small = read_ns(seg);
    large = read_ns(fixture_segment(64 << 20));
    ok(large < 8 * small, "a large segment takes no longer (%" APR_INT64_T_FMT
       " ns, a small one %" APR_INT64_T_FMT ")", large, small);
}

/* ---- windows ------------------------------------------------------------ */

/* A request belongs to the window of its admission, however late it ends. */
static void test_windows(void)
{
    gw_owner_t *o = begin(GW_WINDOW_HOUR, "1");
    gw_budget_t *b = fixture_nth_budget(seg, o, 0);
    gw_cell_t *late, *early;
    gw_verdict_t v;

    clock_pass(HOUR - SECOND);
    early = spend(60, 90 * CENT);
    clock_pass(2 * SECOND);
    late = spend(10, 90 * CENT);
    ok(late != NULL, "the next hour has all of it");
    is_int(b->reserved.micro, 900000, "... and counts its own alone");
    fixture_settle(seg, early, GW_END_COMPLETE);
    is_int(b->pending.micro, 0, "what was admitted before is not in it");
    is_int(b->reserved.micro, 900000, "... nor gives back of it");
    fixture_settle(seg, late, GW_END_COMPLETE);
    helper_write(seg, rows);
    is_int(b->committed.micro, 100000, "its rows are its own alone");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
    ok(fixture_open(&v, seg, rows, 1, 9, 1, 91 * CENT) == NULL
       && v.kind == GW_ADMIT_BUDGET, "no more than is left of it");
}

/* 2026-11-30T16:30Z is in December where the offset is +08:00. */
static void test_zone(void)
{
    gw_owner_t *o = begin(GW_WINDOW_MONTH, "1");
    gw_budget_t *b = fixture_nth_budget(seg, o, 0);
    gw_policy_t p = { 0 };

    clock_wall = WALL_FIRST + 3 * DAY + 16 * HOUR + 30 * MINUTE;
    spent(1, CENT);
    is_int(b->start, WALL_FIRST - 26 * DAY, "November by UTC");
    fixture_budget(&p, GW_WINDOW_MONTH, "1");
    p.budget[0].flags = GW_BUDGET_DEFAULT_ZONE;
    fixture_key(seg, 1, 9, 2, &p);
    gw_owners_set_zone(seg, 480);
    spent(1, CENT);
    b = fixture_nth_budget(seg, o, 0);
    is_int(b->start, WALL_FIRST + 4 * DAY - 8 * HOUR,
           "December by the zone of the server");
    is_int(fixture_wrong(seg, rows), 0, "all agrees");
}

static void test_soft(void)
{
    gw_policy_t p = { 0 };
    gw_owner_t *o = begin(GW_WINDOW_DAY, "1");

    fixture_budget(&p, GW_WINDOW_DAY, "1");
    p.budget[0].soft = gw_sum_of(YUAN / 2);
    fixture_key(seg, 1, 9, 2, &p);
    is_int(fixture_settle(seg, spend(30, CENT), GW_END_COMPLETE), 0,
           "below the threshold");
    is_int(fixture_settle(seg, spend(20, CENT), GW_END_COMPLETE), 1,
           "it is passed: that is said");
    is_int(fixture_settle(seg, spend(1, CENT), GW_END_COMPLETE), 0, "once");
    p.budget[0].soft = gw_sum_of(YUAN / 4);
    fixture_key(seg, 1, 9, 3, &p);
    is_int(fixture_settle(seg, spend(1, CENT), GW_END_COMPLETE), 1,
           "another threshold is said again");
    clock_pass(DAY);
    is_int(fixture_settle(seg, spend(26, CENT), GW_END_COMPLETE), 1,
           "a new window, too");
    is_int(fixture_nth_budget(seg, o, 0)->pending.micro, 260000,
           "what it has spent");
}

/* ---- reserves ----------------------------------------------------------- */

static void test_reserve(void)
{
    gw_bound_t bound = { 1000, 100, 1u << GW_INPUT | 1u << GW_OUTPUT,
                         1 };
    gw_model_t model = { .id = 7, .context = 2000 };
    gw_widening_t seen = { 1, 9, 7, WALL_FIRST, 500, 50 };
    gw_bound_t b = bound;

    begin(GW_WINDOW_DAY, "1");
    is_int(gw_reserve_amount(&b, seg, &fixture_price, &model, 1, WALL_FIRST),
           1000 * FIXTURE_INPUT + 100 * FIXTURE_OUTPUT, "as bounded");
    gw_widen_see(seg, &seen, model.context);
    is_int(gw_reserve_amount(&b, seg, &fixture_price, &model, 1, WALL_FIRST),
           1500 * FIXTURE_INPUT + 150 * FIXTURE_OUTPUT, "wider at once");
    ok(b.prompt == 1500 && b.output == 150, "... and so is the bound");
    b = bound;
    is_int(gw_reserve_amount(&b, seg, &fixture_price, &model, 2, WALL_FIRST),
           1000 * FIXTURE_INPUT + 100 * FIXTURE_OUTPUT, "another key's");
    b = bound;
    is_int(gw_reserve_amount(&b, seg, &fixture_price, &model, 1,
                             WALL_FIRST + DAY),
           1250 * FIXTURE_INPUT + 125 * FIXTURE_OUTPUT, "half a day later");
    seen.prompt = 9000;
    gw_widen_see(seg, &seen, model.context);
    b = bound;
    gw_reserve_amount(&b, seg, &fixture_price, &model, 1, WALL_FIRST);
    is_int(b.prompt, 2000, "never above the context");
    gw_widen_reset(seg, 7);
    b = bound;
    gw_reserve_amount(&b, seg, &fixture_price, &model, 1, WALL_FIRST);
    is_int(b.prompt, 1000, "reset");
    b.prompt = APR_INT64_C(10000000000);
    model.context = 0;
    is_int(gw_reserve_amount(&b, seg, &fixture_price, &model, 1, WALL_FIRST),
           -1, "no bound at all");
}

/* Eight places: of the team that has most of them the least wide goes. */
static void test_widenings_of_one_team(void)
{
    gw_wider_t wider;
    apr_int64_t i;
    unsigned kept = 0;

    begin(GW_WINDOW_DAY, "1");
    for (i = 1; i <= 2000; i++) {
        gw_widening_t seen = { i, i == 1 ? 8 : 9, 7, WALL_FIRST, 10, 10 };

        gw_widen_see(seg, &seen, 0);
    }
    gw_widen_read(&wider, seg, 1, 7, WALL_FIRST);
    is_int(wider.prompt, 10, "one of another team is not pushed out");
    for (i = 2; i <= 2000; i++) {
        gw_widen_read(&wider, seg, i, 7, WALL_FIRST);
        kept += wider.prompt > 0;
    }
    ok(kept < seg->n.widenings && kept > seg->n.widenings / 2,
       "%u of %u places are theirs", kept, seg->n.widenings);
    is_int(gw_widen_list(seg, 0, 7, 5, NULL, tap_pool())->nelts, 5,
           "a list is as long as it may be");
}

int main(void)
{
    seg = fixture_segment(SIZE);
    rows = rows_new();
    test_read();
    test_now();
    test_scattered();
    test_size();
    test_windows();
    test_zone();
    test_soft();
    test_reserve();
    test_widenings_of_one_team();
    return tap_end();
}
