/* SPDX-License-Identifier: Apache-2.0 */
/* admission.c - see admission.h. */
#include "admission.h"

#include "cells.h"
#include "clock.h"
#include "crash.h"
#include "drain_slots.h"
#include "id.h"
#include "owner_lock.h"

/* ---- both owners ---------------------------------------------------- */

typedef struct pair_t {
    gw_segment_t *seg;
    apr_uint32_t number[2];
    gw_owner_t *owner[2];
} pair_t;

static void lock_pair(pair_t *p, gw_segment_t *seg, const gw_cell_t *cell)
{
    int i;

    p->seg = seg;
    for (i = 0; i < 2; i++) {
        p->number[i] = cell->owner[i];
        gw_owner_lock(seg, p->number[i]);
        p->owner[i] = gw_owner_at(seg, p->number[i]);
    }
}

static void unlock_pair(const pair_t *p)
{
    gw_owner_unlock(p->seg, p->number[1]);
    gw_owner_unlock(p->seg, p->number[0]);
}

/* Are they still what the key was resolved to, and may both be served? */
static gw_verdict_kind_t same(const pair_t *p, apr_int64_t key_id)
{
    if (p->owner[0]->kind != GW_OWNER_KEY || p->owner[0]->id != key_id
        || p->owner[0]->team_owner != p->number[1]
        || p->owner[0]->stale || p->owner[1]->stale)
        return GW_ADMIT_LOST;
    if (p->owner[0]->status != GW_KEY_LIVE)
        return GW_ADMIT_REVOKED;
    return p->owner[1]->status != GW_KEY_LIVE ? GW_ADMIT_TEAM_DISABLED
                                              : GW_ADMIT_FITS;
}

static void admit(gw_verdict_t *v, const pair_t *p, apr_int64_t key_id,
                  const gw_need_t *need, int places)
{
    int i;

    memset(v, 0, sizeof(*v));
    v->kind = same(p, key_id);
    for (i = 0; i < 2 && v->kind < GW_ADMIT_REVOKED; i++) {
        gw_metering_admit(v, p->seg, p->owner[i], i, need);
        if (places && v->kind == GW_ADMIT_FITS && p->owner[i]->concurrency > 0
            && p->owner[i]->in_flight >= p->owner[i]->concurrency) {
            v->kind = GW_ADMIT_FULL;
            v->whose = i;
            v->meter.u.quota.limit = p->owner[i]->concurrency;
        }
    }
}

static void show(gw_window_t window[2], const pair_t *p, apr_time_t steady)
{
    memset(window, 0, 2 * sizeof(*window));
    gw_meters_show(window, p->seg, p->owner[0], steady);
    gw_meters_show(window, p->seg, p->owner[1], steady);
}

/* ---- entering ------------------------------------------------------- */

void gw_admission_enter(gw_verdict_t *v, gw_window_t window[2],
                        gw_segment_t *seg, gw_cell_t *cell,
                        apr_int64_t key_id)
{
    gw_need_t need = { gw_steady_now(), 0, 1, 0, 0, "" };
    pair_t p;
    int i;

    lock_pair(&p, seg, cell);
    admit(v, &p, key_id, &need, 1);
    for (i = 0; i < 2 && v->kind == GW_ADMIT_FITS; i++) {
        p.owner[i]->in_flight++;
        p.owner[i]->pins++;
        GW_CRASH("entering");
        gw_cell_mark(cell, i, 0, GW_MARK_PLACE | GW_MARK_PIN);
    }
    show(window, &p, need.steady);
    unlock_pair(&p);
}

void gw_admission_need(gw_need_t *need, const gw_cell_t *cell)
{
    need->steady = gw_steady_now();
    need->admitted = gw_id_time(cell->row.id);
    need->tokens = cell->taken;
    need->reserve = cell->reserve;
    need->bills = !cell->bills_nothing;
    memcpy(need->currency, cell->currency, GW_CURRENCY);
}

void gw_admission_take(gw_verdict_t *v, gw_window_t window[2],
                       gw_segment_t *seg, gw_cell_t *cell, apr_int64_t key_id,
                       const gw_need_t *need)
{
    pair_t p;
    int i;

    lock_pair(&p, seg, cell);
    admit(v, &p, key_id, need, 0);
    for (i = 0; i < 2 && v->kind == GW_ADMIT_FITS; i++) {
        gw_metering_take(seg, p.owner[i], i, need, cell);
        GW_CRASH("admitting");
    }
    show(window, &p, need->steady);
    unlock_pair(&p);
    GW_CRASH("admitted");
}

