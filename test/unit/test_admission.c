/* SPDX-License-Identifier: Apache-2.0 */
/* test_admission.c - what a request takes of its key and team, and gives back
 * once: places, reserves, drains, and the order of their mutexes. */
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "admission.h"
#include "cells.h"
#include "child.h"
#include "drain_slots.h"
#include "owner_lock.h"
#include "owners.h"
#include "segment_clock.h"
#include "takeover.h"

#include "tap.h"

#define SIZE GW_SEGMENT_LEAST
#define MICRO APR_INT64_C(1000000)      /* pico-units */

enum { KEY, TEAM };

static gw_segment_t *seg;
static gw_policy_t policy;
static apr_uint32_t number[2];

static gw_segment_t *make_segment(void)
{
    int fd = memfd_create("segment", MFD_CLOEXEC);
    gw_segment_t *made;

    if (fd < 0 || ftruncate(fd, SIZE) != 0
        || gw_segment_map(&made, fd, SIZE, -1, tap_pool()) != APR_SUCCESS
        || gw_takeover(made, "/a", SIZE, tap_pool()) != NULL
        || gw_child_enter(made) != APR_SUCCESS)
        abort();
    return made;
}

/* A key and its team with a budget of 100 micro-units each, both read. */
static void make_owners(apr_int64_t id)
{
    gw_owner_row_t row;
    int i;

    memset(&row, 0, sizeof(row));
    row.kind = GW_OWNER_TEAM;
    row.id = row.team_id = id;
    row.policy = &policy;
    if (gw_owners_put(&number[TEAM], seg, &row, gw_owners_writes(seg)) != 0)
        abort();
    row.kind = GW_OWNER_KEY;
    row.id = id + 1;
    row.team_owner = number[TEAM];
    row.public_id = "abc";
    if (gw_owners_put(&number[KEY], seg, &row, gw_owners_writes(seg)) != 0)
        abort();
    for (i = 0; i < 2; i++) {
        gw_owner_t *o = gw_owner_at(seg, number[i]);
        gw_meter_t *m = gw_meter_at(seg, o->meters);

        m->u.budget.flags &= (unsigned char)~GW_BUDGET_UNREAD;
    }
}

static gw_owner_t *owner(int whose)
{
    return gw_owner_at(seg, number[whose]);
}

static gw_budget_t *budget(int whose)
{
    return &gw_meter_at(seg, owner(whose)->meters)->u.budget;
}

/* A claimed cell of a request that may cost so much. */
static gw_cell_t *make_cell(apr_int64_t reserve)
{
    gw_cell_t *cell = gw_cell_claim(seg);

    if (cell == NULL)
        abort();
    cell->row.id = gw_segment_new_id(seg, gw_segment_now(seg));
    cell->owner[KEY] = number[KEY];
    cell->owner[TEAM] = number[TEAM];
    cell->reserve = reserve;
    memcpy(cell->currency, "CNY", GW_CURRENCY);
    return cell;
}

static gw_verdict_kind_t enter(gw_cell_t *cell)
{
    gw_window_t window[2];
    gw_verdict_t v;

    gw_admission_enter(&v, window, seg, cell, owner(KEY)->id);
    return v.kind;
}

static gw_verdict_kind_t take(gw_cell_t *cell)
{
    gw_window_t window[2];
    gw_verdict_t v;
    gw_need_t need;

    gw_admission_need(&need, cell);
    gw_admission_take(&v, window, seg, cell, owner(KEY)->id, &need);
    return v.kind;
}

static void counts(int places, apr_int64_t reserved, apr_int64_t spent,
                   const char *when)
{
    int i;

    for (i = 0; i < 2; i++) {
        gw_sum_t sum = gw_budget_spent(budget(i)), wanted = gw_sum_of(spent);
        const char *who = i == KEY ? "key" : "team";

        is_int(owner(i)->in_flight, places, "%s: places of the %s", when, who);
        is_int(budget(i)->reserved.micro, reserved / MICRO,
               "%s: reserved of the %s", when, who);
        is_int(gw_sum_compare(&sum, &wanted), 0, "%s: spent of the %s", when,
               who);
    }
}

/* ---- one request ---------------------------------------------------- */

static void test_whole_life(void)
{
    gw_cell_t *cell = make_cell(40 * MICRO);
    gw_budget_t soft;

    is_int(enter(cell), GW_ADMIT_FITS, "it enters");
    counts(1, 0, 0, "entered");
    is_int(take(cell), GW_ADMIT_FITS, "it is admitted");
    counts(1, 40 * MICRO, 0, "admitted");
    gw_cell_open(seg, cell);
    cell->row.amount = 30 * MICRO;
    gw_admission_leave(seg, cell, &soft);
    counts(0, 0, 30 * MICRO, "settled");
    gw_admission_leave(seg, cell, &soft);
    gw_admission_unplace(seg, cell);
    counts(0, 0, 30 * MICRO, "settled again");
    gw_cell_settle(seg, cell);
    is_int(owner(KEY)->pins, 1, "no row yet: the key stays");
    gw_admission_written(seg, cell);
    counts(0, 0, 30 * MICRO, "written");
    is_int(budget(KEY)->committed.micro, 30, "committed of the key");
    is_int(budget(TEAM)->committed.micro, 30, "committed of the team");
    is_int(owner(KEY)->pins + owner(TEAM)->pins, 0, "and may go");
    gw_cell_release(seg, cell);
}

