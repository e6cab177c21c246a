/* SPDX-License-Identifier: Apache-2.0 */
/* inflate.h - a body in a content coding (RFC 9110 8.4.1), made plain.
 *
 * Fed in pieces cut anywhere, written where the caller has room.  Nothing is
 * inflated beyond that room, so the caller's bound is the bound: who stops
 * feeding has stopped the work.
 */
#ifndef GW_INFLATE_H
#define GW_INFLATE_H

#include "coding.h"

typedef struct gw_inflate_t gw_inflate_t;

typedef enum {
    GW_INFLATE_MORE,            /* all input is used up */
    GW_INFLATE_FULL,            /* the room is used up: call again with new
                                   room, even if no input is left */
    GW_INFLATE_BROKEN,          /* gw_inflate_error() says why */
    GW_INFLATE_NO_MEMORY
} gw_inflate_result_t;

/* For GW_CODING_GZIP to _ZSTD.  NULL: no memory.  Until it is freed it takes
 * 50 kB at most for the first two, and 9 MiB (a window) for zstd. */
gw_inflate_t *gw_inflate_start(gw_coding_t coding);

/* Inflate from *in, which goes on to what is not used yet, to out, where there
 * is room for at least one byte; *n: bytes written, whatever the result is.
 * Not to be called after GW_INFLATE_BROKEN or _NO_MEMORY. */
gw_inflate_result_t gw_inflate_feed(gw_inflate_t *z, gw_str_t *in, char *out,
                                    apr_size_t room, apr_size_t *n);

/* May the body end here?  Before its checksum was right it may not. */
int gw_inflate_whole(const gw_inflate_t *z);

/* Why it is broken, or not whole: the end of a sentence that begins with the
 * body.  Constant. */
const char *gw_inflate_error(const gw_inflate_t *z);

/* NULL: nothing happens. */
void gw_inflate_free(gw_inflate_t *z);

#endif