/* Who dies in here holds both mutexes: both owners are counted again, by what
 * cell->reserve is then. */
static void grow(gw_verdict_t *v, gw_segment_t *seg, gw_cell_t *cell,
                 gw_pico_t reserve)
{
    pair_t p;
    int i;

    lock_pair(&p, seg, cell);
    for (i = 0; i < 2; i++)
        gw_metering_admit_growth(v, seg, p.owner[i], i, cell, reserve);
    for (i = 0; i < 2 && v->kind == GW_ADMIT_FITS; i++)
        gw_metering_grow(seg, p.owner[i], i, cell, reserve);
    if (v->kind == GW_ADMIT_FITS)
        cell->reserve = reserve;
    GW_CRASH("growing");
    unlock_pair(&p);
    GW_CRASH("grown");
}

void gw_admission_grow(gw_verdict_t *v, gw_segment_t *seg, gw_cell_t *cell,
                       gw_pico_t reserve)
{
    memset(v, 0, sizeof(*v));
    if (cell->reserve < 0 || cell->bills_nothing
        || (reserve >= 0 && reserve <= cell->reserve))
        return;
    grow(v, seg, cell, reserve);
}

/* ---- leaving -------------------------------------------------------- */

static void unplace(gw_segment_t *seg, gw_cell_t *cell, int whose)
{
    gw_drain_slots_leave_owner(seg, cell, whose);
    if (!(cell->marks[whose] & GW_MARK_PLACE))
        return;
    gw_owner_at(seg, cell->owner[whose])->in_flight--;
    GW_CRASH("unplacing");
    gw_cell_mark(cell, whose, GW_MARK_PLACE, 0);
}

static void unpin(gw_segment_t *seg, gw_cell_t *cell, int whose)
{
    gw_owner_t *o = gw_owner_at(seg, cell->owner[whose]);

    unplace(seg, cell, whose);
    if (cell->marks[whose] & GW_MARK_PIN)
        o->pins--;
    GW_CRASH("unpinning");
    gw_cell_mark(cell, whose, ~0u, 0);
}

void gw_admission_unplace(gw_segment_t *seg, gw_cell_t *cell)
{
    int i;

    for (i = 0; i < 2; i++) {
        if (cell->owner[i] == 0 || cell->marks[i] == 0)
            continue;
        gw_owner_lock(seg, cell->owner[i]);
        unplace(seg, cell, i);
        gw_owner_unlock(seg, cell->owner[i]);
    }
}

int gw_admission_leave(gw_segment_t *seg, gw_cell_t *cell, gw_budget_t *soft)
{
    apr_time_t steady = gw_steady_now();
    int i, passed = 0;

    for (i = 0; i < 2; i++) {
        gw_owner_t *o;

        if (cell->owner[i] == 0 || cell->marks[i] == 0)
            continue;
        o = gw_owner_at(seg, cell->owner[i]);
        gw_owner_lock(seg, cell->owner[i]);
        unplace(seg, cell, i);
        passed |= gw_metering_settle(seg, o, i, cell, 1, steady, soft);
        gw_owner_unlock(seg, cell->owner[i]);
        GW_CRASH("leaving");
    }
    return passed;
}

void gw_admission_written(gw_segment_t *seg, gw_cell_t *cell)
{
    int i;

    for (i = 0; i < 2; i++) {
        if (cell->owner[i] == 0 || cell->marks[i] == 0)
            continue;
        gw_owner_lock(seg, cell->owner[i]);
        gw_metering_written(seg, gw_owner_at(seg, cell->owner[i]), i, cell);
        unpin(seg, cell, i);
        gw_owner_unlock(seg, cell->owner[i]);
    }
}

void gw_admission_undo(gw_segment_t *seg, gw_cell_t *cell)
{
    gw_budget_t unused;
    int i;

    for (i = 0; i < 2; i++) {
        if (cell->owner[i] == 0 || cell->marks[i] == 0)
            continue;
        gw_owner_lock(seg, cell->owner[i]);
        gw_metering_settle(seg, gw_owner_at(seg, cell->owner[i]), i, cell, 0,
                           gw_steady_now(), &unused);
        unpin(seg, cell, i);
        gw_owner_unlock(seg, cell->owner[i]);
        GW_CRASH("undoing");
    }
    gw_cell_release(seg, cell);
}
