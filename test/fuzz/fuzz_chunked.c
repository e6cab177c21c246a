/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_chunked.c - chunks taken off in any cut, and as a second reading of the
 * rules does it, line by line over the whole.  The first two bytes choose the
 * cuts. */
#include "chunked.h"

#include "fuzz.h"

#define MOST  4096
#define LIMIT 64

typedef struct reading_t {
    gw_chunked_t chunked;
    char data[MOST];
    size_t n, left;
    gw_chunked_result_t end;
} reading_t;

static void feed(reading_t *r, const uint8_t *p, size_t n)
{
    char *copy = fuzz_copy(p, n);
    gw_str_t in = { copy, n }, data;

    while ((r->end = gw_chunked_next(&r->chunked, &in, &data))
           == GW_CHUNKED_DATA) {
        must(data.n > 0 && data.p >= copy && data.p + data.n <= copy + n);
        memcpy(r->data + r->n, data.p, data.n);
        r->n += data.n;
    }
    must(r->end != GW_CHUNKED_MORE || in.n == 0);
    r->left += in.n;
    free(copy);
}

static void read_cut(reading_t *r, const uint8_t *p, size_t n, size_t i,
                     size_t k)
{
    memset(r, 0, sizeof(*r));
    gw_chunked_start(&r->chunked, LIMIT);
    feed(r, p, i);
    feed(r, p + i, k - i);
    feed(r, p + k, n - k);
}

/* ---- the second reading --------------------------------------------- */

/* The line at p, ended by CRLF, without that; NULL: it does not end, or is too
 * long. */
static const uint8_t *line_end(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *lf = memchr(p, '\n', (size_t)(end - p));

    if (lf == NULL || lf == p || lf[-1] != '\r' || lf + 1 - p > LIMIT)
        return NULL;
    return lf - 1;
}

/* A size, blanks, and perhaps an extension; -1: it is none. */
static int64_t size_of(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *start = p;
    uint64_t v = 0;
    int blanks = 0;

    for (; p < end && gw_hex((char)*p) >= 0; p++) {
        if (v >> 59 != 0)
            return -1;
        v = v << 4 | (unsigned)gw_hex((char)*p);
    }
    if (p == start)
        return -1;
    for (; p < end && (*p == ' ' || *p == '\t'); p++)
        blanks++;
    if (blanks > 10 || (p < end && *p != ';'))
        return -1;
    for (; p < end; p++) {
        if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
            return -1;
    }
    return (int64_t)v;
}

static int is_trailer(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *colon = memchr(p, ':', (size_t)(end - p));

    if (colon == NULL || colon == p)
        return 0;
    for (; p < colon; p++) {
        if (*p <= 0x20 || *p >= 0x7f || strchr("\"(),/;<=>?@[\\]{}", *p))
            return 0;
    }
    for (; p < end; p++) {
        if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
            return 0;
    }
    return 1;
}

typedef struct whole_t {
    const uint8_t *p, *end;
    char data[MOST];
    size_t n;
    int bad, done;
} whole_t;

static void trailers_of(whole_t *w)
{
    int count = 0;

    for (;;) {
        const uint8_t *end = line_end(w->p, w->end);

        if (end == NULL || (end > w->p && (!is_trailer(w->p, end)
                                           || ++count
                                              > GW_CHUNKED_TRAILERS))) {
            w->bad = 1;
            return;
        }
        w->done = end == w->p;
        w->p = end + 2;
        if (w->done)
            return;
    }
}

/* The chunk at w->p; what is not whole is bad here. */
static void chunk_of(whole_t *w)
{
    const uint8_t *end = line_end(w->p, w->end);
    int64_t size = end != NULL ? size_of(w->p, end) : -1;
    size_t n;

    if (size < 0) {
        w->bad = 1;
        return;
    }
    w->p = end + 2;
    if (size == 0) {
        trailers_of(w);
        return;
    }
    n = size < w->end - w->p ? (size_t)size : (size_t)(w->end - w->p);
    memcpy(w->data + w->n, w->p, n);
    w->n += n;
    w->p += n;
    w->bad = w->end - w->p < 2 || memcmp(w->p, "\r\n", 2) != 0;
    w->p += w->bad ? 0 : 2;
}

static void read_whole(whole_t *w, const uint8_t *p, size_t n)
{
    memset(w, 0, sizeof(*w));
    w->p = p;
    w->end = p + n;
    while (!w->bad && !w->done)
        chunk_of(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reading_t whole, cut;
    static whole_t other;
    unsigned a = fuzz_byte(&data, &size), b = fuzz_byte(&data, &size);
    size_t i, k;

    if (size > MOST)
        return 0;
    i = fuzz_place(a, size);
    k = fuzz_place(b, size);
    read_cut(&whole, data, size, 0, 0);
    read_cut(&cut, data, size, i < k ? i : k, i < k ? k : i);
    must(whole.end == cut.end && whole.left == cut.left);
    must(whole.n == cut.n && memcmp(whole.data, cut.data, cut.n) == 0);
    read_whole(&other, data, size);
    must((whole.end == GW_CHUNKED_END) == other.done);
    must(whole.n == other.n && memcmp(whole.data, other.data, other.n) == 0);
    must(!other.done || whole.left == (size_t)(other.end - other.p));
    return 0;
}
