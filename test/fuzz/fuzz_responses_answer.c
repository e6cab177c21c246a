/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_responses_answer.c - answers of chat completions, as Responses: see
 * to_responses.h. */
#define FORMAT       &gw_answer_openai
#define HOW_START    gw_responses_start
#define HOW_EVENT    gw_responses_event
#define HOW_END      gw_responses_end
#define HOW_FAIL     gw_responses_fail
#define HOW_DOCUMENT gw_responses_document

#include "to_responses.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return answer_one(data, size);
}
