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

static void count(gw_segment_t *seg, gw_owner_t *o, const gw_cell_t *cell,
                  unsigned marks)
{
    gw_sum_t reserve = gw_sum_of(cell->reserve);
    gw_sum_t amount = gw_sum_of(cell->row.amount);
    apr_uint32_t n;

    o->in_flight += (marks & GW_MARK_PLACE) != 0;
    o->pins += (marks & GW_MARK_PIN) != 0;
    o->drains += (marks & GW_MARK_DRAIN) != 0;
    for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
        gw_meter_t *m = gw_meter_at(seg, n);

        if (!gw_meter_counts(m, cell))
            continue;
        if ((marks & GW_MARK_RESERVED) && cell->reserve > 0)
            gw_budget_add(&m->u.budget.reserved, &reserve);
        if (marks & GW_MARK_CHARGED)
            gw_budget_add(&m->u.budget.pending, &amount);
    }
}

void gw_recount_owner(gw_segment_t *seg, apr_uint32_t number)
{
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_uint32_t i, child;
    int whose;

    clear(seg, o);
    for (i = 0; i < seg->n.cells; i++) {
        const gw_cell_t *cell = gw_cell_at(seg, i);

        if (gw_cell_free(seg, i)
            || gw_cell_state(seg, i, &child) == GW_CELL_FREE)
            continue;
        for (whose = 0; whose < 2; whose++) {
            if (cell->owner[whose] == number)
                count(seg, o, cell, cell->marks[whose]);
        }
    }
}
