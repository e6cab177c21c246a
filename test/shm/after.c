/* SPDX-License-Identifier: Apache-2.0 */
/* after.c - see after.h. */
#include "after.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "meters.h"
#include "owner_room.h"

told_t *told_new(unsigned n)
{
    told_t *told = mmap(NULL, n * sizeof(*told), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (told == MAP_FAILED)
        abort();
    return told;
}

static unsigned rows_of(const rows_t *rows, apr_int64_t id)
{
    unsigned i, count = 0;

    for (i = 0; i < rows->n; i++)
        count += rows->row[i].id == id;
    return count;
}

unsigned after_misbilled(const rows_t *rows, const told_t *told, unsigned n)
{
    unsigned i, k, wrong = 0, all = 0;

    for (k = 0; k < n; k++) {
        for (i = 0; i < told[k].n; i++) {
            unsigned is = rows_of(rows, told[k].ask[i].id);

            wrong += is != (told[k].ask[i].opened ? 1 : 0);
            all += is;
        }
    }
    return wrong + (all != rows->n);
}

apr_int64_t after_held(const gw_segment_t *seg)
{
    apr_int64_t sum = 0;
    apr_uint32_t i, n;

    for (i = 0; i < seg->n.owners; i++) {
        const gw_owner_t *o = &seg->owners[i];

        if (o->kind == GW_OWNER_FREE)
            continue;
        sum += o->in_flight + o->pins + o->drains;
        for (n = o->meters; n != 0; n = gw_meter_at(seg, n)->next) {
            const gw_meter_t *m = gw_meter_at(seg, n);

            if (m->kind == GW_METER_BUDGET)
                sum += m->u.budget.reserved.micro + m->u.budget.pending.micro
                       + m->u.budget.reserved.pico + m->u.budget.pending.pico;
        }
    }
    return sum;
}

unsigned after_lost(gw_segment_t *seg)
{
    gw_header_t was = *seg->header, *h = seg->header;
    apr_uint32_t i, n, meters = 0, free_ = 0;

    for (i = 0; i < seg->n.owners; i++) {
        if (seg->owners[i].kind != GW_OWNER_FREE)
            meters += gw_meters_count(seg, &seg->owners[i]);
    }
    for (n = h->free_meter; n != 0; n = gw_meter_at(seg, n)->next)
        free_++;
    gw_room_recount(seg);
    return (meters + free_ != seg->n.meters) + (h->meters_used != meters)
           + (was.owners_used != h->owners_used) + (was.teams != h->teams)
           + (was.meters_used != h->meters_used);
}

static int can_be_taken(pthread_mutex_t *mutex)
{
    return pthread_mutex_trylock(mutex) == 0
           && pthread_mutex_unlock(mutex) == 0;
}

unsigned after_stuck(gw_segment_t *seg)
{
    gw_header_t *h = seg->header;
    apr_uint32_t i;
    unsigned n = !can_be_taken(&h->table_mutex)
                 + !can_be_taken(&h->drain_mutex)
                 + !can_be_taken(&h->refusal_mutex)
                 + !can_be_taken(&h->slots_mutex)
                 + !can_be_taken(&h->widen_mutex);

    for (i = 0; i < seg->n.owners; i++)
        n += !can_be_taken(&seg->owners[i].mutex);
    return n;
}
