/* SPDX-License-Identifier: Apache-2.0 */
/* helper_save.c - see helper_save.h. */
#include "helper_save.h"

#include "calibration_rows.h"
#include "calibrations.h"
#include "crash.h"
#include "problem.h"
#include "refusal_rows.h"
#include "widen.h"
#include "widening_rows.h"

/* ---- refusals ------------------------------------------------------- */

/* They stay in the segment until they are committed.  No lock is held while
 * the disk works: a request that is refused would wait for it.  Until then
 * counts only grow, and what is in use stays where it is. */
void gw_helper_save_refusals(helper_t *h)
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

/* ---- both ----------------------------------------------------------- */

void gw_helper_save_learnt(helper_t *h)
{
    save_calibrations(h);
    save_widenings(h);
}

void gw_helper_save_load(helper_t *h)
{
    h->learnt = apr_pcalloc(h->db_pool, h->seg->n.calibrations
                                     * sizeof(*h->learnt));
    gw_calibration_rows_load(h->db, load_calibration, h);
    gw_widening_rows_load(h->db, load_widening, h);
}
