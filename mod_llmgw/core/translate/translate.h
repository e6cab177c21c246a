/* SPDX-License-Identifier: Apache-2.0 */
/* translate.h - a request in one dialect, served by an upstream of another.
 *
 * A translation makes, of the body that the client sent, one of the dialect
 * that the upstream speaks, and of its answer one that the client knows.  It
 * knows nothing of the network, of attempts and of money: what it makes of the
 * body is read, bounded and rewritten for its route like any body
 * (gw_request_read, gw_bound_make, gw_rewrite), and what is counted is counted
 * in the upstream's own answer (gw_answer_t), before it is translated.
 *
 * What changes the meaning of a request and has no place in the target is
 * refused, with its path; what only tunes it is dropped, and named.  Which
 * member is which is the table in docs/translation.md.
 *
 * Bytes that are the client's own - arguments and schemas of tools, texts -
 * are copied as they are written, so the order of members and the spelling of
 * numbers stay.
 */
#ifndef GW_TRANSLATE_H
#define GW_TRANSLATE_H

#include "catalog.h"
#include "dialect_names.h"
#include "problem.h"
#include "request.h"
#include "text.h"
#include "usage.h"

#define GW_TRANSLATE_BODY   (64 << 20)  /* bytes that a body may become */
#define GW_TRANSLATE_ANSWER (16 << 20)  /* ... or a document */
#define GW_TRANSLATE_EVENT  (8 << 20)   /* ... or what one event becomes, with
                                           all that was held back before it */
#define GW_TRANSLATE_DROPPED 1024       /* bytes of x-llmgw-dropped */

/* ---- the request ----------------------------------------------------- */

/* What is to be sent. */
typedef struct gw_translated_t {
    gw_text_t body;             /* JSON in the upstream's dialect; its model
                                   is the client's word, which the rewrite
                                   replaces */
    gw_text_t dropped;          /* paths of what was dropped, each once, with
                                   ", " between; index-free:
                                   "messages[].name"; names that are no
                                   header text are left out */
    const struct gw_tool_names_t *names;    /* what the functions that are
                                   sent are to the client (responses_names.h);
                                   NULL: themselves */
    unsigned summary:1;         /* the client asked to read what the model
                                   thinks: reasoning.summary of a Responses
                                   request, neither absent nor null */
} gw_translated_t;

/* Translate the body of req, which was read and validated in the format of
 * the client's endpoint, for a model and the route it would go.  *out is all
 * zero at first.  Everything comes from pool; the text of req->body must
 * outlive it.  Returns 0, or the problem that *problem describes: always a 400
 * that names a path of the client's body (413 where the result is longer than
 * GW_TRANSLATE_BODY). */
typedef gw_problem_kind_t gw_translate_request_fn(gw_translated_t *out,
                                                  const gw_request_t *req,
                                                  const gw_model_t *model,
                                                  const gw_route_t *route,
                                                  gw_problem_t *problem,
                                                  apr_pool_t *pool);

/* ---- the answer ------------------------------------------------------ */

/* What an answer's translation is told, beside the answer. */
typedef struct gw_translate_about_t {
    const char *id;             /* the request's, "req_..."; the answer's own
                                   id is made of it */
    apr_int64_t created;        /* of the answer, epoch seconds */
    apr_int64_t prompt;         /* the prompt by estimate, tokens; what a
                                   stream begins with, until it is counted */
    const gw_request_t *req;    /* as the client sent it; its body may be gone
                                   by now: no place in it is looked at */
    gw_str_t model;             /* the client's word for the model, which
                                   stays; for an answer that names none */
    const struct gw_tool_names_t *names;    /* what the functions that the
                                   upstream was given are to the client
                                   (responses_names.h); NULL: themselves */
    gw_text_t *thinking;        /* what the model thought, signed, as blocks of
                                   the Messages API with a comma between: who
                                   reads them in the answer adds them, who
                                   writes what the client keeps takes them,
                                   and empties it; NULL: nobody keeps them */
    unsigned include_usage:1;   /* the client asked for it in the stream */
    unsigned summary:1;         /* the client asked to read what the model
                                   thinks */
    apr_pool_t *pool;           /* of the request */
} gw_translate_about_t;

