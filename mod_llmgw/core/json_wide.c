/* SPDX-License-Identifier: Apache-2.0 */
/* json_wide.c - see json_wide.h.
 *
 * Sixty-four bytes are looked at together: are there quotes, backslashes or
 * control bytes among them, and are all characters valid?  The latter is found
 * out by three tables of what two bytes side by side may be wrong with
 * (J. Keiser and D. Lemire, "Validating UTF-8 In Less Than One Instruction Per
 * Byte", 2020).  Each look begins at a character, so nothing is carried on.
 */
#include "json_wide.h"

#ifdef GW_JSON_WIDE
#include "json_avx2.h"

/* ---- constants ------------------------------------------------------- */

enum {              /* what is wrong with two bytes, one bit for each */
    SHORT   = 1 << 0,           /* a lead byte, then none that goes on */
    LONG    = 1 << 1,           /* ASCII, then one that goes on */
    OVER_3  = 1 << 2,           /* overlong, of three bytes */
    ABOVE   = 1 << 3,           /* beyond U+10FFFF, or a lead byte above F4 */
    HALF    = 1 << 4,           /* a surrogate */
    OVER_2  = 1 << 5,           /* overlong, of two bytes */
    OVER_4  = 1 << 6,           /* overlong, of four bytes; or as ABOVE */
    TWO     = 1 << 7,           /* two that go on: right as the third or the
                                   fourth byte only */
    ANY     = SHORT | LONG | TWO,   /* whatever the lead's low half is */
    TOP     = ANY | ABOVE | OVER_4
};

enum {
    K_LEAD, K_LOW, K_HERE, K_MARKS, K_SPACE, K_NIBBLE, K_THIRD, K_FOURTH,
    K_HIGH
};

static const constant_t constants[] = {
    /* by the high half of the byte before, by its low half, by the high half
     * of the byte itself */
    [K_LEAD] = TWICE(FOUR(LONG), FOUR(LONG), FOUR(TWO), SHORT | OVER_2, SHORT,
                     SHORT | OVER_3 | HALF, SHORT | ABOVE | OVER_4),
    [K_LOW] = TWICE(ANY | OVER_3 | OVER_2 | OVER_4, ANY | OVER_2, ANY, ANY,
                    ANY | ABOVE, TOP, TOP, TOP, FOUR(TOP), TOP, TOP | HALF,
                    TOP, TOP),
    [K_HERE] = TWICE(FOUR(SHORT), FOUR(SHORT),
                     LONG | OVER_2 | TWO | OVER_3 | OVER_4,
                     LONG | OVER_2 | TWO | OVER_3 | ABOVE,
                     LONG | OVER_2 | TWO | HALF | ABOVE,
                     LONG | OVER_2 | TWO | HALF | ABOVE, FOUR(SHORT)),
    /* by a byte's low half, which none of the others has */
    [K_MARKS] = TWICE(1, 0, '"', 0, FOUR(0), FOUR(0), '\\', 0, 0, 0),
    [K_SPACE] = ALL(0x20),
    [K_NIBBLE] = ALL(0x0f),
    [K_THIRD] = ALL(0xe0 - 0x80),
    [K_FOURTH] = ALL(0xf0 - 0x80),
    [K_HIGH] = ALL(0x80)
};

/* ---- characters ------------------------------------------------------ */

/* The high halves of bytes. */
WIDE_INLINE __m256i high_of(const __m256i *k, __m256i x)
{
    return _mm256_and_si256(_mm256_srli_epi16(x, 4), k[K_NIBBLE]);
}

/* Bytes at p that are wrong are not 0, if what stands before p is right.  The
 * three bytes before p can be read. */
WIDE_INLINE __m256i wrong_of(const __m256i *k, const char *p)
{
    const __m256i before = load(p - 1);
    const __m256i lead = _mm256_shuffle_epi8(k[K_LEAD], high_of(k, before));
    const __m256i low = _mm256_shuffle_epi8(
        k[K_LOW], _mm256_and_si256(before, k[K_NIBBLE]));
    const __m256i here = _mm256_shuffle_epi8(k[K_HERE], high_of(k, load(p)));
    const __m256i must = _mm256_and_si256(
        _mm256_or_si256(_mm256_subs_epu8(load(p - 2), k[K_THIRD]),
                        _mm256_subs_epu8(load(p - 3), k[K_FOURTH])),
        k[K_HIGH]);

    return _mm256_xor_si256(
        must, _mm256_and_si256(_mm256_and_si256(lead, low), here));
}

WIDE_INLINE int is_wrong(const __m256i *k, const char *p)
{
    const __m256i wrong = _mm256_or_si256(wrong_of(k, p), wrong_of(k, p + 32));

    return !_mm256_testz_si256(wrong, wrong);
}

/* How many of the 64 bytes at p are of characters that end among them. */
WIDE_INLINE unsigned whole(const char *p)
{
    const unsigned char *c = (const unsigned char *)p;

    return c[63] >= 0xc0 ? 63 : c[62] >= 0xe0 ? 62 : c[61] >= 0xf0 ? 61 : 64;
}

