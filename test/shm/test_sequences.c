/* SPDX-License-Identifier: Apache-2.0 */
/* test_sequences.c - random sequences of all that happens to a segment, and
 * after each step what has to be true of it by the rules of billing:
 *
 * - an admission, and that a reserve grows later, is what a plain reading of the
 *   rules says, for both owners;
 * - what is spent and reserved never passes a budget, but by what requests
 *   came to beyond their reserves, or where a budget was set below it;
 * - places, reserves, charges and windows are what the requests say, so
 *   nothing is left of one that was refused, given up or killed;
 * - whatever was opened has one row, with the amount of its ending; whatever
 *   was not has none.
 *
 * SHM_SEED: the first seed; SHM_STEPS: steps in all.
 */
#include "helper.h"
#include "owner_room.h"
#include "set_clock.h"
#include "steps.h"

#include "tap.h"

#define SIZE (256 << 10)
#define STEPS 1000              /* of one seed */

/* ---- what administrators do, and time ---------------------------------- */

static int any_owner(void)
{
    return (int)steps_random(PLAIN_OWNERS);
}

static void write_row(int i)
{
    gw_owner_row_t row;
    gw_policy_t policy;

    world.p.owner[i].version++;
    steps_row(&row, &policy, i);
    gw_owners_changed(world.seg, &row);
    if (world.p.owner[i].in)
        world.p.owner[i].stale = 0;
}

static void do_change(void)
{
    int i = any_owner();

    steps_policy(i);
    write_row(i);
}

/* Two writes come in the wrong order: the later one stays. */
static void do_change_late(void)
{
    gw_owner_row_t row;
    gw_policy_t policy;
    int i = any_owner();

    steps_row(&row, &policy, i);
    row.version--;
    row.status = GW_KEY_REVOKED;
    policy.limit[GW_LIMIT_RPS] = 1;
    policy.budgets = 0;
    gw_owners_changed(world.seg, &row);
}

static void do_revoke(void)
{
    int i = any_owner();
    plain_owner_t *o = &world.p.owner[i];

    o->status = o->status != GW_KEY_LIVE || steps_random(3) ? GW_KEY_LIVE
              : i < PLAIN_KEYS ? GW_KEY_REVOKED : GW_KEY_DISABLED;
    write_row(i);
}

static void do_invalidate(void)
{
    int i;

    gw_owners_invalidate(world.seg);
    for (i = 0; i < PLAIN_OWNERS; i++)
        world.p.owner[i].stale = world.p.owner[i].in;
}

static void do_evict(void)
{
    int i;

    gw_segment_lock(&world.seg->header->table_mutex);
    gw_room_evict(world.seg);
    gw_segment_unlock(&world.seg->header->table_mutex);
    for (i = 0; i < PLAIN_OWNERS; i++) {
        if (!world.p.owner[i].in || steps_number(i) != 0)
            continue;
        steps_must(plain_rests(&world.p, i, clock_steady), "who goes");
        plain_out(&world.p.owner[i]);
        world.gone++;
    }
}

static void do_load(void)
{
    steps_load(any_owner());
}

static void do_forget(void)
{
    apr_uint32_t number = steps_number(any_owner());

    if (number != 0)
        gw_budgets_forget(world.seg, number);
}

static void do_read(void)
{
    gw_spent_t spent = rows_spent(world.rows);
    apr_uint32_t number = steps_number(any_owner());

    if (number != 0)
        steps_must(gw_budgets_read(world.seg, number, &spent) == APR_SUCCESS,
                   "what was spent can be read");
}

static void do_recheck(void)
{
    steps_must(fixture_wrong(world.seg, world.rows) == 0, "the recheck");
}

static void do_pass(void)
{
    static const apr_interval_time_t most[] = {
        1000, SECOND, SECOND, 10 * SECOND, MINUTE, HOUR, 2 * DAY
    };

    clock_pass(steps_random(most[steps_random(GW_COUNT(most))]));
}

/* Somebody sets the wall clock: a little forth, or back; or forth, looks at
 * a key, and back. */
