/* SPDX-License-Identifier: Apache-2.0 */
/* strip_reasoning.h - LLMGatewayAnswer tidy: plain chat answers without the
 * reasoning.
 *
 * Cut are message.reasoning_content and message.reasoning, and tool_calls
 * and function_call where they are null or empty; an empty text as content,
 * beside calls that are there, becomes null.  Nothing else changes, and no
 * text does.
 */
#ifndef GW_STRIP_REASONING_H
#define GW_STRIP_REASONING_H

#include "gw.h"

/* Change *text, *n bytes that were malloc'd; it may be other memory then, of
 * the same kind.  Returns whether anything changed: a text that is no JSON
 * document stays as it is, and so does one for which there is no memory. */
int gw_strip_reasoning(char **text, apr_size_t *n, apr_pool_t *pool);

#endif
