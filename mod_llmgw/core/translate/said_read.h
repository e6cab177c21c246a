/* SPDX-License-Identifier: Apache-2.0 */
/* said_read.h - what an answer of chat completions says, a chunk of a
 * stream or a whole document, as pieces in the order that blocks have.
 *
 * Nothing is copied: a piece is a place in the text, as it is written there,
 * so that a string of one document becomes a string of another byte by byte.
 *
 * Source: OpenAI's chat completion objects; reasoning_content of DeepSeek,
 * Bailian and others, reasoning of OpenRouter and vLLM, thinking of Ollama
 * and, as content parts, of Mistral.
 */
#ifndef GW_SAID_READ_H
#define GW_SAID_READ_H

#include "json.h"
#include "said_template.h"
#include "text.h"

#define GW_SAID_MOST 100000     /* pieces of one event or document */

typedef enum {
    GW_SAID_THINKING, GW_SAID_TEXT, GW_SAID_REFUSAL, GW_SAID_CALL,
    GW_SAID_KINDS
} gw_said_kind_t;

#define GW_SAID_NO_INDEX -1     /* of a call */
#define GW_SAID_FUNCTION -2     /* it is a function_call, as of old */

/* A piece.  Strings are without their quotes, escaped as they are written. */
typedef struct gw_said_t {
    gw_said_kind_t kind;
    int index;                  /* of a call: it, or one of the two above */
    gw_str_t text;              /* not empty; of a call: its arguments */
    gw_str_t id, name;          /* of a call; empty: not said */
    unsigned is_object:1;       /* the arguments are no string, but an object:
                                   text is its bytes */
    unsigned fresh:1;           /* a call that the one before it in this event
                                   cannot be */
} gw_said_t;

/* What reads: one event or document after the other. */
typedef struct gw_said_read_t {
    gw_said_t *said;            /* of the last one that was read: pieces ... */
    unsigned count;
    gw_str_t model;             /* ... model and finish_reason, as written; */
    gw_str_t finish;            /* empty: not said */
    unsigned refusals:1;        /* a refusal is no text: who reads sets it */
    /* while reading */
    unsigned size;
    gw_said_t **kept;           /* the pieces, malloc'd: the pool frees them */
    apr_status_t rv;
    gw_str_t text;
    gw_text_t mended;
    gw_str_t thought[3], choice_finish, padding;
    unsigned choice_at, part_at;/* first piece of the choice, of the part */
    int choice;                 /* its index, or -1 */
    unsigned skip:1;            /* a second delta of a choice */
    unsigned thinks:1;          /* the part is a thought */
    unsigned calls:1;           /* inside a call */
    gw_said_t known;            /* what a chunk of the template says */
    gw_json_t json;             /* these two are large */
    gw_said_template_t template;
} gw_said_read_t;

/* Ready; in the pool. */
void gw_said_read_init(gw_said_read_t *r, apr_pool_t *pool);

/* Read an event's data or a document: the first choice of it.  The places are
 * valid until the next call, as long as data is.  What is no UTF-8 in it, or a
 * raw control byte in a string, is mended.  APR_EINVAL: it is no JSON;
 * APR_ENOSPC: more than GW_SAID_MOST pieces, or it is longer mended than
 * GW_TRANSLATE_ANSWER; APR_ENOMEM. */
apr_status_t gw_said_read(gw_said_read_t *r, gw_str_t data);

#endif
