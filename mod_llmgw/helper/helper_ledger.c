/* SPDX-License-Identifier: Apache-2.0 */
/* helper_ledger.c - the helper's work: from cells to rows (helper.h). */
#include "helper_private.h"

#include "admission.h"
#include "bill.h"
#include "budgets.h"
#include "calibration_rows.h"
#include "calibrations.h"
#include "catalog_load.h"
#include "cells.h"
#include "child.h"
#include "clock.h"
#include "commit_wait.h"
#include "crash.h"
#include "fill.h"
#include "intent.h"
#include "ledger.h"
#include "owners.h"
#include "problem.h"
#include "refusal_rows.h"
#include "segment_clock.h"
#include "widen.h"
#include "widening_rows.h"

#define SWEEP_MS 250            /* dead children are looked for */
#define COUNT_MS 1000           /* refusals are written */
#define SAVE_MS  10000          /* calibrations are */
#define BATCH    2000           /* cells of one transaction */

static int due(apr_time_t *last, int ms)
{
    apr_time_t now = gw_steady_now();

    if (*last != 0 && now - *last < (apr_time_t)ms * 1000)
        return 0;
    *last = now;
    return 1;
}

/* ---- the ledger ----------------------------------------------------- */

static void complain(helper_t *h, apr_status_t rv, unsigned n)
{
    if (!h->complained++)
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, h->s, GW_TAG(0110)
                     "the ledger cannot be written (%s); %u rows wait in the "
                     "segment, nothing is lost", gw_db_error(h->db), n);
}

void gw_helper_well_again(helper_t *h)
{
    if (h->complained || h->said[0] != '\0')
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, h->s, GW_TAG(0111)
                     "the ledger can be written again");
    h->complained = 0;
    h->said[0] = '\0';
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
        gw_helper_well_again(h);
    if (b->n < BATCH)
        all_drained(h);
    return b->n == BATCH;
}

/* ---- power was lost ------------------------------------------------- */

/* A request whose cell is gone: it was let go on, and nobody knows more. */
static void from_intent(gw_row_t *row, const helper_t *h,
                        const gw_intent_t *intent)
{
    gw_cell_t cell;
    gw_price_t price;
    int free_, known;

    known = gw_catalog_load_price(&price, &free_, h->db, intent->row.price_id,
                                  h->scratch) == APR_SUCCESS;
    memset(&cell, 0, sizeof(cell));
    cell.row = intent->row;
    cell.row.attempts = 1;
    cell.row.reached = 1;
    cell.row.first_ms = -1;
    cell.prompt = (apr_int32_t)intent->prompt;
    cell.reserve = intent->reserve;
    cell.bills_nothing = intent->free_ != 0;
    cell.phase = GW_PHASE_SENT;
    gw_counts_clear(&cell.counts);
    gw_bill_dead(&cell, known ? &price : NULL, gw_segment_now(h->seg));
    *row = cell.row;
}

/* Intents that have neither a row nor a cell become rows. */
static void recover_intents(helper_t *h)
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
    if (n > 0)
        ap_log_error(APLOG_MARK, APLOG_WARNING, rv, h->s, GW_TAG(0115)
                     "%u requests were under way when the machine went down: "
                     "they are billed by estimate, without their answers", n);
}

/* ---- dead children -------------------------------------------------- */

/* A request that its process cannot settle any more.  0: its price cannot be
 * read now; it waits, its place does not. */
