/* SPDX-License-Identifier: Apache-2.0 */
/* responses_answer.c - a chat completion, as a Responses object: what the
 * events of a stream that says the same add up to. */
#include "responses_stream.h"
#include "translate_rows.h"

const char *gw_responses_document(gw_text_t *out, gw_str_t document,
                                  const gw_translate_about_t *about,
                                  const gw_translate_usage_t *usage)
{
    gw_translator_t *tr = gw_responses_start(about);
    gw_response_state_t state;
    const char *why;

    tr->quiet = 1;
    if (about->thinking != NULL && about->thinking->n > 0)
        gw_responses_thought(tr, out);
    why = gw_said_stream_document(&tr->said, out, document);
    if (why != NULL)
        return why;
    state = gw_responses_ended(tr->said.end);
    gw_responses_write(tr, out, &state, usage);
    return gw_said_stream_why(&tr->said, out);
}
