/* SPDX-License-Identifier: Apache-2.0 */
/* cells.c - what of the segment is written without the mutex of an owner:
 * models, refusals, child slots and cells (segment.h). */
#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "crash.h"
#include "id.h"

/* ---- models and refusals -------------------------------------------- */

void gw_segment_lock(pthread_mutex_t *mutex)
{
    if (pthread_mutex_lock(mutex) == EOWNERDEAD)
        pthread_mutex_consistent(mutex);
}

void gw_segment_unlock(pthread_mutex_t *mutex)
{
    pthread_mutex_unlock(mutex);
}

#define PROBES 16

gw_calibration_t *gw_segment_calibration(gw_segment_t *seg,
                                         apr_int64_t team_id,
                                         apr_int64_t model_id)
{
    apr_uint32_t n = seg->n.calibrations, i;
    apr_int64_t key = gw_calibration_key(team_id, model_id);
    apr_uint64_t home = (apr_uint64_t)model_id
                        + (apr_uint64_t)team_id * 0x9e3779b1u;

    for (i = 0; i < PROBES && key != 0; i++) {
        gw_calibration_t *c = &seg->calibrations[(home + i) % n];
        apr_int64_t found = __atomic_load_n(&c->key, __ATOMIC_ACQUIRE);

        if (found == 0
            && __atomic_compare_exchange_n(&c->key, &found, key, 0,
                                           __ATOMIC_ACQ_REL,
                                           __ATOMIC_ACQUIRE))
            return c;
        if (found == key)
            return c;
    }
    return NULL;
}

void gw_segment_calibrated(gw_calibration_t *sum, const gw_segment_t *seg,
                           apr_int64_t model_id)
{
    apr_uint32_t i;

    memset(sum, 0, sizeof(*sum));
    for (i = 0; i < seg->n.calibrations; i++) {
        const gw_calibration_t *c = &seg->calibrations[i];

        if ((__atomic_load_n(&c->key, __ATOMIC_ACQUIRE) & 0xffffffff)
            == model_id)
            gw_calibration_sum(sum, c);
    }
}

void gw_segment_refused(gw_segment_t *seg, apr_int64_t key_id, int day,
                        int kind)
{
    apr_uint64_t h = (apr_uint64_t)key_id * 31 + (apr_uint64_t)kind;
    unsigned i;

    gw_segment_lock(&seg->header->refusal_mutex);
    for (i = 0; i < PROBES; i++) {
        gw_refusal_t *f = &seg->refusals[(h + i) % GW_REFUSALS];

        if (f->key_id != 0 && (f->key_id != key_id || f->day != day
                               || f->kind != kind))
            continue;
        f->day = day;
        f->kind = kind;
        f->count++;
        f->key_id = key_id;
        break;
    }
    gw_segment_unlock(&seg->header->refusal_mutex);
}

/* ---- children ------------------------------------------------------- */

/* The start time of a process in clock ticks after boot, field 22 of
 * /proc/PID/stat; 0: there is no such process, or it is a zombie without
 * threads (field 20) that could still be running. */
