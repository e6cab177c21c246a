/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite_input.h - bodies that go to /v1/completions, /v1/embeddings and
 * /v1/rerank of an upstream. */
#ifndef GW_REWRITE_INPUT_H
#define GW_REWRITE_INPUT_H

#include "rewrite.h"

/* As gw_rewrite(), for completions: whoever takes a bound takes it as
 * max_tokens, and there is no message that an instruction could be put to. */
void gw_rewrite_completions(gw_edits_t *edits, const gw_request_t *req,
                            const gw_rewrite_t *how, apr_pool_t *pool);

/* The same where nothing is generated. */
void gw_rewrite_input(gw_edits_t *edits, const gw_request_t *req,
                      const gw_rewrite_t *how, apr_pool_t *pool);

#endif
