/* SPDX-License-Identifier: Apache-2.0 */
/* takeover.c - how a segment begins: made new, or judged and taken over from
 * an httpd that is gone (takeover.h).
 *
 * The helper does it, as User, before any other process has the segment
 * mapped.  What wrote it were processes of ours, so the checks are against
 * damage: a list without an end, a number that leads nowhere.
 */
#include "takeover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>

#include "cells.h"
#include "fnv.h"
#include "meters.h"
#include "owners.h"
#include "recount.h"

/* ---- a new one ------------------------------------------------------ */

static void read_boot_id(char *out)
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, out, 36);

    if (fd >= 0)
        close(fd);
    out[n > 0 ? n : 0] = '\0';
}

static int init_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;
    int rc = pthread_mutexattr_init(&attr);

    if (rc == 0)
        rc = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    if (rc == 0)
        rc = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    if (rc == 0)
        rc = pthread_mutex_init(mutex, &attr);
    pthread_mutexattr_destroy(&attr);
    return rc;
}

static apr_uint64_t hash_of(const char *path)
{
    return gw_fnv(GW_FNV_START, path, strlen(path));
}

/* Rights of the file keep everybody else out: what is all zeros is new. */
static int is_new(const gw_segment_t *seg)
{
    static const gw_header_t none;

    return memcmp(seg->header, &none, sizeof(none)) == 0;
}

static const char *begin(gw_segment_t *seg, apr_uint64_t state)
{
    gw_header_t *h = seg->header;
    apr_uint32_t i;
    int rc;

    h->layout = gw_segment_layout();
    h->size = seg->size;
    h->state = state;
    h->created = apr_time_now();
    read_boot_id(h->boot_id);
    rc = init_mutex(&h->table_mutex) | init_mutex(&h->drain_mutex)
         | init_mutex(&h->refusal_mutex) | init_mutex(&h->slots_mutex)
         | init_mutex(&h->widen_mutex);
    for (i = 0; i < seg->n.owners && rc == 0; i++)
        rc = init_mutex(&seg->owners[i].mutex);
    for (i = 0; i < seg->n.meters; i++)
        seg->meters[i].next = i + 1 < seg->n.meters ? i + 2 : 0;
    h->free_meter = 1;
    memcpy(h->magic, GW_SEGMENT_MAGIC, sizeof(h->magic));
    __atomic_store_n(&h->ready, 1, __ATOMIC_RELEASE);
    return rc == 0 ? NULL : "no robust mutex can be made in it";
}

/* ---- what was left: is it ours, and whole? -------------------------- */

static const char *head_trouble(const gw_segment_t *seg, apr_uint64_t state)
{
    const gw_header_t *h = seg->header;
    char boot_id[40];

    read_boot_id(boot_id);
    return memcmp(h->magic, GW_SEGMENT_MAGIC, sizeof(h->magic)) != 0
           ? "it is not a segment of mod_llmgw"
         : h->layout != gw_segment_layout() ? "it was made by another version"
         : !gw_segment_ready(seg) ? "a part of it was lost"
         : h->size != seg->size ? "it has another size"
         : strncmp(h->boot_id, boot_id, sizeof(boot_id)) != 0
           ? "it is of an earlier boot"
         : h->state != state ? "it belongs to another LLMGatewayState"
         : NULL;
}

/* Does every meter of this list exist, and belong to no other list? */
static int walk_meters(const gw_segment_t *seg, apr_uint32_t n,
                       unsigned char *used)
{
    for (; n != 0; n = seg->meters[n - 1].next) {
        if (n > seg->n.meters || used[n])
            return 0;
        used[n] = 1;
    }
    return 1;
}

static int owner_whole(const gw_segment_t *seg, const gw_owner_t *o,
                       unsigned char *used)
{
    int k;

    for (k = 0; k < GW_OWNER_ENTRIES; k++) {
        if (o->entry[k] > seg->n.index)
            return 0;
    }
    return o->kind <= GW_OWNER_TEAM && o->team_owner <= seg->n.owners
           && (o->kind == GW_OWNER_FREE
               || walk_meters(seg, o->meters, used));
}

static int cell_whole(const gw_segment_t *seg, apr_uint32_t i)
{
    apr_uint32_t slot;
    gw_cell_state_t state = gw_cell_state(seg, i, &slot);
    const gw_cell_t *cell = gw_cell_at(seg, i);

    if (state == GW_CELL_FREE)
        return 1;
    return state < GW_CELL_STATES && slot < seg->n.children
           && cell->owner[0] <= seg->n.owners
           && cell->owner[1] <= seg->n.owners
           && cell->phase <= GW_PHASE_DELIVERED && cell->row.amount >= 0
           && cell->row.key_id >= 0
           && memchr(cell->currency, '\0', GW_CURRENCY) != NULL;
}

