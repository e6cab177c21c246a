/* SPDX-License-Identifier: Apache-2.0 */
/* commit_wait.c - see commit_wait.h. */
#include "commit_wait.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "cells.h"
#include "clock.h"

/* Values of cell->commit_wait. */
enum { NOTHING, WANT_INTENT, INTENT, WANT_ROW, ROW };

static void wake_helper(gw_segment_t *seg)
{
    apr_uint64_t one = 1;

    if (write(seg->wake_fd, &one, sizeof(one)) < 0)
        return;                 /* it wakes by itself soon */
}

static void wake_child(gw_cell_t *cell)
{
    syscall(SYS_futex, &cell->commit_wait, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Sleep until the word is no longer `want`.  0: it took too long, and no
 * one answers any more. */
static int wait_for(gw_cell_t *cell, apr_uint32_t want)
{
    apr_time_t end = gw_steady_now() + GW_COMMIT_WAIT_MS * 1000;

    for (;;) {
        apr_time_t left = end - gw_steady_now();
        int ms = gw_steady_nap((int)(left / 1000 + 1));
        struct timespec t;
        apr_uint32_t seen = want;

        if (__atomic_load_n(&cell->commit_wait, __ATOMIC_ACQUIRE) != want)
            return 1;
        if (left <= 0)
            return !__atomic_compare_exchange_n(&cell->commit_wait, &seen,
                                                NOTHING, 0, __ATOMIC_ACQ_REL,
                                                __ATOMIC_ACQUIRE);
        t.tv_sec = ms / 1000;
        t.tv_nsec = ms % 1000 * 1000000L;
        syscall(SYS_futex, &cell->commit_wait, FUTEX_WAIT, want, &t, NULL, 0);
    }
}

int gw_commit_wait_intent(gw_segment_t *seg, gw_cell_t *cell)
{
    if (!seg->header->power)
        return 1;
    __atomic_store_n(&cell->commit_wait, WANT_INTENT, __ATOMIC_RELEASE);
    wake_helper(seg);
    return wait_for(cell, WANT_INTENT);
}

int gw_commit_wait_settle(gw_segment_t *seg, gw_cell_t *cell)
{
    /* what never went to an upstream is worth no wait */
    if (!seg->header->power || cell->phase == GW_PHASE_NONE) {
        gw_cell_settle(seg, cell);
        return 1;
    }
    __atomic_store_n(&cell->commit_wait, WANT_ROW, __ATOMIC_RELEASE);
    gw_cell_settle(seg, cell);
    wake_helper(seg);
    if (!wait_for(cell, WANT_ROW))
        return 0;
    gw_cell_release(seg, cell);
    return 1;
}

int gw_commit_wait_wanted(const gw_cell_t *cell)
{
    return __atomic_load_n(&cell->commit_wait, __ATOMIC_ACQUIRE)
           == WANT_INTENT;
}

void gw_commit_wait_nobody(gw_cell_t *cell)
{
    __atomic_store_n(&cell->commit_wait, NOTHING, __ATOMIC_RELEASE);
}

void gw_commit_wait_intent_written(gw_cell_t *cell)
{
    apr_uint32_t seen = WANT_INTENT;

    __atomic_compare_exchange_n(&cell->commit_wait, &seen, INTENT, 0,
                                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    wake_child(cell);
}

/* The state changes before the word does: from then on the child may release
 * the cell at any moment. */
void gw_commit_wait_row_written(gw_segment_t *seg, gw_cell_t *cell)
{
    apr_uint32_t seen = WANT_ROW;

    if (__atomic_load_n(&cell->commit_wait, __ATOMIC_ACQUIRE) != WANT_ROW) {
        gw_cell_release(seg, cell);
        return;
    }
    gw_cell_written(seg, cell);
    if (__atomic_compare_exchange_n(&cell->commit_wait, &seen, ROW, 0,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        wake_child(cell);
    else
        gw_cell_release(seg, cell);     /* it gave up just now */
}
