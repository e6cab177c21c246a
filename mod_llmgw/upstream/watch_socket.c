/* SPDX-License-Identifier: Apache-2.0 */
/* watch_socket.c - sockets and brigades, for the other parts of the watch. */
#include "watch_private.h"

#include <sys/socket.h>

#include <apr_portable.h>

int gw_watch_fd(apr_socket_t *socket)
{
    apr_os_sock_t fd = -1;

    if (socket == NULL || apr_os_sock_get(&fd, socket) != APR_SUCCESS)
        return -1;
    return fd;
}

int gw_watch_is_h2(const request_rec *r)
{
    return r->connection->master != NULL;
}

/* A socket that can be written to has a third of its buffer free; the
 * system's own notes take some of that. */
int gw_watch_room(int fd, int least, int most)
{
    socklen_t n = sizeof(int);
    int size = 0;

    if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &n) != 0)
        return least;
    size /= 8;
    return size < least ? least : size > most ? most : size;
}

apr_off_t gw_watch_length(apr_bucket_brigade *bb)
{
    apr_off_t n = 0;

    return apr_brigade_length(bb, 1, &n) == APR_SUCCESS ? n : 0;
}

apr_status_t gw_watch_push(ap_filter_t *f, apr_bucket_brigade *bb,
                           apr_off_t n, apr_bucket_brigade *rest)
{
    apr_bucket *e;
    apr_status_t rv = apr_brigade_partition(bb, n, &e);

    if (rv == APR_SUCCESS)
        (void)apr_brigade_split_ex(bb, e, rest);
    rv = ap_pass_brigade(f->next, bb);
    apr_brigade_cleanup(bb);
    APR_BRIGADE_CONCAT(bb, rest);
    return rv;
}
