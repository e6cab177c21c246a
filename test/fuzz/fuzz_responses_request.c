/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_responses_request.c - a body for /v1/responses, as a chat: see to_chat.h. */
#include "request_responses.h"

#define FORMAT    &gw_request_responses
#define TRANSLATE gw_responses_request

#include "to_chat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return translate_one(data, size);
}
