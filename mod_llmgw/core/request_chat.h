/* SPDX-License-Identifier: Apache-2.0 */
/* request_chat.h - the body of a chat. */
#ifndef GW_REQUEST_CHAT_H
#define GW_REQUEST_CHAT_H

#include "request_read.h"

extern const gw_request_format_t gw_request_chat;

#endif
