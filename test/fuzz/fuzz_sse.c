/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_sse.c - events end at the same bytes and hold the same data in any
 * cut, and read as a whole (sse_data.h).  The first two bytes choose the
 * cuts. */
#include "sse.h"

#include "fnv.h"
#include "fuzz.h"
#include "sse_data.h"

#define EVENTS 4096

typedef struct reading_t {
    gw_sse_t lines;
    uint64_t hash;              /* of data and names, event by event */
    size_t at, count;
    size_t end[EVENTS];
} reading_t;

static void mix(reading_t *r, const void *p, size_t n)
{
    r->hash = gw_fnv(r->hash, p, n);
}

static void take_data(void *baton, const char *p, apr_size_t n)
{
    must(n > 0);
    mix(baton, p, n);
}

static void event(reading_t *r, gw_sse_result_t result)
{
    if (result == GW_SSE_MORE)
        return;
    if (result == GW_SSE_TAIL) {
        must(r->count > 0 && r->end[r->count - 1] + 1 == r->at);
        r->end[r->count - 1] = r->at;
        return;
    }
    must(r->count < EVENTS);
    r->end[r->count++] = r->at;
    must(r->lines.name[r->lines.name_len] == 0);    /* may hold a NUL */
    mix(r, r->lines.name, r->lines.name_len + 1u);
    mix(r, &r->lines.data_lines, sizeof(r->lines.data_lines));
}

static void feed(reading_t *r, const uint8_t *p, size_t n)
{
    char *copy = fuzz_copy(p, n);
    size_t done = 0;

    while (done < n) {
        apr_size_t used = 0;
        gw_sse_result_t result = gw_sse_feed(&r->lines, copy + done, n - done,
                                             &used);

        must(used > 0 && used <= n - done);
        must(result != GW_SSE_MORE || used == n - done);
        done += used;
        r->at += used;
        event(r, result);
    }
    free(copy);
}

static void read_cut(reading_t *r, const uint8_t *p, size_t n, size_t i,
                     size_t k)
{
    memset(r, 0, sizeof(*r));
    gw_sse_start(&r->lines, take_data, r);
    feed(r, p, i);
    feed(r, p + i, k - i);
    feed(r, p + k, n - k);
    must(r->at == n);
}

static void add_data(void *baton, const char *p, apr_size_t n)
{
    gw_text_add(baton, (gw_str_t){ p, n });
}

/* Each event's data, read by both. */
static void read_data(const reading_t *r, const uint8_t *p)
{
    apr_pool_t *pool = fuzz_pool();
    gw_text_t want, join;
    size_t from = 0, i;

    gw_text_init(&want, EVENTS, pool);
    gw_text_init(&join, EVENTS, pool);
    for (i = 0; i < r->count; from = r->end[i++]) {
        char *copy = fuzz_copy(p + from, r->end[i] - from);
        gw_str_t event = { copy, r->end[i] - from }, got;
        gw_sse_t lines;
        apr_size_t used;

        gw_text_clear(&want);
        gw_sse_start(&lines, add_data, &want);
        lines.begun = i > 0;
        must(gw_sse_feed(&lines, copy, event.n, &used) == GW_SSE_EVENT);
        got = gw_sse_data(&join, event, i == 0);
        must(got.n == want.n);
        must(got.n == 0 || memcmp(got.p, want.p, got.n) == 0);
        free(copy);
    }
    gw_text_drop(&want);
    gw_text_drop(&join);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reading_t whole, cut;
    unsigned a = fuzz_byte(&data, &size), b = fuzz_byte(&data, &size);
    size_t i, k;

    if (size > EVENTS)
        return 0;
    i = fuzz_place(a, size);
    k = fuzz_place(b, size);
    read_cut(&whole, data, size, 0, 0);
    read_data(&whole, data);
    read_cut(&cut, data, size, i < k ? i : k, i < k ? k : i);
    must(whole.hash == cut.hash);
    must(whole.count == cut.count);
    must(memcmp(whole.end, cut.end, whole.count * sizeof(size_t)) == 0);
    return 0;
}
