/* SPDX-License-Identifier: Apache-2.0 */
/* unsigned.h - what other models have left in a body of Messages or Responses.
 *
 * A thinking block of another model, whose answer was translated, bears a
 * signature that begins with GW_UNSIGNED, and a call the id that its vendor
 * made up, as Kimi's "functions.f:0".  A conversation that goes on with Claude
 * has them still.  Claude answers a signature that is not its own by 400, and
 * an id that has other letters than its own ones have, or that came before
 * (Anthropic, "Tool use").  Items of reasoning of Responses have in their
 * encrypted_content what blocks have in their signature, and OpenAI refuses it
 * likewise.
 */
#ifndef GW_UNSIGNED_H
#define GW_UNSIGNED_H

#include "json.h"
#include "text.h"

#define GW_UNSIGNED "llmgw1:"

/* Is the value a string that begins with GW_UNSIGNED? */
int gw_unsigned_is(const gw_json_node_t *node);

/* Is it an id such as Claude takes: of letters, digits, '_' and '-'?  id:
 * without JSON's escapes. */
int gw_unsigned_takes_id(gw_str_t id);

/* Write the body, which gw_request_read() took, without the blocks of its
 * messages that are signed so, and without messages of which nothing is left.
 * ids: calls whose ids are others get one that stays the same when the
 * conversation goes on, and their results with them.  All else keeps its
 * bytes.  APR_EINVAL: it is no JSON, or has no messages; APR_ENOSPC: it has too
 * many values (json_tree.h) or there is no room in out; nothing is to be used
 * of it then. */
apr_status_t gw_unsigned_drop(gw_text_t *out, gw_str_t body, int ids,
                              apr_pool_t *pool);

/* The same for Responses: without the items of reasoning that other models
 * left.  ids does not matter.  APR_EINVAL: it is no JSON, or no item would be
 * left. */
apr_status_t gw_unsigned_drop_items(gw_text_t *out, gw_str_t body, int ids,
                                    apr_pool_t *pool);

#endif
