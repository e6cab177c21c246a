/* SPDX-License-Identifier: Apache-2.0 */
/* json_avx2.h - what json_wide.c and json_wide_unit.c share: constants of 32
 * bytes, and short words for a few instructions. */
#ifndef GW_JSON_AVX2_H
#define GW_JSON_AVX2_H

#include <immintrin.h>

#define WIDE __attribute__((target("avx2,popcnt")))
#define WIDE_INLINE WIDE __attribute__((always_inline)) static inline

#define TWICE(...) { __VA_ARGS__, __VA_ARGS__ }
#define FOUR(c)    c, c, c, c
#define ALL(c)     TWICE(FOUR(c), FOUR(c), FOUR(c), FOUR(c))
#define LITTLE(v)  (v) & 0xff, (v) >> 8 & 0xff, (v) >> 16 & 0xff, (v) >> 24
#define EACH_32(v) TWICE(LITTLE(v), LITTLE(v), LITTLE(v), LITTLE(v))

typedef unsigned char constant_t[32] __attribute__((aligned(32)));

/* Where constants are; the compiler shall not know what they are: it would
 * make each anew where it is used, which takes longer than reading it. */
WIDE_INLINE const __m256i *known(const constant_t *constants)
{
    const void *p = constants;

    __asm__("" : "+r"(p));
    return p;
}

WIDE_INLINE __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* One bit for the highest one of each byte. */
WIDE_INLINE unsigned bits(__m256i x)
{
    return (unsigned)_mm256_movemask_epi8(x);
}

#endif
