/* SPDX-License-Identifier: Apache-2.0 */
/* cells.c - see cells.h. */
#include "cells.h"

#include <unistd.h>

#include "crash.h"

gw_cell_t *gw_cell_at(const gw_segment_t *seg, apr_uint32_t i)
{
    return (gw_cell_t *)(void *)((char *)seg->cells
                                 + (apr_size_t)i * GW_CELL_SIZE);
}

static apr_uint32_t cell_index(const gw_segment_t *seg, const gw_cell_t *cell)
{
    return (apr_uint32_t)(((const char *)cell - (const char *)seg->cells)
                          / GW_CELL_SIZE);
}

#define END(member) (offsetof(gw_cell_t, member) \
                     + sizeof(((gw_cell_t *)NULL)->member))

static void clear_part(gw_cell_t *cell, apr_size_t from, apr_size_t to)
{
    memset((char *)cell + from, 0, to - from);
}

_Static_assert(offsetof(gw_cell_t, row.id) == 0
               && offsetof(gw_cell_t, marks) > offsetof(gw_cell_t, owner),
               "the order in which a cell is cleared");

/* Its marks are 0 already, and its other words may still be looked at. */
static gw_cell_t *clear(gw_cell_t *cell)
{
    gw_cell_set_id(cell, 0);
    clear_part(cell, END(row.id), offsetof(gw_cell_t, owner));
    gw_cell_set_owners(cell, 0, 0);
    clear_part(cell, END(owner), offsetof(gw_cell_t, marks));
    clear_part(cell, END(marks), sizeof(*cell));
    return cell;
}

gw_cell_t *gw_cell_claim(gw_segment_t *seg)
{
    gw_child_slot_t *me = &seg->children[seg->child - 1];
    apr_uint32_t n = seg->n.cells, i;
    apr_uint32_t at = __atomic_load_n(&me->cursor, __ATOMIC_RELAXED);
    apr_uint32_t held = GW_CELL_HELD | seg->child << 8;

    for (i = 0; i < n; i++) {
        apr_uint32_t none = GW_CELL_FREE;

        at = at + 1 < n ? at + 1 : 0;
        if (__atomic_load_n(&seg->states[at], __ATOMIC_RELAXED)
                == GW_CELL_FREE
            && __atomic_compare_exchange_n(&seg->states[at], &none, held, 0,
                                           __ATOMIC_ACQUIRE,
                                           __ATOMIC_RELAXED)) {
            __atomic_store_n(&me->cursor, at, __ATOMIC_RELAXED);
            GW_CRASH("taken");
            return clear(gw_cell_at(seg, at));
        }
    }
    __atomic_fetch_add(&seg->header->overloaded, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void publish(gw_segment_t *seg, const gw_cell_t *cell,
                    gw_cell_state_t state)
{
    apr_uint32_t *word = &seg->states[cell_index(seg, cell)];
    apr_uint32_t child = __atomic_load_n(word, __ATOMIC_RELAXED) >> 8;

    __atomic_store_n(word, state == GW_CELL_FREE ? 0 : state | child << 8,
                     __ATOMIC_RELEASE);
}

void gw_cell_open(gw_segment_t *seg, gw_cell_t *cell)
{
    publish(seg, cell, GW_CELL_OPEN);
}

void gw_cell_settle(gw_segment_t *seg, gw_cell_t *cell)
{
    apr_uint64_t one = 1;

    publish(seg, cell, GW_CELL_SETTLED);
    if (__atomic_add_fetch(&seg->header->settled, 1, __ATOMIC_RELAXED)
            == GW_WAKE_AT
        && write(seg->wake_fd, &one, sizeof(one)) < 0)
        return;                 /* it wakes by itself soon */
}

void gw_cell_written(gw_segment_t *seg, gw_cell_t *cell)
{
    publish(seg, cell, GW_CELL_WRITTEN);
}

void gw_cell_release(gw_segment_t *seg, gw_cell_t *cell)
{
    publish(seg, cell, GW_CELL_FREE);
}

gw_cell_state_t gw_cell_state(const gw_segment_t *seg, apr_uint32_t index,
                              apr_uint32_t *child_slot)
{
    apr_uint32_t word = __atomic_load_n(&seg->states[index],
                                        __ATOMIC_ACQUIRE);

    *child_slot = (word >> 8) - 1;
    return (gw_cell_state_t)(word & 0xff);
}

gw_cell_t *gw_cell_find(gw_segment_t *seg, apr_int64_t id)
{
    apr_uint32_t i;

    for (i = 0; i < seg->n.cells; i++) {
        apr_uint32_t state = __atomic_load_n(&seg->states[i],
                                             __ATOMIC_ACQUIRE) & 0xff;

        if ((state == GW_CELL_OPEN || state == GW_CELL_SETTLED)
            && __atomic_load_n(&gw_cell_at(seg, i)->row.id, __ATOMIC_RELAXED)
               == id)
            return gw_cell_at(seg, i);
    }
    return NULL;
}
