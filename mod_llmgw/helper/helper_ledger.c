/* SPDX-License-Identifier: Apache-2.0 */
/* helper_ledger.c - see helper_ledger.h. */
#include "helper_ledger.h"

#include "admission.h"
#include "bill.h"
#include "catalog_load.h"
#include "cells.h"
#include "commit_wait.h"
#include "crash.h"
#include "helper_db.h"
#include "intent.h"
#include "ledger.h"
#include "segment_clock.h"

#define BATCH    2000           /* cells of one transaction */

static void complain(helper_t *h, apr_status_t rv, unsigned n)
{
    if (!h->complained++)
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, h->s, GW_TAG(0110)
                     "the ledger cannot be written (%s); %u rows wait in the "
                     "segment, nothing is lost", gw_db_error(h->db), n);
}

/* What one transaction writes. */
typedef struct batch_t {
    gw_cell_t *settled[BATCH], *wanted[BATCH];
    const gw_row_t *rows[BATCH];
    unsigned n, intents;
} batch_t;

static void collect(const helper_t *h, batch_t *b)
{
    apr_uint32_t i, child;

    b->n = b->intents = 0;
    for (i = 0; i < h->seg->n.cells && b->n < BATCH; i++) {
        gw_cell_state_t state;
        gw_cell_t *cell;

        if (gw_cell_free(h->seg, i))
            continue;
        state = gw_cell_state(h->seg, i, &child);
        cell = gw_cell_at(h->seg, i);
        if (state == GW_CELL_SETTLED) {
            b->settled[b->n] = cell;
            b->rows[b->n++] = &cell->row;
        }
        else if (state == GW_CELL_OPEN && b->intents < BATCH
                 && gw_commit_wait_wanted(cell)) {
            b->wanted[b->intents++] = cell;
        }
    }
}

/* Intents that are wanted, and those that have become rows. */
static apr_status_t write_intents(const helper_t *h, const batch_t *b)
{
    apr_status_t rv = APR_SUCCESS;
    unsigned k;

    for (k = 0; k < b->intents && rv == APR_SUCCESS; k++) {
        gw_cell_t *cell = b->wanted[k];
        gw_intent_t intent = { cell->row, cell->prompt, cell->reserve,
                               cell->bills_nothing };

        cell->intent = 1;
        rv = gw_intent_add(h->db, &intent);
    }
    for (k = 0; k < b->n && rv == APR_SUCCESS; k++) {
        if (b->settled[k]->intent)
            rv = gw_intent_delete(h->db, b->rows[k]->id);
    }
    return rv;
}

/* Write, commit, free.  From the commit until all cells are free nobody
 * reads what was spent: these would count twice. */
static apr_status_t write_batch(const helper_t *h, const batch_t *b)
{
    apr_status_t rv = gw_ledger_write(h->db, b->rows, b->n, h->scratch);
    apr_uint32_t *draining = &h->seg->header->draining, before;
    unsigned k;

    if (rv != APR_SUCCESS)
        return rv;
    rv = write_intents(h, b);
    if (rv != APR_SUCCESS) {
        gw_db_rollback(h->db);
        return rv;
    }
    GW_CRASH("writing");
    gw_segment_lock(&h->seg->header->drain_mutex);
    before = *draining;         /* of a helper that died in here */
    __atomic_store_n(draining, 1, __ATOMIC_SEQ_CST);
    GW_CRASH("draining");
    rv = gw_db_commit(h->db);
    GW_CRASH("written");
    for (k = 0; k < b->n && rv == APR_SUCCESS; k++) {
        gw_admission_written(h->seg, b->settled[k]);
        GW_CRASH("counted");
        gw_commit_wait_row_written(h->seg, b->settled[k]);
        GW_CRASH("freed");
    }
    __atomic_store_n(draining, before, __ATOMIC_SEQ_CST);
    gw_segment_unlock(&h->seg->header->drain_mutex);
    for (k = 0; k < b->intents && rv == APR_SUCCESS; k++)
        gw_commit_wait_intent_written(b->wanted[k]);
    return rv;
}

