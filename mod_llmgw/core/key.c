/* SPDX-License-Identifier: Apache-2.0 */
/* key.c - see key.h. */
#include "key.h"

static const char base62[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* CRC-32 of IEEE 802.3, half a byte at a time: zlib for these lines alone would
 * be one more library to need. */
static apr_uint32_t crc32_of(const char *p, apr_size_t n)
{
    static const apr_uint32_t table[16] = {
        0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu,
        0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
        0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu,
        0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu
    };
    apr_uint32_t crc = 0xffffffffu;

    while (n-- > 0) {
        crc ^= (unsigned char)*p++;
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

/* The number in bytes[0..n), big endian, as `digits` digits of base 62, the
 * lowest `digits` if there are more.  Destroys bytes. */
static void write_base62(char *out, unsigned digits, unsigned char *bytes,
                         unsigned n)
{
    while (digits > 0) {
        unsigned rest = 0, i;

        for (i = 0; i < n; i++) {
            unsigned v = rest << 8 | bytes[i];

            bytes[i] = (unsigned char)(v / 62);
            rest = v % 62;
        }
        out[--digits] = base62[rest];
    }
}

static void write_sum(char *out, apr_uint32_t crc)
{
    unsigned i;

    for (i = GW_KEY_SUM; i > 0; crc /= 62)
        out[--i] = base62[crc % 62];
}

/* The secret of 32 random bytes and the sum behind what is there already. */
static void finish_key(char *out, const unsigned char *random)
{
    unsigned char bytes[32];
    const apr_size_t body = GW_KEY_LENGTH - GW_KEY_SUM;

    memcpy(bytes, random, sizeof(bytes));
    write_base62(out + body - GW_KEY_SECRET, GW_KEY_SECRET, bytes,
                 sizeof(bytes));
    write_sum(out + body, crc32_of(out, body));
    out[GW_KEY_LENGTH] = '\0';
}

void gw_key_make(char *out, const unsigned char *random)
{
    unsigned char bytes[8];
    const apr_size_t prefix = sizeof(GW_KEY_PREFIX) - 1;

    memcpy(out, GW_KEY_PREFIX, prefix);
    memcpy(bytes, random, sizeof(bytes));
    write_base62(out + prefix, GW_KEY_PUBLIC, bytes, sizeof(bytes));
    finish_key(out, random + sizeof(bytes));
}

void gw_key_remake(char *out, const char *public_id,
                   const unsigned char *random)
{
    const apr_size_t prefix = sizeof(GW_KEY_PREFIX) - 1;

    memcpy(out, GW_KEY_PREFIX, prefix);
    memcpy(out + prefix, public_id, GW_KEY_PUBLIC);
    finish_key(out, random + GW_KEY_RANDOM - 32);
}

static int is_base62(char c)
{
    return (unsigned char)(c - '0') < 10
           || (unsigned char)((c | 0x20) - 'a') < 26;
}

int gw_key_valid(gw_str_t text)
{
    const apr_size_t body = GW_KEY_LENGTH - GW_KEY_SUM;
    char sum[GW_KEY_SUM];
    apr_size_t i;

    if (text.n != GW_KEY_LENGTH
        || memcmp(text.p, GW_KEY_PREFIX, sizeof(GW_KEY_PREFIX) - 1) != 0)
        return 0;
    for (i = sizeof(GW_KEY_PREFIX) - 1; i < text.n; i++) {
        if (!is_base62(text.p[i]))
            return 0;
    }
    write_sum(sum, crc32_of(text.p, body));
    return memcmp(sum, text.p + body, GW_KEY_SUM) == 0;
}
