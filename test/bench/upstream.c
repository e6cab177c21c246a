/* SPDX-License-Identifier: Apache-2.0 */
/* upstream.c - the upstream of the benchmarks: one thread, epoll, answers
 * made beforehand, so that it costs next to nothing beside httpd.
 *
 *     upstream PORT json BYTES        one JSON document of about BYTES
 *     upstream PORT burst EVENTS      EVENTS events in one write
 *     upstream PORT paced EVENTS MS   one event every MS milliseconds
 *
 * EVENTS below 0: so many, which differ in their time and their text.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define FDS 65536

/* What a connection still waits for, and how far its paced answer is. */
static struct conn {
    long need;                  /* bytes of the request still to come */
    int header_len;
    char header[2048];          /* until its end was seen */
    int left;                   /* events still to send; 0: idle */
} *conns[FDS];

static char *answer;            /* head and body, or head alone if paced */
static size_t answer_len;
#define SHAPES 16
static char event[SHAPES][512], tail[512];   /* one after the other, again */
static size_t event_len[SHAPES], tail_len;
static int paced_events;
static int active[FDS], actives;

static size_t chunk(char *out, const char *data)
{
    return (size_t)sprintf(out, "%zx\r\n%s\r\n", strlen(data), data);
}

static const char delta[] =
    "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
    "\"created\":%d,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{"
    "\"content\":\"%s\"},\"finish_reason\":null}],\"usage\":null}\n\n";
static const char *const words[] = {
    " word", "\\n\\treturn \\\"x\\\";", " \344\275\240\345\245\275", "\\u4f60\\u597d"
};
static const char last[] =
    "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
    "\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},"
    "\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
    "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
    "\"created\":1,\"model\":\"m\",\"choices\":[],\"usage\":{"
    "\"prompt_tokens\":100,\"completion_tokens\":64,\"total_tokens\":164}}"
    "\n\ndata: [DONE]\n\n";

static void make_json(size_t bytes)
{
    static const char head[] =
        "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\","
        "\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
        "\"message\":{\"role\":\"assistant\",\"content\":\"";
    static const char foot[] =
        "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":100,"
        "\"completion_tokens\":64,\"total_tokens\":164}}";
    size_t fill = bytes > sizeof(head) + sizeof(foot)
                  ? bytes - sizeof(head) - sizeof(foot) : 0;
    size_t length = sizeof(head) + sizeof(foot) - 2 + fill;

    answer = malloc(length + 200);
    answer_len = (size_t)sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: "
                                 "application/json\r\nContent-Length: %zu"
                                 "\r\n\r\n%s", length, head);
    memset(answer + answer_len, 'x', fill);
    answer_len += fill;
    answer_len += (size_t)sprintf(answer + answer_len, "%s", foot);
}

static void make_stream(int events, int differ, int paced)
{
    static const char head[] =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    int i;

    for (i = 0; i < SHAPES; i++) {
        char data[400];

        sprintf(data, delta, differ ? 1700000000 + i : 1,
                words[differ ? i % 4 : 0]);
        event_len[i] = chunk(event[i], data);
    }
    tail_len = chunk(tail, last);
    tail_len += (size_t)sprintf(tail + tail_len, "0\r\n\r\n");
    answer = malloc(sizeof(head) + (size_t)events * sizeof(event[0])
                    + sizeof(tail));
    answer_len = (size_t)sprintf(answer, "%s", head);
    for (i = 0; !paced && i < events; i++) {
        memcpy(answer + answer_len, event[i % SHAPES], event_len[i % SHAPES]);
        answer_len += event_len[i % SHAPES];
    }
    if (!paced) {
        memcpy(answer + answer_len, tail, tail_len);
        answer_len += tail_len;
    }
    paced_events = paced ? events : 0;
}

static void put(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, p, n);

        if (k < 0 && errno != EAGAIN)
            return;
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        }
    }
}

