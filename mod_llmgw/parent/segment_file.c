/* SPDX-License-Identifier: Apache-2.0 */
/* segment_file.c - see segment_file.h. */
#include "segment_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_time.h>

#define LEAVING_MS 3000         /* for an httpd that was killed to be gone */
#define LEAST (4 << 20)         /* as LLMGatewaySegment has it */
#define MOST  ((apr_size_t)64 << 30)
#define PAGE  4096

static apr_status_t create(gw_inherited_t *in, const char *path,
                           apr_size_t size)
{
    int rc;

    in->segment = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
                             | O_CLOEXEC, 0600);
    if (in->segment < 0)
        return APR_FROM_OS_ERROR(errno);
    if (flock(in->segment, LOCK_EX | LOCK_NB) != 0)
        return APR_FROM_OS_ERROR(errno);
    rc = posix_fallocate(in->segment, 0, (off_t)size);
    if (rc != 0) {
        unlink(path);
        return APR_FROM_OS_ERROR(rc);
    }
    in->segment_size = size;
    in->refilled = 0;
    return APR_SUCCESS;
}

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

/* Nobody but processes of ours may have written to what we take over. */
static int is_ours(int fd, apr_size_t *size)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1
        || st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        return 0;
    *size = (apr_size_t)st.st_size;
    return 1;
}

static apr_status_t open_left(gw_inherited_t *in, const char *path)
{
    in->segment = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (in->segment < 0)
        return APR_FROM_OS_ERROR(errno);
    if (!is_ours(in->segment, &in->segment_size))
        return APR_EINVAL;
    return lock_file(in->segment) ? APR_SUCCESS : APR_EEXIST;
}

apr_status_t gw_segment_file_open(gw_inherited_t *in, const char *path,
                                  apr_size_t size, const char **aside,
                                  apr_pool_t *pool)
{
    apr_status_t rv = create(in, path, size);

    *aside = NULL;
    if (APR_STATUS_IS_EEXIST(rv))
        rv = open_left(in, path);
    if (rv == APR_SUCCESS
        && (in->segment_size < LEAST || in->segment_size > MOST
            || in->segment_size % PAGE != 0)) {
        *aside = "it is not a segment of mod_llmgw";
        rv = gw_segment_file_renew(in, path, size, pool);
    }
    if (rv != APR_SUCCESS && in->segment >= 0) {
        close(in->segment);
        in->segment = -1;
    }
    return rv;
}

apr_status_t gw_segment_file_renew(gw_inherited_t *in, const char *path,
                                   apr_size_t size, apr_pool_t *pool)
{
    if (rename(path, apr_pstrcat(pool, path, ".old", NULL)) != 0
        && errno != ENOENT)
        return APR_FROM_OS_ERROR(errno);
    close(in->segment);
    return create(in, path, size);
}

int gw_segment_file_refill(const gw_inherited_t *in)
{
    struct stat st;

    if (fstat(in->segment, &st) != 0
        || (apr_size_t)st.st_size >= in->segment_size)
        return 0;
    /* where the disk is full it stays short, and the helper dies of it */
    posix_fallocate(in->segment, 0, (off_t)in->segment_size);
    return 1;
}