static void do_set_clock(void)
{
    if (steps_random(2)) {
        clock_wall += steps_random(HOUR) - HOUR / 2;
        return;
    }
    clock_wall += HOUR;
    do_read();
    clock_wall -= HOUR;
}

/* ---- what must be true -------------------------------------------------- */

static void compare_windows(const plain_owner_t *o, const gw_owner_t *is)
{
    int l;

    for (l = 0; l < GW_LIMIT_WINDOWS; l++) {
        const gw_quota_t *q = fixture_quota(world.seg, is, (gw_limit_t)l);

        steps_must((q != NULL) == (o->limit[l] != 0), "which windows it has");
        if (q != NULL)
            steps_must(q->limit == o->limit[l]
                       && q->tat_us * q->limit + q->tat_part == o->full[l],
                       "what is used of a window");
    }
}

static int same(const gw_sum_t *sum, apr_int64_t amount)
{
    gw_sum_t other = gw_sum_of(amount);

    return gw_sum_compare(sum, &other) == 0;
}

static void compare_budgets(int i, const gw_owner_t *is)
{
    const plain_owner_t *o = &world.p.owner[i];
    const gw_budget_t *b;
    unsigned n;

    for (n = 0; (b = fixture_nth_budget(world.seg, is, n)) != NULL; n++) {
        plain_sums_t sums = plain_sums(&world.p, i,
                                       (gw_window_kind_t)b->window, b->start);

        if (b->flags & GW_BUDGET_UNREAD)
            continue;
        world.compared++;
        steps_must(same(&b->reserved, sums.reserved), "what is reserved");
        steps_must(same(&b->pending, sums.pending), "what is pending");
        steps_must(same(&b->committed, sums.committed), "what is committed");
    }
    steps_must(n == o->budgets, "which budgets it has");
}

static void compare(int i)
{
    const plain_owner_t *o = &world.p.owner[i];
    apr_uint32_t number = steps_number(i);
    const gw_owner_t *is;

    steps_must((number != 0) == o->in, "who is in the segment");
    steps_must(plain_covered(&world.p, i), "a budget is passed");
    if (number == 0 || !o->in)
        return;
    is = gw_owner_at(world.seg, number);
    steps_must(is->in_flight == plain_places(&world.p, i), "places");
    steps_must(is->pins == plain_pins(&world.p, i), "pins");
    steps_must(is->drains == plain_drains(&world.p, i), "drains");
    steps_must((apr_uint32_t)o->stale == is->stale, "stale");
    steps_must((apr_uint32_t)o->status == is->status, "status");
    compare_windows(o, is);
    compare_budgets(i, is);
}

/* ---- sequences ---------------------------------------------------------- */

static const struct {
    const char *name;
    void (*step)(void);
    int weight;
} steps[] = {
    { "enter", steps_enter, 14 }, { "admit", steps_admit, 18 },
    { "give up", steps_give_up, 2 }, { "answer", steps_answer, 14 },
    { "grow", steps_grow, 5 },
    { "drain", steps_drain, 4 }, { "settle", steps_settle, 10 },
    { "write", steps_write, 8 }, { "die", steps_die, 1 },
    { "recover", steps_recover, 3 }, { "change", do_change, 3 },
    { "change late", do_change_late, 1 }, { "revoke", do_revoke, 2 },
    { "invalidate", do_invalidate, 1 }, { "evict", do_evict, 1 },
    { "load", do_load, 4 }, { "forget", do_forget, 2 },
    { "read", do_read, 2 }, { "recheck", do_recheck, 1 },
    { "pass", do_pass, 7 }, { "set the clock", do_set_clock, 2 }
};

static unsigned choose(void)
{
    int sum = 0, at;
    unsigned i;

    for (i = 0; i < GW_COUNT(steps); i++)
        sum += steps[i].weight;
    at = (int)steps_random(sum);
    for (i = 0; at >= steps[i].weight; i++)
        at -= steps[i].weight;
    return i;
}

