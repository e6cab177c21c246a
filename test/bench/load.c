/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - the client of the benchmarks: keep-alive connections, each sends
 * its next request when the answer is complete.  One thread, epoll.
 *
 *     load PORT PATH CONNECTIONS SECONDS BODYFILE [HEADER...]
 *
 * Prints one JSON object: requests, errors, bytes, and in microseconds the
 * time to the first body byte and to the end, at p50 and p99.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SAMPLES (1 << 20)

struct conn {
    int fd, in_body, chunked;
    long left;                  /* of a body with a length */
    size_t sent;
    char head[4096];
    int head_len;
    char last[8];               /* of a chunked body: its last bytes */
    double start;
};

static char *request;
static size_t request_len;
static double *first_us, *end_us;
static long requests, errors, firsts;
static long long bytes;
static int ep, port, stopping;

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void push(struct conn *c)
{
    while (c->sent < request_len) {
        ssize_t n = write(c->fd, request + c->sent, request_len - c->sent);

        if (n < 0) {
            struct epoll_event ev = { EPOLLIN | EPOLLOUT, { .ptr = c } };

            epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);
            return;
        }
        c->sent += (size_t)n;
    }
}

static void next_request(struct conn *c)
{
    c->in_body = c->head_len = 0;
    c->sent = 0;
    memset(c->last, 0, sizeof(c->last));
    c->start = now_us();
    push(c);
}

static void open_conn(struct conn *c)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    struct epoll_event ev = { EPOLLIN, { .ptr = c } };
    int one = 1;

    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    a.sin_port = htons((unsigned short)port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(c->fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev);
    next_request(c);
}

static void complete(struct conn *c)
{
    if (requests < SAMPLES)
        end_us[requests] = now_us() - c->start;
    requests++;
    if (!stopping)
        next_request(c);
}

static void body(struct conn *c, const char *p, long n)
{
    int k;

    bytes += n;
    if (!c->chunked) {
        c->left -= n;
        if (c->left <= 0)
            complete(c);
        return;
    }
    if (n >= 5) {
        memcpy(c->last, p + n - 5, 5);
    }
    else {
        for (k = 0; k < n; k++) {
            memmove(c->last, c->last + 1, 4);
            c->last[4] = p[k];
        }
    }
    if (memcmp(c->last, "0\r\n\r\n", 5) == 0)
        complete(c);
}

static void read_head(struct conn *c, const char *p, long n)
{
    long take = n < (long)sizeof(c->head) - 1 - c->head_len
                ? n : (long)sizeof(c->head) - 1 - c->head_len;
    char *end, *length;

    memcpy(c->head + c->head_len, p, (size_t)take);
    c->head[c->head_len + take] = '\0';
    end = strstr(c->head, "\r\n\r\n");
    if (end == NULL) {
        c->head_len += (int)take;
        return;
    }
    if (strncmp(c->head + 9, "200", 3) != 0)
        errors++;
    length = strcasestr(c->head, "content-length:");
    c->chunked = length == NULL || length > end;
    c->left = c->chunked ? 0 : atol(length + 15);
    c->in_body = 1;
    take = (end + 4 - c->head) - c->head_len;   /* of p, the head's */
    if (n > take) {
        if (firsts < SAMPLES)
            first_us[firsts++] = now_us() - c->start;
        c->in_body = 2;
        body(c, p + take, n - take);
    }
}

static void readable(struct conn *c)
{
    static char buffer[1 << 18];
    ssize_t n = read(c->fd, buffer, sizeof(buffer));

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        if (!stopping)
            errors++;
        close(c->fd);
        if (!stopping)
            open_conn(c);
        return;
    }
    if (!c->in_body) {
        read_head(c, buffer, n);
        return;
    }
    if (c->in_body == 1 && firsts < SAMPLES)
        first_us[firsts++] = now_us() - c->start;
    c->in_body = 2;
    body(c, buffer, n);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double at(double *v, long n, double q)
{
    return n > 0 ? v[(long)((double)(n - 1) * q)] : 0;
}

static void make_request(char **argv, int argc)
{
    FILE *f = fopen(argv[5], "rb");
    char *text = malloc(1 << 25);
    size_t n = f ? fread(text, 1, 1 << 25, f) : 0;
    int i;

    request = malloc(n + 8192);
    request_len = (size_t)sprintf(request, "POST %s HTTP/1.1\r\nHost: "
                                  "127.0.0.1\r\nContent-Type: "
                                  "application/json\r\nContent-Length: %zu"
                                  "\r\n", argv[2], n);
    for (i = 6; i < argc; i++)
        request_len += (size_t)sprintf(request + request_len, "%s\r\n",
                                       argv[i]);
    request_len += (size_t)sprintf(request + request_len, "\r\n");
    memcpy(request + request_len, text, n);
    request_len += n;
    free(text);
}

int main(int argc, char **argv)
{
    struct rlimit files = { 65536, 65536 };
    struct epoll_event got[256];
    struct conn *conns;
    double until;
    int n, i, k;

    if (argc < 6)
        return 1;
    setrlimit(RLIMIT_NOFILE, &files);
    port = atoi(argv[1]);
    n = atoi(argv[3]);
    make_request(argv, argc);
    first_us = malloc(SAMPLES * sizeof(double));
    end_us = malloc(SAMPLES * sizeof(double));
    ep = epoll_create1(0);
    conns = calloc((size_t)n, sizeof(*conns));
    until = now_us() + atof(argv[4]) * 1e6;
    for (i = 0; i < n; i++)
        open_conn(&conns[i]);
    while (now_us() < until) {
        k = epoll_wait(ep, got, 256, 100);
        for (i = 0; i < k; i++) {
            if (got[i].events & EPOLLOUT) {
                struct conn *c = got[i].data.ptr;
                struct epoll_event ev = { EPOLLIN, { .ptr = c } };

                epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);
                push(c);
            }
            if (got[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                readable(got[i].data.ptr);
        }
    }
    k = (int)(requests < SAMPLES ? requests : SAMPLES);
    qsort(first_us, (size_t)firsts, sizeof(double), by_size);
    qsort(end_us, (size_t)k, sizeof(double), by_size);
    printf("{\"requests\":%ld,\"errors\":%ld,\"bytes\":%lld,"
           "\"first_p50\":%.1f,\"first_p99\":%.1f,\"end_p50\":%.1f,"
           "\"end_p99\":%.1f}\n", requests, errors, bytes,
           at(first_us, firsts, 0.5), at(first_us, firsts, 0.99),
           at(end_us, k, 0.5), at(end_us, k, 0.99));
    return 0;
}
