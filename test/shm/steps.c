/* SPDX-License-Identifier: Apache-2.0 */
/* steps.c - see steps.h. */
#include "steps.h"

#include "drain_slots.h"
#include "helper.h"
#include "set_clock.h"

#include "tap.h"

world_t world;

apr_int64_t steps_random(apr_int64_t n)
{
    return (apr_int64_t)(tap_random(&world.random) % (unsigned long long)n);
}

void steps_must(int right, const char *what)
{
    if (!right && world.wrong == NULL)
        world.wrong = what;
}

apr_uint32_t steps_number(int i)
{
    return gw_index_by_id(world.seg, world.p.owner[i].kind,
                          world.p.owner[i].id);
}

/* ---- policies ---------------------------------------------------------- */

void steps_policy(int i)
{
    static const apr_int64_t least[GW_LIMITS] = { 3, 8, 60, 300, 900, 30000 };
    plain_owner_t *o = &world.p.owner[i];
    int l, is_team = i >= PLAIN_KEYS;

    for (l = 0; l < GW_LIMIT_WINDOWS; l++)
        plain_limit(o, (gw_limit_t)l, steps_random(3) ? 0
                    : least[l] * (is_team + 1) + steps_random(least[l]));
    o->limit[GW_LIMIT_CONCURRENCY] = steps_random(2) ? 0
                                   : 2 + is_team * 3 + steps_random(4);
    o->budgets = (unsigned)steps_random(PLAIN_BUDGETS + 1);
    for (l = 0; l < (int)o->budgets; l++) {
        o->budget[l].window = (gw_window_kind_t)(steps_random(2) + 2 * l);
        o->budget[l].limit = (1 + steps_random(20)) * CENT * (is_team + 1);
    }
    plain_cover(&world.p, i, 1);
}

static void policy_of(gw_policy_t *policy, int i)
{
    const plain_owner_t *o = &world.p.owner[i];
    unsigned k;

    memset(policy, 0, sizeof(*policy));
    memcpy(policy->limit, o->limit, sizeof(policy->limit));
    for (k = 0; k < o->budgets; k++) {
        char text[GW_MONEY_TEXT];

        fixture_budget(policy, o->budget[k].window,
                       gw_money_text(text, o->budget[k].limit));
    }
}

void steps_row(gw_owner_row_t *row, gw_policy_t *policy, int i)
{
    const plain_owner_t *o = &world.p.owner[i];

    policy_of(policy, i);
    fixture_row(row, world.seg, o->kind, o->id, world.p.owner[o->team].id,
                o->version, policy);
    row->status = o->status;
}

/* Read it from the database, its team first. */
void steps_load(int i)
{
    gw_owner_row_t row;
    gw_policy_t policy;
    apr_uint32_t number;

    if (i < PLAIN_KEYS && (!world.p.owner[world.p.owner[i].team].in
                           || world.p.owner[world.p.owner[i].team].stale))
        steps_load(world.p.owner[i].team);
    steps_row(&row, &policy, i);
    steps_must(gw_owners_put(&number, world.seg, &row,
                             gw_owners_writes(world.seg)) == APR_SUCCESS,
               "there is room for an owner");
    world.p.owner[i].in = 1;
    world.p.owner[i].stale = 0;
}

/* ---- requests ---------------------------------------------------------- */

/* A request in this state of a child that lives; NULL: none. */
static plain_ask_t *any(plain_state_t of)
{
    int i, from = world.p.asks > 0 ? (int)steps_random(world.p.asks) : 0;

    for (i = 0; i < world.p.asks; i++) {
        plain_ask_t *a = &world.p.ask[(from + i) % world.p.asks];

        if (a->state == of && !world.p.dead[a->child])
            return a;
    }
    return NULL;
}

static int live_child(void)
{
    int child = (int)steps_random(PLAIN_CHILDREN);

    return world.p.dead[child] ? -1 : child;
}

void steps_enter(void)
{
    plain_ask_t *a = &world.p.ask[world.p.asks];
    gw_verdict_kind_t want;
    apr_interval_time_t wait;
    gw_verdict_t v;

    memset(a, 0, sizeof(*a));
    if (world.p.asks == PLAIN_ASKS || (a->child = live_child()) < 0
        || fixture_busy(world.seg) == world.seg->n.cells)
        return;
    a->key = (int)steps_random(PLAIN_KEYS);
    world.seg->child = (apr_uint32_t)a->child + 1;
    want = plain_verdict(&world.p, a, 1, clock_steady, &wait);
    a->cell = fixture_enter(&v, world.seg, world.p.owner[a->key].id,
                            world.p.owner[world.p.owner[a->key].team].id);
    world.verdicts[v.kind]++;
    steps_must(v.kind == want, "who enters");
    steps_must(want != GW_ADMIT_WAIT || v.wait == wait, "how long it waits");
    if (a->cell != NULL)
        world.p.asks++;
    else if (v.kind == GW_ADMIT_LOST)
        steps_load(a->key);
}

