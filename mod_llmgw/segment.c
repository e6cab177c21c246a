/* SPDX-License-Identifier: Apache-2.0 */
/* segment.c - the file, its layout, child slots and cells (segment.h).
 * Owners, index and meters are in owners.c. */
#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "clock.h"
#include "id.h"
#include "log.h"

#define MAGIC "LLMGWSEG"

/* Changes with any struct; a number in front for changes of meaning. */
#define LAYOUT (3u << 24 ^ (apr_uint32_t)sizeof(gw_header_t) << 12 \
                ^ (apr_uint32_t)sizeof(gw_owner_t) << 6 \
                ^ (apr_uint32_t)sizeof(gw_cell_t) \
                ^ (apr_uint32_t)sizeof(gw_meter_t) << 18 \
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
 * meters: about 24000 cells, 38000 owners and 110000 meters in 32 MiB. */
static void plan(gw_header_t *h, apr_size_t size)
{
    apr_uint32_t models = (apr_uint32_t)(size >> 13);
    apr_size_t eighth;

    h->calibrations = models < 4096 ? models : 4096;
    eighth = (size - aligned(sizeof(gw_header_t))
              - aligned(GW_CHILDREN * sizeof(gw_child_slot_t))
              - aligned(GW_REFUSALS * sizeof(gw_refusal_t))
              - aligned(h->calibrations * sizeof(gw_calibration_t))
              - 5 * ALIGN) / 8;
    h->size = size;
    h->children = GW_CHILDREN;
    h->cells = (apr_uint32_t)(3 * eighth / (GW_CELL_SIZE + 4));
    h->owners = (apr_uint32_t)(3 * eighth / (sizeof(gw_owner_t)
                                             + 4 * sizeof(gw_index_t)));
    h->index = 4 * h->owners;
    h->meters = (apr_uint32_t)(2 * eighth / sizeof(gw_meter_t));
}

static apr_size_t place(gw_segment_t *seg)
{
    const gw_header_t *h = (const gw_header_t *)(void *)seg->base;
    char *p = seg->base;

    seg->header = (gw_header_t *)(void *)p;
    p += aligned(sizeof(gw_header_t));
    seg->children = (gw_child_slot_t *)(void *)p;
    p += aligned(h->children * sizeof(gw_child_slot_t));
    seg->refusals = (gw_refusal_t *)(void *)p;
    p += aligned(GW_REFUSALS * sizeof(gw_refusal_t));
    seg->calibrations = (gw_calibration_t *)(void *)p;
    p += aligned(h->calibrations * sizeof(gw_calibration_t));
    seg->index = (gw_index_t *)(void *)p;
    p += aligned(h->index * sizeof(gw_index_t));
    seg->owners = (gw_owner_t *)(void *)p;
    p += aligned(h->owners * sizeof(gw_owner_t));
    seg->meters = (gw_meter_t *)(void *)p;
    p += aligned(h->meters * sizeof(gw_meter_t));
    seg->states = (apr_uint32_t *)(void *)p;
    p += aligned(h->cells * sizeof(apr_uint32_t));
    seg->cells = (gw_cell_t *)(void *)p;
    p += (apr_size_t)h->cells * GW_CELL_SIZE;
    return (apr_size_t)(p - seg->base);
}

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

/* FNV-1a: tells one path from another. */
static apr_uint64_t hash_of(const char *text)
{
    apr_uint64_t h = 0xcbf29ce484222325u;

    while (*text != '\0')
        h = (h ^ (unsigned char)*text++) * 0x100000001b3u;
    return h;
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

static int init_new(gw_segment_t *seg, apr_uint64_t state)
{
    gw_header_t *h = (gw_header_t *)(void *)seg->base;
    apr_uint32_t i;
    int rc;

    plan(h, seg->size);
    place(seg);
    h->layout = gw_segment_layout();
    h->state = state;
    h->created = apr_time_now();
    read_boot_id(h->boot_id);
    rc = init_mutex(&h->table_mutex) | init_mutex(&h->drain_mutex)
         | init_mutex(&h->refusal_mutex) | init_mutex(&h->abort_mutex);
    for (i = 0; i < h->owners && rc == 0; i++)
        rc = init_mutex(&seg->owners[i].mutex);
    for (i = 0; i < h->meters; i++)
        seg->meters[i].next = i + 1 < h->meters ? i + 2 : 0;
    h->free_meter = 1;
    memcpy(h->magic, MAGIC, sizeof(h->magic));
    __atomic_store_n(&h->ready, 1, __ATOMIC_RELEASE);
    return rc;
}

/* Is what was left ours, whole, of this layout, size, boot and database? */
static int usable(const gw_segment_t *seg, apr_uint64_t state,
                  const char **why)
{
    const gw_header_t *h = (const gw_header_t *)(void *)seg->base;
    char boot_id[40];

    read_boot_id(boot_id);
    *why = memcmp(h->magic, MAGIC, sizeof(h->magic)) != 0 || !h->ready
           ? "it is not a segment of mod_llmgw"
         : h->layout != gw_segment_layout() ? "it was made by another version"
         : h->size != seg->size ? "it has another size"
         : strcmp(h->boot_id, boot_id) != 0 ? "it is of an earlier boot"
         : h->state != state ? "it belongs to another LLMGatewayState"
         : NULL;
    return *why == NULL;
}

/* ---- the file ------------------------------------------------------- */

static apr_status_t map(gw_segment_t *seg)
{
    seg->base = mmap(NULL, seg->size, PROT_READ | PROT_WRITE, MAP_SHARED,
                     seg->fd, 0);
    return seg->base == MAP_FAILED ? APR_FROM_OS_ERROR(errno) : APR_SUCCESS;
}

static apr_status_t create(gw_segment_t *seg, const char *path,
                           apr_uint64_t state)
{
    int rc;

    seg->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                   0600);
    if (seg->fd < 0)
        return APR_FROM_OS_ERROR(errno);
    if (flock(seg->fd, LOCK_EX | LOCK_NB) != 0)
        return APR_FROM_OS_ERROR(errno);
    rc = posix_fallocate(seg->fd, 0, (off_t)seg->size);
    if (rc != 0) {
        unlink(path);
        return APR_FROM_OS_ERROR(rc);
    }
    if (map(seg) != APR_SUCCESS || init_new(seg, state) != 0) {
        unlink(path);
        return APR_EGENERAL;
    }
    return APR_SUCCESS;
}

