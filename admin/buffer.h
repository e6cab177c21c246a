/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.h - text that grows: an answer while it is written. */
#ifndef GW_BUFFER_H
#define GW_BUFFER_H

#include "gw.h"

/* Begin with all members zero; end with gw_buffer_take. */
typedef struct gw_buffer_t {
    char *text;                 /* of malloc: what a pool outgrows, it keeps */
    apr_size_t n, room;
} gw_buffer_t;

/* Room for n more bytes, which the caller writes there and adds to b->n.
 * Like a pool, it ends the process where there is no memory. */
char *gw_buffer_room(gw_buffer_t *b, apr_size_t n);

void gw_buffer_put(gw_buffer_t *b, const char *text, apr_size_t n);
void gw_buffer_puts(gw_buffer_t *b, const char *text);

/* The text, terminated, in the pool; the buffer is empty again. */
const char *gw_buffer_take(gw_buffer_t *b, apr_pool_t *pool);

#endif