/* What the upstream counted, as it stands in the answer and in buckets. */
typedef struct gw_translate_usage_t {
    const gw_counts_t *counts;  /* NULL: nothing was counted */
    const gw_usage_t *usage;    /* NULL: the counts give none.  An estimate
                                   never appears as what was counted. */
} gw_translate_usage_t;

/* Translate a whole document that is an answer, and no error.  Returns NULL,
 * or why it cannot be translated, as a sentence for the client. */
typedef const char *gw_translate_document_fn(gw_text_t *out,
                                             gw_str_t document,
                                             const gw_translate_about_t *about,
                                             const gw_translate_usage_t *usage);

/* A stream that is being translated: the translation's own. */
typedef struct gw_translator_t gw_translator_t;

/* A stream begins; *about is copied.  In about->pool. */
typedef gw_translator_t *gw_translate_start_fn(
                                             const gw_translate_about_t *about);

/* Translate one event: its data, whole and without "data: ", never "[DONE]",
 * never an error.  What it becomes is written to out: no byte, or whole events
 * with their blank lines.  Nothing is written before an event that carries
 * something a reader can see, so that another upstream can still be tried.
 * The end of the answer, its finish_reason or stop_reason, is kept for
 * gw_translate_end_fn.  Returns NULL, or why it cannot be translated, as a
 * sentence for the client: what this call wrote is void then, and nothing but
 * the event of an error follows, by gw_translate_fail_fn or
 * gw_problem_event(). */
typedef const char *gw_translate_event_fn(gw_translator_t *tr, gw_text_t *out,
                                          gw_str_t data);

/* The stream has come to its end in good order: write what ends it, with what
 * was counted.  Once.  Returns as above. */
typedef const char *gw_translate_end_fn(gw_translator_t *tr, gw_text_t *out,
                                        const gw_translate_usage_t *usage);

/* The stream cannot go on, or broke: write the event that ends it for a client
 * who knows an answer's state from its last event, with all that was written
 * so far.  code: a word, as "server_error"; message: a sentence; both plain
 * text.  Once, and nothing of tr is called after it; whatever the calls before
 * returned.  If out->full is set then, it could not be written whole. */
typedef void gw_translate_fail_fn(gw_translator_t *tr, gw_text_t *out,
                                  const char *code, const char *message);

/* A translation: constant. */
typedef struct gw_translation_t {
    const char *id;             /* what the ids of its answers begin with */
    gw_translate_request_fn *request;
    gw_translate_document_fn *document;
    gw_translate_start_fn *start;
    gw_translate_event_fn *event;
    gw_translate_end_fn *end;
    gw_translate_fail_fn *fail; /* NULL: the error event of the client's shape
                                   (gw_problem_event()) says all there is */
} gw_translation_t;

/* How a request of this endpoint is translated for another one of an upstream,
 * `at`.  NULL: it needs no translation, or there is none. */
const gw_translation_t *gw_translation(unsigned endpoint, unsigned at);

/* Ids of answers, in the pool: "chatcmpl-" or "msg_" and what stands behind
 * "req_" in the request's. */
const char *gw_translate_id(const char *prefix, const char *request_id,
                            apr_pool_t *pool);

/* ---- for translations ------------------------------------------------ */

/* Note that what stands at this path (with or without indices; it is written
 * without) was dropped. */
void gw_translate_drop(gw_translated_t *out, const char *path,
                       apr_pool_t *pool);

/* What is to become of a top-level member, or of a member of an inner object,
 * by the table of docs/translation.md. */
typedef enum {
    GW_MEMBER_UNKNOWN,          /* not in the table: it is dropped and named */
    GW_MEMBER_TAKEN,            /* translated */
    GW_MEMBER_QUIET,            /* dropped without a word */
    GW_MEMBER_DROPPED,          /* dropped and named */
    GW_MEMBER_REFUSED           /* 400, unless it is null, false or empty */
} gw_member_fate_t;

/* from: the client's endpoint; where: the plain path of what it stands in,
 * as "messages[]"; "": the body itself. */
gw_member_fate_t gw_translate_fate(gw_endpoint_t from, const char *where,
                                   gw_str_t member);

#endif
