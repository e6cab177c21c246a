/* SPDX-License-Identifier: Apache-2.0 */
/* inflate.c - see inflate.h. */
#include "inflate.h"

#include <stdlib.h>

#include "inflate_private.h"

static const gw_inflate_way_t *way_of(gw_coding_t coding)
{
    switch (coding) {
    case GW_CODING_GZIP:
        return &gw_inflate_gzip;
    case GW_CODING_DEFLATE:
        return &gw_inflate_deflate;
    default:
        return &gw_inflate_zstd;
    }
}

gw_inflate_t *gw_inflate_start(gw_coding_t coding)
{
    gw_inflate_t *z = calloc(1, sizeof(*z));

    if (z != NULL)
        z->way = way_of(coding);
    return z;
}

/* A part's head, from wherever it is cut.  0: there is more of it to come. */
static int gather(gw_inflate_t *z, gw_str_t *in)
{
    while (z->head_n < z->way->head && in->n > 0) {
        z->head[z->head_n++] = (unsigned char)*in->p++;
        in->n--;
    }
    return z->head_n == z->way->head;
}

static gw_part_t begin(gw_inflate_t *z)
{
    gw_part_t part;

    if (z->parts > 0 && !z->way->many)
        part = GW_PART_BROKEN;
    else
        part = z->way->begin(z);
    if (part == GW_PART_BROKEN)
        z->error = z->parts > 0 ? "has bytes behind its end"
                                : "is not in the coding that "
                                  "Content-Encoding names";
    z->inside = part == GW_PART_ON;
    return part;
}

/* The library's turn: what is left of the head, then the input. */
static gw_part_t step(gw_inflate_t *z, gw_str_t *in, gw_inflate_out_t *out)
{
    gw_str_t head = { (char *)z->head + z->head_used,
                      z->head_n - z->head_used };
    gw_part_t part;

    if (head.n == 0)
        part = z->way->step(z, in, out);
    else {
        part = z->way->step(z, &head, out);
        z->head_used = z->head_n - (unsigned)head.n;
    }
    if (part != GW_PART_ENDED)
        return part;
    if (z->head_used < z->head_n) {
        z->error = "has bytes behind its end";
        return GW_PART_BROKEN;
    }
    z->inside = 0;
    z->head_n = z->head_used = 0;
    z->parts = 1;
    return part;
}

static int idle(const gw_inflate_t *z, const gw_str_t *in)
{
    return in->n == 0 && z->head_used == z->head_n && !z->full;
}

static gw_inflate_result_t run(gw_inflate_t *z, gw_str_t *in,
                               gw_inflate_out_t *out)
{
    gw_part_t part;

    do {
        part = GW_PART_ON;
        if (!z->inside) {
            z->full = 0;
            if (!gather(z, in))
                return GW_INFLATE_MORE;
            part = begin(z);
        }
        else if (idle(z, in))
            return GW_INFLATE_MORE;
        if (part == GW_PART_ON) {
            z->full = 0;
            part = step(z, in, out);
        }
        if (part >= GW_PART_BROKEN)
            return part == GW_PART_BROKEN ? GW_INFLATE_BROKEN
                                          : GW_INFLATE_NO_MEMORY;
        z->full = out->n == 0;
    } while (!z->full);
    return GW_INFLATE_FULL;
}

gw_inflate_result_t gw_inflate_feed(gw_inflate_t *z, gw_str_t *in, char *out,
                                    apr_size_t room, apr_size_t *n)
{
    gw_inflate_out_t left = { out, room };
    gw_inflate_result_t result = run(z, in, &left);

    *n = room - left.n;
    return result;
}

int gw_inflate_whole(const gw_inflate_t *z)
{
    return z->parts > 0 && !z->inside && z->head_n == 0;
}

const char *gw_inflate_error(const gw_inflate_t *z)
{
    if (z->error != NULL)
        return z->error;
    return z->parts > 0 && !z->inside ? "has bytes behind its end"
                                      : "ends too early";
}

void gw_inflate_free(gw_inflate_t *z)
{
    if (z == NULL)
        return;
    z->way->done(z);
    free(z);
}
