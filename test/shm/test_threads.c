/* SPDX-License-Identifier: Apache-2.0 */
/* test_threads.c - all that works on a segment at once, as threads of one
 * process: requests, an administrator, readers, and the helper.  It says more
 * under ThreadSanitizer, which knows robust and process-shared mutexes; what
 * no mutex guards is atomic, so nothing here is excused from it.
 */
#include <pthread.h>
#include <sched.h>

#include "calibrations.h"
#include "commit_wait.h"
#include "drain_slots.h"
#include "fill.h"
#include "fixture.h"
#include "helper.h"
#include "owner_room.h"
#include "refusals.h"
#include "set_clock.h"
#include "widen.h"

#include "tap.h"

#define SIZE (256 << 10)
#define YUAN APR_INT64_C(1000000000000)
#define THREADS 4               /* of requests */
#define EACH 400                /* requests of each */
#define KEYS 5                  /* 1 .. 5 of team 9; 6 .. 13 do nothing */
#define MODEL 7

static gw_segment_t *seg;
static rows_t *rows;
static unsigned going;          /* threads of requests that are not done */
static unsigned opened, refused;
static unsigned evicted;        /* owners that rested; of the reader */

static unsigned tell(unsigned *n)
{
    return __atomic_load_n(n, __ATOMIC_ACQUIRE);
}

static void count(unsigned *n, int by)
{
    __atomic_add_fetch(n, by, __ATOMIC_ACQ_REL);
}

static void policy(gw_policy_t *p, apr_int64_t rpm)
{
    memset(p, 0, sizeof(*p));
    fixture_limit(p, GW_LIMIT_RPM, rpm);
    fixture_limit(p, GW_LIMIT_TPD, GW_QUOTA_MAX);
    fixture_limit(p, GW_LIMIT_CONCURRENCY, 50);
    fixture_budget(p, GW_WINDOW_DAY, "100000");
    fixture_budget(p, GW_WINDOW_TOTAL, "200000");
}

/* ---- requests ---------------------------------------------------------- */

static void learn(const gw_cell_t *cell)
{
    gw_calibration_t *c = gw_calibrations_find(seg, 9, MODEL);
    gw_widening_t seen = { cell->row.key_id, 9, MODEL, clock_wall, 5, 6 };
    gw_sample_t sample = { 40, 10, 11, 80, 20 };

    if (c != NULL)
        gw_calibration_add(c, &sample);
    gw_widen_see(seg, &seen, 4096);
}

static void finish(gw_cell_t *cell, unsigned n)
{
    static const apr_uint32_t most[GW_DRAINS] = { 2, 3, 4 };
    gw_row_t row = cell->row;
    gw_budget_t soft;
    int drains;

    if (n % 11 == 0)
        learn(cell);
    drains = n % 3 == 0 && gw_drain_slots_enter(seg, cell, most) == GW_DRAINS;
    gw_bill_decide(&row, cell, &fixture_price, drains ? GW_END_DRAINED
                                                      : GW_END_COMPLETE);
    gw_bill_store(cell, &row);
    gw_admission_leave(seg, cell, &soft);
    if (drains)
        gw_drain_slots_leave(seg);
    gw_commit_wait_settle(seg, cell);
}

/* As a request does that finds its key stale. */
static void load(apr_int64_t key_id)
{
    gw_policy_t p;

    policy(&p, GW_QUOTA_MAX);
    fixture_team(seg, 9, 1, &p);
    fixture_key(seg, key_id, 9, 1, &p);
}

static void one(unsigned n, unsigned long long *state)
{
    apr_int64_t key_id = (apr_int64_t)(tap_random(state) % KEYS) + 1;
    gw_wider_t wider;
    gw_verdict_t v;
    gw_cell_t *cell = fixture_enter(&v, seg, key_id, 9);

    gw_widen_read(&wider, seg, key_id, MODEL, clock_wall);
    while (cell == NULL && v.kind == GW_ADMIT_FITS) {
        sched_yield();          /* all cells wait for the helper */
        cell = fixture_enter(&v, seg, key_id, 9);
    }
    if (cell == NULL) {
        gw_refusals_count(seg, key_id, 20000, (int)v.kind);
        if (v.kind == GW_ADMIT_LOST)
            load(key_id);
        count(&refused, 1);
        return;
    }
    fixture_intend(seg, cell, gw_segment_now(seg), 100, YUAN);
    if (!fixture_admit(&v, seg, cell, rows) || n % 17 == 0) {
        gw_admission_undo(seg, cell);
        count(&refused, 1);
        return;
    }
    gw_cell_open(seg, cell);
    count(&opened, 1);
    if (gw_commit_wait_intent(seg, cell)) {
        cell->row.reached = 1;
        if (n % 5 == 0)
            fixture_grow(&v, seg, cell, rows, 2 * YUAN);
        fixture_answer(cell, 100, n % 50);
    }
    finish(cell, n);
}

static void *request_thread(void *data)
{
    unsigned long long state = (unsigned long long)(apr_uintptr_t)data + 1;
    unsigned n;

    for (n = 1; n <= EACH; n++)
        one(n, &state);
    count(&going, -1);
    return NULL;
}

/* ---- who else works on it ---------------------------------------------- */

