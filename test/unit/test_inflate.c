/* SPDX-License-Identifier: Apache-2.0 */
/* test_inflate.c - bodies in a coding, in any cut and into any room. */
#include "inflate.h"

#include <zlib.h>
#include <zstd.h>

#include "tap.h"

#define ROOM 20000

static char text[9000];         /* what is compressed here */

/* Half of it repeats itself, half is noise. */
static void make_text(void)
{
    unsigned long long state = 42;
    size_t i;

    for (i = 0; i < sizeof(text); i++)
        text[i] = i % 512 < 256 ? "{\"role\":\"user\"},"[i % 16]
                                : (char)tap_random(&state);
}

/* ---- names ---------------------------------------------------------- */

static const struct {
    const char *header;
    gw_coding_t coding;
} names[] = {
    { NULL, GW_CODING_PLAIN }, { "", GW_CODING_PLAIN },
    { " \t", GW_CODING_PLAIN }, { ",", GW_CODING_PLAIN },
    { "identity", GW_CODING_PLAIN }, { "IDENTITY ", GW_CODING_PLAIN },
    { "identity, identity", GW_CODING_PLAIN },
    { "gzip", GW_CODING_GZIP }, { " GZip\t", GW_CODING_GZIP },
    { "x-gzip", GW_CODING_GZIP }, { "X-GZIP", GW_CODING_GZIP },
    { "deflate", GW_CODING_DEFLATE }, { "zstd", GW_CODING_ZSTD },
    { "Zstd", GW_CODING_ZSTD }, { ", zstd ,", GW_CODING_ZSTD },
    { "identity, gzip", GW_CODING_GZIP },
    { "br", GW_CODING_UNKNOWN }, { "compress", GW_CODING_UNKNOWN },
    { "gzi", GW_CODING_UNKNOWN }, { "gzipp", GW_CODING_UNKNOWN },
    { "g zip", GW_CODING_UNKNOWN }, { "gzip;q=1", GW_CODING_UNKNOWN },
    { "\"gzip\"", GW_CODING_UNKNOWN }, { "*", GW_CODING_UNKNOWN },
    { "gzip, zstd", GW_CODING_SEVERAL }, { "gzip,gzip", GW_CODING_SEVERAL },
    { "gzip, br", GW_CODING_SEVERAL }, { "br, gzip", GW_CODING_SEVERAL },
    { "gzip, zstd, deflate", GW_CODING_SEVERAL },
};

static void test_names(void)
{
    size_t i;

    for (i = 0; i < GW_COUNT(names); i++)
        is_int(gw_coding_of(names[i].header), names[i].coding, "'%s'",
               names[i].header ? names[i].header : "(none)");
}

/* ---- compressing ---------------------------------------------------- */

typedef struct bytes_t {
    char p[100000];
    size_t n;
} bytes_t;

/* bits: 31 gzip, 15 zlib, -15 raw */
static void deflated(bytes_t *b, int bits, int level, size_t n,
                     const char *dictionary)
{
    z_stream s = { 0 };

    deflateInit2(&s, level, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
    if (dictionary != NULL)
        deflateSetDictionary(&s, (const Bytef *)dictionary,
                             (unsigned)strlen(dictionary));
    s.next_in = (Bytef *)text;
    s.avail_in = (unsigned)n;
    s.next_out = (Bytef *)b->p + b->n;
    s.avail_out = (unsigned)(sizeof(b->p) - b->n);
    deflate(&s, Z_FINISH);
    b->n = sizeof(b->p) - s.avail_out;
    deflateEnd(&s);
}

/* Its length is not said, so that the window is the one asked for. */
static void zstd_frame(bytes_t *b, int window, int checksum, size_t n,
                       const char *dictionary)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    ZSTD_inBuffer in = { text, n, 0 };
    ZSTD_outBuffer out = { b->p, sizeof(b->p), b->n };

    if (window > 0)
        ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window);
    ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, checksum);
    if (dictionary != NULL)
        ZSTD_CCtx_loadDictionary(c, dictionary, strlen(dictionary));
    while (in.pos < in.size)
        ZSTD_compressStream2(c, &out, &in, ZSTD_e_continue);
    while (ZSTD_compressStream2(c, &out, &in, ZSTD_e_end) > 0)
        ;
    b->n = out.pos;
    ZSTD_freeCCtx(c);
}

