/* SPDX-License-Identifier: Apache-2.0 */
/* bound.h - how much a request can cost at most, as far as its body tells,
 * and what to take for its prompt where nobody counts it. */
#ifndef GW_BOUND_H
#define GW_BOUND_H

#include "catalog.h"
#include "request.h"

#define GW_HEADROOM 512         /* tokens that templates add to a prompt */

/* The upper bounds of BILLING B9.  Returns 0 if there is none: the model
 * does not say its limits and the body does not bound it either. */
int gw_bound_make(gw_bound_t *bound, const gw_request_t *req,
                  const gw_model_t *model);

/* The same of a rerank, with the search units that it may be billed by where
 * its upstream counts no tokens.  Cohere's rule is taken as the widest there
 * is: a unit is a query with up to 100 documents, and a document that is longer
 * than 500 tokens together with the query is split into chunks that count as
 * one each (Cohere's page of prices).  The query is cut to 256 tokens (its best
 * practices for reranking), so that no chunk but the last takes fewer than 244
 * of its document.  A token is at least a byte; the query is counted beside
 * each document, for who splits both together; what the model's context is
 * does not matter, since longer documents are split, not refused. */
int gw_bound_rerank(gw_bound_t *bound, const gw_request_t *req,
                    const gw_model_t *model);

/* The bound to put into a body whose client sent none: the least of `most`
 * (0: none) and, where one of the policies has a token window, of the model's
 * limit and what the whole window holds beside a prompt of that many tokens,
 * by choices; at least 1.  0: none is to be put.  most: of gw_bound_most. */
apr_int64_t gw_bound_put(const gw_model_t *model,
                         const gw_policy_t *const policy[2],
                         apr_int64_t most, apr_int64_t prompt,
                         apr_int64_t n);

/* The least of `here` and the max_output_tokens of two policies; 0: none. */
apr_int64_t gw_bound_most(const gw_policy_t *const policy[2],
                          apr_int64_t here);

/* What prompt and output take of the token windows of two policies, all
 * choices of it.  req->max_tokens -1: no bound was sent or put, and `expected`
 * counts, what an answer of the model comes to; or, if what was sent cannot be
 * read, the model's limit, else the window.  Where the client sent none it is
 * at most what the window holds beside a prompt that fits it.  A prompt that
 * alone is larger than a window takes more than that has. */
apr_int64_t gw_bound_tokens(const gw_model_t *model,
                            const gw_policy_t *const policy[2],
                            const gw_request_t *req, apr_int64_t prompt,
                            apr_int64_t expected);

/* The prompt by estimate (BILLING B6), tokens.  k: tokens per 1000 bytes. */
apr_int64_t gw_bound_prompt(const gw_request_t *req, const gw_model_t *model,
                            apr_int64_t k);

/* The part of it that is not text. */
apr_int64_t gw_bound_prompt_fixed(const gw_request_t *req,
                                  const gw_model_t *model);

#endif
