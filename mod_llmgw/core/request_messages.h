/* SPDX-License-Identifier: Apache-2.0 */
/* request_messages.h - the body of Anthropic's Messages, and of what counts
 * their tokens. */
#ifndef GW_REQUEST_MESSAGES_H
#define GW_REQUEST_MESSAGES_H

#include "request_read.h"

extern const gw_request_format_t gw_request_messages;

/* The same without max_tokens and stream. */
extern const gw_request_format_t gw_request_count_tokens;

#endif
