/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.c - see buffer.h. */
#include "buffer.h"

#include <stdlib.h>

#include <apr_strings.h>

char *gw_buffer_room(gw_buffer_t *b, apr_size_t n)
{
    if (n > b->room - b->n) {
        b->room = b->room * 2 + n + 4096;
        b->text = realloc(b->text, b->room);
        if (b->text == NULL)
            abort();
    }
    return b->text + b->n;
}

void gw_buffer_put(gw_buffer_t *b, const char *text, apr_size_t n)
{
    memcpy(gw_buffer_room(b, n), text, n);
    b->n += n;
}

void gw_buffer_puts(gw_buffer_t *b, const char *text)
{
    gw_buffer_put(b, text, strlen(text));
}

const char *gw_buffer_take(gw_buffer_t *b, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, b->n + 1);

    if (b->n > 0)
        memcpy(out, b->text, b->n);
    out[b->n] = '\0';
    free(b->text);
    memset(b, 0, sizeof(*b));
    return out;
}
