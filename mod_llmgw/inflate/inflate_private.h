/* SPDX-License-Identifier: Apache-2.0 */
/* inflate_private.h - what a way to inflate has to offer.
 *
 * A body is one part or several: members of gzip, frames of zstd.  Each begins
 * with a head, by which it is judged before the library sees it.
 */
#ifndef GW_INFLATE_PRIVATE_H
#define GW_INFLATE_PRIVATE_H

#include "gw.h"

#include <zlib.h>
#include <zstd.h>

#define GW_INFLATE_HEAD 4       /* bytes of the longest */

typedef struct gw_inflate_t gw_inflate_t;

typedef struct gw_inflate_out_t {
    char *p;
    apr_size_t n;               /* room that is left */
} gw_inflate_out_t;

typedef enum {
    GW_PART_ON, GW_PART_ENDED, GW_PART_BROKEN, GW_PART_NO_MEMORY
} gw_part_t;

typedef struct gw_inflate_way_t {
    unsigned head;              /* bytes by which a part is judged */
    int many;                   /* parts may follow each other */
    /* z->head is that of a part: GW_PART_ON if it is one */
    gw_part_t (*begin)(gw_inflate_t *z);
    /* both are moved on */
    gw_part_t (*step)(gw_inflate_t *z, gw_str_t *in, gw_inflate_out_t *out);
    void (*done)(gw_inflate_t *z);
} gw_inflate_way_t;

extern const gw_inflate_way_t gw_inflate_gzip, gw_inflate_deflate,
    gw_inflate_zstd;

struct gw_inflate_t {
    const gw_inflate_way_t *way;
    unsigned char head[GW_INFLATE_HEAD];
    unsigned head_n, head_used; /* bytes of it that came; that went on */
    int inside;                 /* a part, whose head was judged */
    int full;                   /* the last room was used up */
    unsigned parts;             /* that ended; 1: one or more */
    const char *error;          /* NULL: none so far */
    z_stream zlib;
    ZSTD_DStream *zstd;
};

#endif
