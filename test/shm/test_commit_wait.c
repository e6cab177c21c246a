/* SPDX-License-Identifier: Apache-2.0 */
/* test_commit_wait.c - LLMGatewayDurability power: a request waits for the
 * helper, and its cell is not free before its row is written. */
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "commit_wait.h"
#include "fixture.h"
#include "helper.h"
#include "set_clock.h"

#include "tap.h"

#define SIZE (256 << 10)

static gw_segment_t *seg;
static rows_t *rows;

/* A request of key 1, open. */
static gw_cell_t *begin(int power)
{
    gw_policy_t none = { 0 };
    gw_verdict_t v;

    fixture_empty(seg);
    rows_clear(rows);
    fixture_owners(seg, 1, 9, &none);
    seg->header->power = power;
    return fixture_open(&v, seg, rows, 1, 9, 1, 1);
}

static void leave(gw_cell_t *cell)
{
    gw_budget_t soft;

    gw_admission_leave(seg, cell, &soft);
}

/* ---- a child that waits ------------------------------------------------ */

typedef struct waiting_t {
    gw_cell_t *cell;
    int (*fn)(gw_segment_t *, gw_cell_t *);
    int said, returned;
    pthread_t thread;
} waiting_t;

static void *wait_for_it(void *data)
{
    waiting_t *w = data;

    w->said = w->fn(seg, w->cell);
    __atomic_store_n(&w->returned, 1, __ATOMIC_RELEASE);
    return NULL;
}

/* It waits as soon as the helper was woken. */
static void start(waiting_t *w, gw_cell_t *cell,
                  int (*fn)(gw_segment_t *, gw_cell_t *))
{
    apr_uint64_t n = 0;
    int i;

    memset(w, 0, sizeof(*w));
    w->cell = cell;
    w->fn = fn;
    if (pthread_create(&w->thread, NULL, wait_for_it, w) != 0)
        abort();
    for (i = 0; i < 2000 && read(seg->wake_fd, &n, sizeof(n)) < 0; i++)
        usleep(1000);
    ok(n > 0, "the helper is woken");
    usleep(20000);
    ok(!__atomic_load_n(&w->returned, __ATOMIC_ACQUIRE), "the child waits");
}

static void test_row(void)
{
    gw_cell_t *cell = begin(1);
    waiting_t w;

    cell->phase = GW_PHASE_SENT;
    leave(cell);
    start(&w, cell, gw_commit_wait_settle);
    is_int(fixture_state(seg, cell), GW_CELL_SETTLED, "its cell is not free");
    is_int(helper_write(seg, rows), 1, "the helper writes");
    pthread_join(w.thread, NULL);
    is_int(w.said, 1, "its row is written");
    is_int(fixture_state(seg, cell), GW_CELL_FREE, "and its cell free");
}

static void test_intent(void)
{
    gw_cell_t *cell = begin(1);
    waiting_t w;

    ok(!gw_commit_wait_wanted(cell), "it waits for nothing");
    start(&w, cell, gw_commit_wait_intent);
    ok(gw_commit_wait_wanted(cell), "the helper sees what is wanted");
    helper_write(seg, rows);
    pthread_join(w.thread, NULL);
    is_int(w.said, 1, "its intent is written");
    ok(!gw_commit_wait_wanted(cell), "and wanted no more");
    is_int(rows->n, 0, "it has no row");
}

/* ---- and who does not --------------------------------------------------- */

static void test_without_power(void)
{
    gw_cell_t *cell = begin(0);

    cell->phase = GW_PHASE_SENT;
    is_int(gw_commit_wait_intent(seg, cell), 1, "nobody waits for an intent");
    leave(cell);
    is_int(gw_commit_wait_settle(seg, cell), 1, "nor for a row");
    is_int(fixture_state(seg, cell), GW_CELL_SETTLED,
           "which is the helper's to write");
    helper_write(seg, rows);
    is_int(fixture_state(seg, cell), GW_CELL_FREE, "and to free");
}

static void test_never_sent(void)
{
    gw_cell_t *cell = begin(1);

    leave(cell);
    ok(gw_commit_wait_settle(seg, cell),
       "what never went to an upstream does not wait");
}

/* Nobody answers: it gives up, and the row is written all the same. */
static void test_without_helper(void)
{
    gw_cell_t *cell = begin(1);

    clock_runs = 1000;
    ok(!gw_commit_wait_intent(seg, cell), "an intent that nobody writes");
    ok(!gw_commit_wait_wanted(cell), "... is not wanted any more");
    cell->phase = GW_PHASE_SENT;
    leave(cell);
    ok(!gw_commit_wait_settle(seg, cell), "nor a row");
    is_int(fixture_state(seg, cell), GW_CELL_SETTLED, "... which waits");
    helper_write(seg, rows);
    is_int(rows->n, 1, "it is written later");
    is_int(fixture_busy(seg), 0, "... and its cell is free");
    clock_runs = 0;
}

/* ---- at once ------------------------------------------------------------ */

static unsigned stop;

static void *helper_thread(void *data)
{
    while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
        helper_write(seg, rows);
        sched_yield();
    }
    return NULL;
}

static void test_with_a_helper_that_runs(void)
{
    gw_cell_t *cell = begin(1);
    pthread_t helper;

    clock_runs = 1;
    if (pthread_create(&helper, NULL, helper_thread, NULL) != 0)
        abort();
    ok(gw_commit_wait_intent(seg, cell), "its intent is written");
    fixture_answer(cell, 10, 1);
    leave(cell);
    ok(gw_commit_wait_settle(seg, cell), "its row is written");
    is_int(rows->n, 1, "... and there");
    is_int(fixture_busy(seg), 0, "its cell is free");
    __atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
    pthread_join(helper, NULL);
    clock_runs = 0;
}

int main(void)
{
    seg = fixture_segment(SIZE);
    rows = rows_new();
    seg->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    test_row();
    test_intent();
    test_without_power();
    test_never_sent();
    test_without_helper();
    test_with_a_helper_that_runs();
    return tap_end();
}
