/* SPDX-License-Identifier: Apache-2.0 */
/* said_stream.h - a stream of chat completion chunks, read event by event and
 * written as blocks. */
#ifndef GW_SAID_STREAM_H
#define GW_SAID_STREAM_H

#include "said_blocks.h"

typedef struct gw_said_stream_t {
    gw_said_end_t end;
    gw_text_t model;            /* as written by the upstream; empty: none */
    gw_blocks_t blocks;
    gw_said_read_t read;
} gw_said_stream_t;

/* Nothing was read yet; in the pool. */
void gw_said_stream_init(gw_said_stream_t *s, const gw_blocks_how_t *how,
                         void *writer, apr_pool_t *pool);

/* Read an event's data, and write what can be of it.  Returns NULL or why not,
 * as gw_translate_event_fn. */
const char *gw_said_stream_event(gw_said_stream_t *s, gw_text_t *out,
                                 gw_str_t data);

/* Read a whole document, and write all of it; its calls are one each.  Returns
 * as gw_said_stream_end(), which is not to be called then. */
const char *gw_said_stream_document(gw_said_stream_t *s, gw_text_t *out,
                                    gw_str_t document);

/* Nothing follows: write what is held.  Returns as above; the end was no
 * failure if it is NULL. */
const char *gw_said_stream_end(gw_said_stream_t *s, gw_text_t *out);

/* Why it cannot be translated, with what was written to out looked at. */
const char *gw_said_stream_why(gw_said_stream_t *s, const gw_text_t *out);

#endif
