/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_messages_request.c - a body for /v1/messages, as a chat: see to_chat.h. */
#include "request_messages.h"

#define FORMAT    &gw_request_messages
#define TRANSLATE gw_messages_request

#include "to_chat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return translate_one(data, size);
}
