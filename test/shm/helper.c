/* SPDX-License-Identifier: Apache-2.0 */
/* helper.c - see helper.h. */
#include "helper.h"

#include "admission.h"
#include "bill.h"
#include "commit_wait.h"
#include "fixture.h"
#include "kill.h"

#define BATCH 256

/* ---- rows ----------------------------------------------------------- */

typedef struct batch_t {
    gw_cell_t *settled[BATCH], *wanted[BATCH];
    unsigned n, intents;
} batch_t;

static void collect(batch_t *b, gw_segment_t *seg)
{
    apr_uint32_t i, child;

    b->n = b->intents = 0;
    for (i = 0; i < seg->n.cells && b->n < BATCH; i++) {
        gw_cell_state_t state = gw_cell_state(seg, i, &child);
        gw_cell_t *cell = gw_cell_at(seg, i);

        if (state == GW_CELL_SETTLED)
            b->settled[b->n++] = cell;
        else if (state == GW_CELL_OPEN && b->intents < BATCH
                 && gw_commit_wait_wanted(cell))
            b->wanted[b->intents++] = cell;
    }
}

static void free_them(gw_segment_t *seg, const batch_t *b)
{
    unsigned k;

    for (k = 0; k < b->n; k++) {
        gw_admission_written(seg, b->settled[k]);
        kill_point("test_counted");
        gw_commit_wait_row_written(seg, b->settled[k]);
        kill_point("test_freed");
    }
}

unsigned helper_write(gw_segment_t *seg, rows_t *rows)
{
    apr_uint32_t *draining = &seg->header->draining, before;
    batch_t b;
    unsigned k;

    __atomic_store_n(&seg->header->settled, 0, __ATOMIC_RELAXED);
    collect(&b, seg);
    rows_begin(rows);
    for (k = 0; k < b.n; k++)
        rows_add(rows, &b.settled[k]->row);
    kill_point("test_writing");
    gw_segment_lock(&seg->header->drain_mutex);
    before = *draining;
    __atomic_store_n(draining, 1, __ATOMIC_SEQ_CST);
    kill_point("test_draining");
    rows_commit(rows);
    kill_point("test_written");
    free_them(seg, &b);
    __atomic_store_n(draining, b.n < BATCH ? 0 : before, __ATOMIC_SEQ_CST);
    gw_segment_unlock(&seg->header->drain_mutex);
    for (k = 0; k < b.intents; k++)
        gw_commit_wait_intent_written(b.wanted[k]);
    return b.n;
}

/* ---- the dead ------------------------------------------------------- */

static void settle_orphan(gw_segment_t *seg, gw_cell_t *cell)
{
    gw_budget_t soft;

    gw_bill_dead(cell, &fixture_price, gw_segment_now(seg));
    kill_point("test_orphaned");
    gw_admission_leave(seg, cell, &soft);
    gw_cell_settle(seg, cell);
}

void helper_bury(gw_segment_t *seg, apr_uint32_t slot)
{
    apr_uint32_t i, child;

    if (seg->children[slot].writing) {
        gw_owners_invalidate(seg);
        seg->children[slot].writing = 0;
    }
    for (i = 0; i < seg->n.cells; i++) {
        gw_cell_state_t state = gw_cell_state(seg, i, &child);
        gw_cell_t *cell = gw_cell_at(seg, i);

        if (child != slot || state == GW_CELL_FREE)
            continue;
        gw_commit_wait_nobody(cell);
        if (state == GW_CELL_HELD)
            gw_admission_undo(seg, cell);
        else if (state == GW_CELL_WRITTEN)
            gw_cell_release(seg, cell);
        else if (state == GW_CELL_OPEN)
            settle_orphan(seg, cell);
        kill_point("test_sweeping");
    }
    __atomic_store_n(&seg->children[slot].identity, 0, __ATOMIC_RELEASE);
}

void helper_sweep(gw_segment_t *seg)
{
    apr_uint32_t i;

    for (i = 0; i < seg->n.children; i++) {
        if (__atomic_load_n(&seg->children[i].identity, __ATOMIC_RELAXED) != 0
            && !gw_child_alive(seg, i))
            helper_bury(seg, i);
    }
}
