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

#define THREE(a, b) a, b, b

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
    K_LEAD, K_LOW, K_HERE, K_MARKS, K_SLASH, K_ESCAPED, K_LOW_MOST, K_SPACE,
    K_NIBBLE, K_THIRD, K_FOURTH, K_HIGH, K_IN_THREE, K_THREE, K_E0, K_ED
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
    [K_SLASH] = ALL('\\'),
    [K_ESCAPED] = TWICE(1, 0, 'r', 0, 't', 0, 'f', 0, FOUR(0), 0, 0, 'n',
                        '/'),
    [K_LOW_MOST] = ALL(0x1f),
    [K_SPACE] = ALL(0x20),
    /* five characters; the sixteenth byte is not looked at */
    [K_IN_THREE] = TWICE(THREE(0xf0, 0xc0), THREE(0xf0, 0xc0),
                         THREE(0xf0, 0xc0), THREE(0xf0, 0xc0),
                         THREE(0xf0, 0xc0), 0),
    [K_THREE] = TWICE(THREE(0xe0, 0x80), THREE(0xe0, 0x80),
                      THREE(0xe0, 0x80), THREE(0xe0, 0x80),
                      THREE(0xe0, 0x80), 0),
    [K_E0] = ALL(0xe0),
    [K_ED] = ALL(0xed),
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

/* Behind characters of three bytes, as Chinese has, ten at a time.  Behind the
 * lead bytes E0 and ED some are none: they are left to the above. */
WIDE_INLINE const char *three_bytes(const __m256i *k, const char *p,
                                    const char *end)
{
    for (; end - p >= 31; p += 30) {
        const __m128i *half = (const __m128i *)(const void *)p;
        const __m128i *other = (const __m128i *)(const void *)(p + 15);
        const __m256i x = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_loadu_si128(half)),
            _mm_loadu_si128(other), 1);
        const __m256i shape = _mm256_cmpeq_epi8(
            _mm256_and_si256(x, k[K_IN_THREE]), k[K_THREE]);
        const __m256i doubt = _mm256_or_si256(
            _mm256_cmpeq_epi8(x, k[K_E0]), _mm256_cmpeq_epi8(x, k[K_ED]));

        if (bits(_mm256_andnot_si256(doubt, shape)) != 0xffffffff)
            break;
    }
    return p;
}

/* ---- all of a string ------------------------------------------------- */

/* Backslashes that begin an escape, of one bit for each: not those that an
 * escape ends with.  *ends: what escapes end with.  (A carry goes through each
 * row of backslashes, to the bit behind it if they are odd in number.) */
WIDE_INLINE apr_uint64_t escapes_of(apr_uint64_t slashes, apr_uint64_t *ends)
{
    const apr_uint64_t odd = 0xaaaaaaaaaaaaaaaaULL;
    apr_uint64_t both = (((slashes << 1) | odd) - slashes) ^ odd;

    *ends = both ^ slashes;
    return both & slashes;
}

WIDE_INLINE apr_uint64_t bits_of(__m256i a, __m256i b)
{
    return bits(a) | (apr_uint64_t)bits(b) << 32;
}

/* Bytes that make an escape with a backslash before them: those that are no
 * marks, and not the rare one. */
WIDE_INLINE __m256i escaped_of(const __m256i *k, __m256i x)
{
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(k[K_ESCAPED], x), x);
}

/* Control bytes become 0xff. */
WIDE_INLINE __m256i low_of(const __m256i *k, __m256i x)
{
    return _mm256_cmpeq_epi8(_mm256_min_epu8(x, k[K_LOW_MOST]), x);
}

/* How many of the 64 bytes at p, of which n are of whole characters, are done:
 * plain ones, and escapes of two bytes.  marks: quotes and backslashes; low:
 * control bytes. */
WIDE_INLINE unsigned short_escapes(gw_json_run_t *run, const __m256i *k,
                                   const char *p, apr_uint64_t marks,
                                   apr_uint64_t low, unsigned n)
{
    const __m256i a = load(p), b = load(p + 32);
    apr_uint64_t slashes = bits_of(_mm256_cmpeq_epi8(a, k[K_SLASH]),
                                   _mm256_cmpeq_epi8(b, k[K_SLASH]));
    apr_uint64_t good = marks | bits_of(escaped_of(k, a), escaped_of(k, b));
    apr_uint64_t ends, begins = escapes_of(slashes, &ends);
    /* the last byte's escape ends beyond them */
    apr_uint64_t stop = low | (marks & ~begins & ~ends)
                        | (begins & ~(good >> 1));

    if (n < 64)
        stop |= (apr_uint64_t)1 << n;
    if (stop != 0) {
        n = (unsigned)__builtin_ctzll(stop);
        begins &= ((apr_uint64_t)1 << n) - 1;
    }
    run->saved += (unsigned)__builtin_popcountll(begins);
    return n;
}

/* How many of the 64 bytes at p are done, not all of which are plain; WRONG:
 * none, and they may be no characters. */
#define WRONG 65
WIDE_INLINE unsigned read_64(gw_json_run_t *run, const __m256i *k,
                             const char *p, unsigned lenient)
{
    const __m256i a = load(p), b = load(p + 32);
    apr_uint64_t marks = bits_of(marks_of(k, a), marks_of(k, b)), low = 0;
    unsigned n = 64;

    if (!lenient) {
        low = bits_of(low_of(k, a), low_of(k, b));
        if (bits(_mm256_or_si256(a, b)) != 0) {
            if (p - run->base < 3 || is_wrong(k, p))
                return WRONG;
            n = whole(p);
        }
    }
    return (marks | low) != 0 ? short_escapes(run, k, p, marks, low, n) : n;
}

/* Are all of the 64 bytes at p plain; leniently, neither quotes nor
 * backslashes? */
WIDE_INLINE int is_plain_64(const __m256i *k, const char *p, unsigned lenient)
{
    const __m256i a = load(p), b = load(p + 32);
    const __m256i marks = _mm256_or_si256(marks_of(k, a), marks_of(k, b));

    if (lenient)
        return bits(marks) == 0;
    /* signed: those above 0x7f as well */
    return bits(_mm256_or_si256(marks, _mm256_cmpgt_epi8(
                                           k[K_SPACE],
                                           _mm256_min_epi8(a, b)))) == 0;
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

    for (;;) {
        const char *from;
        unsigned n;

        while (end - p >= GW_JSON_WIDE && is_plain_64(k, p, lenient))
            p += GW_JSON_WIDE;
        if (end - p < GW_JSON_WIDE)
            return p;
        n = read_64(run, k, p, lenient);
        if (n == WRONG)
            return p;
        from = p;
        p += n;
        if (!lenient && n > 60 && (signed char)p[-1] < 0)
            p = characters(k, three_bytes(k, p, end), end);
        else if (n < 64)
            p = escape(run, p, end);
        if (p == from)
            return p;
    }
}

WIDE const char *gw_json_wide_run(gw_json_run_t *run, const char *p,
                                  const char *end)
{
    return run->lenient ? any_run(run, p, end, 1) : any_run(run, p, end, 0);
}
#endif
