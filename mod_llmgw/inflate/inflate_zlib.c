/* SPDX-License-Identifier: Apache-2.0 */
/* inflate_zlib.c - gzip and deflate (see inflate_private.h). */
#include "inflate_private.h"

#define WINDOW 15               /* bits, the most that deflate has */
#define PIECE (1u << 30)        /* zlib counts in unsigned int */

static gw_part_t start(gw_inflate_t *z, int bits)
{
    int rc = z->parts > 0 ? inflateReset(&z->zlib)
                          : inflateInit2(&z->zlib, bits);

    return rc == Z_OK ? GW_PART_ON : GW_PART_NO_MEMORY;
}

static gw_part_t begin_gzip(gw_inflate_t *z)
{
    if (z->head[0] != 0x1f || z->head[1] != 0x8b)
        return GW_PART_BROKEN;
    return start(z, WINDOW + 16);
}

/* RFC 1950 2.2: the method is 8, and both bytes divide by 31.  A stream without
 * zlib's head cannot look so: it would begin with a stored block whose padding
 * is not zero, which nobody writes. */
static gw_part_t begin_deflate(gw_inflate_t *z)
{
    int head = z->head[0] << 8 | z->head[1];

    return start(z, (head & 0x0f00) == 0x0800 && head % 31 == 0 ? WINDOW
                                                                : -WINDOW);
}

static gw_part_t step(gw_inflate_t *z, gw_str_t *in, gw_inflate_out_t *out)
{
    z_stream *s = &z->zlib;
    const unsigned given = in->n < PIECE ? (unsigned)in->n : PIECE;
    const unsigned room = out->n < PIECE ? (unsigned)out->n : PIECE;
    int rc;

    s->next_in = (unsigned char *)in->p;
    s->avail_in = given;
    s->next_out = (unsigned char *)out->p;
    s->avail_out = room;
    rc = inflate(s, Z_NO_FLUSH);
    in->p += given - s->avail_in;
    in->n -= given - s->avail_in;
    out->p += room - s->avail_out;
    out->n -= room - s->avail_out;
    switch (rc) {
    case Z_OK:
    case Z_BUF_ERROR:           /* nothing to do: no error */
        return GW_PART_ON;
    case Z_STREAM_END:
        return GW_PART_ENDED;
    case Z_MEM_ERROR:
        return GW_PART_NO_MEMORY;
    case Z_NEED_DICT:
        z->error = "needs a dictionary, and none is known here";
        return GW_PART_BROKEN;
    default:
        z->error = "is damaged";
        return GW_PART_BROKEN;
    }
}

static void done(gw_inflate_t *z)
{
    inflateEnd(&z->zlib);       /* may be called without a start */
}

const gw_inflate_way_t gw_inflate_gzip = { 2, 1, begin_gzip, step, done };
const gw_inflate_way_t gw_inflate_deflate = { 2, 0, begin_deflate, step,
                                              done };
