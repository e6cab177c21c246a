/* SPDX-License-Identifier: Apache-2.0 */
/* dialect.h - all that differs from endpoint to endpoint and from dialect to
 * dialect, as rows of constant tables.
 *
 * A row of an endpoint (tbl/endpoints.h) is about the client's side: how its
 * request is read and bounded, how an error looks to it, at which endpoints of
 * upstreams it can be served.  A row of an endpoint at an upstream (dialect.c)
 * is about the upstream's side: which dialect has it, how the request is
 * rewritten, how the answer is read, what is hidden of it.  Nobody else asks
 * which endpoint or dialect it is: what a row does not say is the same for all
 * of them.
 *
 * docs/architecture.md says how to add one.  Any process and thread may read
 * the rows.
 */
#ifndef GW_DIALECT_H
#define GW_DIALECT_H

#include "answer.h"
#include "bound.h"
#include "catalog.h"
#include "dialect_names.h"
#include "problem.h"
#include "request_read.h"
#include "rewrite.h"
#include "unsigned.h"

/* ---- endpoints ------------------------------------------------------- */

typedef struct gw_endpoint_row_t {
    gw_shape_t shape;                   /* of errors, but for the envelope */
    unsigned translated;                /* mask of the endpoints that it is
                                           translated to (translate.h) */
    unsigned envelope:1;                /* it is below /api/v1, too */
    unsigned tidy:1;                    /* LLMGatewayAnswer tidy is for it */
    unsigned counts:1;                  /* it counts tokens, for nothing: it
                                           has no row and no place, and where
                                           no upstream counts, we estimate */
    unsigned no_output:1;               /* nothing is generated: only prompts
                                           are counted */
    unsigned along;                     /* mask of endpoints: who may use one
                                           of them may use this one */
    const gw_request_format_t *request; /* how the body is read */
    int (*bound)(gw_bound_t *bound, const gw_request_t *req,
                 const gw_model_t *model);  /* as gw_bound_make (bound.h) */
    const char *prompt, *max_tokens;    /* the members that hold the prompt
                                           and bound the output; NULL: there
                                           is none */
} gw_endpoint_row_t;

const gw_endpoint_row_t *gw_endpoint_row(gw_endpoint_t endpoint);

/* The k-th of the endpoints of upstreams at which a request of this endpoint
 * can be served: the endpoint itself, then those that it is translated to,
 * in the order of their table.  GW_ENDPOINTS: there are no more. */
gw_endpoint_t gw_endpoint_way(gw_endpoint_t endpoint, unsigned k);

/* Of a mask of endpoints that are allowed, 0 for all: is this one among them,
 * or does it come along with one? */
int gw_endpoint_allowed(unsigned mask, gw_endpoint_t endpoint);

/* All of them as "/v1/chat/completions, ...", in pool. */
const char *gw_endpoints_text(apr_pool_t *pool);

/* ---- dialects -------------------------------------------------------- */

#define GW_DIALECT_HEADERS 4

typedef struct gw_dialect_facts_t {
    gw_auth_t auth;             /* how a credential is sent if nobody says */
    const char *headers[GW_DIALECT_HEADERS]; /* of requests, which clients
                                   may send; NULL-ended, in lower case */
    const char *usual[2];       /* name and value of one that is sent where
                                   the client sent none; NULL: there is none */
    apr_status_t (*usage)(gw_usage_t *usage, const gw_counts_t *counts,
                          const gw_usage_rule_t *rule); /* what its counts
                                   mean: as gw_usage_openai (usage.h) */
} gw_dialect_facts_t;

const gw_dialect_facts_t *gw_dialect_facts(gw_dialect_t dialect);

/* Is it, in any letter case, the name of a request header that one of these
 * dialects has?  of: bits 1 << GW_DIALECT_...; ~0u: all. */
int gw_dialect_header(unsigned of, const char *name);

/* ---- an endpoint at an upstream -------------------------------------- */

typedef struct gw_dialect_row_t {
    gw_endpoint_t at;           /* the endpoint that is asked: its path, unless
                                   the upstream has another */
    gw_dialect_t dialect;       /* ... of upstreams that speak this one */
    void (*rewrite)(gw_edits_t *edits, const gw_request_t *req,
                    const gw_rewrite_t *how, apr_pool_t *pool);
    apr_status_t (*drop)(gw_text_t *out, gw_str_t body, int ids,
                         apr_pool_t *pool); /* what other models left: as
                                   gw_unsigned_drop (unsigned.h); NULL: they
                                   leave nothing */
    unsigned asks_usage:1;      /* in a stream it has to be asked for usage */
    const gw_answer_format_t *answer;   /* how its answer is read */
    unsigned shows;             /* what a document of it has, GW_SHOWS_* */
} gw_dialect_row_t;

/* How an upstream is asked for this endpoint.  NULL: none is, or it is no
 * endpoint. */
const gw_dialect_row_t *gw_dialect_row(unsigned at);

/* Those that an upstream of this dialect can be asked for, as a mask. */
unsigned gw_dialect_endpoints(gw_dialect_t dialect);

#endif
