/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite_responses.h - the body that goes to an upstream's Responses API. */
#ifndef GW_REWRITE_RESPONSES_H
#define GW_REWRITE_RESPONSES_H

#include "rewrite.h"

/* As gw_rewrite().  An answer is kept there unless `store` says no: so it is
 * put where it is absent or null, but for a route that may keep it.  Usage
 * comes without being asked for. */
void gw_rewrite_responses(gw_edits_t *edits, const gw_request_t *req,
                          const gw_rewrite_t *how, apr_pool_t *pool);

#endif
