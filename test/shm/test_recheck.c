/* SPDX-License-Identifier: Apache-2.0 */
/* test_recheck.c - each counter that is wrong is found, is said once, and is
 * put right; nothing else is said. */
#include "fixture.h"
#include "helper.h"
#include "recheck.h"
#include "set_clock.h"

#include "tap.h"

#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)

static gw_segment_t *seg;
static rows_t *rows;
static char said[400];
static unsigned times;

static void found(void *data, const char *check, const char *detail)
{
    times++;
    snprintf(said, sizeof(said), "%s: %s", check, detail);
}

static apr_status_t recheck(void)
{
    gw_recheck_t r = { rows_spent(rows), found, NULL, tap_pool() };

    times = 0;
    said[0] = '\0';
    return gw_recheck_segment(&r, seg);
}

/* An open request of a key, one that waits for its row, and one that has it;
 * each comes to 0.0002, and 3 are reserved. */
static gw_owner_t *begin(void)
{
    gw_policy_t p = { 0 }, none = { 0 };
    gw_verdict_t v;
    gw_cell_t *cell;
    int i;

    fixture_empty(seg);
    rows_clear(rows);
    fixture_budget(&p, GW_WINDOW_MONTH, "20");
    fixture_team(seg, 9, 1, &none);
    fixture_key(seg, 1, 9, 1, &p);
    for (i = 0; i < 2; i++) {
        cell = fixture_open(&v, seg, rows, 1, 9, 100, YUAN);
        fixture_answer(cell, 100, 0);
        fixture_settle(seg, cell, GW_END_COMPLETE);
        if (i == 0)
            helper_write(seg, rows);
    }
    fixture_open(&v, seg, rows, 1, 9, 100, 3 * YUAN);
    return fixture_owner(seg, GW_OWNER_KEY, 1);
}

static void is_said(const char *want, const char *name)
{
    is_int(recheck(), APR_SUCCESS, "%s: it can be done", name);
    is_str(said, want, "%s", name);
    is_int(times, want[0] != '\0', "%s: so often", name);
}

static void test_differences(void)
{
    gw_owner_t *o = begin();
    gw_budget_t *b = fixture_nth_budget(seg, o, 0);

    is_said("", "all is right");
    o->in_flight++;
    is_said("counters: key 1: places were 2, its cells have 1", "places");
    is_said("", "... are put right");
    o->pins = 0;
    is_said("counters: key 1: pins were 0, its cells have 2", "pins");
    is_said("", "... are put right");
    o->drains++;
    is_said("counters: key 1: drained answers were 1, its cells have 0",
            "answers that are read on");
    is_said("", "... are put right");
    b->reserved.micro--;
    is_said("counters: key 1: the reserves were 2.999999, its cells have 3",
            "what is reserved");
    is_said("", "... is put right");
    b->pending.pico++;
    is_said("counters: key 1: the amounts pending were 0.000200000001, its "
            "cells have 0.0002", "what is pending");
    is_said("", "... is put right");
    b->committed.micro += 7;
    is_said("budgets: key 1: CNY month: 0.000207 is counted as spent, its "
            "rows come to 0.0002", "what is committed");
    b->flags |= GW_BUDGET_UNREAD;
    is_said("", "... is not believed where it has to be read");
}

/* A budget that comes while requests are open counts them when it is read,
 * which is before it is first believed. */
static void test_new_budget(void)
{
    gw_spent_t spent = rows_spent(rows);
    gw_policy_t p = { 0 };
    gw_owner_t *o = begin();

    fixture_budget(&p, GW_WINDOW_MONTH, "20");
    fixture_budget(&p, GW_WINDOW_TOTAL, "90");
    fixture_key(seg, 1, 9, 2, &p);
    is_said("", "a new budget with open requests");
    gw_budgets_read(seg, gw_index_by_id(seg, GW_OWNER_KEY, 1), &spent);
    is_int(fixture_nth_budget(seg, o, 0)->reserved.micro, 3000000,
           "it is read: their reserves are in it");
    is_int(fixture_nth_budget(seg, o, 0)->pending.micro, 200,
           "... what is pending, too");
    is_said("", "... and all agrees");
}

/* A team without limits and without requests is looked at, too. */
static void test_drains_alone(void)
{
    gw_policy_t none = { 0 };

    fixture_empty(seg);
    rows_clear(rows);
    fixture_team(seg, 9, 1, &none);
    fixture_owner(seg, GW_OWNER_TEAM, 9)->drains = 1;
    is_said("counters: team 9: drained answers were 1, its cells have 0",
            "nothing but an answer that is read on");
    is_said("", "... is put right");
}

/* Rows may be committed whose cells still count. */
static void test_dead_helper(void)
{
    begin();
    seg->header->draining = 1;
    is_int(recheck(), APR_EBUSY, "a helper died: not now");
    is_int(times, 0, "... and nothing is said");
    helper_write(seg, rows);
    is_said("", "the next one has been through the cells");
}

int main(void)
{
    seg = fixture_segment(SIZE);
    rows = rows_new();
    test_differences();
    test_new_budget();
    test_drains_alone();
    test_dead_helper();
    return tap_end();
}
