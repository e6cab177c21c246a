/* SPDX-License-Identifier: Apache-2.0 */
/* signed.h - what Claude thought, on its way through a client of /v1/responses.
 *
 * The Messages API wants the thinking that led to a call of a tool back with
 * its signature, unchanged, or it does not go on thinking.  A client of
 * /v1/responses gets the blocks as the encrypted_content of a reasoning item
 * and sends that back.  It proves nothing: what comes back is read as any
 * client's JSON is, and only what such a block has is written.
 */
#ifndef GW_SIGNED_H
#define GW_SIGNED_H

#include "text.h"

#define GW_SIGNED_MARK "llmgw1:s:"

/* Blocks by the first call of the message that they begin. */
typedef struct gw_signed_t gw_signed_t;

/* Write blocks, objects of JSON with a comma between, as encrypted_content,
 * without quotes. */
void gw_signed_seal(gw_text_t *out, gw_str_t blocks);

/* What a body for /v1/responses gives back, which gw_request_read() took, in
 * the pool; NULL: nothing.  Blocks that do not stand before all that their
 * message says are none, nor are any others of that message: they could not be
 * put back as they were. */
const gw_signed_t *gw_signed_collect(gw_str_t body, apr_pool_t *pool);

/* The blocks of the message whose first call has this id, as given to
 * gw_signed_seal(); n is 0: there are none. */
gw_str_t gw_signed_find(const gw_signed_t *blocks, gw_str_t call_id);

#endif