/* What a dead helper left behind was among the cells that are free now. */
static void all_drained(helper_t *h)
{
    if (!h->seg->header->draining)
        return;
    gw_segment_lock(&h->seg->header->drain_mutex);
    h->seg->header->draining = 0;
    gw_segment_unlock(&h->seg->header->drain_mutex);
}

/* Settled cells into rows.  Returns 1 if there may be more. */
static int drain(helper_t *h)
{
    batch_t *b = apr_palloc(h->scratch, sizeof(*b));
    apr_status_t rv;

    __atomic_store_n(&h->seg->header->settled, 0, __ATOMIC_RELAXED);
    collect(h, b);
    rv = b->n + b->intents > 0 ? write_batch(h, b) : APR_SUCCESS;
    if (rv != APR_SUCCESS) {
        complain(h, rv, b->n);
        return 0;
    }
    if (b->n > 0)
        gw_helper_db_recovered(h);
    if (b->n < BATCH)
        all_drained(h);
    return b->n == BATCH;
}

void gw_helper_ledger_drain(helper_t *h)
{
    while (h->db != NULL && drain(h))
        apr_pool_clear(h->scratch);
}

/* ---- power was lost ------------------------------------------------- */

/* A request whose cell is gone: it was let go on, and nobody knows more. */
static void from_intent(gw_row_t *row, const helper_t *h,
                        const gw_intent_t *intent)
{
    gw_cell_t cell;
    gw_price_t price;
    int is_free, known;

    known = gw_catalog_load_price(&price, &is_free, h->db, intent->row.price_id,
                                  h->scratch) == APR_SUCCESS;
    memset(&cell, 0, sizeof(cell));
    cell.row = intent->row;
    cell.row.attempts = 1;
    cell.row.reached = 1;
    cell.row.first_ms = -1;
    cell.prompt = (apr_int32_t)intent->prompt;
    cell.reserve = intent->reserve;
    cell.bills_nothing = intent->bills_nothing != 0;
    cell.phase = GW_PHASE_SENT;
    gw_counts_clear(&cell.counts);
    gw_bill_dead(&cell, known ? &price : NULL, gw_segment_now(h->seg));
    *row = cell.row;
}

void gw_helper_ledger_recover(helper_t *h)
{
    apr_array_header_t *list;
    const gw_row_t **rows;
    apr_status_t rv = gw_intent_list(&list, h->db, h->scratch);
    unsigned n = 0;
    int i;

    if (rv != APR_SUCCESS || list->nelts == 0)
        return;
    rows = apr_palloc(h->scratch, (apr_size_t)list->nelts * sizeof(*rows));
    for (i = 0; i < list->nelts; i++) {
        const gw_intent_t *intent = &APR_ARRAY_IDX(list, i, gw_intent_t);
        gw_row_t *row = apr_palloc(h->scratch, sizeof(*row));

        if (gw_cell_find(h->seg, intent->row.id) != NULL)
            continue;
        from_intent(row, h, intent);
        rows[n++] = row;
    }
    rv = gw_ledger_write(h->db, rows, n, h->scratch);
    for (i = 0; i < (int)n && rv == APR_SUCCESS; i++)
        rv = gw_intent_delete(h->db, rows[i]->id);
    if (rv == APR_SUCCESS)
        rv = gw_db_commit(h->db);
    else
        gw_db_rollback(h->db);
    if (n > 0)
        ap_log_error(APLOG_MARK, rv ? APLOG_ERR : APLOG_WARNING, rv, h->s,
                     GW_TAG(0115) "%u requests were under way when the "
                     "machine went down: %s", n, rv
                     ? "the ledger cannot be written now, so the next start "
                       "of httpd bills them"
                     : "they are billed by estimate, without their answers");
}
