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

/* The prompt by estimate (BILLING B6), tokens.  k: tokens per 1000 bytes. */
apr_int64_t gw_bound_prompt(const gw_request_t *req, const gw_model_t *model,
                            apr_int64_t k);

/* The part of it that is not text. */
apr_int64_t gw_bound_prompt_fixed(const gw_request_t *req,
                                  const gw_model_t *model);

#endif