static apr_uint64_t start_time(unsigned long pid)
{
    char path[40], text[512], *p;
    ssize_t n;
    int fd, field, zombie;

    snprintf(path, sizeof(path), "/proc/%lu/stat", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    n = read(fd, text, sizeof(text) - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    p = strrchr(text, ')');     /* the name may hold anything */
    if (p == NULL || p[1] == '\0' || p[2] == 'X')
        return 0;
    zombie = p[2] == 'Z';
    for (field = 2; p != NULL && field < 22; field++) {
        p = strchr(p + 1, ' ');
        if (p != NULL && field == 19 && zombie && atoi(p + 1) <= 1)
            return 0;
    }
    return p == NULL ? 0 : strtoull(p + 1, NULL, 10);
}

apr_status_t gw_segment_enter(gw_segment_t *seg)
{
    apr_uint64_t me = (apr_uint64_t)getpid() << 32
                      | (start_time((unsigned long)getpid()) & 0xffffffffu);
    apr_uint32_t i;

    for (i = 0; i < seg->n.children; i++) {
        apr_uint64_t none = 0;

        if (__atomic_compare_exchange_n(&seg->children[i].identity, &none, me,
                                        0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED)) {
            /* children start far from each other's cells */
            seg->children[i].drains = 0;
            seg->children[i].cursor = (i * 977u) % seg->n.cells;
            seg->child = i + 1;
            return APR_SUCCESS;
        }
    }
    return APR_ENOSPC;
}

int gw_segment_child_alive(const gw_segment_t *seg, apr_uint32_t slot)
{
    apr_uint64_t id = __atomic_load_n(&seg->children[slot].identity,
                                      __ATOMIC_ACQUIRE);

    return id != 0 && (start_time((unsigned long)(id >> 32)) & 0xffffffffu)
                      == (id & 0xffffffffu);
}

void gw_segment_writing(gw_segment_t *seg, int by)
{
    __atomic_add_fetch(&seg->children[seg->child - 1].writing, by,
                       __ATOMIC_SEQ_CST);
}

static apr_time_t load(const apr_time_t *t)
{
    return __atomic_load_n(t, __ATOMIC_RELAXED);
}

apr_time_t gw_segment_clock(const gw_segment_t *seg, apr_time_t wall,
                            apr_time_t steady, int *believed)
{
    const gw_header_t *h = seg->header;
    apr_time_t known = load(&h->clock_steady);
    apr_interval_time_t step = load(&h->clock_step);

    *believed = step == 0 || known == 0 || wall - steady <= known + step
                || wall <= load(&h->last_time) + step;
    return *believed ? wall : known + steady;
}

apr_time_t gw_segment_now(const gw_segment_t *seg)
{
    int believed;

    return gw_segment_clock(seg, gw_wall_now(), gw_steady_now(), &believed);
}

static void raise_to(apr_time_t *to, apr_time_t t)
{
    apr_time_t seen = load(to);

    while (seen < t && !__atomic_compare_exchange_n(to, &seen, t, 0,
                                                    __ATOMIC_RELAXED,
                                                    __ATOMIC_RELAXED))
        ;
}

void gw_segment_seen(gw_segment_t *seg, apr_time_t t)
{
    raise_to(&seg->header->last_time, t);
}

void gw_segment_believe(gw_segment_t *seg, apr_time_t wall)
{
    raise_to(&seg->header->clock_steady, wall - gw_steady_now());
    raise_to(&seg->header->clock_boot, wall - gw_boot_now());
}

apr_time_t gw_segment_time(const gw_segment_t *seg)
{
    apr_time_t now = gw_segment_now(seg);
    apr_time_t last = __atomic_load_n(&seg->header->last_time,
                                      __ATOMIC_RELAXED);

    return now > last ? now : last;
}

apr_int64_t gw_segment_new_id(gw_segment_t *seg, apr_time_t now)
{
    apr_int64_t *last = &seg->header->last_time;
    apr_int64_t seen = __atomic_load_n(last, __ATOMIC_RELAXED), next;

    do {
        next = now > seen ? now : seen + 1;
    } while (!__atomic_compare_exchange_n(last, &seen, next, 0,
                                          __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));
    return gw_id_make(next, 0);
}

/* ---- cells ---------------------------------------------------------- */

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

gw_cell_t *gw_cell_claim(gw_segment_t *seg)
{
    gw_child_slot_t *me = &seg->children[seg->child - 1];
    apr_uint32_t n = seg->n.cells, i;
    apr_uint32_t at = __atomic_load_n(&me->cursor, __ATOMIC_RELAXED);
    apr_uint32_t held = GW_CELL_HELD | seg->child << 8;

    for (i = 0; i < n; i++) {
        apr_uint32_t free_ = GW_CELL_FREE;

        at = at + 1 < n ? at + 1 : 0;
        if (__atomic_load_n(&seg->states[at], __ATOMIC_RELAXED)
                == GW_CELL_FREE
            && __atomic_compare_exchange_n(&seg->states[at], &free_, held, 0,
                                           __ATOMIC_ACQUIRE,
                                           __ATOMIC_RELAXED)) {
            __atomic_store_n(&me->cursor, at, __ATOMIC_RELAXED);
            GW_CRASH("taken");
            return memset(gw_cell_at(seg, at), 0, sizeof(gw_cell_t));
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
            && gw_cell_at(seg, i)->row.id == id)
            return gw_cell_at(seg, i);
    }
    return NULL;
}