#define LEAVING_MS 3000         /* for an httpd that was killed to be gone */

static int lock_file(int fd)
{
    int ms;

    for (ms = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; ms += 10) {
        if (errno != EWOULDBLOCK || ms >= LEAVING_MS)
            return 0;
        apr_sleep(10000);
    }
    return 1;
}

/* Nobody but us may have written to what we take over. */
static int trusted(int fd, apr_size_t *size)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1
        || st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        return 0;
    *size = (apr_size_t)st.st_size;
    return 1;
}

/* What is counted for an owner stays, but each key is read again from the
 * database before it is believed: that may be another, or another state of
 * it, by now. */
static void forget_secrets(gw_segment_t *seg)
{
    apr_uint32_t i;
    int k;

    for (i = 0; i < seg->header->owners; i++) {
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

    for (i = 0; i < seg->header->cells; i++) {
        if (gw_cell_state(seg, i, &child) >= GW_CELL_OPEN)
            return 1;
    }
    return 0;
}

static apr_status_t take_over(gw_segment_t *seg, const char *path,
                              apr_uint64_t state, const char **why)
{
    apr_size_t size = 0, wanted = seg->size;
    apr_status_t rv;

    seg->fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (seg->fd < 0)
        return APR_FROM_OS_ERROR(errno);
    if (!trusted(seg->fd, &size)) {
        *why = "it is not a file that only this user can write";
        return APR_EINVAL;
    }
    if (!lock_file(seg->fd)) {
        *why = "another httpd uses it";
        return APR_EEXIST;
    }
    *why = "it has another size";
    if (size != wanted && (size < GW_SEGMENT_LEAST || size % ALIGN != 0))
        return APR_EMISMATCH;
    seg->size = size;
    rv = map(seg);
    if (rv != APR_SUCCESS)
        return rv;
    if (usable(seg, state, why)) {
        place(seg);
        if (size != wanted && !has_requests(seg))
            *why = "it has another size";
    }
    if (*why != NULL) {
        munmap(seg->base, seg->size);
        seg->size = wanted;
        return APR_EMISMATCH;
    }
    forget_secrets(seg);
    return APR_SUCCESS;
}

apr_status_t gw_segment_make(gw_segment_t **out, const char *path,
                             apr_size_t size, const char *state,
                             const char **why, apr_pool_t *pool)
{
    gw_segment_t *seg = apr_pcalloc(pool, sizeof(*seg));
    apr_status_t rv;

    *why = NULL;
    seg->path = path;
    seg->size = aligned(size);
    rv = create(seg, path, hash_of(state));
    if (APR_STATUS_IS_EEXIST(rv)) {
        rv = take_over(seg, path, hash_of(state), why);
        if (rv == APR_EMISMATCH) {
            /* requests of another version or boot cannot be read here */
            char *aside = apr_pstrcat(pool, path, ".old", NULL);

            close(seg->fd);
            rv = rename(path, aside) != 0 ? APR_FROM_OS_ERROR(errno)
                                          : create(seg, path, hash_of(state));
        }
    }
    if (rv == APR_SUCCESS) {
        seg->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        *out = seg;
    }
    else if (seg->fd > 0) {
        close(seg->fd);
    }
    return rv;
}

void gw_segment_close(gw_segment_t *seg)
{
    munmap(seg->base, seg->size);
    close(seg->wake_fd);
    close(seg->fd);
}

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
                                         apr_int64_t model_id)
{
    apr_uint32_t n = seg->header->calibrations, i;

    for (i = 0; i < PROBES; i++) {
        gw_calibration_t *c = &seg->calibrations[(model_id + i) % n];
        apr_int64_t found = __atomic_load_n(&c->model_id, __ATOMIC_ACQUIRE);

        if (found == 0
            && __atomic_compare_exchange_n(&c->model_id, &found, model_id, 0,
                                           __ATOMIC_ACQ_REL,
                                           __ATOMIC_ACQUIRE))
            return c;
        if (found == model_id)
            return c;
    }
    return NULL;
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

    for (i = 0; i < seg->header->children; i++) {
        apr_uint64_t none = 0;

        if (__atomic_compare_exchange_n(&seg->children[i].identity, &none, me,
                                        0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED)) {
            /* children start far from each other's cells */
            seg->children[i].drains = 0;
            seg->children[i].cursor = (i * 977u) % seg->header->cells;
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

apr_time_t gw_segment_time(const gw_segment_t *seg)
{
    apr_time_t now = gw_wall_now();
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

gw_cell_t *gw_cell_claim(gw_segment_t *seg)
{
    gw_child_slot_t *me = &seg->children[seg->child - 1];
    apr_uint32_t n = seg->header->cells, i;
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

    for (i = 0; i < seg->header->cells; i++) {
        apr_uint32_t state = __atomic_load_n(&seg->states[i],
                                             __ATOMIC_ACQUIRE) & 0xff;

        if ((state == GW_CELL_OPEN || state == GW_CELL_SETTLED)
            && gw_cell_at(seg, i)->row.id == id)
            return gw_cell_at(seg, i);
    }
    return NULL;
}
