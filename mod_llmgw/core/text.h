/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - a text that is being written, up to a bound.
 *
 * Nothing fails on the way: what does not fit is left out and noted, and who
 * writes looks at `full` once, at the end.  One thread at a time.
 */
#ifndef GW_TEXT_H
#define GW_TEXT_H

#include "gw.h"

typedef struct gw_text_t {
    char *p;                /* not terminated */
    char **kept;            /* the same, malloc'd: what the pool frees */
    apr_size_t n, size;
    apr_size_t most;        /* bytes that it may come to */
    unsigned full:1;        /* more was to be written: it is not whole */
} gw_text_t;

/* Empty; its memory is freed with the pool. */
void gw_text_init(gw_text_t *text, apr_size_t most, apr_pool_t *pool);

/* Empty it, and keep its memory for what is written next. */
static inline void gw_text_clear(gw_text_t *text)
{
    text->n = 0;
    text->full = 0;
}

/* Write these bytes; a string. */
void gw_text_add(gw_text_t *text, gw_str_t bytes);
void gw_text_put(gw_text_t *text, const char *string);

/* Write a number in decimal. */
void gw_text_number(gw_text_t *text, apr_int64_t n);

/* Write text as a JSON string with its quotes, as gw_json_quote() does; or
 * as a part of one, without them. */
void gw_text_quote(gw_text_t *text, gw_str_t plain);
void gw_text_escape(gw_text_t *text, gw_str_t plain);

/* Empty it, and give its memory back now. */
void gw_text_drop(gw_text_t *text);

/* Empty it; its memory is the caller's now, who frees it: text->n bytes as
 * they were before, or NULL. */
char *gw_text_take(gw_text_t *text);

/* What was written.  Valid until more is. */
static inline gw_str_t gw_text_str(const gw_text_t *text)
{
    gw_str_t s = { text->p, text->n };

    return s;
}

#endif
