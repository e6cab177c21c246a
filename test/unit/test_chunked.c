/* SPDX-License-Identifier: Apache-2.0 */
/* test_chunked.c - bodies in chunks, and what is none, in every cut. */
#include "chunked.h"

#include "tap.h"

#define LIMIT 100
#define LAST "0\r\n\r\n"

/* end: what comes of it; behind: bytes that are left then. */
static const struct {
    const char *body, *data;
    gw_chunked_result_t end;
    unsigned behind;
} rows[] = {
    { LAST, "", GW_CHUNKED_END, 0 },
    { "5\r\nhello\r\n" LAST, "hello", GW_CHUNKED_END, 0 },
    { "5\r\nhello\r\n6\r\n world\r\n" LAST, "hello world", GW_CHUNKED_END,
      0 },
    { "a\r\n0123456789\r\nA\r\nabcdefghij\r\n" LAST,
      "0123456789abcdefghij", GW_CHUNKED_END, 0 },
    { "0000000000000000000005\r\nhello\r\n000\r\n\r\n", "hello",
      GW_CHUNKED_END, 0 },
    { "5   \r\nhello\r\n" LAST, "hello", GW_CHUNKED_END, 0 },
    { "5;a=b;c=\"d\t e\"\r\nhello\r\n0;x\r\n\r\n", "hello", GW_CHUNKED_END,
      0 },
    { "5 \t;a\r\nhello\r\n" LAST, "hello", GW_CHUNKED_END, 0 },
    { "5\r\n\r\n0\r\n\r\n" LAST, "\r\n0\r\n", GW_CHUNKED_END, 0 },
    { "1\r\na\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n", "a", GW_CHUNKED_END, 0 },
    { "1\r\na\r\n" LAST "HTTP/1.1 200", "a", GW_CHUNKED_END, 12 },
    { LAST "\r\n", "", GW_CHUNKED_END, 2 },
    { "5\r\nhel", "hel", GW_CHUNKED_MORE, 0 },
    { "5\r\nhello", "hello", GW_CHUNKED_MORE, 0 },
    { "1\r\na\r\n0\r\n", "a", GW_CHUNKED_MORE, 0 },
    { "1\r\na\r\n0\r\nX: y\r\n", "a", GW_CHUNKED_MORE, 0 },
    { "", "", GW_CHUNKED_MORE, 0 },
    { "7fffffffffffffff\r\nab", "ab", GW_CHUNKED_MORE, 0 },
    /* sizes that are none */
    { "\r\n", "", GW_CHUNKED_BAD, 2 }, { "x\r\n", "", GW_CHUNKED_BAD, 3 },
    { "-1\r\n", "", GW_CHUNKED_BAD, 4 }, { "+1\r\n", "", GW_CHUNKED_BAD, 4 },
    { " 1\r\na\r\n", "", GW_CHUNKED_BAD, 7 },
    { ";a\r\n", "", GW_CHUNKED_BAD, 4 },
    { "0x5\r\nhello\r\n", "", GW_CHUNKED_BAD, 11 },
    { "5 5\r\nhello", "", GW_CHUNKED_BAD, 8 },
    { "5\nhello\n0\n\n", "", GW_CHUNKED_BAD, 10 },
    { "5\rhello", "", GW_CHUNKED_BAD, 5 },
    { "5           \r\nhello", "", GW_CHUNKED_BAD, 8 },
    { "8000000000000000\r\n", "", GW_CHUNKED_BAD, 3 },
    { "fffffffffffffffff\r\n", "", GW_CHUNKED_BAD, 4 },
    { "10000000000000000\r\n", "", GW_CHUNKED_BAD, 3 },
    { "5;a\x01\r\nhello", "", GW_CHUNKED_BAD, 8 },
    { "5;a\x7f\r\nhello", "", GW_CHUNKED_BAD, 8 },
    /* what follows a chunk */
    { "5\r\nhelloX", "hello", GW_CHUNKED_BAD, 1 },
    { "5\r\nhello\n0\r\n", "hello", GW_CHUNKED_BAD, 4 },
    { "5\r\nhello\rX", "hello", GW_CHUNKED_BAD, 1 },
    { "5\r\nhello!\r\n" LAST, "hello", GW_CHUNKED_BAD, 8 },
    { "5\r\nhello\r\n\r\n", "hello", GW_CHUNKED_BAD, 2 },
    /* trailers that are none */
    { "0\r\n\n", "", GW_CHUNKED_BAD, 1 },
    { "0\r\n\rX", "", GW_CHUNKED_BAD, 1 },
    { "0\r\n X: y\r\n\r\n", "", GW_CHUNKED_BAD, 9 },
    { "0\r\nX: y\r\n z\r\n\r\n", "", GW_CHUNKED_BAD, 6 },
    { "0\r\nno colon\r\n\r\n", "", GW_CHUNKED_BAD, 10 },
    { "0\r\n: y\r\n\r\n", "", GW_CHUNKED_BAD, 7 },
    { "0\r\nX: \x01\r\n\r\n", "", GW_CHUNKED_BAD, 5 },
    { "0\r\nX: y\n\r\n", "", GW_CHUNKED_BAD, 3 },
    { "0\r\nHTTP/1.1 200 OK\r\n\r\n", "", GW_CHUNKED_BAD, 15 }
};