/* A sentence about the first thing that cannot be, or NULL. */
static const char *damage(const gw_segment_t *seg, apr_pool_t *pool)
{
    unsigned char *used = calloc(seg->n.meters + 1, 1);
    const char *what = used == NULL ? "memory" : NULL;
    apr_uint32_t i = 0;

    for (i = 0; i < seg->n.owners && what == NULL; i++) {
        if (!owner_whole(seg, &seg->owners[i], used))
            what = "owner";
    }
    if (what == NULL && !walk_meters(seg, seg->header->free_meter, used))
        what = "list of free meters, owner";
    for (i = what ? i : 0; i < seg->n.index && what == NULL; i++) {
        if (seg->index[i].owner > seg->n.owners
            && seg->index[i].owner != GW_INDEX_GONE)
            what = "index";
    }
    for (i = what ? i : 0; i < seg->n.cells && what == NULL; i++) {
        if (!cell_whole(seg, i))
            what = "cell";
    }
    free(used);
    return what == NULL ? NULL
                        : apr_psprintf(pool, "it is damaged (%s %u)", what, i);
}

/* ---- taking it over ------------------------------------------------- */

/* What is counted for an owner stays, but each key is read again from the
 * database before it is believed: that may be another, or another state of
 * it, by now. */
static void forget_secrets(gw_segment_t *seg)
{
    apr_uint32_t i;
    int k;

    for (i = 0; i < seg->n.owners; i++) {
        for (k = 1; k < GW_OWNER_ENTRIES; k++) {
            apr_uint32_t *entry = &seg->owners[i].entry[k];

            if (*entry != 0 && seg->index[*entry - 1].owner == i + 1)
                seg->index[*entry - 1].owner = GW_INDEX_GONE;
            *entry = 0;
        }
    }
}

/* Are there requests in it that have no row yet? */
static int has_requests(const gw_segment_t *seg)
{
    apr_uint32_t i, child;

    for (i = 0; i < seg->n.cells; i++) {
        if (gw_cell_state(seg, i, &child) >= GW_CELL_OPEN)
            return 1;
    }
    return 0;
}

/* 1: it is locked, and no process died inside; 0: one did and left it half
 * done, or its words are no mutex. */
static int was_at_rest(pthread_mutex_t *mutex)
{
    int rc = pthread_mutex_trylock(mutex);

    if (rc == EOWNERDEAD)
        pthread_mutex_consistent(mutex);
    else if (rc != 0 && (init_mutex(mutex) != 0
                         || pthread_mutex_lock(mutex) != 0))
        abort();                /* nothing can be built on this */
    return rc == 0;
}

static void take_mutexes(gw_segment_t *seg)
{
    gw_header_t *h = seg->header;
    pthread_mutex_t *plain[] = {
        &h->drain_mutex, &h->refusal_mutex, &h->slots_mutex, &h->widen_mutex
    };
    apr_uint32_t i;

    for (i = 0; i < GW_COUNT(plain); i++) {
        was_at_rest(plain[i]);  /* what these guard is usable at any time */
        pthread_mutex_unlock(plain[i]);
    }
    for (i = 1; i <= seg->n.owners; i++) {
        gw_owner_t *o = gw_owner_at(seg, i);

        if (!was_at_rest(&o->mutex) && o->kind != GW_OWNER_FREE) {
            gw_recount_owner(seg, i);
            gw_meters_distrust(seg, o);
        }
        pthread_mutex_unlock(&o->mutex);
    }
    if (!was_at_rest(&h->table_mutex))
        gw_owners_mend(seg);
    pthread_mutex_unlock(&h->table_mutex);
}

const char *gw_takeover(gw_segment_t *seg, const char *state,
                        apr_size_t wanted, apr_pool_t *pool)
{
    const char *why;

    if (is_new(seg))
        return begin(seg, hash_of(state));
    why = head_trouble(seg, hash_of(state));
    if (why == NULL)
        why = damage(seg, pool);
    if (why == NULL && seg->size != gw_segment_size(wanted)
        && !has_requests(seg))
        why = "it has another size";
    if (why != NULL)
        return why;
    take_mutexes(seg);
    forget_secrets(seg);
    return NULL;
}
