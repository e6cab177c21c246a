/* SPDX-License-Identifier: Apache-2.0 */
/* metering.c - see metering.h. */
#include "metering.h"

#include "cells.h"
#include "crash.h"
#include "id.h"
#include "meters.h"

/* ---- admitting ------------------------------------------------------ */

static void put(gw_verdict_t *v, gw_verdict_kind_t kind, int whose,
                const gw_meter_t *m, apr_interval_time_t wait)
{
    if (kind < v->kind || (kind == v->kind && wait <= v->wait))
        return;
    v->kind = kind;
    v->whose = whose;
    v->wait = wait;
    if (m != NULL)
        v->meter = *m;
}

static void admit_window(gw_verdict_t *v, const gw_meter_t *m, int whose,
                         const gw_need_t *need)
{
    apr_int64_t n = gw_meter_counts_tokens(m) ? need->tokens : 1;
    apr_interval_time_t wait = n < 0 ? 0 : gw_quota_wait(&m->u.quota, n,
                                                         need->steady);

    if (wait < 0)
        put(v, GW_ADMIT_TOO_LARGE, whose, m, 0);
    else if (wait > 0)
        put(v, GW_ADMIT_WAIT, whose, m, wait);
}

/* Has a less left than b? */
static int tighter(const gw_budget_t *a, const gw_budget_t *b)
{
    gw_sum_t left = gw_budget_left(a), other = gw_budget_left(b);

    return gw_sum_compare(&left, &other) < 0;
}

/* Of two that refuse alike, the one with less left. */
static void put_budget(gw_verdict_t *v, gw_verdict_kind_t kind, int whose,
                       const gw_meter_t *m)
{
    if (v->kind != kind || tighter(&m->u.budget, &v->meter.u.budget))
        put(v, kind, whose, m, v->wait + 1);
}

/* Is this the budget of the need's currency? */
static int admit_budget(gw_verdict_t *v, gw_meter_t *m, int whose,
                        const gw_need_t *need)
{
    gw_budget_t *b = &m->u.budget;

    if (memcmp(b->currency, need->currency, GW_CURRENCY) != 0)
        return 0;
    if (!gw_budget_roll(b, need->admitted))
        put(v, GW_ADMIT_OLD_ID, whose, m, 1);
    else if (b->flags & GW_BUDGET_UNREAD)
        put(v, GW_ADMIT_UNREAD, whose, m, 1);
    else if (need->reserve < 0)
        put(v, GW_ADMIT_UNBOUNDED, whose, m, 1);
    else if (!gw_budget_has(b, need->reserve))
        put_budget(v, gw_budget_would_fit(b, need->reserve)
                      ? GW_ADMIT_RESERVED : GW_ADMIT_BUDGET, whose, m);
    return 1;
}

void gw_metering_admit(gw_verdict_t *v, const gw_segment_t *seg, gw_owner_t *o,
                       int whose, const gw_need_t *need)
{
    int budgets = 0, matching = 0;
    apr_uint32_t n;

    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);

        if (m->kind != GW_METER_BUDGET) {
            admit_window(v, m, whose, need);
            continue;
        }
        budgets = 1;
        matching |= need->bills && admit_budget(v, m, whose, need);
    }
    if (budgets && !matching && need->bills)
        put(v, GW_ADMIT_CURRENCY, whose, NULL, 1);
}

/* ---- taking --------------------------------------------------------- */

void gw_metering_take(gw_segment_t *seg, gw_owner_t *o, int whose,
                      const gw_need_t *need, gw_cell_t *cell)
{
    gw_sum_t reserve = gw_sum_of(need->reserve);
    apr_uint32_t n;

    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);
        apr_int64_t take = gw_meter_counts_tokens(m) ? need->tokens : 1;

        if (m->kind != GW_METER_BUDGET && take >= 0)
            gw_quota_take(&m->u.quota, take, need->steady);
        else if (m->kind == GW_METER_BUDGET && need->reserve > 0
                 && gw_budget_counts(&m->u.budget, need->currency,
                                     need->admitted))
            gw_budget_add(&m->u.budget.reserved, &reserve);
        GW_CRASH("metering");
    }
    gw_cell_mark(cell, whose, 0, GW_MARK_RESERVED);
}

/* ---- growing -------------------------------------------------------- */

/* A budget that came since the cell was admitted may stand before the window of
 * that, and does not count it yet.  0: it stands behind it. */
