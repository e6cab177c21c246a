/* SPDX-License-Identifier: Apache-2.0 */
/* helper_work.c - see helper_work.h. */
#include "helper_work.h"

#include <http_core.h>

#include "budgets.h"
#include "clock.h"
#include "helper_clock.h"
#include "helper_db.h"
#include "helper_fill.h"
#include "helper_keys.h"
#include "helper_ledger.h"
#include "helper_save.h"
#include "helper_sweep.h"
#include "id.h"
#include "ledger.h"
#include "owners.h"
#include "segment_clock.h"

#define SWEEP_MS 250            /* dead children are looked for */
#define COUNT_MS 1000           /* refusals are written */
#define SAVE_MS  10000          /* calibrations are */

/* ---- the beginning -------------------------------------------------- */

/* Ids go on after the last row, also if the clock was set back. */
static void seed_ids(helper_t *h)
{
    apr_int64_t last = 0;

    if (gw_ledger_last_id(&last, h->db) == APR_SUCCESS)
        gw_segment_seen(h->seg, gw_id_time(last));
}

/* Nobody knows what was written meanwhile, nor whether it is the same one. */
static void all_anew(helper_t *h)
{
    gw_owners_invalidate(h->seg);
    __atomic_add_fetch(&h->seg->header->catalogue, 1, __ATOMIC_ACQ_REL);
}

static void load_segment(helper_t *h, int first)
{
    apr_uint32_t i;

    gw_helper_save_load(h);
    for (i = 1; first && i <= h->seg->n.owners; i++) {
        if (gw_owner_at(h->seg, i)->kind != GW_OWNER_FREE)
            gw_budgets_forget(h->seg, i);   /* it may be another database */
    }
    if (first)
        gw_helper_ledger_recover(h);
    apr_pool_clear(h->scratch);
}

const char *gw_helper_work_begin(helper_t *h, int first)
{
    apr_uint32_t *ready = &h->seg->header->database_ready;
    const char *trouble = gw_helper_db_open(h, first);

    if (trouble != NULL)
        return trouble;
    seed_ids(h);
    gw_helper_clock_first(h, first);
    trouble = gw_helper_keys_make(h, first && ap_exists_config_define(
                                        "LLMGW_NEW_ADMIN_KEY"));
    if (trouble != NULL) {
        gw_helper_db_forget(h);
        return trouble;
    }
    gw_db_checkpoint(h->db, 0);         /* a migration, if there was one */
    load_segment(h, first);
    if (!__atomic_load_n(ready, __ATOMIC_ACQUIRE))
        all_anew(h);
    __atomic_store_n(ready, 1, __ATOMIC_RELEASE);
    h->admins_seen = gw_segment_now(h->seg);
    h->key_writes = gw_owners_writes(h->seg);
    return NULL;
}

/* ---- rounds --------------------------------------------------------- */

static int due(apr_time_t *last, int ms)
{
    apr_time_t now = gw_steady_now();

    if (*last != 0 && now - *last < (apr_time_t)ms * 1000)
        return 0;
    *last = now;
    return 1;
}

void gw_helper_work_round(helper_t *h)
{
    h->seg->header->helper_seen = gw_wall_now();
    if (due(&h->swept, SWEEP_MS)) {
        gw_helper_db_watch(h);
        gw_helper_sweep(h);
        gw_helper_clock_watch(h);
        if (h->db != NULL)
            gw_helper_keys_keep_admin(h);
    }
    gw_helper_ledger_drain(h);
    gw_helper_fill_watch(h);
    if (due(&h->counted, COUNT_MS))
        gw_helper_save_refusals(h);
    if (due(&h->saved, SAVE_MS)) {
        gw_helper_save_learnt(h);
        gw_helper_clock_save(h, 0);
    }
    gw_helper_db_tidy(h);
    apr_pool_clear(h->scratch);
}

/* At a stop, children are gone and the copy of one file is the database.  At a
 * restart they live: the last handle that is closed keeps all others waiting,
 * so this one is left to the end of the process. */
void gw_helper_work_end(helper_t *h)
{
    gw_helper_save_refusals(h);
    gw_helper_save_learnt(h);
    gw_helper_clock_save(h, 1);
    if (!gw_helper_sweep_live(h))
        gw_helper_db_close(h);
}
