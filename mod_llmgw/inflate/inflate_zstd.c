/* SPDX-License-Identifier: Apache-2.0 */
/* inflate_zstd.c - zstd (see inflate_private.h). */
#include "inflate_private.h"

#include <zstd_errors.h>

#define WINDOW 23               /* bits: 8 MiB, RFC 9659 */
#define MAGIC 0xfd2fb528u
#define SKIPPABLE 0x184d2a50u   /* and the next 15 */

/* The library may have been built to read the formats before RFC 8878, too,
 * whose windows have other bounds. */
static int is_frame(const unsigned char *head)
{
    apr_uint32_t magic = head[0] | (apr_uint32_t)head[1] << 8
                         | (apr_uint32_t)head[2] << 16
                         | (apr_uint32_t)head[3] << 24;

    return magic == MAGIC || (magic & 0xfffffff0u) == SKIPPABLE;
}

static gw_part_t begin(gw_inflate_t *z)
{
    if (!is_frame(z->head))
        return GW_PART_BROKEN;
    if (z->zstd != NULL)
        return GW_PART_ON;
    z->zstd = ZSTD_createDStream();
    if (z->zstd == NULL
        || ZSTD_isError(ZSTD_DCtx_setParameter(z->zstd, ZSTD_d_windowLogMax,
                                               WINDOW)))
        return GW_PART_NO_MEMORY;
    return GW_PART_ON;
}

static gw_part_t failed(gw_inflate_t *z, size_t rc)
{
    switch (ZSTD_getErrorCode(rc)) {
    case ZSTD_error_memory_allocation:
        return GW_PART_NO_MEMORY;
    case ZSTD_error_frameParameter_windowTooLarge:
        z->error = "needs a window of more than 8 MiB";
        break;
    case ZSTD_error_dictionary_wrong:
        z->error = "needs a dictionary, and none is known here";
        break;
    default:
        z->error = "is damaged";
        break;
    }
    return GW_PART_BROKEN;
}

static gw_part_t step(gw_inflate_t *z, gw_str_t *in, gw_inflate_out_t *out)
{
    ZSTD_inBuffer from = { in->p, in->n, 0 };
    ZSTD_outBuffer to = { out->p, out->n, 0 };
    size_t rc = ZSTD_decompressStream(z->zstd, &to, &from);

    in->p += from.pos;
    in->n -= from.pos;
    out->p += to.pos;
    out->n -= to.pos;
    if (ZSTD_isError(rc))
        return failed(z, rc);
    return rc == 0 ? GW_PART_ENDED : GW_PART_ON;
}

static void done(gw_inflate_t *z)
{
    ZSTD_freeDStream(z->zstd);
}

const gw_inflate_way_t gw_inflate_zstd = { 4, 1, begin, step, done };