static void add(bytes_t *b, const char *p, size_t n)
{
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

/* ---- inflating ------------------------------------------------------ */

typedef struct result_t {
    gw_inflate_result_t last;
    int whole;
    size_t n;
    const char *error;          /* NULL: it is whole */
} result_t;

static char got[ROOM];

static gw_inflate_result_t feed(gw_inflate_t *z, const char *p, size_t n,
                                size_t room, result_t *r)
{
    char *copy = malloc(n + 1);
    gw_str_t in = { copy, n };
    char *out = malloc(room);   /* ASan sees one byte too far */
    apr_size_t written;

    memcpy(copy, p, n);
    do {
        r->last = gw_inflate_feed(z, &in, out, room, &written);
        memcpy(got + r->n, out, written);
        r->n += written;
    } while (r->last == GW_INFLATE_FULL && r->n + room <= ROOM);
    if (r->last == GW_INFLATE_MORE && in.n > 0)
        r->last = GW_INFLATE_NO_MEMORY; /* a mistake of ours: seen below */
    free(out);
    free(copy);
    return r->last;
}

/* Fed in pieces of each size, cut once more at `cut`. */
static result_t inflated(gw_coding_t coding, const bytes_t *b, size_t cut,
                         size_t piece, size_t room)
{
    gw_inflate_t *z = gw_inflate_start(coding);
    result_t r = { GW_INFLATE_MORE, 0, 0, NULL };
    size_t at = 0;

    while (at < b->n && r.last == GW_INFLATE_MORE) {
        size_t end = at < cut ? cut : b->n;
        size_t n = end - at < piece ? end - at : piece;

        feed(z, b->p + at, n, room, &r);
        at += n;
    }
    r.whole = r.last == GW_INFLATE_MORE && gw_inflate_whole(z);
    r.error = r.whole ? NULL : gw_inflate_error(z);
    gw_inflate_free(z);
    return r;
}

static bytes_t b;

static void is_whole(gw_coding_t coding, size_t n, const char *name)
{
    static const size_t rooms[] = { 1, 7, 4096, ROOM };
    size_t i;

    for (i = 0; i < GW_COUNT(rooms); i++) {
        result_t r = inflated(coding, &b, 0, b.n, rooms[i]);

        is_str(r.error, NULL, "%s: whole, room for %zu", name, rooms[i]);
        is_mem(got, r.n, text, n, "%s: bytes, room for %zu", name, rooms[i]);
        if (n > 300)
            continue;
        r = inflated(coding, &b, 0, 1, rooms[i]);
        ok(r.whole && r.n == n && memcmp(got, text, n) == 0,
           "%s: byte by byte, room for %zu", name, rooms[i]);
    }
}

/* All bodies that can be cut out of it: only the whole one is whole, and each
 * one's bytes are the first of the text. */
static void is_whole_in_all_cuts(gw_coding_t coding, size_t n,
                                 const char *name)
{
    size_t i, all = b.n, wrong = 0;

    for (i = 0; i <= all; i++) {
        result_t r = inflated(coding, &b, i, all, 61);

        wrong += !r.whole || r.n != n || memcmp(got, text, n) != 0;
    }
    is_int(wrong, 0, "%s: cut anywhere", name);
    for (i = 0, wrong = 0; i < all; i++) {
        result_t r;

        b.n = i;
        r = inflated(coding, &b, 0, all, 61);
        wrong += r.whole || strcmp(r.error, "ends too early") != 0
                 || memcmp(got, text, r.n) != 0;
    }
    b.n = all;
    is_int(wrong, 0, "%s: broken off anywhere", name);
}

static void is_broken(gw_coding_t coding, const char *error, const char *name)
{
    result_t r = inflated(coding, &b, 0, b.n, 4096);

    is_str(r.error, error, "%s", name);
    r = inflated(coding, &b, 0, 1, 3);
    is_str(r.error, error, "%s, byte by byte", name);
}

static void test_zlib(void)
{
    static const struct { int bits; gw_coding_t coding; const char *name; }
        forms[] = { { 31, GW_CODING_GZIP, "gzip" },
                    { 15, GW_CODING_DEFLATE, "zlib" },
                    { 9, GW_CODING_DEFLATE, "zlib, the smallest window" },
                    { -15, GW_CODING_DEFLATE, "raw deflate" } };
    static const int levels[] = { 0, 1, 9 };
    static const size_t lengths[] = { 0, 1, 300, sizeof(text) };
    size_t i, j, k;

    for (i = 0; i < GW_COUNT(forms); i++) {
        for (j = 0; j < GW_COUNT(levels); j++) {
            for (k = 0; k < GW_COUNT(lengths); k++) {
                b.n = 0;
                deflated(&b, forms[i].bits, levels[j], lengths[k], NULL);
                is_whole(forms[i].coding, lengths[k], forms[i].name);
            }
            b.n = 0;
            deflated(&b, forms[i].bits, levels[j], 300, NULL);
            is_whole_in_all_cuts(forms[i].coding, 300, forms[i].name);
        }
    }
}

static void test_zstd(void)
{
    static const int windows[] = { 0, 10, 23 };
    static const size_t lengths[] = { 0, 1, 300, sizeof(text) };
    size_t j, k;

    for (j = 0; j < GW_COUNT(windows); j++) {
        for (k = 0; k < GW_COUNT(lengths); k++) {
            b.n = 0;
            zstd_frame(&b, windows[j], (int)j % 2, lengths[k], NULL);
            is_whole(GW_CODING_ZSTD, lengths[k], "zstd");
        }
    }
    b.n = 0;
    zstd_frame(&b, 10, 1, 300, NULL);
    is_whole_in_all_cuts(GW_CODING_ZSTD, 300, "zstd");
    b.n = ZSTD_compress(b.p, sizeof(b.p), text, sizeof(text), 19);
    is_whole(GW_CODING_ZSTD, sizeof(text), "zstd, its length said");
}

/* Parts one behind the other are one body. */
static void test_parts(void)
{
    static const char skippable[] = "\x53\x2a\x4d\x18\x05\0\0\0hello";
    result_t r;

    b.n = 0;
    deflated(&b, 31, 6, 300, NULL);
    deflated(&b, 31, 6, 0, NULL);
    deflated(&b, 31, 6, 300, NULL);
    r = inflated(GW_CODING_GZIP, &b, 0, 1, 7);
    ok(r.whole && r.n == 600 && memcmp(got + 300, text, 300) == 0,
       "three members of gzip, one empty");
    b.n -= 5;
    is_broken(GW_CODING_GZIP, "ends too early", "gzip: the last is cut");
    b.n = 0;
    add(&b, skippable, sizeof(skippable) - 1);
    zstd_frame(&b, 0, 0, 300, NULL);
    add(&b, skippable, sizeof(skippable) - 1);
    zstd_frame(&b, 0, 1, 300, NULL);
    add(&b, skippable, sizeof(skippable) - 1);
    r = inflated(GW_CODING_ZSTD, &b, 0, 1, 7);
    ok(r.whole && r.n == 600 && memcmp(got + 300, text, 300) == 0,
       "two frames of zstd among what is skipped");
    b.n -= 1;
    is_broken(GW_CODING_ZSTD, "ends too early", "zstd: the last is cut");
    b.n = 0;
    add(&b, skippable, sizeof(skippable) - 1);
    r = inflated(GW_CODING_ZSTD, &b, 0, b.n, 7);
    ok(r.whole && r.n == 0, "zstd: nothing but what is skipped");
}

static void test_broken(void)
{
    static const char behind[] = "has bytes behind its end";
    static const char other[] = "is not in the coding that Content-Encoding "
                                "names";
    static const char no_dictionary[] = "needs a dictionary, and none is "
                                        "known here";
    size_t i;

    b.n = 0;
    add(&b, "{\"model\":1}", 11);
    is_broken(GW_CODING_GZIP, other, "gzip: JSON");
    is_broken(GW_CODING_ZSTD, other, "zstd: JSON");
    ok(inflated(GW_CODING_DEFLATE, &b, 0, b.n, 9).error != NULL,
       "deflate: JSON");
    b.n = 0;
    is_broken(GW_CODING_GZIP, "ends too early", "gzip: nothing");
    is_broken(GW_CODING_DEFLATE, "ends too early", "deflate: nothing");
    is_broken(GW_CODING_ZSTD, "ends too early", "zstd: nothing");
    deflated(&b, 31, 6, 300, NULL);
    add(&b, "\n", 1);
    is_broken(GW_CODING_GZIP, behind, "gzip: a line's end behind it");
    b.n = 0;
    zstd_frame(&b, 0, 0, 300, NULL);
    add(&b, "\r\n", 2);
    is_broken(GW_CODING_ZSTD, behind, "zstd: a line's end behind it");
    /* each with something behind it */
    for (i = 0; i < 4; i++) {
        static const int bits[] = { 31, 15, -15 };
        static const gw_coding_t coding[] = {
            GW_CODING_GZIP, GW_CODING_DEFLATE, GW_CODING_DEFLATE,
            GW_CODING_ZSTD };

        b.n = 0;
        if (i < 3)
            deflated(&b, bits[i], 6, 300, NULL);
        else
            zstd_frame(&b, 0, 1, 300, NULL);
        add(&b, "\0\0\0\0", 4);
        is_broken(coding[i], behind, "zeroes behind it");
        b.n -= 3;
        ok(!inflated(coding[i], &b, 0, b.n, 9).whole, "one byte behind it");
        /* its checksum, which raw deflate does not have */
        b.p[b.n - 3] ^= 1;
        b.n -= 1;
        if (i != 2)
            is_broken(coding[i], "is damaged", "a wrong checksum");
    }
    b.n = 0;
    deflated(&b, 31, 6, 300, NULL);
    b.p[2] = 7;
    is_broken(GW_CODING_GZIP, "is damaged", "gzip: another method");
    b.n = 0;
    deflated(&b, 15, 6, 300, "a dictionary: user");
    is_broken(GW_CODING_DEFLATE, no_dictionary, "zlib with a dictionary");
    b.n = 0;
    zstd_frame(&b, 24, 0, sizeof(text), NULL);
    is_broken(GW_CODING_ZSTD, "needs a window of more than 8 MiB",
              "zstd: 16 MiB");
    b.n = 0;
    add(&b, "\x25\xb5\x2f\xfd\0\0\0\0\0", 9);
    is_broken(GW_CODING_ZSTD, other, "zstd before RFC 8878");
    b.n = 0;
    add(&b, "\x28\xb5\x2f\xfd\x21\x77\x08\0\x01\0\0", 11);
    is_broken(GW_CODING_ZSTD, no_dictionary, "zstd that names a dictionary");
}

/* What is not asked for is not inflated: a megabyte of zeroes a kilobyte. */
static void test_bombs(void)
{
    static const gw_coding_t codings[] = { GW_CODING_GZIP, GW_CODING_ZSTD };
    char *zeroes = calloc(1, 16 << 20), out[4096];
    size_t i;

    for (i = 0; i < GW_COUNT(codings); i++) {
        gw_inflate_t *z = gw_inflate_start(codings[i]);
        gw_str_t in = { b.p, 0 };
        apr_size_t n;

        if (codings[i] == GW_CODING_GZIP) {
            z_stream s = { 0 };

            deflateInit2(&s, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
            s.next_in = (Bytef *)zeroes;
            s.avail_in = 16 << 20;
            s.next_out = (Bytef *)b.p;
            s.avail_out = sizeof(b.p);
            is_int(deflate(&s, Z_FINISH), Z_STREAM_END, "made");
            in.n = sizeof(b.p) - s.avail_out;
            deflateEnd(&s);
        }
        else
            in.n = ZSTD_compress(b.p, sizeof(b.p), zeroes, 16 << 20, 3);
        is_int(gw_inflate_feed(z, &in, out, sizeof(out), &n),
               GW_INFLATE_FULL, "a bomb: the room ends it");
        is_int(n, sizeof(out), "with what there was room for");
        ok(in.n > 0, "the rest of it is not looked at");
        gw_inflate_free(z);
    }
    free(zeroes);
    gw_inflate_free(NULL);
}

int main(void)
{
    make_text();
    test_names();
    test_zlib();
    test_zstd();
    test_parts();
    test_broken();
    test_bombs();
    return tap_end();
}
