/* SPDX-License-Identifier: Apache-2.0 */
/* chunked.h - the chunked transfer coding of an answer, RFC 9112 section 7.1,
 * taken off as its bytes come.
 *
 * What is no chunk is refused where httpd's own filter refuses it (with
 * HttpProtocolOptions Strict), and so is a trailer whose line is folded.
 * Trailers are not kept.
 *
 * Property, tested and fuzzed: in every cut the same data comes out, and the
 * coding ends, or is refused, at the same byte.
 */
#ifndef GW_CHUNKED_H
#define GW_CHUNKED_H

#include "gw.h"

#define GW_CHUNKED_TRAILERS 100 /* lines */

typedef enum {
    GW_CHUNKED_MORE,            /* all was read, and it goes on */
    GW_CHUNKED_DATA,            /* a piece of the body */
    GW_CHUNKED_END,             /* the last chunk and its trailers were read */
    GW_CHUNKED_BAD              /* it is none, or beyond a limit */
} gw_chunked_result_t;

typedef struct gw_chunked_t {
    unsigned char at;           /* chunked.c */
    unsigned char blanks;       /* behind the size */
    unsigned trailers;          /* lines so far */
    apr_size_t line;            /* bytes of the line being read ... */
    apr_size_t limit;           /* ... which may have so many, with its end */
    apr_int64_t left;           /* bytes of the chunk still to come; while its
                                   size is read, that */
} gw_chunked_t;

/* Of a new body; limit: bytes of a line. */
void gw_chunked_start(gw_chunked_t *c, apr_size_t limit);

/* Read from the front of *in, which becomes what is left of it.  Call it until
 * it returns something else than GW_CHUNKED_DATA, whose bytes *data gets.
 * Behind GW_CHUNKED_END what is left in *in is none of the answer; END and BAD
 * are said again for whatever follows. */
gw_chunked_result_t gw_chunked_next(gw_chunked_t *c, gw_str_t *in,
                                    gw_str_t *data);

#endif
