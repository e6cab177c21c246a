/* SPDX-License-Identifier: Apache-2.0 */
/* helper_sweep.c - see helper_sweep.h. */
#include "helper_sweep.h"

#include "admission.h"
#include "bill.h"
#include "catalog_load.h"
#include "cells.h"
#include "child.h"
#include "commit_wait.h"
#include "crash.h"
#include "owners.h"
#include "segment_clock.h"

/* A request that its process cannot settle any more.  0: its price cannot be
 * read now; it waits, its place does not. */
static int settle_orphan(helper_t *h, gw_cell_t *cell)
{
    apr_status_t rv = APR_EBUSY;
    gw_budget_t soft;
    gw_price_t price;
    int is_free;

    if (h->db != NULL)
        rv = gw_catalog_load_price(&price, &is_free, h->db, cell->row.price_id,
                                   h->scratch);
    if (rv != APR_SUCCESS && rv != APR_ENOENT) {
        gw_admission_unplace(h->seg, cell);
        return 0;
    }
    gw_bill_dead(cell, rv == APR_SUCCESS ? &price : NULL,
                   gw_segment_now(h->seg));
    GW_CRASH("orphaned");
    gw_admission_leave(h->seg, cell, &soft);
    gw_cell_settle(h->seg, cell);
    return 1;
}

/* It died between the commit of an admin write and its coming into force. */
static void finish_write(helper_t *h, gw_child_slot_t *slot)
{
    if (slot->writing == 0)
        return;
    gw_owners_invalidate(h->seg);
    __atomic_add_fetch(&h->seg->header->catalogue, 1, __ATOMIC_ACQ_REL);
    slot->writing = 0;
}

static void sweep_child(helper_t *h, apr_uint32_t slot)
{
    apr_uint32_t i, child;
    unsigned orphans = 0, waiting = 0;

    finish_write(h, &h->seg->children[slot]);
    for (i = 0; i < h->seg->n.cells; i++) {
        gw_cell_state_t state = gw_cell_state(h->seg, i, &child);
        gw_cell_t *cell = gw_cell_at(h->seg, i);

        if (child != slot || state == GW_CELL_FREE)
            continue;
        gw_commit_wait_nobody(cell);
        if (state == GW_CELL_HELD) {
            gw_admission_undo(h->seg, cell);
        }
        else if (state == GW_CELL_WRITTEN) {
            gw_cell_release(h->seg, cell);
        }
        else if (state == GW_CELL_OPEN && settle_orphan(h, cell)) {
            orphans++;
        }
        else if (state == GW_CELL_OPEN) {
            waiting++;
        }
        GW_CRASH("sweeping");
    }
    if (waiting > 0)
        return;
    __atomic_store_n(&h->seg->children[slot].identity, 0, __ATOMIC_RELEASE);
    if (orphans > 0)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, h->s, GW_TAG(0112)
                     "a child died with %u requests under way; they are "
                     "billed as far as they had come", orphans);
}

void gw_helper_sweep(helper_t *h)
{
    apr_uint32_t i;

    for (i = 0; i < h->seg->n.children; i++) {
        if (__atomic_load_n(&h->seg->children[i].identity, __ATOMIC_RELAXED)
                != 0
            && !gw_child_alive(h->seg, i))
            sweep_child(h, i);
    }
}

int gw_helper_sweep_live(const helper_t *h)
{
    apr_uint32_t i;

    for (i = 0; i < h->seg->n.children; i++) {
        if (gw_child_alive(h->seg, i))
            return 1;
    }
    return 0;
}
