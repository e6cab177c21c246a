/* SPDX-License-Identifier: Apache-2.0 */
/* siphash.c - see siphash.h. */
#include "siphash.h"

static inline apr_uint64_t turned(apr_uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void mix(apr_uint64_t *v)
{
    v[0] += v[1];
    v[1] = turned(v[1], 13) ^ v[0];
    v[0] = turned(v[0], 32);
    v[2] += v[3];
    v[3] = turned(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = turned(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = turned(v[1], 17) ^ v[2];
    v[2] = turned(v[2], 32);
}

/* Little endian.  Written out, it is one load. */
static inline apr_uint64_t word(const unsigned char *p)
{
    return (apr_uint64_t)p[0] | (apr_uint64_t)p[1] << 8
           | (apr_uint64_t)p[2] << 16 | (apr_uint64_t)p[3] << 24
           | (apr_uint64_t)p[4] << 32 | (apr_uint64_t)p[5] << 40
           | (apr_uint64_t)p[6] << 48 | (apr_uint64_t)p[7] << 56;
}

static inline void take(apr_uint64_t *v, apr_uint64_t x)
{
    v[3] ^= x;
    mix(v);
    mix(v);
    v[0] ^= x;
}

static inline apr_uint64_t result(apr_uint64_t *v)
{
    mix(v);
    mix(v);
    mix(v);
    mix(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void gw_siphash(apr_uint64_t *out, const apr_uint64_t *key, const void *text,
                apr_size_t n)
{
    apr_uint64_t v[4] = { key[0] ^ 0x736f6d6570736575u,
                          key[1] ^ 0x646f72616e646f6du ^ 0xee,
                          key[0] ^ 0x6c7967656e657261u,
                          key[1] ^ 0x7465646279746573u };
    const unsigned char *p = text;
    apr_uint64_t last = (apr_uint64_t)n << 56;
    apr_size_t left;

    for (left = n; left >= 8; left -= 8, p += 8)
        take(v, word(p));
    while (left-- > 0)
        last |= (apr_uint64_t)p[left] << (8 * left);
    take(v, last);
    v[2] ^= 0xee;
    out[0] = result(v);
    v[1] ^= 0xdd;
    out[1] = result(v);
}
