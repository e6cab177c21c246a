/* SPDX-License-Identifier: Apache-2.0 */
/* sse_template.h - knowing an event again that differs in its text only.
 *
 * The chunks of one stream are the same bytes but for the generated text
 * (and, from OpenAI, a string of padding and the event's number).  What was
 * read of one of them is true of all that have the same bytes around those, so
 * such an event costs a few comparisons instead of a parse.
 */
#ifndef GW_SSE_TEMPLATE_H
#define GW_SSE_TEMPLATE_H

#include "gw.h"

#define GW_TEMPLATE_BYTES 1024  /* of an event, without its placeholders */
#define GW_PLACEHOLDERS 3

/* A string that differs from event to event, or a count: where its bytes stand
 * in one, without the quotes. */
typedef struct gw_placeholder_t {
    apr_size_t start, end;
    enum { GW_HOLDS_PADDING, GW_HOLDS_TEXT, GW_HOLDS_NUMBER } holds;
} gw_placeholder_t;

typedef struct gw_sse_template_t {
    unsigned placeholders;      /* 0: there is no template */
    int holds[GW_PLACEHOLDERS]; /* of each: GW_HOLDS_... */
    apr_size_t part[GW_PLACEHOLDERS + 1];   /* lengths of what is between */
    apr_size_t length;          /* of all parts */
    char bytes[GW_TEMPLATE_BYTES];  /* the parts, one after the other */
} gw_sse_template_t;

/* Make a template of the event [p, p + n) with its `count` placeholders, at
 * most GW_PLACEHOLDERS, in the order of their places.  There is none if the
 * event is too long. */
void gw_sse_template_learn(gw_sse_template_t *t, const char *p, apr_size_t n,
                           const gw_placeholder_t *placeholders,
                           unsigned count);

/* The length of the whole event at p if it fits the template; 0: it does not,
 * or does not end within n bytes, or a placeholder's string has an escape, or
 * its number more than 18 digits.  *text gets the bytes of generated text,
 * *number the last number, and stays if there is none. */
apr_size_t gw_sse_template_match(const gw_sse_template_t *t, const char *p,
                                 apr_size_t n, apr_size_t *text,
                                 apr_int64_t *number);

#endif
