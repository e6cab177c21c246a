/* SPDX-License-Identifier: Apache-2.0 */
/* coding.h - the content codings of request bodies (RFC 9110 8.4). */
#ifndef GW_CODING_H
#define GW_CODING_H

#include "gw.h"

typedef enum {
    GW_CODING_PLAIN,
    GW_CODING_GZIP,             /* RFC 1952, one member or several */
    GW_CODING_DEFLATE,          /* RFC 1950; or RFC 1951 alone, which some
                                   clients send under this name */
    GW_CODING_ZSTD,             /* RFC 8878, one frame or several, windows of
                                   at most 8 MiB (RFC 9659), no dictionary */
    GW_CODING_UNKNOWN,
    GW_CODING_SEVERAL
} gw_coding_t;

/* Those that can be inflated, for messages and Accept-Encoding. */
#define GW_CODINGS_TEXT "gzip, deflate, zstd"

/* What a Content-Encoding says, letter case ignored.  NULL (there is none), an
 * empty one and "identity" are GW_CODING_PLAIN; lines that were joined by a
 * comma, with more than one coding, GW_CODING_SEVERAL. */
gw_coding_t gw_coding_of(const char *header);

#endif
