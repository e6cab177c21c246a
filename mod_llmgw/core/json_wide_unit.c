/* SPDX-License-Identifier: Apache-2.0 */
/* json_wide_unit.c - \uXXXX escapes, four at a time: see json_wide.h. */
#include "json_wide.h"

#ifdef GW_JSON_WIDE
#include "json_avx2.h"

enum {
    K_UNITS, K_IN_UNITS, K_DIGITS, K_FIRST_DIGIT, K_UNUSUAL, K_UNIT_DIGITS,
    K_DIGIT_UP, K_SIX, K_DIGIT_DOWN, K_UPPER, K_A, K_TEN, K_ABOVE_15,
    K_PAIR, K_UNIT, K_80, K_800, K_F800, K_FC00, K_D800, K_DC00
};

static const constant_t constants[] = {
    [K_UNITS] = TWICE('\\', 'u', FOUR(0), '\\', 'u', FOUR(0), FOUR(0)),
    [K_IN_UNITS] = TWICE(0xff, 0xff, FOUR(0), 0xff, 0xff, FOUR(0), FOUR(0)),
    [K_DIGITS] = TWICE(0, 0, FOUR(0x80), 0, 0, FOUR(0x80), FOUR(0)),
    [K_FIRST_DIGIT] = TWICE(0, 0, 0xff, 0, FOUR(0), 0xff, 0, 0, 0, FOUR(0)),
    /* by a unit's first digit: it may be below 0x800 or a surrogate */
    [K_UNUSUAL] = TWICE(1, 0, 0, 0, FOUR(0), FOUR(0), 0, 1, 0, 0),
    [K_UNIT_DIGITS] = TWICE(2, 3, 4, 5, 8, 9, 10, 11, FOUR(0x80),
                            FOUR(0x80)),
    [K_DIGIT_UP] = ALL(0xff - '9'),
    [K_SIX] = ALL(6),
    [K_DIGIT_DOWN] = ALL(0xf0),
    [K_UPPER] = ALL(0xdf),
    [K_A] = ALL('A'),
    [K_TEN] = ALL(10),
    [K_ABOVE_15] = ALL(0x80 - 16),
    [K_PAIR] = EACH_32(0x01100110),     /* 16 times the first, one the next */
    [K_UNIT] = EACH_32(0x00010100),     /* 256 times the first, ... */
    [K_80] = EACH_32(0x80),
    [K_800] = EACH_32(0x800),
    [K_F800] = EACH_32(0xf800),
    [K_FC00] = EACH_32(0xfc00),
    [K_D800] = EACH_32(0xd800),
    [K_DC00] = EACH_32(0xdc00)
};

/* The values of hexadecimal digits; above 15: it is none. */
WIDE_INLINE __m256i digits_of(const __m256i *k, __m256i x)
{
    /* digits are brought to the top, where saturation lets nothing else be */
    const __m256i digit = _mm256_sub_epi8(
        _mm256_subs_epu8(_mm256_add_epi8(x, k[K_DIGIT_UP]), k[K_SIX]),
        k[K_DIGIT_DOWN]);
    const __m256i letter = _mm256_sub_epi8(_mm256_and_si256(x, k[K_UPPER]),
                                           k[K_A]);

    return _mm256_min_epu8(digit, _mm256_adds_epu8(letter, k[K_TEN]));
}

/* Bits 0, 1, 4 and 5: one for each unit. */
WIDE_INLINE unsigned units_of(__m256i x)
{
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(x));
}

/* Count pairs among these of the units at p. */
WIDE_INLINE void count_pairs(gw_json_run_t *run, const __m256i *k,
                             const char *p, unsigned n, unsigned there,
                             __m256i unit)
{
    const __m256i half = _mm256_and_si256(unit, k[K_FC00]);
    unsigned high = units_of(_mm256_cmpeq_epi32(half, k[K_D800])) & there;
    unsigned low = units_of(_mm256_cmpeq_epi32(half, k[K_DC00])) & there;
    unsigned behind = (high & 0x11) << 1 | (high & 2) << 3
                      | (run->high == p);

    run->saved += 2 * (unsigned)__builtin_popcount(low & behind);
    if (high > there >> 1)      /* it is the last one */
        run->high = p + 6 * n;
}

/* The first n of these units, at p, some of which may be surrogates or save
 * more than three bytes. */