typedef struct reading_t {
    gw_chunked_t chunked;
    char data[300];
    apr_size_t n, behind;
    gw_chunked_result_t end;
} reading_t;

static void feed(reading_t *r, const char *p, apr_size_t n)
{
    char *copy = malloc(n ? n : 1);     /* for ASan */
    gw_str_t in = { copy, n }, data;

    memcpy(copy, p, n);
    while ((r->end = gw_chunked_next(&r->chunked, &in, &data))
           == GW_CHUNKED_DATA) {
        memcpy(r->data + r->n, data.p, data.n);
        r->n += data.n;
    }
    r->behind += in.n;
    free(copy);
}

static void read_cut(reading_t *r, const char *body, apr_size_t n,
                     apr_size_t cut)
{
    memset(r, 0, sizeof(*r));
    gw_chunked_start(&r->chunked, LIMIT);
    feed(r, body, cut);
    feed(r, body + cut, n - cut);
}

static void test_row(unsigned i)
{
    apr_size_t n = strlen(rows[i].body), cut;
    reading_t r;

    for (cut = 0; cut <= n; cut++) {
        read_cut(&r, rows[i].body, n, cut);
        ok(r.end == rows[i].end && r.behind == rows[i].behind
           && r.n == strlen(rows[i].data)
           && memcmp(r.data, rows[i].data, r.n) == 0,
           "row %u, cut at %u: %d, %u left", i, (unsigned)cut, (int)r.end,
           (unsigned)r.behind);
    }
}

static gw_chunked_result_t end_of(const char *text)
{
    reading_t r;

    read_cut(&r, text, strlen(text), 0);
    return r.end;
}

/* A line of so many bytes, its end with it. */
static void test_limits(void)
{
    char line[2 * LIMIT], text[4 * LIMIT], trailers[16 * GW_CHUNKED_TRAILERS];
    unsigned n, i;

    for (n = LIMIT - 1; n <= LIMIT + 1; n++) {
        memset(line, 'a', n - 2);
        strcpy(line + n - 2, "\r\n");
        line[0] = '0';
        line[1] = ';';
        sprintf(text, "%s\r\n", line);
        is_int(end_of(text), n <= LIMIT ? GW_CHUNKED_END : GW_CHUNKED_BAD,
               "an extension, a line of %u bytes", n);
        line[0] = 'X';
        line[1] = ':';
        sprintf(text, "0\r\n%s\r\n", line);
        is_int(end_of(text), n <= LIMIT ? GW_CHUNKED_END : GW_CHUNKED_BAD,
               "a trailer of %u bytes", n);
    }
    memset(line, '0', LIMIT);
    strcpy(line + LIMIT, "1\r\n");
    is_int(end_of(line), GW_CHUNKED_BAD, "zeros before a size have an end");
    for (n = GW_CHUNKED_TRAILERS; n <= GW_CHUNKED_TRAILERS + 1; n++) {
        strcpy(trailers, "0\r\n");
        for (i = 0; i < n; i++)
            strcat(trailers, "X: y\r\n");
        strcat(trailers, "\r\n");
        is_int(end_of(trailers), n <= GW_CHUNKED_TRAILERS
               ? GW_CHUNKED_END : GW_CHUNKED_BAD, "%u trailers", n);
    }
}

int main(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++)
        test_row(i);
    test_limits();
    return tap_end();
}
