/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_chain_answer.c - answers of the Messages API, as Responses, by way of a
 * chat: see to_responses.h. */
#include "chain.h"

#define FORMAT       &gw_answer_anthropic
#define HOW_START    gw_responses_messages_start
#define HOW_EVENT    gw_chain_event
#define HOW_END      gw_chain_end
#define HOW_FAIL     gw_chain_fail
#define HOW_DOCUMENT gw_responses_messages_document

#include "to_responses.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return answer_one(data, size);
}
