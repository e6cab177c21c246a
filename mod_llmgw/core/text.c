/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - see text.h. */
#include "text.h"

#include <stdlib.h>

#include "json.h"
#include "number.h"

#define FIRST 512               /* bytes of the first piece of memory */

static apr_status_t free_text(void *data)
{
    char **kept = data;

    free(*kept);
    return APR_SUCCESS;
}

void gw_text_init(gw_text_t *text, apr_size_t most, apr_pool_t *pool)
{
    memset(text, 0, sizeof(*text));
    text->most = most;
    text->kept = apr_pcalloc(pool, sizeof(*text->kept));
    apr_pool_cleanup_register(pool, text->kept, free_text,
                              apr_pool_cleanup_null);
}

char *gw_text_take(gw_text_t *text)
{
    char *p = text->p;

    text->p = NULL;
    text->n = text->size = 0;
    text->full = 0;
    if (text->kept != NULL)
        *text->kept = NULL;
    return p;
}

void gw_text_drop(gw_text_t *text)
{
    free(gw_text_take(text));
}

/* Where n more bytes can be written; NULL: there is no room. */
static char *room(gw_text_t *text, apr_size_t n)
{
    apr_size_t wanted = text->n + n, size = text->size ? text->size : FIRST;
    char *bigger;

    if (text->full || n > text->most || wanted > text->most) {
        text->full = 1;
        return NULL;
    }
    if (wanted <= text->size)
        return text->p + text->n;
    while (size < wanted)
        size *= 2;
    bigger = realloc(text->p, size);
    if (bigger == NULL) {
        text->full = 1;
        return NULL;
    }
    text->p = *text->kept = bigger;
    text->size = size;
    return text->p + text->n;
}

void gw_text_add(gw_text_t *text, gw_str_t bytes)
{
    char *at = bytes.n > 0 ? room(text, bytes.n) : NULL;

    if (at == NULL)
        return;
    memcpy(at, bytes.p, bytes.n);
    text->n += bytes.n;
}

void gw_text_put(gw_text_t *text, const char *string)
{
    gw_str_t bytes = { string, strlen(string) };

    gw_text_add(text, bytes);
}

void gw_text_number(gw_text_t *text, apr_int64_t n)
{
    char digits[GW_NUMBER_TEXT], *end = gw_number_text(digits, n);

    gw_text_add(text, (gw_str_t){ digits, (apr_size_t)(end - digits) });
}

#define PIECE 256               /* bytes that are escaped at a time */

void gw_text_escape(gw_text_t *text, gw_str_t plain)
{
    char piece[6 * PIECE + 2];
    gw_str_t part, quoted = { piece + 1, 0 };

    for (; plain.n > 0; plain.p += part.n, plain.n -= part.n) {
        part.p = plain.p;
        part.n = plain.n < PIECE ? plain.n : PIECE;
        /* not within a character: it would not be one */
        while (part.n < plain.n && part.n > PIECE - 4
               && ((unsigned char)plain.p[part.n] & 0xc0) == 0x80)
            part.n--;
        quoted.n = gw_json_quote(piece, part) - 2;
        gw_text_add(text, quoted);
    }
}

void gw_text_quote(gw_text_t *text, gw_str_t plain)
{
    gw_text_put(text, "\"");
    gw_text_escape(text, plain);
    gw_text_put(text, "\"");
}