/* Limits change, a key is revoked and comes back, all are stale. */
static void *admin_thread(void *data)
{
    apr_int64_t version = 1;

    while (tell(&going) > 0) {
        apr_int64_t key_id = version % KEYS + 1;
        gw_owner_row_t row;
        gw_policy_t p;

        policy(&p, GW_QUOTA_MAX - ++version % 5);
        gw_child_write_begin(seg);
        fixture_row(&row, seg, GW_OWNER_KEY, key_id, 9, version, &p);
        row.status = version % 3 ? GW_KEY_LIVE : GW_KEY_REVOKED;
        row.forget_secrets = version % 7 == 0;
        gw_owners_changed(seg, &row);
        if (version % 31 == 0)
            gw_owners_invalidate(seg);
        gw_child_write_end(seg);
        row.status = GW_KEY_LIVE;
        gw_owners_changed(seg, &row);
        fixture_team(seg, 9, version, &p);
        fixture_key(seg, key_id, 9, version, &p);
        fixture_key(seg, version % KEYS + 1, 9, version, &p);
        gw_widen_reset(seg, MODEL);
    }
    return NULL;
}

static void look_at_owners(gw_policy_t *p)
{
    gw_spent_t spent = rows_spent(rows);
    gw_budget_t budget[GW_BUDGETS];
    gw_use_t use;
    int i;

    for (i = 1; i <= KEYS; i++) {
        apr_time_t until;
        apr_uint32_t number = gw_index_find(seg, fixture_hash(i));

        gw_owners_use(&use, seg, GW_OWNER_KEY, i, p);
        gw_budgets_now(budget, seg, &spent, GW_OWNER_KEY, i, p);
        if (number == 0)
            continue;
        gw_owner_lock(seg, number);
        gw_index_is(seg, number, fixture_hash(i), &until);
        gw_owner_unlock(seg, number);
    }
}

/* Usage pages, fsck, /v1/key, a key that is looked for. */
static void *reader_thread(void *data)
{
    gw_fill_t fill[GW_FILLS];
    gw_fill_team_t team[2];
    gw_calibration_t sum;
    apr_uint32_t number;
    unsigned round = 0;
    apr_pool_t *pool;
    gw_policy_t p;

    policy(&p, 10);
    apr_pool_create(&pool, data);
    while (tell(&going) > 0) {
        round++;
        look_at_owners(&p);
        gw_fill_read(fill, seg);
        gw_fill_team(team, seg, 9);
        gw_fill_greediest(team, 2, seg);
        gw_calibrations_sum(&sum, seg, MODEL);
        gw_widen_list(seg, 0, MODEL, 10, NULL, pool);
        gw_cell_find(seg, gw_segment_new_id(seg, clock_wall));
        if (round % 16 == 0)    /* used by nobody, so it rests soon */
            load(KEYS + 1 + round / 16 % 8);
        gw_segment_lock(&seg->header->table_mutex);
        evicted += (unsigned)gw_room_evict(seg);
        gw_segment_unlock(&seg->header->table_mutex);
        for (number = 1; round % 64 == 0 && number <= seg->n.owners;
             number++)
            gw_budgets_forget(seg, number);
        apr_pool_clear(pool);
    }
    return NULL;
}

static unsigned wrong;          /* counters that did not agree meanwhile */

static void *helper_thread(void *data)
{
    unsigned round = 0;

    while (tell(&going) > 0 || fixture_busy(seg) > 0) {
        helper_sweep(seg);
        helper_write(seg, rows);
        if (++round % 8 == 0)
            wrong += fixture_wrong(seg, rows);
    }
    return NULL;
}

/* ---- all of them -------------------------------------------------------- */

static void start(pthread_t *thread, void *(*run)(void *), void *data)
{
    if (pthread_create(thread, NULL, run, data) != 0)
        abort();
}

static void work(int power)
{
    pthread_t thread[THREADS + 3];
    gw_policy_t p;
    unsigned i;

    fixture_empty(seg);
    rows_clear(rows);
    opened = refused = wrong = 0;
    going = THREADS;
    seg->header->power = (apr_uint32_t)power;
    policy(&p, GW_QUOTA_MAX);
    fixture_owners(seg, KEYS, 9, &p);
    for (i = 0; i < THREADS; i++)
        start(&thread[i], request_thread, (void *)(apr_uintptr_t)i);
    start(&thread[i++], admin_thread, NULL);
    start(&thread[i++], reader_thread, tap_pool());
    start(&thread[i++], helper_thread, NULL);
    while (i > 0)
        pthread_join(thread[--i], NULL);
}

static void judge(const char *name)
{
    is_int(opened + refused, THREADS * EACH, "%s: all requests ended", name);
    ok(opened > THREADS, "%s: %u were opened", name, opened);
    is_int(rows->n, opened, "%s: each of those has a row", name);
    is_int(wrong, 0, "%s: counters agreed all the time", name);
    is_int(fixture_wrong(seg, rows), 0, "%s: and do in the end", name);
    is_int(seg->children[seg->child - 1].drains, 0, "%s: nothing is drained",
           name);
}

int main(void)
{
    seg = fixture_segment(SIZE);
    rows = rows_new();
    clock_runs = 200;           /* owners rest after two seconds */
    work(0);
    judge("process");
    work(1);
    judge("power");
    ok(evicted > 0, "%u owners rested and went", evicted);
    return tap_end();
}