static void test_refused(void)
{
    gw_cell_t *first = make_cell(60 * MICRO), *second = make_cell(60 * MICRO);

    enter(first);
    enter(second);
    take(first);
    is_int(take(second), GW_ADMIT_RESERVED, "the rest is reserved");
    counts(2, 60 * MICRO, 0, "one of two refused");
    gw_admission_undo(seg, second);
    counts(1, 60 * MICRO, 0, "the refused one is undone");
    gw_admission_undo(seg, first);
    counts(0, 0, 0, "both are undone");
    is_int(enter(make_cell(0)), GW_ADMIT_FITS, "there is room again");
}

static void test_one_refuses_nothing_is_taken(void)
{
    gw_cell_t *cell = make_cell(40 * MICRO);

    budget(TEAM)->limit = gw_sum_of(10 * MICRO);
    enter(cell);
    is_int(take(cell), GW_ADMIT_BUDGET, "the team has not so much");
    counts(1, 0, 0, "refused by the team");
    gw_admission_undo(seg, cell);
}

static void test_stale_owner(void)
{
    gw_cell_t *cell = make_cell(0);
    gw_window_t window[2];
    gw_verdict_t v;

    owner(TEAM)->stale = 1;
    is_int(enter(cell), GW_ADMIT_LOST, "nobody knows what holds for the team");
    owner(TEAM)->stale = 0;
    owner(KEY)->stale = 1;
    is_int(enter(cell), GW_ADMIT_LOST, "... or for the key");
    owner(KEY)->stale = 0;
    gw_admission_enter(&v, window, seg, cell, owner(KEY)->id + 1);
    is_int(v.kind, GW_ADMIT_LOST, "another key has the place");
    owner(KEY)->status = GW_KEY_REVOKED;
    is_int(enter(cell), GW_ADMIT_REVOKED, "the key was revoked");
    counts(0, 0, 0, "nothing is taken");
}

static void test_places(void)
{
    gw_cell_t *one = make_cell(0), *two = make_cell(0);

    owner(TEAM)->concurrency = 1;
    is_int(enter(one), GW_ADMIT_FITS, "one place");
    is_int(enter(two), GW_ADMIT_FULL, "no second one");
    counts(1, 0, 0, "full");
    gw_admission_undo(seg, one);
    is_int(enter(two), GW_ADMIT_FITS, "it is free again");
}

/* ---- answers that are read on --------------------------------------- */

static void test_drains(void)
{
    static const apr_uint32_t most[GW_DRAINS] = { 2, 2, 1 };
    gw_cell_t *one = make_cell(0), *two = make_cell(0);

    enter(one);
    enter(two);
    is_int(gw_drain_slots_enter(seg, one, most), GW_DRAINS, "one is read on");
    is_int(owner(KEY)->drains, 1, "counted once for the key");
    is_int(owner(TEAM)->drains, 1, "... and once for the team");
    is_int(gw_drain_slots_enter(seg, two, most), GW_DRAIN_ALL, "there are too many");
    is_int(owner(KEY)->drains, 1, "nothing is left of it for the key");
    is_int(owner(TEAM)->drains, 1, "... nor for the team");
    gw_admission_unplace(seg, one);
    gw_admission_unplace(seg, one);
    is_int(owner(KEY)->drains, 0, "over, once");
    gw_drain_slots_leave(seg);
    is_int(gw_drain_slots_enter(seg, two, most), GW_DRAINS, "room for the other");
    gw_drain_slots_leave(seg);
}

/* ---- locks ---------------------------------------------------------- */

static void *enters(void *cell)
{
    enter(cell);
    return NULL;
}

/* While another holds the team, who enters holds the key and waits. */
static void test_order_of_locks(void)
{
    gw_cell_t *cell = make_cell(0);
    pthread_t thread;
    int i, held = 0;

    gw_owner_lock(seg, number[TEAM]);
    pthread_create(&thread, NULL, enters, cell);
    for (i = 0; i < 500 && !held; i++) {
        usleep(1000);
        held = !gw_owner_trylock(seg, number[KEY]);
        if (!held)
            gw_owner_unlock(seg, number[KEY]);
    }
    ok(held, "the key is locked before the team");
    gw_owner_unlock(seg, number[TEAM]);
    pthread_join(thread, NULL);
}

int main(void)
{
    static void (*const tests[])(void) = {
        test_whole_life, test_refused, test_one_refuses_nothing_is_taken,
        test_stale_owner, test_places, test_drains, test_order_of_locks
    };
    unsigned i;

    seg = make_segment();
    policy.budgets = 1;
    policy.budget[0].limit = gw_sum_of(100 * MICRO);
    policy.budget[0].window = GW_WINDOW_TOTAL;
    memcpy(policy.budget[0].currency, "CNY", GW_CURRENCY);
    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        make_owners(10 * (i + 1));
        tests[i]();
    }
    return tap_end();
}
