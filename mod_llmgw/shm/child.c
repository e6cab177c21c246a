/* SPDX-License-Identifier: Apache-2.0 */
/* child.c - see child.h. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GONE (~APR_UINT64_C(0))
#define UNKNOWN 0

/* Where its start time cannot be read.  What is not there is gone, and
 * nothing else: to take the requests of a process that runs is worse than to
 * leave those of one that does not. */
static apr_uint64_t without_time(pid_t pid)
{
    if (pid <= 0)
        return GONE;            /* damage: no process has such a number */
    return kill(pid, 0) != 0 && errno == ESRCH ? GONE : UNKNOWN;
}

/* The start time of a process in clock ticks after boot, field 22 of
 * /proc/PID/stat; GONE: there is no such process, or it is a zombie without
 * threads (field 20) that could still be running; UNKNOWN: /proc does not
 * say, or no descriptor is free to read it. */
static apr_uint64_t start_time(pid_t pid)
{
    char path[40], text[512], *p;
    ssize_t n;
    int fd, field, zombie;

    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return without_time(pid);
    n = read(fd, text, sizeof(text) - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    p = strrchr(text, ')');     /* the name may hold anything */
    if (p == NULL || p[1] == '\0')
        return without_time(pid);
    if (p[2] == 'X')
        return GONE;
    zombie = p[2] == 'Z';
    for (field = 2; p != NULL && field < 22; field++) {
        p = strchr(p + 1, ' ');
        if (p != NULL && field == 19 && zombie && atoi(p + 1) <= 1)
            return GONE;
    }
    return p == NULL ? UNKNOWN : strtoull(p + 1, NULL, 10);
}

apr_status_t gw_child_enter(gw_segment_t *seg)
{
    apr_uint64_t me = (apr_uint64_t)getpid() << 32
                      | (start_time(getpid()) & 0xffffffffu);
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

int gw_child_alive(const gw_segment_t *seg, apr_uint32_t slot)
{
    apr_uint64_t id = __atomic_load_n(&seg->children[slot].identity,
                                      __ATOMIC_ACQUIRE);
    apr_uint64_t then = id & 0xffffffffu, now;

    if (id == 0)
        return 0;
    now = start_time((pid_t)(id >> 32));
    return now != GONE && (now == UNKNOWN || then == UNKNOWN
                           || (now & 0xffffffffu) == then);
}

void gw_child_write_begin(gw_segment_t *seg)
{
    __atomic_add_fetch(&seg->children[seg->child - 1].writing, 1,
                       __ATOMIC_SEQ_CST);
}

void gw_child_write_end(gw_segment_t *seg)
{
    __atomic_sub_fetch(&seg->children[seg->child - 1].writing, 1,
                       __ATOMIC_SEQ_CST);
}
