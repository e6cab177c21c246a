/* SPDX-License-Identifier: Apache-2.0 */
/* unsigned.h - thinking that no Claude has signed, in a body of Messages.
 *
 * A thinking block of another model, whose answer was translated, bears a
 * signature that begins with GW_UNSIGNED.  A conversation that goes on with
 * Claude has it still, and Claude answers a signature that is not its own by
 * 400.
 */
#ifndef GW_UNSIGNED_H
#define GW_UNSIGNED_H

#include "text.h"

#define GW_UNSIGNED "llmgw1:"

/* Write the body without the blocks of its messages that are signed so, and
 * without messages of which nothing is left; all other blocks keep their
 * bytes.  APR_EINVAL: body is no JSON; APR_ENOSPC: it has too many values
 * (json_tree.h) or there is no room in out; nothing is to be used of it then.
 */
apr_status_t gw_unsigned_drop(gw_text_t *out, gw_str_t body,
                              apr_pool_t *pool);

#endif
