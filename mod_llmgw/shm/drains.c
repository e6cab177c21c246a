/* SPDX-License-Identifier: Apache-2.0 */
/* drains.c - see drains.h. */
#include "drains.h"

static apr_uint32_t *own(gw_segment_t *seg)
{
    return &seg->children[seg->child - 1].drains;
}

static apr_uint32_t of_all(const gw_segment_t *seg)
{
    apr_uint32_t i, sum = 0;

    for (i = 0; i < seg->n.children; i++) {
        const gw_child_slot_t *slot = &seg->children[i];

        if (__atomic_load_n(&slot->identity, __ATOMIC_RELAXED) != 0)
            sum += __atomic_load_n(&slot->drains, __ATOMIC_RELAXED);
    }
    return sum;
}

int gw_drains_enter(gw_segment_t *seg, apr_uint32_t most)
{
    int room;

    gw_segment_lock(&seg->header->abort_mutex);
    room = of_all(seg) < most;
    if (room)
        __atomic_add_fetch(own(seg), 1, __ATOMIC_RELAXED);
    gw_segment_unlock(&seg->header->abort_mutex);
    return room;
}

void gw_drains_leave(gw_segment_t *seg)
{
    __atomic_sub_fetch(own(seg), 1, __ATOMIC_RELAXED);
}
