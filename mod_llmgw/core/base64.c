/* SPDX-License-Identifier: Apache-2.0 */
/* base64.c - see base64.h. */
#include "base64.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define STEP 16

/* Bytes that are digits become 0xff.  Comparisons are signed: a byte is moved
 * so that a range of it ends where the signed ones do. */
static inline __m128i digits_of(const char *p)
{
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    const __m128i lower = _mm_or_si128(x, _mm_set1_epi8(0x20));
    const __m128i letter = _mm_cmpgt_epi8(          /* a..z */
        _mm_add_epi8(lower, _mm_set1_epi8(0x7f - 'z')),
        _mm_set1_epi8(0x7f - 26));
    const __m128i digit = _mm_cmpgt_epi8(           /* '/' and 0..9 */
        _mm_add_epi8(x, _mm_set1_epi8(0x7f - '9')),
        _mm_set1_epi8(0x7f - 11));

    return _mm_or_si128(_mm_or_si128(letter, digit),
                        _mm_cmpeq_epi8(x, _mm_set1_epi8('+')));
}

/* The first of the 16, 32 ... bytes at p that is no digit, but for the last
 * few. */
static const char *long_run(const char *p, const char *end)
{
    for (; end - p >= 4 * STEP; p += 4 * STEP) {
        const __m128i all = _mm_and_si128(
            _mm_and_si128(digits_of(p), digits_of(p + STEP)),
            _mm_and_si128(digits_of(p + 2 * STEP), digits_of(p + 3 * STEP)));

        if (_mm_movemask_epi8(all) != 0xffff)
            break;
    }
    for (; end - p >= STEP; p += STEP) {
        unsigned other = (unsigned)_mm_movemask_epi8(digits_of(p)) ^ 0xffff;

        if (other != 0)
            return p + __builtin_ctz(other);
    }
    return p;
}
#else
static const char *long_run(const char *p, const char *end)
{
    (void)end;
    return p;
}
#endif

static int is_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '/' && c <= '9') || c == '+';
}

apr_size_t gw_base64_run(const char *p, const char *end)
{
    const char *at = long_run(p, end);

    while (at < end && is_digit(*at))
        at++;
    return (apr_size_t)(at - p);
}

int gw_base64_is(gw_str_t text)
{
    apr_size_t n = text.n, i;

    if (n == 0 || n % 4 != 0)
        return 0;
    for (i = 0; i < 2 && text.p[n - 1] == '='; i++)
        n--;
    return gw_base64_run(text.p, text.p + n) == n;
}
