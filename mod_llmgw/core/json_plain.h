/* SPDX-License-Identifier: Apache-2.0 */
/* json_plain.h - the plain bytes of a string, sixteen at a time, or eight, its
 * wide characters, five at a time, and the end of one that is known to be
 * valid.
 *
 * Strings are nearly all of a chat body.  For json_scalar.c, json_string.c and
 * json_token.c only.
 */
#ifndef GW_JSON_PLAIN_H
#define GW_JSON_PLAIN_H

#include "gw.h"

/* Which instructions may be used: 0: those of C, 1: SSE2 where the compiler has
 * it, 2: what the machine has as well (json_wide.h).  Less than 2 is for
 * tests. */
#ifndef GW_JSON_VECTORS
#define GW_JSON_VECTORS 2
#endif

#if GW_JSON_VECTORS >= 1 && defined(__SSE2__)
#define GW_JSON_SSE2
#include <emmintrin.h>
#endif

/* Is this byte plain: no quote, no backslash, no control byte, ASCII? */
static inline int is_plain(char c)
{
    return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/* Does it make an escape with the backslash before it, of two bytes? */
static inline int is_short_escape(char c)
{
    switch (c) {
    case '"': case '\\': case '/':
    case 'b': case 'f': case 'n': case 'r': case 't':
        return 1;
    default:
        return 0;
    }
}

#define NEAR 64                 /* bytes */

#ifdef GW_JSON_SSE2
#define STEP 16

/* Bytes that are not plain become 0xff.  The comparison is signed: bytes above
 * 0x7f are negative, so one of them finds control bytes and those. */
static inline __m128i odd_of(const char *p)
{
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    const __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
    const __m128i slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
    const __m128i low = _mm_cmplt_epi8(x, _mm_set1_epi8(0x20));

    return _mm_or_si128(_mm_or_si128(quote, slash), low);
}

/* One bit for each of them. */
static inline unsigned odd_bytes(const char *p)
{
    return (unsigned)_mm_movemask_epi8(odd_of(p));
}

/* Long runs go by four steps at a time. */
#define LONG_STEP 64

static inline unsigned any_odd(const char *p)
{
    return (unsigned)_mm_movemask_epi8(
        _mm_or_si128(_mm_or_si128(odd_of(p), odd_of(p + 16)),
                     _mm_or_si128(odd_of(p + 32), odd_of(p + 48))));
}
#else
#define STEP 8
#define ONES  0x0101010101010101ULL
#define HIGHS 0x8080808080808080ULL

/* Not 0 if one of the bytes is not plain. */
static inline apr_uint64_t odd_bytes(const char *p)
{
    apr_uint64_t x, quote, slash;

    memcpy(&x, p, sizeof(x));
    quote = x ^ (ONES * '"');
    slash = x ^ (ONES * '\\');
    return (((quote - ONES) & ~quote) | ((slash - ONES) & ~slash)
            | ((x - ONES * 0x20) & ~x) | x) & HIGHS;
}
#endif

/* The same, or a plain one: only the next few are looked at. */
static inline const char *near_run(const char *p, const char *end)
{
#ifdef GW_JSON_SSE2
    unsigned odd = end - p >= STEP ? odd_bytes(p) | 1u << STEP : 1;

    return p + __builtin_ctz(odd);
#else
    const char *stop = end - p > STEP ? p + STEP : end;

    while (p < stop && is_plain(*p))
        p++;
    return p;
#endif
}

/* The first byte of [p, end) that is not plain. */
static inline const char *plain_run(const char *p, const char *end)
{
#ifdef LONG_STEP
    if (end - p >= STEP) {      /* most names and words end in the first */
        unsigned odd = odd_bytes(p);

        if (odd != 0)
            return p + __builtin_ctz(odd);
        p += STEP;
    }
    while (end - p >= LONG_STEP && any_odd(p) == 0)
        p += LONG_STEP;
    for (; end - p >= STEP; p += STEP) {
        unsigned odd = odd_bytes(p);

        if (odd != 0)
            return p + __builtin_ctz(odd);
    }
#else
    while (end - p >= STEP && odd_bytes(p) == 0)
        p += STEP;
#endif
    while (p < end && is_plain(*p))
        p++;
    return p;
}

/* The first byte of [p, end) that is a quote, a backslash or a control byte. */
static inline const char *lenient_run(const char *p, const char *end)
{
#ifdef GW_JSON_SSE2
    for (; end - p >= STEP; p += STEP) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        const __m128i low = _mm_cmpeq_epi8(
            _mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);
        unsigned at = (unsigned)_mm_movemask_epi8(_mm_or_si128(low,
            _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
                         _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')))));

        if (at != 0)
            return p + __builtin_ctz(at);
    }
#endif
    while (p < end && (unsigned char)*p >= 0x20 && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* The first byte c of [p, end), or end.  Most are near, and far ones memchr()
 * finds best. */
static inline const char *byte_run(const char *p, const char *end, char c)
{
    const char *near = (apr_size_t)(end - p) > NEAR ? p + NEAR : end, *far;

#ifdef GW_JSON_SSE2
    for (; near - p >= STEP; p += STEP) {
        unsigned at = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(
            _mm_loadu_si128((const __m128i *)(const void *)p),
            _mm_set1_epi8(c)));

        if (at != 0)
            return p + __builtin_ctz(at);
    }
#endif
    for (; p < near; p++) {
        if (*p == c)
            return p;
    }
    far = p < end ? memchr(p, c, (apr_size_t)(end - p)) : NULL;
    return far != NULL ? far : end;
}

/* The first quote or backslash of [p, end). */
static inline const char *unquoted_run(const char *p, const char *end)
{
#ifdef GW_JSON_SSE2
    for (; end - p >= STEP; p += STEP) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned at = (unsigned)_mm_movemask_epi8(_mm_or_si128(
            _mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
            _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));

        if (at != 0)
            return p + __builtin_ctz(at);
    }
#endif
    while (p < end && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* Is the quote at p, in a valid string that begins at start, an escaped one? */
static inline int is_escaped(const char *start, const char *p)
{
    const char *slashes = p;

    while (slashes > start && slashes[-1] == '\\')
        slashes--;
    return (p - slashes) % 2 != 0;
}

#ifdef GW_JSON_SSE2
/* One bit for each quote of the 64 bytes at p. */
static inline apr_uint64_t quotes_of(const char *p)
{
    const __m128i *x = (const __m128i *)(const void *)p;
    const __m128i quote = _mm_set1_epi8('"');
    apr_uint64_t bits = 0;
    int i;

    for (i = 0; i < LONG_STEP / STEP; i++)
        bits |= (apr_uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(
                    _mm_loadu_si128(x + i), quote)) << i * STEP;
    return bits;
}
#endif

/* From p on, the quote that ends the valid string that begins at start; end:
 * none does.  For strings with many that do not. */
static inline const char *last_quote(const char *start, const char *p,
                                     const char *end)
{
#ifdef GW_JSON_SSE2
    for (; end - p >= LONG_STEP; p += LONG_STEP) {
        apr_uint64_t quotes = quotes_of(p);

        for (; quotes != 0; quotes &= quotes - 1) {
            const char *quote = p + __builtin_ctzll(quotes);

            if (!is_escaped(start, quote))
                return quote;
        }
    }
#endif
    while (p < end && (*p != '"' || is_escaped(start, p)))
        p++;
    return p;
}

/* The closing quote of a valid string whose first byte is at p; end: it is not
 * in [p, end).  *escaped: does it hold a backslash?  Nearly always the first
 * quote is it. */
static inline const char *closing_quote(const char *p, const char *end,
                                        int *escaped)
{
    const char *quote = byte_run(p, end, '"');

    *escaped = byte_run(p, quote, '\\') < quote;
    return quote == end || !*escaped || !is_escaped(p, quote)
           ? quote : last_quote(p, quote + 1, end);
}

/* Characters of three bytes, as most that are not ASCII are: RFC 3629
 * section 4, lead bytes E1 to EF without ED, behind which some are none. */
#ifdef GW_JSON_SSE2
#define WIDE_STEP 15

/* Are the next five such characters?  Sixteen bytes can be read. */
static inline int is_wide(const char *p)
{
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
#define FIVE(a, b) \
    _mm_setr_epi8(a, b, b, a, b, b, a, b, b, a, b, b, a, b, b, 0)
    const __m128i shape = _mm_cmpeq_epi8(
        _mm_and_si128(x, FIVE((char)0xf0, (char)0xc0)),
        FIVE((char)0xe0, (char)0x80));
#undef FIVE
    const __m128i bad = _mm_or_si128(
        _mm_cmpeq_epi8(x, _mm_set1_epi8((char)0xe0)),
        _mm_cmpeq_epi8(x, _mm_set1_epi8((char)0xed)));

    return (_mm_movemask_epi8(_mm_andnot_si128(bad, shape)) & 0x7fff)
           == 0x7fff;
}
#endif

/* The first byte of [p, end) that begins no such character. */
static inline const char *wide_run(const char *p, const char *end)
{
#ifdef WIDE_STEP
    while (end - p > WIDE_STEP && is_wide(p))
        p += WIDE_STEP;
#endif
    for (; end - p >= 3; p += 3) {
        const unsigned char *c = (const unsigned char *)p;
        apr_uint32_t v = c[0] | (apr_uint32_t)c[1] << 8
                         | (apr_uint32_t)c[2] << 16;

        if ((v & 0xc0c0f0) != 0x8080e0 || c[0] == 0xe0 || c[0] == 0xed)
            break;
    }
    return p;
}

#endif