static int settle_orphan(helper_t *h, gw_cell_t *cell)
{
    apr_status_t rv = APR_EBUSY;
    gw_budget_t soft;
    gw_price_t price;
    int free_;

    if (h->db != NULL)
        rv = gw_catalog_load_price(&price, &free_, h->db, cell->row.price_id,
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

static void sweep(helper_t *h)
{
    apr_uint32_t i;

    for (i = 0; i < h->seg->n.children; i++) {
        if (__atomic_load_n(&h->seg->children[i].identity, __ATOMIC_RELAXED)
                != 0
            && !gw_child_alive(h->seg, i))
            sweep_child(h, i);
    }
}

/* ---- refusals ------------------------------------------------------- */

/* They stay in the segment until they are committed.  No lock is held while
 * the disk works: a request that is refused would wait for it.  Until then
 * counts only grow, and what is in use stays where it is. */
static void write_refusals(helper_t *h)
{
    gw_refusal_t *copy = apr_palloc(h->scratch, GW_REFUSALS * sizeof(*copy));
    pthread_mutex_t *mutex = &h->seg->header->refusal_mutex;
    apr_status_t rv = APR_SUCCESS;
    unsigned i, n = 0;

    if (h->db == NULL)
        return;
    gw_segment_lock(mutex);
    GW_CRASH("refusals");
    memcpy(copy, h->seg->refusals, GW_REFUSALS * sizeof(*copy));
    gw_segment_unlock(mutex);
    for (i = 0; i < GW_REFUSALS; i++)
        n += copy[i].key_id != 0;
    if (n == 0 || gw_db_begin(h->db) != APR_SUCCESS)
        return;
    for (i = 0; i < GW_REFUSALS && rv == APR_SUCCESS; i++) {
        if (copy[i].key_id != 0)
            rv = gw_refusal_rows_add(h->db, copy[i].day, copy[i].key_id,
                                     gw_problem_row((gw_problem_kind_t)
                                                    copy[i].kind)->code,
                                     copy[i].count);
    }
    if (rv != APR_SUCCESS) {
        gw_db_rollback(h->db);
        return;
    }
    if (gw_db_commit(h->db) != APR_SUCCESS)
        return;
    gw_segment_lock(mutex);
    for (i = 0; i < GW_REFUSALS; i++) {
        h->seg->refusals[i].count -= copy[i].count;
        if (h->seg->refusals[i].count == 0)
            h->seg->refusals[i].key_id = 0;
    }
    gw_segment_unlock(mutex);
}

/* ---- calibrations --------------------------------------------------- */

static void save_calibrations(helper_t *h)
{
    apr_uint32_t i;
    apr_status_t rv = APR_SUCCESS;
    int changed = 0;

    for (i = 0; h->db != NULL && i < h->seg->n.calibrations; i++)
        changed |= h->seg->calibrations[i].rows != h->learnt[i];
    if (!changed || gw_db_begin(h->db) != APR_SUCCESS)
        return;
    for (i = 0; i < h->seg->n.calibrations && rv == APR_SUCCESS; i++) {
        gw_calibration_t *c = &h->seg->calibrations[i];

        if (c->rows == h->learnt[i])
            continue;
        gw_calibration_age(c);
        h->learnt[i] = c->rows;
        rv = gw_calibration_rows_save(h->db, c);
    }
    if (rv == APR_SUCCESS)
        gw_db_commit(h->db);
    else
        gw_db_rollback(h->db);
}

/* What is in the segment already is newer. */
static void load_calibration(void *data, const gw_calibration_t *saved)
{
    helper_t *h = data;
    gw_calibration_t *c = gw_calibrations_find(h->seg, saved->key >> 32,
                                               saved->key & 0xffffffff);

    if (c != NULL && c->rows == 0) {
        *c = *saved;
        h->learnt[c - h->seg->calibrations] = c->rows;
    }
}

/* ---- widenings ------------------------------------------------------ */

static void save_widenings(helper_t *h)
{
    apr_array_header_t *list;
    apr_status_t rv;
    apr_uint64_t changes;
    int i;

    if (h->db == NULL || h->seg->header->widen_changes == h->widened
        || gw_db_begin(h->db) != APR_SUCCESS)
        return;
    list = gw_widen_list(h->seg, 0, 0, APR_INT32_MAX, &changes, h->scratch);
    rv = gw_widening_rows_clear(h->db, 0);
    for (i = 0; i < list->nelts && rv == APR_SUCCESS; i++)
        rv = gw_widening_rows_add(h->db, &APR_ARRAY_IDX(list, i,
                                                        gw_widening_t));
    if (rv != APR_SUCCESS)
        gw_db_rollback(h->db);
    else if (gw_db_commit(h->db) == APR_SUCCESS)
        h->widened = changes;
}

static void load_widening(void *data, const gw_widening_t *saved)
{
    helper_t *h = data;

    gw_widen_restore(h->seg, saved);
}

/* ---- room ----------------------------------------------------------- */

/* Said once, and again when there was room meanwhile. */
static void watch_fill(helper_t *h)
{
    static const char *const what[GW_FILLS] = {
        "keys and teams", "windows and budgets", "requests"
    };
    gw_fill_t fill[GW_FILLS];
    unsigned i;

    gw_fill_read(fill, h->seg);
    for (i = 0; i < GW_FILLS; i++) {
        apr_uint64_t used = fill[i].used, all = fill[i].all;

        if (used * 2 < all)
            h->filled &= ~(1u << i);
        if (used * 5 < all * 4 || (h->filled & 1u << i))
            continue;
        h->filled |= 1u << i;
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, h->s, GW_TAG(0034)
                     "%u of %u places of the shared segment for %s are in "
                     "use", fill[i].used, fill[i].all, what[i]);
    }
}

/* ---- rounds --------------------------------------------------------- */

void gw_helper_open_books(helper_t *h, int first)
{
    apr_uint32_t i;

    h->learnt = apr_pcalloc(h->books, h->seg->n.calibrations
                                     * sizeof(*h->learnt));
    gw_calibration_rows_load(h->db, load_calibration, h);
    gw_widening_rows_load(h->db, load_widening, h);
    for (i = 1; first && i <= h->seg->n.owners; i++) {
        if (gw_owner_at(h->seg, i)->kind != GW_OWNER_FREE)
            gw_budgets_forget(h->seg, i);   /* it may be another database */
    }
    if (first)
        recover_intents(h);
    apr_pool_clear(h->scratch);
}

void gw_helper_round(helper_t *h)
{
    h->seg->header->helper_seen = gw_wall_now();
    if (due(&h->swept, SWEEP_MS)) {
        gw_helper_watch_db(h);
        sweep(h);
        gw_helper_watch_clock(h);
        if (h->db != NULL)
            gw_helper_keep_an_admin(h);
    }
    while (h->db != NULL && drain(h))
        apr_pool_clear(h->scratch);
    watch_fill(h);
    if (due(&h->counted, COUNT_MS))
        write_refusals(h);
    if (due(&h->saved, SAVE_MS)) {
        save_calibrations(h);
        save_widenings(h);
        gw_helper_save_clock(h, 0);
    }
    gw_helper_tidy_wal(h);
    apr_pool_clear(h->scratch);
}

void gw_helper_close_books(helper_t *h)
{
    write_refusals(h);
    save_calibrations(h);
    save_widenings(h);
    gw_helper_save_clock(h, 1);
    gw_helper_close_db(h);
}