static void begin(unsigned long long seed)
{
    int i;

    fixture_empty(world.seg);
    for (i = 1; i < PLAIN_CHILDREN; i++)
        gw_child_enter(world.seg);
    rows_clear(world.rows);
    plain_begin(&world.p);
    world.random = seed * 0x9e3779b97f4a7c15ULL + 1;
    world.stopped = 0;
    world.wrong = NULL;
    clock_wall = WALL_FIRST + steps_random(DAY);
    clock_steady = STEADY_FIRST;
    for (i = 0; i < PLAIN_OWNERS; i++)
        steps_policy(i);
    for (i = 0; i < PLAIN_OWNERS; i++)
        steps_load(i);
}

/* All end; what is left is nothing. */
static void end(void)
{
    int i;

    world.stopped = 0;
    for (i = 0; i < PLAIN_CHILDREN; i++)
        steps_bury(i);
    steps_write();
    steps_must(fixture_busy(world.seg) == 0, "all cells are free");
    for (i = 0; i < PLAIN_OWNERS; i++) {
        gw_spent_t spent = rows_spent(world.rows);

        steps_load(i);
        gw_budgets_read(world.seg, steps_number(i), &spent);
        compare(i);
    }
    do_recheck();
}

static void sequence(unsigned long long seed)
{
    unsigned n, i;

    begin(seed);
    for (n = 0; n < STEPS && world.wrong == NULL; n++) {
        unsigned k = choose();

        steps[k].step();
        if (world.stopped > 0)
            world.stopped--;
        for (i = 0; i < PLAIN_OWNERS; i++) {
            if (n % 8 == 0 || i == n % PLAIN_OWNERS)
                compare((int)i);
        }
        if (world.wrong != NULL)
            printf("#   step %u, %s: %s\n", n, steps[k].name, world.wrong);
    }
    if (world.wrong == NULL)
        end();
    ok(world.wrong == NULL, "SHM_SEED=%llu: %s", seed,
       world.wrong ? world.wrong : "a sequence");
}

static unsigned long long wanted(const char *name, unsigned long long n)
{
    const char *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : n;
}

/* Did the sequences come to what they are for? */
static void judge(void)
{
    static const gw_verdict_kind_t kinds[] = {
        GW_ADMIT_FITS, GW_ADMIT_FULL, GW_ADMIT_RESERVED, GW_ADMIT_WAIT,
        GW_ADMIT_TOO_LARGE, GW_ADMIT_BUDGET, GW_ADMIT_UNBOUNDED,
        GW_ADMIT_OLD_ID, GW_ADMIT_REVOKED, GW_ADMIT_TEAM_DISABLED,
        GW_ADMIT_LOST
    };
    static const gw_verdict_kind_t growths[] = {
        GW_ADMIT_FITS, GW_ADMIT_RESERVED, GW_ADMIT_BUDGET, GW_ADMIT_UNBOUNDED,
        GW_ADMIT_OLD_ID
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(growths); i++)
        ok(world.growths[growths[i]] > 0, "verdict %d on more: %u times",
           growths[i], world.growths[growths[i]]);
    for (i = 0; i < GW_COUNT(kinds); i++)
        ok(world.verdicts[kinds[i]] > 0, "verdict %d: %u times", kinds[i],
           world.verdicts[kinds[i]]);
    ok(world.gone > 0, "%u owners went", world.gone);
    ok(world.killed > 0, "%u children were killed", world.killed);
    ok(world.over > 0, "%u requests came to more than their reserve",
       world.over);
    ok(world.compared > 0, "%u budgets were compared", world.compared);
}

int main(void)
{
    unsigned long long seed = wanted("SHM_SEED", 1), last;
    unsigned long long n = wanted("SHM_STEPS", tap_cases(100000));

    world.seg = fixture_segment(SIZE);
    world.rows = rows_new();
    for (last = seed + (n + STEPS - 1) / STEPS; seed < last; seed++)
        sequence(seed);
    if (n >= 50 * STEPS)
        judge();
    return tap_end();
}