static int move_on(gw_budget_t *b, const gw_cell_t *cell)
{
    apr_time_t start = b->start;

    if (!gw_budget_roll(b, gw_id_time(cell->row.id)))
        return 0;
    if (b->start != start)
        b->flags |= GW_BUDGET_UNREAD;
    return 1;
}

static void admit_growth(gw_verdict_t *v, gw_meter_t *m, int whose,
                         const gw_cell_t *cell, gw_pico_t reserve)
{
    gw_budget_t *b = &m->u.budget;

    if (m->kind != GW_METER_BUDGET
        || memcmp(b->currency, cell->currency, GW_CURRENCY) != 0)
        return;
    if (!move_on(b, cell))
        put(v, GW_ADMIT_OLD_ID, whose, m, 1);
    else if (b->flags & GW_BUDGET_UNREAD)
        put(v, GW_ADMIT_UNREAD, whose, m, 1);
    else if (reserve < 0)
        put(v, GW_ADMIT_UNBOUNDED, whose, m, 1);
    else if (!gw_budget_has(b, reserve - cell->reserve))
        put_budget(v, gw_budget_would_fit(b, reserve) ? GW_ADMIT_RESERVED
                                                      : GW_ADMIT_BUDGET,
                   whose, m);
}

void gw_metering_admit_growth(gw_verdict_t *v, const gw_segment_t *seg,
                              gw_owner_t *o, int whose, const gw_cell_t *cell,
                              gw_pico_t reserve)
{
    apr_uint32_t n;

    if (!(cell->marks[whose] & GW_MARK_RESERVED))
        return;
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next)
        admit_growth(v, gw_meter_at(seg, n), whose, cell, reserve);
}

void gw_metering_grow(gw_segment_t *seg, gw_owner_t *o, int whose,
                      const gw_cell_t *cell, gw_pico_t reserve)
{
    gw_sum_t more = gw_sum_of(reserve - cell->reserve);
    apr_uint32_t n;

    if (!(cell->marks[whose] & GW_MARK_RESERVED))
        return;
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);

        if (!gw_meter_counts(m, cell))
            continue;
        gw_budget_add(&m->u.budget.reserved, &more);
        GW_CRASH("growing");
    }
}

/* ---- settling ------------------------------------------------------- */

static void settle_budget(gw_budget_t *b, const gw_cell_t *cell, int opened)
{
    gw_sum_t reserve = gw_sum_of(cell->reserve);
    gw_sum_t amount = gw_sum_of(cell->row.amount);

    if (cell->reserve > 0)
        gw_budget_take(&b->reserved, &reserve);
    if (opened)
        gw_budget_add(&b->pending, &amount);
}

int gw_metering_settle(gw_segment_t *seg, gw_owner_t *o, int whose,
                       gw_cell_t *cell, int opened, apr_time_t steady,
                       gw_budget_t *which)
{
    apr_int64_t used = opened ? gw_usage_prompt(&cell->row.usage)
                                + gw_usage_output(&cell->row.usage) : 0;
    int soft = 0;
    apr_uint32_t n;

    if (!(cell->marks[whose] & GW_MARK_RESERVED))
        return 0;
    /* first: a process that dies below has not given the tokens back twice,
     * and the budgets are counted again by it */
    gw_cell_mark(cell, whose, GW_MARK_RESERVED,
                 opened ? GW_MARK_CHARGED : 0);
    GW_CRASH("charging");
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);

        if (gw_meter_counts(m, cell)) {
            settle_budget(&m->u.budget, cell, opened);
            if (gw_budget_soft(&m->u.budget)) {
                *which = m->u.budget;
                soft = 1;
            }
        }
        if (gw_meter_counts_tokens(m))
            gw_quota_take(&m->u.quota, used - cell->taken, steady);
        GW_CRASH("charged");
    }
    return soft;
}

void gw_metering_written(gw_segment_t *seg, gw_owner_t *o, int whose,
                         gw_cell_t *cell)
{
    gw_sum_t amount = gw_sum_of(cell->row.amount);
    apr_uint32_t n;

    if (!(cell->marks[whose] & GW_MARK_CHARGED))
        return;
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);

        if (!gw_meter_counts(m, cell))
            continue;
        gw_budget_take(&m->u.budget.pending, &amount);
        GW_CRASH("committing");
        gw_budget_add(&m->u.budget.committed, &amount);
    }
    gw_cell_mark(cell, whose, GW_MARK_CHARGED, 0);
}