static void drop(int fd)
{
    int i;

    for (i = 0; i < actives; i++) {
        if (active[i] == fd)
            active[i] = active[--actives];
    }
    free(conns[fd]);
    conns[fd] = NULL;
    close(fd);
}

static void start_answer(int fd)
{
    put(fd, answer, answer_len);
    if (paced_events > 0) {
        put(fd, event[0], event_len[0]);
        conns[fd]->left = paced_events - 1;
        active[actives++] = fd;
    }
}

/* Bytes of a request came; returns how many ended it. */
static void feed(int fd, const char *p, long n)
{
    struct conn *c = conns[fd];
    char *end, *length;

    if (c->need == 0) {
        long take = n;

        if (take > (long)sizeof(c->header) - 1 - c->header_len)
            take = (long)sizeof(c->header) - 1 - c->header_len;
        memcpy(c->header + c->header_len, p, (size_t)take);
        c->header[c->header_len + take] = '\0';
        end = strstr(c->header, "\r\n\r\n");
        if (end == NULL) {
            c->header_len += (int)take;
            return;
        }
        length = strcasestr(c->header, "content-length:");
        c->need = (length ? atol(length + 15) : 0)
                  + (end + 4 - c->header) - c->header_len;
        c->header_len = 0;
    }
    c->need -= n;
    if (c->need <= 0) {
        c->need = 0;
        start_answer(fd);
    }
}

static void tick(void)
{
    int i;

    for (i = actives - 1; i >= 0; i--) {
        int fd = active[i];

        if (conns[fd]->left-- > 0) {
            put(fd, event[conns[fd]->left % SHAPES],
                event_len[conns[fd]->left % SHAPES]);
            continue;
        }
        put(fd, tail, tail_len);
        active[i] = active[--actives];
    }
}

int main(int argc, char **argv)
{
    static char buffer[1 << 18];
    struct sockaddr_in a = { .sin_family = AF_INET };
    struct rlimit files = { FDS, FDS };
    struct epoll_event ev, got[256];
    int listener, ep, timer = -1, one = 1, i, n;

    if (argc < 4)
        return 1;
    signal(SIGPIPE, SIG_IGN);   /* who asked may leave */
    setrlimit(RLIMIT_NOFILE, &files);
    if (strcmp(argv[2], "json") == 0)
        make_json((size_t)atol(argv[3]));
    else
        make_stream(abs(atoi(argv[3])), atoi(argv[3]) < 0,
                    strcmp(argv[2], "paced") == 0);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    a.sin_port = htons((unsigned short)atoi(argv[1]));
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&a, sizeof(a)) != 0
        || listen(listener, 4096) != 0)
        return 1;
    ep = epoll_create1(0);
    ev.events = EPOLLIN;
    ev.data.fd = listener;
    epoll_ctl(ep, EPOLL_CTL_ADD, listener, &ev);
    if (paced_events > 0) {
        long ms = argc > 4 ? atol(argv[4]) : 20;
        struct itimerspec t = { { ms / 1000, ms % 1000 * 1000000 },
                                { ms / 1000, ms % 1000 * 1000000 } };

        timer = timerfd_create(CLOCK_MONOTONIC, 0);
        timerfd_settime(timer, 0, &t, NULL);
        ev.data.fd = timer;
        epoll_ctl(ep, EPOLL_CTL_ADD, timer, &ev);
    }
    for (;;) {
        n = epoll_wait(ep, got, 256, -1);
        for (i = 0; i < n; i++) {
            int fd = got[i].data.fd;
            ssize_t k;

            if (fd == listener) {
                fd = accept(listener, NULL, NULL);
                if (fd < 0 || fd >= FDS)
                    continue;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
                conns[fd] = calloc(1, sizeof(struct conn));
                ev.data.fd = fd;
                epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
                continue;
            }
            k = read(fd, buffer, sizeof(buffer));
            if (fd == timer)
                tick();
            else if (k <= 0)
                drop(fd);
            else
                feed(fd, buffer, k);
        }
    }
}
