/* SPDX-License-Identifier: Apache-2.0 */
/* problem.h - what is wrong with a request, as a value that goes up to the
 * one place that makes an HTTP answer of it (reply.c). */
#ifndef GW_PROBLEM_H
#define GW_PROBLEM_H

#include "gw.h"

typedef enum {
    GW_PROBLEM_NONE,
#define P(name, status, code, type, a_status, a_type, retry) GW_P_##name,
#include "tbl/problems.h"
#undef P
    GW_PROBLEMS
} gw_problem_kind_t;

typedef enum {
    GW_RETRY_NO, GW_RETRY_AFTER, GW_RETRY_NEVER, GW_RETRY_AGAIN
} gw_retry_t;

typedef struct gw_problem_t {
    gw_problem_kind_t kind;
    const char *message;    /* whole sentences: what, and what to do */
    const char *param;      /* the member or header meant, or NULL */
    int retry_after;        /* seconds, for GW_RETRY_AFTER; at least 1 */
    const char *allow;      /* GW_P_METHOD_NOT_ALLOWED: for Allow */
    const char *log;        /* what only the log is told, or NULL */
    int status;             /* in place of the kind's, in every shape; or 0 */
    const char *details;    /* a JSON object that tells Anthropic's clients
                               the cause, their error.details; or NULL */
} gw_problem_t;

/* What all problems of a kind have in common: a row of tbl/problems.h. */
typedef struct gw_problem_row_t {
    int status;
    const char *code, *type;
    int anthropic_status;
    const char *anthropic_type;
    gw_retry_t retry;
} gw_problem_row_t;

/* There is no memory for a request body now: GW_P_OVERLOADED. */
gw_problem_kind_t gw_problem_no_memory(gw_problem_t *p);

/* The row of a kind; constant. */
const gw_problem_row_t *gw_problem_row(gw_problem_kind_t kind);

/* Fill in a problem; message and param must outlive it.  Returns kind, so
 * that "return gw_problem(...)" reads as a refusal; callers test != 0. */
gw_problem_kind_t gw_problem(gw_problem_t *p, gw_problem_kind_t kind,
                             const char *param, const char *message);

/* The shapes an error is written in.  RESPONSES: OpenAI's, but for the event
 * that ends a stream. */
typedef enum {
    GW_SHAPE_OPENAI, GW_SHAPE_ANTHROPIC, GW_SHAPE_ENVELOPE, GW_SHAPE_RESPONSES
} gw_shape_t;

/* What else the clients of a shape expect. */
typedef struct gw_shape_row_t {
    const char *mark;       /* a header of every request of theirs; NULL:
                               there is none that others have not */
    const char *id_header;  /* of answers, beside x-request-id; NULL: none */
    const char *dated[2][3]; /* ... and beside x-ratelimit-*, whose resets are
                               dates: limit, remaining and reset of requests,
                               of tokens; NULL: none */
    const char *base_url;   /* how theirs is to be, as the end of a sentence
                               that begins "The base_url of" */
    const char *id;         /* what an answer's id begins with, where we make
                               one for an error that repeats it; NULL: none */
    unsigned named_events:1; /* what a stream ends with is an event that has
                               a name: an error without one is not seen */
    unsigned streams_overflow:1; /* in a stream, and only there, they act on a
                               context that is too short: it is told in an
                               event, and the status is 200 */
} gw_shape_row_t;

/* The row of a shape; constant. */
const gw_shape_row_t *gw_shape_row(gw_shape_t shape);

/* The HTTP status of a problem in a shape. */
int gw_problem_status(const gw_problem_t *p, gw_shape_t shape);

/* The error as JSON, in the pool.  request_id: for Anthropic's shape, or
 * NULL. */
const char *gw_problem_json(const gw_problem_t *p, gw_shape_t shape,
                            const char *request_id, apr_pool_t *pool);

/* What is known of a stream that an error ends; its event repeats what its
 * shape knows of. */
typedef struct gw_broken_t {
    const char *request_id;     /* ours, or NULL */
    const char *id, *model;     /* of the answer, plain text; NULL: null */
    apr_int64_t created;        /* of the answer, epoch seconds */
    apr_int64_t number;         /* of the event in the stream; -1: not known,
                                   and not told */
} gw_broken_t;

/* The error as the last event of a stream that was cut, in the pool: with its
 * event: and data: lines and the blank one. */
const char *gw_problem_event(const gw_problem_t *p, gw_shape_t shape,
                             const gw_broken_t *broken, apr_pool_t *pool);

/* The error as it is told in a response whose status is "failed", in words
 * that agents act on.  What must not be sent again unchanged is an
 * invalid_prompt, since they repeat whatever they do not know; too often is
 * told with the time to wait, in seconds.  Plain text, in the pool or p's. */
const char *gw_problem_failed_code(const gw_problem_t *p);
const char *gw_problem_failed_message(const gw_problem_t *p, apr_pool_t *pool);

#endif
