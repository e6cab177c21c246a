/* SPDX-License-Identifier: Apache-2.0 */
/* recount.c - see recount.h. */
#include "recount.h"

#include "cells.h"
#include "meters.h"

static void clear(gw_segment_t *seg, gw_owner_t *o)
{
    static const gw_sum_t none;
    apr_uint32_t n;

    o->in_flight = o->pins = o->drains = 0;
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);

        if (m->kind == GW_METER_BUDGET)
            m->u.budget.pending = m->u.budget.reserved = none;
    }
}

/* Of a cell without such a mark its process may write these words now. */
static void count_money(gw_segment_t *seg, gw_owner_t *o,
                        const gw_cell_t *cell, unsigned marks)
{
    gw_sum_t sum = gw_sum_of(marks & GW_MARK_CHARGED ? cell->row.amount
                             : cell->reserve > 0 ? cell->reserve : 0);
    apr_uint32_t n;

    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);

        if (gw_meter_counts(m, cell))
            gw_budget_add(marks & GW_MARK_CHARGED ? &m->u.budget.pending
                                                  : &m->u.budget.reserved,
                          &sum);
    }
}

static void count(gw_segment_t *seg, gw_owner_t *o, const gw_cell_t *cell,
                  unsigned marks)
{
    o->in_flight += (marks & GW_MARK_PLACE) != 0;
    o->pins += (marks & GW_MARK_PIN) != 0;
    o->drains += (marks & GW_MARK_DRAIN) != 0;
    if (marks & (GW_MARK_RESERVED | GW_MARK_CHARGED))
        count_money(seg, o, cell, marks);
}

/* Cell by cell downwards from this one, around; until so many that pin the
 * owner were counted.  -1: all are looked at. */
static void recount(gw_segment_t *seg, apr_uint32_t number, apr_uint32_t at,
                    apr_int32_t pins)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_uint32_t n = seg->n.cells, i, child;
    int whose;

    clear(seg, o);
    for (i = 0; i < n && o->pins != pins; i++, at = at > 0 ? at - 1 : n - 1) {
        const gw_cell_t *cell = gw_cell_at(seg, at);

        if (gw_cell_free(seg, at)
            || gw_cell_state(seg, at, &child) == GW_CELL_FREE)
            continue;
        for (whose = 0; whose < 2; whose++)
            count(seg, o, cell, gw_cell_marks(cell, whose, number));
    }
}

void gw_recount_owner(gw_segment_t *seg, apr_uint32_t number)
{
    recount(seg, number, 0, -1);
}

void gw_recount_pinned(gw_segment_t *seg, apr_uint32_t number)
{
    apr_uint32_t at = 0;

    if (seg->child != 0)
        at = __atomic_load_n(&seg->children[seg->child - 1].cursor,
                             __ATOMIC_RELAXED) % seg->n.cells;
    recount(seg, number, at, gw_owner_at(seg, number)->pins);
}
