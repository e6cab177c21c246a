/* SPDX-License-Identifier: Apache-2.0 */
/* test_commit_wait.c - a request waits for the helper, and its cell is not free
 * before the row is written. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cells.h"
#include "child.h"
#include "commit_wait.h"
#include "takeover.h"

#include "tap.h"

#define SIZE GW_SEGMENT_LEAST

static gw_segment_t *seg;
static int wake;

static gw_segment_t *make_segment(void)
{
    int fd = memfd_create("segment", MFD_CLOEXEC);
    gw_segment_t *made;

    wake = eventfd(0, EFD_NONBLOCK);
    if (fd < 0 || ftruncate(fd, SIZE) != 0
        || gw_segment_map(&made, fd, SIZE, wake, tap_pool()) != APR_SUCCESS
        || gw_takeover(made, "/a", SIZE, tap_pool()) != NULL
        || gw_child_enter(made) != APR_SUCCESS)
        abort();
    return made;
}

static gw_cell_t *open_cell(gw_phase_t phase)
{
    gw_cell_t *cell = gw_cell_claim(seg);

    if (cell == NULL)
        abort();
    gw_cell_open(seg, cell);
    cell->phase = phase;
    return cell;
}

static gw_cell_state_t state_of(const gw_cell_t *cell)
{
    apr_uint32_t i, child;

    for (i = 0; gw_cell_at(seg, i) != cell; i++)
        continue;
    return gw_cell_state(seg, i, &child);
}

/* ---- a child -------------------------------------------------------- */

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
static void begin(waiting_t *w, gw_cell_t *cell,
                  int (*fn)(gw_segment_t *, gw_cell_t *))
{
    apr_uint64_t n = 0;
    int i;

    memset(w, 0, sizeof(*w));
    w->cell = cell;
    w->fn = fn;
    pthread_create(&w->thread, NULL, wait_for_it, w);
    for (i = 0; i < 2000 && read(wake, &n, sizeof(n)) < 0; i++)
        usleep(1000);
    ok(n > 0, "the helper is woken");
    usleep(20000);
    ok(!__atomic_load_n(&w->returned, __ATOMIC_ACQUIRE), "the child waits");
}

static void test_settle(void)
{
    gw_cell_t *cell = open_cell(GW_PHASE_SENT);
    waiting_t w;

    begin(&w, cell, gw_commit_wait_settle);
    is_int(state_of(cell), GW_CELL_SETTLED, "its cell is not free");
    gw_commit_wait_row_written(seg, cell);
    pthread_join(w.thread, NULL);
    is_int(w.said, 1, "its row is written");
    is_int(state_of(cell), GW_CELL_FREE, "and its cell free");
}

static void test_intent(void)
{
    gw_cell_t *cell = open_cell(GW_PHASE_NONE);
    waiting_t w;

    begin(&w, cell, gw_commit_wait_intent);
    ok(gw_commit_wait_wanted(cell), "the helper sees what is wanted");
    gw_commit_wait_intent_written(cell);
    pthread_join(w.thread, NULL);
    is_int(w.said, 1, "its intent is written");
    ok(!gw_commit_wait_wanted(cell), "and wanted no more");
    gw_cell_release(seg, cell);
}

static void test_without_power(void)
{
    gw_cell_t *cell = open_cell(GW_PHASE_SENT);

    seg->header->power = 0;
    is_int(gw_commit_wait_intent(seg, cell), 1, "nobody waits for an intent");
    is_int(gw_commit_wait_settle(seg, cell), 1, "nor for a row");
    is_int(state_of(cell), GW_CELL_SETTLED, "which is the helper's to write");
    gw_commit_wait_row_written(seg, cell);
    is_int(state_of(cell), GW_CELL_FREE, "and to free");
}

int main(void)
{
    seg = make_segment();
    seg->header->power = 1;
    test_settle();
    test_intent();
    test_without_power();
    return tap_end();
}
