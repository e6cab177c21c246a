/* SPDX-License-Identifier: Apache-2.0 */
/* segment.c - the file and its layout (segment.h).  What is in it: cells.c,
 * owners.c, meters.c. */
#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>


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