/* Which budgets of one of its owners moved on to a later window already? */
static unsigned moved(const plain_ask_t *a, int whose)
{
    int i = whose ? world.p.owner[a->key].team : a->key;
    const plain_owner_t *o = &world.p.owner[i];
    const gw_owner_t *is = gw_owner_at(world.seg, a->cell->owner[whose]);
    unsigned n, k, bits = 0;
    const gw_budget_t *b;

    for (n = 0; o->in && (b = fixture_nth_budget(world.seg, is, n)); n++) {
        for (k = 0; k < o->budgets; k++) {
            if (o->budget[k].window == (gw_window_kind_t)b->window
                && b->start > gw_window_start(o->budget[k].window, 0, a->at))
                bits |= 1u << k;
        }
    }
    return bits;
}

static void take_place_in_budgets(plain_ask_t *a)
{
    a->state = PLAIN_ADMITTED;
    plain_take(&world.p, a, clock_steady);
    if (steps_random(8) == 0)
        return;                 /* not opened: given up, or killed */
    gw_cell_open(world.seg, a->cell);
    a->state = PLAIN_OPEN;
}

void steps_admit(void)
{
    plain_ask_t *a = any(PLAIN_HELD);
    gw_verdict_kind_t want;
    apr_interval_time_t wait;
    gw_verdict_t v;

    if (a == NULL)
        return;
    world.seg->child = (apr_uint32_t)a->child + 1;
    a->tokens = steps_random(6) ? steps_random(400) : steps_random(3000);
    a->reserve = steps_random(20) == 0 ? -1
               : steps_random(steps_random(5) ? 3 * CENT : 30 * CENT);
    fixture_intend(world.seg, a->cell, clock_wall, a->tokens, a->reserve);
    a->id = a->cell->row.id;
    world.p.last = a->at = a->id >> 8;
    plain_cover(&world.p, a->key, 0);
    plain_cover(&world.p, world.p.owner[a->key].team, 0);
    want = plain_verdict(&world.p, a, 0, clock_steady, &wait);
    if (want < GW_ADMIT_OLD_ID && (moved(a, 0) || moved(a, 1)))
        want = GW_ADMIT_OLD_ID;
    fixture_admit(&v, world.seg, a->cell, world.rows);
    world.verdicts[v.kind]++;
    steps_must(v.kind == want, "who is admitted");
    steps_must(want != GW_ADMIT_WAIT || v.wait == wait, "how long it waits");
    if (v.kind == GW_ADMIT_FITS)
        take_place_in_budgets(a);
    else if (steps_random(2))            /* else it is held, and asks again */
        a->state = PLAIN_GONE, gw_admission_undo(world.seg, a->cell);
}

void steps_give_up(void)
{
    plain_ask_t *a = any(steps_random(3) ? PLAIN_ADMITTED : PLAIN_HELD);

    if (a == NULL)
        return;
    world.seg->child = (apr_uint32_t)a->child + 1;
    if (a->state == PLAIN_ADMITTED)
        plain_give_back(&world.p, a, 0, clock_steady);
    gw_admission_undo(world.seg, a->cell);
    a->state = PLAIN_GONE;
}

/* It goes to an upstream where it may cost more, or less. */
void steps_grow(void)
{
    plain_ask_t *a = any(PLAIN_OPEN);
    apr_int64_t reserve = steps_random(15) == 0 ? -1
                        : steps_random((steps_random(4) ? 6 : 40) * CENT);
    unsigned ended[2];
    gw_verdict_kind_t want;
    gw_verdict_t v;

    if (a == NULL)
        return;
    world.seg->child = (apr_uint32_t)a->child + 1;
    fixture_grow(&v, world.seg, a->cell, world.rows, reserve);
    ended[0] = moved(a, 0);     /* by then: reading moves them on, too */
    ended[1] = moved(a, 1);
    want = plain_growth(&world.p, a, reserve, ended);
    world.growths[v.kind]++;
    steps_must(v.kind == want, "whose reserve grows");
    if (want == GW_ADMIT_FITS && a->reserve >= 0
        && (reserve < 0 || reserve > a->reserve))
        a->reserve = reserve;
    steps_must(a->cell->reserve == a->reserve, "what it has reserved then");
}

/* Some more of its answer comes. */
void steps_answer(void)
{
    plain_ask_t *a = any(PLAIN_OPEN);

    if (a == NULL)
        return;
    a->cell->phase = GW_PHASE_SENT;
    if (steps_random(2)) {
        a->prompt = 1 + steps_random(steps_random(8) ? a->tokens + 1 : 30000);
        a->output = 1 + steps_random(steps_random(8) ? a->tokens + 1 : 30000);
        gw_counts_clear(&a->cell->counts);
        fixture_answer(a->cell, a->prompt, a->output);
    }
    if (a->phase < a->cell->phase)
        a->phase = a->cell->phase;
    a->cell->phase = (unsigned char)a->phase;
}

