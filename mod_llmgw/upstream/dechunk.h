/* SPDX-License-Identifier: Apache-2.0 */
/* dechunk.h - a chunked answer is read below httpd's filter for bodies.
 *
 * HTTP_IN reads the size of a chunk, its bytes and the line end behind them
 * one after the other, and each such piece goes on to the client by itself.
 * This filter lies in front of it.  It lets the lines of the head pass; where
 * the head says `chunked` it then reads below HTTP_IN, and what one read
 * brought goes on in one piece.  Else, or with another filter between the two,
 * or with HttpProtocolOptions Unsafe, HTTP_IN does it all.
 *
 * What is no chunk ends the answer as an error, as with HTTP_IN.  A connection
 * with more behind the answer's end is not used again.  Trailers are dropped.
 *
 * A child, in the thread that serves the request; no lock is held.
 */
#ifndef GW_DECHUNK_H
#define GW_DECHUNK_H

#include <httpd.h>

/* mod_proxy's create_req: of rp, which stands for the answer. */
void gw_dechunk_add(request_rec *rp);

/* register_hooks. */
void gw_dechunk_register(void);

#endif
