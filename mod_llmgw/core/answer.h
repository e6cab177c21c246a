/* SPDX-License-Identifier: Apache-2.0 */
/* answer.h - what an upstream's answer says that concerns the bill.
 *
 * An answer is read as it passes: one JSON document or a stream of events,
 * in any cut.  Nothing is kept of it but counts.  A fault in it stops the
 * reading of that event, never the relay.
 */
#ifndef GW_ANSWER_H
#define GW_ANSWER_H

#include "event_template.h"
#include "json.h"
#include "sse.h"
#include "usage.h"

#define GW_ANSWER_MARK 6        /* bytes of "[DONE]" */
#define GW_ANSWER_ID   79       /* bytes of an answer's own id that is kept */
#define GW_ANSWER_TEMPLATES 2   /* kinds of events that are known again */
#define GW_ANSWER_LAST 3        /* names of a last event, and NULL */

/* Members that make a document an answer. */
#define GW_SHOWS_LIST    0x01   /* data or output is an array */
#define GW_SHOWS_CONTENT 0x02   /* content is one */
#define GW_SHOWS_TOKENS  0x04   /* input_tokens is there */
#define GW_SHOWS_CHOICES 0x08   /* choices has one, or is empty and tokens of
                                   a prompt were counted */

/* Streams may tell a text more than once: in pieces, whole, and again with all
 * that stands around it.  Which telling an event's text is part of. */
typedef enum {
    GW_TELLS_PIECES, GW_TELLS_TEXT, GW_TELLS_PART, GW_TELLS_ITEM,
    GW_TELLS_ALL,
    GW_TELLINGS,
    GW_TELLS_NOTHING = GW_TELLINGS  /* none: it is no text */
} gw_telling_t;

/* What is known of one event, or of the whole document if it is one. */
typedef struct gw_event_t {
    apr_size_t bytes;           /* so far, its terminator too */
    apr_size_t text;            /* bytes of generated text in it that no
                                   event told before; of a document: so far */
    unsigned data:1;            /* it has data: not only comments */
    unsigned done:1;            /* the last one: data: [DONE], or the one that
                                   the format calls so */
    unsigned usage:1;           /* it bears a usage object */
    unsigned choice:1;          /* it bears a choice */
    unsigned no_choices:1;      /* its choices are an empty array */
    unsigned finish:1;          /* it bears a finish_reason */
    unsigned ends:1;            /* a part of the answer ends with it: text, a
                                   tool call */
    unsigned error:1;           /* it bears an error; a document: or says
                                   that it is none of success */
    unsigned head:1;            /* it is the head of an answer, usage or not */
    unsigned opening:1;         /* the first one with choices, or one before
                                   it, and it delivers nothing */
    unsigned telling:3;         /* of gw_telling_t */
    unsigned thinks:1;          /* its text is reasoning ... */
    unsigned says:1;            /* ... and there is some */
} gw_event_t;

/* One format of answers: where to look in an event and in a document, and who
 * notes what is found there, with the gw_answer_t as baton. */
typedef struct gw_answer_format_t {
    const gw_json_schema_t *event, *document;
    gw_json_visit_fn *visit;
    /* Is an event that bears usage and no error nothing to a client who did
     * not ask for usage?  It is in so many pieces; another: one was hidden. */
    int (*hides)(const gw_event_t *ev, int another, const gw_str_t *pieces,
                 unsigned count);
    const char *last[GW_ANSWER_LAST];   /* what the last event of a stream may
                                   be called in its event: line; then NULL */
    unsigned retells:1;         /* its streams tell a text more than once */
    apr_uint64_t alone;         /* slots, as bits, of which an event may be
                                   told without the rest, where it says nothing
                                   but text: text and the event's number */
} gw_answer_format_t;

extern const gw_answer_format_t gw_answer_openai;   /* answer_openai.c */
extern const gw_answer_format_t gw_answer_rerank;   /* ... of ranks */
extern const gw_answer_format_t gw_answer_anthropic; /* answer_anthropic.c */
extern const gw_answer_format_t gw_answer_responses; /* answer_responses.c */

