/* SPDX-License-Identifier: Apache-2.0 */
/* chain.h - two translations, one behind the other, as one.
 *
 * The first makes a body for a third endpoint out of the client's, the second
 * one for the upstream out of that; an answer takes the same way back.  What
 * stands between them is never sent and nobody's: a fault of it is told with
 * the client's word for what it was made of, and so is what is dropped of it.
 * The first is told of an upstream that takes all there is: what the true one
 * does not take is the second's matter.
 *
 * Held at a time: the body between, of GW_TRANSLATE_BODY bytes at most, while
 * a request is translated; what one event becomes, GW_TRANSLATE_EVENT; or a
 * document, GW_TRANSLATE_ANSWER.
 */
#ifndef GW_CHAIN_H
#define GW_CHAIN_H

#include "request_read.h"
#include "translate.h"

/* What a member of the body between is to the client. */
typedef struct gw_chain_name_t {
    const char *between;        /* a path without indices */
    const char *client;         /* that which it was made of */
} gw_chain_name_t;

typedef struct gw_chain_t {
    const gw_translation_t *first, *second;
    const gw_request_format_t *format;  /* of the body between */
    const gw_chain_name_t *names;       /* ends with one of NULLs */
    /* The model has thought, in about->thinking, be it without a word that can
     * be read: the first has to write where a client keeps it.  NULL: its
     * clients keep nothing. */
    void (*thought)(gw_translator_t *first, gw_text_t *out);
    const char *kept_in;        /* the client's member that holds it, which the
                                   first does not know */
} gw_chain_t;

/* As gw_translate_request_fn, gw_translate_document_fn and
 * gw_translate_start_fn, for a chain; *chain outlives the request.
 * A problem that the second finds names a member of the client's body only as
 * far as that is known: the path between stands in the sentence then. */
gw_problem_kind_t gw_chain_request(const gw_chain_t *chain,
                                   gw_translated_t *out,
                                   const gw_request_t *req,
                                   const gw_model_t *model,
                                   const gw_route_t *route,
                                   gw_problem_t *problem, apr_pool_t *pool);
const char *gw_chain_document(const gw_chain_t *chain, gw_text_t *out,
                              gw_str_t document,
                              const gw_translate_about_t *about,
                              const gw_translate_usage_t *usage);
gw_translator_t *gw_chain_start(const gw_chain_t *chain,
                                const gw_translate_about_t *about);

/* For a stream that gw_chain_start() began.  gw_chain_fail is for a chain
 * whose first translation writes how its stream failed. */
gw_translate_event_fn gw_chain_event;
gw_translate_end_fn gw_chain_end;
gw_translate_fail_fn gw_chain_fail;

#endif