WIDE_INLINE void count_units(gw_json_run_t *run, const __m256i *k,
                             const char *p, unsigned n, __m256i digits)
{
    const __m256i bytes = _mm256_maddubs_epi16(
        _mm256_shuffle_epi8(digits, k[K_UNIT_DIGITS]), k[K_PAIR]);
    const __m256i unit = _mm256_madd_epi16(bytes, k[K_UNIT]);
    const __m256i half = _mm256_cmpeq_epi32(
        _mm256_and_si256(unit, k[K_F800]), k[K_D800]);
    static const unsigned char of[] = { 0, 1, 3, 0x13, 0x33 };
    unsigned there = of[n];
    unsigned one = units_of(_mm256_cmpgt_epi32(k[K_80], unit)) & there;
    unsigned two = units_of(_mm256_cmpgt_epi32(k[K_800], unit)) & there;

    run->saved += (unsigned)(__builtin_popcount(one)
                             + __builtin_popcount(two));
    if (units_of(half) & there)
        count_pairs(run, k, p, n, there, unit);
}

/* The 24 bytes at p, twelve in each half.  28 can be read. */
WIDE_INLINE __m256i load_units(const char *p)
{
    const __m128i *from = (const __m128i *)(const void *)p;
    const __m128i *half = (const __m128i *)(const void *)(p + 12);

    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128(from)),
        _mm_loadu_si128(half), 1);
}

/* Behind four \uXXXX at a time that save three bytes each. */
WIDE_INLINE const char *usual_units(gw_json_run_t *run, const __m256i *k,
                                    const char *p, const char *end)
{
    const char *from = p;

    for (; end - p >= 28; p += 24) {
        const __m256i x = load_units(p), digits = digits_of(k, x);
        const __m256i none = _mm256_adds_epu8(digits, k[K_ABOVE_15]);
        const __m256i unusual = _mm256_shuffle_epi8(k[K_UNUSUAL], digits);

        if (!_mm256_testc_si256(_mm256_cmpeq_epi8(x, k[K_UNITS]),
                                k[K_IN_UNITS])
            || !_mm256_testz_si256(none, k[K_DIGITS])
            || !_mm256_testz_si256(unusual, k[K_FIRST_DIGIT]))
            break;
    }
    run->saved += (apr_size_t)(p - from) / 2;
    return p;
}

/* How many units stand before the bit of a byte that is bad. */
#define BEHIND (1u << 28)
static const unsigned char units_before[] = {
    0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0,
    2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4
};

/* How many \uXXXX stand side by side at p, at most four.  *usual: each of them
 * saves three bytes.  28 bytes can be read. */
WIDE_INLINE unsigned four_units(gw_json_run_t *run, const __m256i *k,
                                const char *p, int *usual)
{
    const __m256i x = load_units(p), digits = digits_of(k, x);
    const __m256i unusual = _mm256_shuffle_epi8(k[K_UNUSUAL], digits);
    unsigned shape = bits(_mm256_cmpeq_epi8(x, k[K_UNITS]));
    unsigned none = bits(_mm256_adds_epu8(digits, k[K_ABOVE_15]));
    unsigned bad = (~shape & 0x00c300c3) | (none & 0x0f3c0f3c) | BEHIND;
    unsigned n = units_before[__builtin_ctz(bad)];

    run->saved += 3 * n;
    *usual = _mm256_testz_si256(unusual, k[K_FIRST_DIGIT]);
    if (!*usual && n > 0)
        count_units(run, k, p, n, digits);
    return n;
}

/* Behind the few plain bytes or the short escape at p; p: there are none. */
WIDE_INLINE const char *between(gw_json_run_t *run, const char *p,
                                const char *end)
{
    if (*p != '\\')
        return near_run(p, end);
    if (!is_short_escape(p[1]))
        return p;
    run->saved++;
    return p + 2;
}

WIDE const char *gw_json_wide_units(gw_json_run_t *run, const char *p,
                                    const char *end)
{
    const __m256i *k = known(constants);

    while (end - p >= 28) {
        const char *from = p;
        int usual;
        unsigned n = four_units(run, k, p, &usual);

        p += 6 * n;
        if (n == 4 && usual)
            p = usual_units(run, k, p, end);
        else if (n < 4)
            p = between(run, p, end);
        if (p == from || (n == 0 && *p != '\\'))
            return p;
    }
    return gw_json_units(run, p, end);
}
#endif