/* Quotes and backslashes become 0xff. */
WIDE_INLINE __m256i marks_of(const __m256i *k, __m256i x)
{
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(k[K_MARKS], x), x);
}

/* Bytes that are quotes, backslashes, control bytes or wrong are not 0. */
WIDE_INLINE __m256i end_of(const __m256i *k, const char *p)
{
    const __m256i x = load(p);

    return _mm256_or_si256(
        wrong_of(k, p),
        _mm256_or_si256(marks_of(k, x), _mm256_subs_epu8(k[K_SPACE], x)));
}

/* Behind characters of any kind, as far as they fill 64 bytes. */
WIDE_INLINE const char *characters(const __m256i *k, const char *p,
                                   const char *end)
{
    while (end - p >= GW_JSON_WIDE) {
        const __m256i stop = _mm256_or_si256(end_of(k, p), end_of(k, p + 32));

        if (!_mm256_testz_si256(stop, stop))
            break;
        p += whole(p);
    }
    return p;
}

/* ---- all of a string ------------------------------------------------- */

/* How many of the 64 bytes at p are done: up to the first odd one that is no
 * short escape among them. */
WIDE_INLINE unsigned short_escapes(gw_json_run_t *run, const char *p,
                                   apr_uint64_t odd, unsigned n)
{
    while (odd != 0) {
        unsigned i = (unsigned)__builtin_ctzll(odd);

        if (p[i] != '\\' || i == 63 || !is_short_escape(p[i + 1]))
            return i;
        run->saved++;
        odd &= ~((apr_uint64_t)3 << i);
    }
    return n;
}

WIDE_INLINE apr_uint64_t bits_of(__m256i a, __m256i b)
{
    return bits(a) | (apr_uint64_t)bits(b) << 32;
}

/* Behind those of the 64 bytes at p that are read at once.  *wrong: maybe one
 * is no character's, and none was read. */
WIDE_INLINE const char *read_64(gw_json_run_t *run, const __m256i *k,
                                const char *p, unsigned lenient, int *wrong)
{
    const __m256i a = load(p), b = load(p + 32);
    const __m256i marks_a = marks_of(k, a), marks_b = marks_of(k, b);
    const __m256i low_a = _mm256_cmpgt_epi8(k[K_SPACE], a);
    const __m256i low_b = _mm256_cmpgt_epi8(k[K_SPACE], b);
    apr_uint64_t odd, high;
    unsigned n = 64;

    odd = bits_of(marks_a, marks_b);
    if (!lenient) {
        high = bits_of(a, b);
        odd |= bits_of(low_a, low_b) & ~high;
        if (high != 0) {
            *wrong = p - run->base < 3 || is_wrong(k, p);
            n = whole(p);
        }
    }
    return *wrong ? p : p + short_escapes(run, p, odd, n);
}

/* Behind plain bytes, as far as they fill 64; leniently, all but quotes and
 * backslashes. */
WIDE_INLINE const char *plain(const __m256i *k, const char *p,
                              const char *end, unsigned lenient)
{
    for (; end - p >= GW_JSON_WIDE; p += GW_JSON_WIDE) {
        const __m256i a = load(p), b = load(p + 32);
        __m256i odd = _mm256_or_si256(marks_of(k, a), marks_of(k, b));

        if (!lenient)           /* signed: those above 0x7f as well */
            odd = _mm256_or_si256(odd, _mm256_cmpgt_epi8(
                k[K_SPACE], _mm256_min_epi8(a, b)));
        if (bits(odd) != 0)
            break;
    }
    return p;
}

/* Behind the escape at p; p: there is none, or it is not to be read here. */
WIDE_INLINE const char *escape(gw_json_run_t *run, const char *p,
                               const char *end)
{
    if (*p != '\\' || end - p < 2)
        return p;
    if (p[1] == 'u' && run->units)
        return gw_json_wide_units(run, p, end);
    if (!is_short_escape(p[1]))
        return p;
    run->saved++;
    return p + 2;
}

WIDE_INLINE const char *any_run(gw_json_run_t *run, const char *p,
                                const char *end, unsigned lenient)
{
    const __m256i *k = known(constants);
    const char *from = NULL;
    int wrong = 0;

    while (p != from) {
        p = plain(k, p, end, lenient);
        if (end - p < GW_JSON_WIDE)
            break;
        from = p;
        p = read_64(run, k, p, lenient, &wrong);
        if (wrong)
            break;
        if (p - from >= 61 && (signed char)p[-1] < 0)
            p = characters(k, p, end);
        else if (p - from < GW_JSON_WIDE && (signed char)*p >= 0)
            p = escape(run, p, end);
    }
    return p;
}

WIDE const char *gw_json_wide_run(gw_json_run_t *run, const char *p,
                                  const char *end)
{
    return run->lenient ? any_run(run, p, end, 1) : any_run(run, p, end, 0);
}
#endif
