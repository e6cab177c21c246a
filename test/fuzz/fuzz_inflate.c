/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_inflate.c - any bytes in any coding come to the same in any cut, and
 * write nothing beyond the room.  The first four bytes choose the coding, the
 * cuts and the room. */
#include "inflate.h"

#include "fuzz.h"

#define MOST (1 << 20)          /* bytes, where the caller has enough of it */

typedef struct reading_t {
    int broken, enough, whole;
    size_t n;
    char p[MOST];
} reading_t;

static void feed(gw_inflate_t *z, reading_t *r, const uint8_t *p, size_t n,
                 size_t room)
{
    char *copy = fuzz_copy(p, n);
    gw_str_t in = { copy, n };
    gw_inflate_result_t result = r->broken ? GW_INFLATE_BROKEN
                                           : GW_INFLATE_FULL;

    while (result == GW_INFLATE_FULL && !r->enough) {
        char *out = malloc(room);
        size_t before = in.n;
        apr_size_t got;

        result = gw_inflate_feed(z, &in, out, room, &got);
        must(got <= room && in.n <= before && in.p == copy + n - in.n);
        must(result != GW_INFLATE_NO_MEMORY);
        must(result != GW_INFLATE_FULL || got == room);
        must(result != GW_INFLATE_MORE || in.n == 0);
        r->enough = r->n + got > MOST;
        if (!r->enough) {
            memcpy(r->p + r->n, out, got);
            r->n += got;
        }
        free(out);
    }
    r->broken = result == GW_INFLATE_BROKEN;
    free(copy);
}

static void read_cut(gw_coding_t coding, reading_t *r, const uint8_t *p,
                     size_t n, size_t i, size_t k, size_t room)
{
    gw_inflate_t *z = gw_inflate_start(coding);

    r->broken = r->enough = 0;
    r->n = 0;
    feed(z, r, p, i, room);
    feed(z, r, p + i, k - i, room);
    feed(z, r, p + k, n - k, room);
    r->whole = !r->broken && !r->enough && gw_inflate_whole(z);
    must(!r->broken || gw_inflate_error(z) != NULL);
    gw_inflate_free(z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reading_t whole, cut;
    gw_coding_t coding = GW_CODING_GZIP + fuzz_byte(&data, &size) % 3;
    unsigned a = fuzz_byte(&data, &size), b = fuzz_byte(&data, &size);
    size_t room = 1 + 16 * (size_t)fuzz_byte(&data, &size);
    size_t i = fuzz_place(a, size), k = fuzz_place(b, size);

    read_cut(coding, &whole, data, size, 0, 0, MOST);
    read_cut(coding, &cut, data, size, i < k ? i : k, i < k ? k : i, room);
    if (whole.enough || cut.enough) /* what is behind it, nobody read */
        return 0;
    must(whole.broken == cut.broken && whole.whole == cut.whole);
    must(whole.broken || whole.n == cut.n);
    must(memcmp(whole.p, cut.p, whole.n < cut.n ? whole.n : cut.n) == 0);
    return 0;
}
