/* SPDX-License-Identifier: Apache-2.0 */
/* event_template.h - knowing an event again that differs in some values only.
 *
 * The chunks of one stream are the same bytes but for the generated text, and
 * perhaps a count, a time, padding, usage.  A template holds the bytes of one
 * event that was parsed, and what the reader told of it, value by value.  An
 * event that has the same bytes between those values that may differ would be
 * parsed into the same calls of the visitor, with other tokens: it costs a few
 * comparisons, a look at each such value, and those calls, or some of them.
 *
 * Which values may differ is learned: a string or a number in which a later
 * event differs may from then on, and so may an object or array that no rule
 * is for (logprobs).
 *
 * Property, fuzzed: what is told of an event that was known again is what
 * parsing tells.
 */
#ifndef GW_EVENT_TEMPLATE_H
#define GW_EVENT_TEMPLATE_H

#include "json.h"

#define GW_TEMPLATE_BYTES  768  /* of an event */
#define GW_TEMPLATE_MOST   0x7fffffff   /* ... and of one that fits */
#define GW_TEMPLATE_VALUES 48   /* what is told of one: scalars once,
                                   containers twice */
#define GW_TEMPLATE_DEPTH  16   /* containers within each other */
#define GW_TEMPLATE_ALONE  4    /* values that are told alone */

/* What the reader told, in its order. */
typedef struct gw_told_t {
    apr_uint16_t start, end;    /* of the value in the event's bytes; end is 0
                                   of a container that opens */
    apr_uint16_t index;
    unsigned char slot;
    unsigned kind:3;            /* of gw_json_kind_t */
    unsigned counted:1;         /* as gw_json_node_t's */
    unsigned opaque:1;          /* a container, told once and as a whole */
    unsigned differs:1;         /* it may */
    unsigned alone:1;           /* it may be told without the others */
} gw_told_t;

typedef struct gw_event_template_t {
    unsigned ready:1;           /* 0: there is none */
    unsigned whole:1;           /* a value may differ that is not told alone */
    unsigned char count;        /* of what was told, or one more: too much */
    unsigned char inside;       /* while one is noted: open containers in an
                                   opaque one */
    unsigned char depth;        /* ... and in all */
    unsigned char differing;    /* values that may differ ... */
    unsigned char alones;       /* ... and that are told alone */
    apr_uint16_t length;        /* of the event */
    apr_size_t text;            /* bytes that are counted and cannot differ */
    unsigned char alone[GW_TEMPLATE_ALONE];
    unsigned char differs[GW_TEMPLATE_VALUES];  /* which, in their order */
    gw_told_t told[GW_TEMPLATE_VALUES];
    char bytes[GW_TEMPLATE_BYTES];
} gw_event_template_t;

/* A value of an event.  There are many of them on the stack of each thread
 * that has had a stream: they are small. */
typedef struct gw_found_t {
    const char *p;
    apr_uint32_t n;             /* its bytes, quotes and brackets too */
    apr_uint32_t text:31;       /* of a string: after unescaping */
    apr_uint32_t escaped:1;
} gw_found_t;

/* An event that fits a template. */
typedef struct gw_fitting_t {
    apr_size_t length;          /* of the event */
    apr_size_t text;            /* bytes of it that are counted */
    gw_found_t value[GW_TEMPLATE_VALUES];   /* those that may differ */
} gw_fitting_t;

/* Forget it: the next event is noted, value by value as the reader (with
 * GW_JSON_EVERY) tells of it. */
void gw_event_template_start(gw_event_template_t *t);
void gw_event_template_note(gw_event_template_t *t, const gw_json_node_t *node);

/* The event [p, p + n) was whole, and valid, its JSON begins at data and
 * `text` bytes of it are text: it is known from now on.  alone: slots, as bits,
 * of which the visitor can be told without the rest.  Returns whether it is;
 * it is not if it is too long or told too much. */
int gw_event_template_learn(gw_event_template_t *t, const char *p,
                            apr_size_t n, apr_size_t data, apr_size_t text,
                            apr_uint64_t alone);

/* Does the event at p fit the template, and is it there to its end?  reader is
 * used for what is opaque. */
int gw_event_template_match(gw_fitting_t *fitting, gw_event_template_t *t,
                            gw_json_t *reader, const char *p, apr_size_t n);

/* Tell the visitor of the event, as in reading it (but of each node only slot,
 * kind, index, token, whole, escaped, text and whether end is 0 are set); or
 * of what may be told alone. */
void gw_event_template_tell(const gw_event_template_t *t,
                            const gw_fitting_t *fitting, int alone,
                            gw_json_visit_fn *visit, void *baton);

#endif
