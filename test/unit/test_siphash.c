/* SPDX-License-Identifier: Apache-2.0 */
/* test_siphash.c - the hashes of the reference, whose key and texts are the
 * bytes 0, 1, 2 and so on. */
#include "siphash.h"

#include "tap.h"

static const struct { unsigned n; apr_uint64_t hash[2]; } rows[] = {
    { 0, { 0xe6a825ba047f81a3u, 0x930255c71472f66du } },
    { 1, { 0x44af996bd8c187dau, 0x45fc229b11597634u } },
    { 7, { 0x53c1dbd8beebf1a1u, 0x3982f01fa64ab8c0u } },
    { 8, { 0x61f55862baa9623bu, 0xb49714f364e2830fu } },
    { 9, { 0xabbad90a06994426u, 0xed716dbb028b7fc4u } },
    { 15, { 0x11a8b03399e99354u, 0xd9c3cf970fec087eu } },
    { 16, { 0xbb54b067caa4e26eu, 0x77052385bf1533fdu } },
    { 63, { 0x4a83502f77d15051u, 0x7cbd3f979a063e50u } },
    { 64, { 0x3fcdd4c07d07af1eu, 0x4ba75836384dad8cu } },
    { 65, { 0xc8e191fe983e2302u, 0xef6152280dca0d22u } },
    { 66, { 0xd6d705867c450a0du, 0xd6b23c54d5abd38eu } }
};

int main(void)
{
    static const apr_uint64_t key[2] = { 0x0706050403020100u,
                                         0x0f0e0d0c0b0a0908u };
    unsigned char text[66];
    apr_uint64_t out[2];
    unsigned i;

    for (i = 0; i < sizeof(text); i++)
        text[i] = (unsigned char)i;
    for (i = 0; i < GW_COUNT(rows); i++) {
        gw_siphash(out, key, text, rows[i].n);
        ok(out[0] == rows[i].hash[0] && out[1] == rows[i].hash[1],
           "%u bytes", rows[i].n);
    }
    return tap_end();
}
