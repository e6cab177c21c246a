/* SPDX-License-Identifier: Apache-2.0 */
/* helper_clock.c - what the helper makes of the wall clock.
 *
 * A clock that is ahead by more than LLMGatewayClockStep of everything known
 * - the newest row, the steady clock since it was last believed, and the time
 * that the database has of that - is not believed: ids, windows and dated
 * prices would stay in that future for good.  Each process looks for itself
 * (gw_segment_clock); here is what it looks at, and what is said.
 */
#include "helper_clock.h"

#include <http_core.h>

#include "clock.h"
#include "clock_seen.h"
#include "segment_clock.h"

#define BEHIND_S 2              /* a clock that is behind by more is said */
#define SAVE_US  APR_INT64_C(3600000000)

/* The segment knows nothing of this boot yet: what is in the database was
 * last seen before, and nobody knows what has passed since.  A clock that the
 * kernel says is kept right is believed, so that a machine that was off for
 * months comes up by itself. */
static void cold_clock(helper_t *h, apr_interval_time_t step)
{
    gw_header_t *hd = h->seg->header;
    apr_time_t newest = hd->last_time, seen = 0, wall = gw_wall_now();
    apr_status_t rv = gw_clock_seen(&seen, h->db);

    if (seen > newest)
        newest = seen;
    if (rv == APR_ENOENT || step == 0 || wall <= newest + step
        || gw_wall_synchronised()) {
        gw_segment_believe(h->seg, wall);
        return;
    }
    h->clock_cold = 1;
    hd->clock_boot = newest - gw_boot_now();
    hd->clock_steady = newest - gw_steady_now();
}

void gw_helper_clock_first(helper_t *h, int first)
{
    gw_header_t *hd = h->seg->header;

    __atomic_store_n(&hd->clock_step, h->clock_step, __ATOMIC_RELAXED);
    if (first && ap_exists_config_define("LLMGW_CLOCK_CONFIRMED"))
        gw_segment_believe(h->seg, gw_wall_now());
    else if (hd->clock_steady == 0)
        cold_clock(h, h->clock_step);
    gw_helper_clock_watch(h);
}

/* Ids never go back, and budgets, prices and the ledger go by them. */
static void look_back(helper_t *h)
{
    apr_time_t last = h->seg->header->last_time;
    apr_int64_t behind = apr_time_sec(last - gw_wall_now());

    if (behind <= BEHIND_S) {
        h->clock_said = 0;
    }
    else if (!h->clock_said) {
        h->clock_said = 1;
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, h->s, GW_TAG(0114)
                     "the clock went back by %" APR_INT64_T_FMT " s: until "
                     "it has caught up, requests are counted at the latest "
                     "time that was seen", behind);
    }
}

/* The processes look at a clock that stands while the machine sleeps. */
static int believable(const helper_t *h, apr_time_t wall)
{
    const gw_header_t *hd = h->seg->header;
    int believed;

    gw_segment_clock(h->seg, wall, gw_steady_now(), &believed);
    return believed
           || wall - gw_boot_now() <= hd->clock_boot + hd->clock_step
           || (h->clock_cold && gw_wall_synchronised());
}

static void say_jump(const helper_t *h, apr_time_t wall)
{
    char text[APR_RFC822_DATE_LEN], now[APR_RFC822_DATE_LEN];
    int believed;

    apr_rfc822_date(now, wall);
    apr_rfc822_date(text, gw_segment_clock(h->seg, wall, gw_steady_now(),
                                           &believed));
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, h->s, GW_TAG(0116)
                 "the clock says %s, and %s %s: until it is set right, or "
                 "confirmed (POST /llmgw/admin/v1/clock), requests are "
                 "answered 503", now, h->clock_cold
                 ? "the newest that the database knows is"
                 : "by the steady clock it should be", text);
}

void gw_helper_clock_watch(helper_t *h)
{
    apr_time_t wall = gw_wall_now();

    look_back(h);
    if (!believable(h, wall)) {
        if (!h->jump_said)
            say_jump(h, wall);
        h->jump_said = 1;
        return;
    }
    gw_segment_believe(h->seg, wall);
    if (h->jump_said)
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, h->s, GW_TAG(0117)
                     "the clock is believed again");
    h->jump_said = h->clock_cold = 0;
}

void gw_helper_clock_save(helper_t *h, int now)
{
    apr_time_t wall = gw_wall_now();
    apr_interval_time_t passed = wall - h->clock_saved;

    if (h->db == NULL || !believable(h, wall)
        || (!now && passed < SAVE_US && passed > -SAVE_US)
        || gw_db_begin(h->db) != APR_SUCCESS)
        return;
    if (gw_clock_seen_save(h->db, wall) != APR_SUCCESS)
        gw_db_rollback(h->db);
    else if (gw_db_commit(h->db) == APR_SUCCESS)
        h->clock_saved = wall;
}
