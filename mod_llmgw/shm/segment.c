/* SPDX-License-Identifier: Apache-2.0 */
/* segment.c - the layout and a process's view of it (segment.h).  How it
 * begins: takeover.c.  What is in it: cells.c, owners.c, meters.c. */
#include "segment.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Changes with any struct; a number in front for changes of meaning. */
#define LAYOUT (8u << 24 ^ (apr_uint32_t)sizeof(gw_header_t) << 12 \
                ^ (apr_uint32_t)sizeof(gw_owner_t) << 6 \
                ^ (apr_uint32_t)sizeof(gw_cell_t) \
                ^ (apr_uint32_t)sizeof(gw_meter_t) << 18 \
                ^ (apr_uint32_t)sizeof(gw_calibration_t) << 20 \
                ^ (apr_uint32_t)sizeof(gw_widening_t) << 15 \
                ^ (apr_uint32_t)sizeof(gw_row_t))

_Static_assert(sizeof(gw_cell_t) <= GW_CELL_SIZE, "a cell is too large");

#define ALIGN 4096

static apr_size_t aligned(apr_size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

apr_size_t gw_segment_size(apr_size_t wanted)
{
    return aligned(wanted);
}

/* ---- layout --------------------------------------------------------- */

/* Three eighths for cells, three for owners with their index, two for
 * meters: about 24000 cells, 39000 owners and 78000 meters in 32 MiB. */
static void plan(gw_segment_counts_t *n, apr_size_t size)
{
    apr_uint32_t rows = size >> 12 < 65536 ? (apr_uint32_t)(size >> 12)
                                           : 65536;
    apr_size_t eighth;

    n->calibrations = n->widenings = rows;
    eighth = (size - aligned(sizeof(gw_header_t))
              - aligned(GW_CHILDREN * sizeof(gw_child_slot_t))
              - aligned(GW_REFUSALS * sizeof(gw_refusal_t))
              - aligned(n->calibrations * sizeof(gw_calibration_t))
              - aligned(n->widenings * sizeof(gw_widening_t))
              - 5 * ALIGN) / 8;
    n->children = GW_CHILDREN;
    n->cells = (apr_uint32_t)(3 * eighth / (GW_CELL_SIZE + 4));
    n->owners = (apr_uint32_t)(3 * eighth / (sizeof(gw_owner_t)
                                             + 3 * sizeof(gw_index_t)));
    n->index = 3 * n->owners;   /* few have two secrets; teams have none */
    n->meters = (apr_uint32_t)(2 * eighth / sizeof(gw_meter_t));
}

static void place(gw_segment_t *seg)
{
    const gw_segment_counts_t *n = &seg->n;
    char *p = seg->base;

    seg->header = (gw_header_t *)(void *)p;
    p += aligned(sizeof(gw_header_t));
    seg->children = (gw_child_slot_t *)(void *)p;
    p += aligned(n->children * sizeof(gw_child_slot_t));
    seg->refusals = (gw_refusal_t *)(void *)p;
    p += aligned(GW_REFUSALS * sizeof(gw_refusal_t));
    seg->calibrations = (gw_calibration_t *)(void *)p;
    p += aligned(n->calibrations * sizeof(gw_calibration_t));
    seg->widenings = (gw_widening_t *)(void *)p;
    p += aligned(n->widenings * sizeof(gw_widening_t));
    seg->index = (gw_index_t *)(void *)p;
    p += aligned(n->index * sizeof(gw_index_t));
    seg->owners = (gw_owner_t *)(void *)p;
    p += aligned(n->owners * sizeof(gw_owner_t));
    seg->meters = (gw_meter_t *)(void *)p;
    p += aligned(n->meters * sizeof(gw_meter_t));
    seg->states = (apr_uint32_t *)(void *)p;
    p += aligned(n->cells * sizeof(apr_uint32_t));
    seg->cells = (gw_cell_t *)(void *)p;
}

apr_status_t gw_segment_map(gw_segment_t **out, int fd, apr_size_t size,
                            int wake_fd, apr_pool_t *pool)
{
    gw_segment_t *seg = apr_pcalloc(pool, sizeof(*seg));

    seg->base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (seg->base == MAP_FAILED)
        return APR_FROM_OS_ERROR(errno);
    seg->size = size;
    seg->wake_fd = wake_fd;
    plan(&seg->n, size);
    place(seg);
    *out = seg;
    return APR_SUCCESS;
}

apr_uint32_t gw_segment_layout(void)
{
#ifdef GW_CRASH_POINTS          /* while this file is there: another version */
    const char *path = getenv("LLMGW_LAYOUT");

    if (path != NULL && access(path, F_OK) == 0)
        return ~LAYOUT;
#endif
    return LAYOUT;
}

int gw_segment_sound(const gw_segment_t *seg)
{
    const gw_header_t *h = seg->header;

    return memcmp(h->magic, GW_SEGMENT_MAGIC, sizeof(h->magic)) == 0
           && h->layout == gw_segment_layout() && h->size == seg->size
           && gw_segment_ready(seg);
}

void gw_segment_spoil(gw_segment_t *seg)
{
    __atomic_store_n(&seg->header->ready, 0, __ATOMIC_RELEASE);
}

/* ---- in it ----------------------------------------------------------- */

void gw_segment_lock(pthread_mutex_t *mutex)
{
    if (pthread_mutex_lock(mutex) == EOWNERDEAD)
        pthread_mutex_consistent(mutex);
}

void gw_segment_unlock(pthread_mutex_t *mutex)
{
    pthread_mutex_unlock(mutex);
}

gw_owner_t *gw_segment_team(const gw_segment_t *seg, const gw_owner_t *o)
{
    apr_uint32_t number = o->team_owner;
    gw_owner_t *team;

    if (o->kind == GW_OWNER_TEAM)
        return (gw_owner_t *)o;
    if (number == 0 || number > seg->n.owners)
        return NULL;
    team = gw_owner_at(seg, number);
    return team->kind == GW_OWNER_TEAM && team->id == o->team_id ? team
                                                                 : NULL;
}