typedef struct gw_answer_t {
    const gw_answer_format_t *format;
    gw_event_t event;
    gw_counts_t counts;         /* of all usage objects so far */
    apr_uint64_t started[2], finished[2]; /* choices by index, as bits */
    unsigned sse:1;
    unsigned done:1;            /* the last event came */
    unsigned error:1;           /* an error came */
    unsigned reasoning:1;       /* reasoning text came */
    unsigned any_data:1;        /* an event with choices was read */
    unsigned counted:1;         /* the latest event counted tokens for no
                                   choice, as a last one does */
    unsigned shows:3;           /* GW_SHOWS_*, of a document, but for its
                                   choices */
    unsigned marks:2;           /* bytes of a byte order mark, or 3 */
    apr_uint64_t id_hash;       /* FNV-1a of the answer's own id, 0: none */
    char id[GW_ANSWER_ID + 1];  /* it; "": there is none, or it is longer */
    apr_int64_t number;         /* that the latest event of a stream gave as
                                   its own; -1: none did */
    struct {
        apr_size_t text[GW_TELLINGS];
        apr_size_t most;        /* the largest of them: so much was told */
    } told;                     /* by the events so far */
    /* reading */
    struct {
        apr_uint64_t started[2], finished[2];
        gw_counts_t counts;
        apr_int64_t number;
    } before;                   /* the event, which may be cut off */
    gw_sse_t lines;
    unsigned choice, choices;   /* index of the choice being read */
    unsigned choice_finished:1;
    unsigned beyond:1;          /* it is none of those that are told apart */
    unsigned char mark_len;
    char mark[GW_ANSWER_MARK];  /* the data's first bytes */
    const char *base;           /* the event, if it began in this call */
    apr_size_t data_at;         /* where its data begins */
    unsigned latest;            /* template: the one that fitted last */
    gw_json_t json;             /* what follows is large, and not cleared */
    gw_event_template_t template[GW_ANSWER_TEMPLATES];
    gw_event_t like[GW_ANSWER_TEMPLATES];   /* the event that was learned */
    /* of a usage object that lists the calls behind it: of one, of all */
    apr_int64_t part[GW_COUNTS], sum[GW_COUNTS];
} gw_answer_t;

/* Ready for an answer of this format: a stream of events, or a document. */
void gw_answer_start(gw_answer_t *a, const gw_answer_format_t *format,
                     int sse);

/* A stream: read up to the end of the next event.  After GW_SSE_EVENT
 * a->event tells of it, until the next call; after GW_SSE_TAIL still. */
gw_sse_result_t gw_answer_next(gw_answer_t *a, const char *p, apr_size_t n,
                               apr_size_t *used);

/* Of the event that is being read: the bytes of generated text so far that no
 * event told before. */
apr_size_t gw_answer_text(const gw_answer_t *a);

/* The stream ends.  Returns whether an event without its blank line is left;
 * a->event tells of it.  One that is not whole JSON counted nothing, and
 * finished nothing. */
int gw_answer_last(gw_answer_t *a);

/* The stream breaks off: the event that was being read, if any, is as good as
 * never begun. */
void gw_answer_cut(gw_answer_t *a);

/* A document: read more of it, a byte order mark too; it ends.  APR_EINVAL: it
 * is not whole JSON. */
void gw_answer_feed(gw_answer_t *a, const char *p, apr_size_t n);
apr_status_t gw_answer_end(gw_answer_t *a);

/* Does the document, as far as it was read, have what makes it an answer (one
 * GW_SHOWS_*), and no error? */
int gw_answer_is(const gw_answer_t *a, unsigned shows);

/* Did the stream come to its end: its last event, or a finish_reason for each
 * of n choices? */
int gw_answer_complete(const gw_answer_t *a, apr_int64_t n);

/* Has each choice that began its finish_reason?  One has to have begun. */
int gw_answer_finished(const gw_answer_t *a);

/* Its HTTP body has ended in good order: was that its end?  Its last event,
 * or a finish_reason for each choice that began, or tokens counted at last. */
int gw_answer_ended(const gw_answer_t *a);

/* FNV-1a of an answer's own id; never 0. */
apr_uint64_t gw_answer_id_hash(gw_str_t id);

#endif
