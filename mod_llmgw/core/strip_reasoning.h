/* SPDX-License-Identifier: Apache-2.0 */
/* strip_reasoning.h - LLMGatewayAnswer tidy: plain chat answers without the
 * reasoning.
 *
 * Cut are message.reasoning_content and message.reasoning, and tool_calls
 * and function_call where they are null or empty.  content never changes,
 * and nothing else does.
 */
#ifndef GW_STRIP_REASONING_H
#define GW_STRIP_REASONING_H

#include "gw.h"

/* Cut in place; returns the new length.  A text that is no JSON document
 * stays as it is. */
apr_size_t gw_strip_reasoning(char *text, apr_size_t n, apr_pool_t *pool);

#endif
