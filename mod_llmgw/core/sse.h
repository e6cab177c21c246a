/* SPDX-License-Identifier: Apache-2.0 */
/* sse.h - where the events of a text/event-stream end, and their data.
 *
 * Source: WHATWG HTML, 9.2.6 "Interpreting an event stream".  Line ends are
 * LF, CRLF, CR and mixtures; the stream may be cut at any byte.  The reader
 * keeps no event: data goes to a function as it comes.
 */
#ifndef GW_SSE_H
#define GW_SSE_H

#include "gw.h"

#define GW_SSE_NAME 31          /* bytes of an event's name that are kept */

typedef enum {
    GW_SSE_MORE,    /* everything was used, the event goes on */
    GW_SSE_EVENT,   /* an event ends with the bytes used */
    GW_SSE_TAIL     /* one LF was used that belongs to the event before: its
                       CR had been the last byte of a feed */
} gw_sse_result_t;

/* Called for each piece of an event's data, in order and as it comes; between
 * the data of two lines stands a piece of "\n". */
typedef void gw_sse_data_fn(void *baton, const char *p, apr_size_t n);

typedef struct gw_sse_t {
    gw_sse_data_fn *data;
    void *baton;
    unsigned char state, field_len;
    unsigned skip_lf:1;         /* a CR came: a LF belongs to it */
    unsigned event_lf:1;        /* ... and that CR ended an event */
    unsigned fresh:1;           /* the event before is done: forget it */
    unsigned begun:1;           /* the stream's first line is over */
    unsigned data_lines;        /* of the event being read */
    unsigned char name_len;
    char field[12];
    char name[GW_SSE_NAME + 1]; /* its event: field, terminated */
} gw_sse_t;

/* Ready for a stream, whose data goes to data(baton, ...). */
void gw_sse_start(gw_sse_t *s, gw_sse_data_fn *data, void *baton);

/* Read up to the end of the next event, at most n bytes; *used is how many were
 * read.  See the results above. */
gw_sse_result_t gw_sse_feed(gw_sse_t *s, const char *p, apr_size_t n,
                            apr_size_t *used);

#endif