/* Its client left, and it is read on. */
void steps_drain(void)
{
    static const apr_uint32_t most[GW_DRAINS] = { 1, 2, 3 };
    plain_ask_t *a = any(PLAIN_OPEN);
    gw_drain_bound_t want = GW_DRAINS;
    int i, all = 0;

    if (a == NULL || a->drains)
        return;
    for (i = 0; i < world.p.asks; i++)
        all += world.p.ask[i].state == PLAIN_OPEN && world.p.ask[i].drains;
    if (plain_drains(&world.p, a->key) >= 1)
        want = GW_DRAIN_KEY;
    else if (plain_drains(&world.p, world.p.owner[a->key].team) >= 2)
        want = GW_DRAIN_TEAM;
    else if (all >= 3)
        want = GW_DRAIN_ALL;
    world.seg->child = (apr_uint32_t)a->child + 1;
    steps_must(gw_drain_slots_enter(world.seg, a->cell, most) == want,
               "what bounds a drain");
    a->drains = want == GW_DRAINS;
}

static void more_than_reserved(const plain_ask_t *a)
{
    int both[2] = { a->key, world.p.owner[a->key].team }, i;
    unsigned k;

    world.over++;
    for (i = 0; i < 2; i++) {
        plain_owner_t *o = &world.p.owner[both[i]];

        for (k = 0; k < o->budgets; k++)
            o->budget[k].cover += a->amount - (a->reserve > 0 ? a->reserve
                                                              : 0);
    }
}

static void ends(plain_ask_t *a, gw_end_t end)
{
    plain_bill(a, end);
    if (a->amount > (a->reserve > 0 ? a->reserve : 0))
        more_than_reserved(a);
    plain_give_back(&world.p, a, a->used, clock_steady);
    a->state = PLAIN_SETTLED;
    a->drains = 0;
}

void steps_settle(void)
{
    static const gw_end_t endings[] = {
        GW_END_COMPLETE, GW_END_COMPLETE, GW_END_CUT, GW_END_CLIENT,
        GW_END_STOPPED, GW_END_FAILED
    };
    plain_ask_t *a = any(PLAIN_OPEN);
    gw_end_t end = endings[steps_random(GW_COUNT(endings))];
    int drains;

    if (a == NULL)
        return;
    if (end == GW_END_COMPLETE && a->phase < GW_PHASE_DELIVERED)
        end = GW_END_FAILED;
    world.seg->child = (apr_uint32_t)a->child + 1;
    drains = a->drains;
    ends(a, end);
    fixture_settle(world.seg, a->cell, end);
    steps_must(a->cell->row.amount == a->amount, "what it comes to");
    if (drains)
        gw_drain_slots_leave(world.seg);
}

/* ---- processes --------------------------------------------------------- */

void steps_write(void)
{
    int i;

    if (world.stopped > 0)
        return;
    if (steps_random(20) == 0)
        world.stopped = 50;
    helper_write(world.seg, world.rows);
    for (i = 0; i < world.p.asks; i++) {
        const gw_row_t *row;

        if (world.p.ask[i].state != PLAIN_SETTLED)
            continue;
        row = rows_find(world.rows, world.p.ask[i].id);
        steps_must(row != NULL && row->amount == world.p.ask[i].amount,
                   "its row");
        world.p.ask[i].state = PLAIN_ROW;
        world.p.rows++;
    }
    steps_must((unsigned)world.p.rows == world.rows->n, "no row is nobody's");
}

void steps_die(void)
{
    world.p.dead[steps_random(PLAIN_CHILDREN)] = 1;
}

/* The helper sees that a child is dead; another one begins. */
void steps_bury(int child)
{
    int i;

    world.killed++;
    helper_bury(world.seg, (apr_uint32_t)child);
    for (i = 0; i < world.p.asks; i++) {
        plain_ask_t *a = &world.p.ask[i];

        if (a->child != child || a->state > PLAIN_OPEN)
            continue;
        if (a->state == PLAIN_OPEN) {
            ends(a, GW_END_CLIENT);
            continue;
        }
        if (a->state == PLAIN_ADMITTED)
            plain_give_back(&world.p, a, 0, clock_steady);
        a->state = PLAIN_GONE;
    }
    steps_must(gw_child_enter(world.seg) == APR_SUCCESS
         && world.seg->child == (apr_uint32_t)child + 1, "its slot is free");
    world.p.dead[child] = 0;
}

void steps_recover(void)
{
    int child = (int)steps_random(PLAIN_CHILDREN);

    if (world.p.dead[child] && world.stopped == 0)
        steps_bury(child);
}
