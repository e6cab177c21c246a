/* SPDX-License-Identifier: Apache-2.0 */
/* responses_messages.c - /v1/responses, served by an upstream of the Messages
 * API: a chat in between. */
#include "chain.h"
#include "responses_stream.h"
#include "request_chat.h"
#include "translate_rows.h"

static const gw_translation_t responses = {
    .request = gw_responses_request, .document = gw_responses_document,
    .start = gw_responses_start, .event = gw_responses_event,
    .end = gw_responses_end, .fail = gw_responses_fail
};

static const gw_translation_t chat = {
    .request = gw_chat_request, .document = gw_chat_document,
    .start = gw_chat_start, .event = gw_chat_event, .end = gw_chat_end
};

/* What responses_request*.c writes, by what it is made of. */
static const gw_chain_name_t names[] = {
    { "model", "model" }, { "stream", "stream" },
    { "messages", "input" },
    { "messages[].content[].image_url.url", "input[].content[].image_url" },
    { "messages[].content[].image_url.detail", "input[].content[].detail" },
    { "messages[].content[].file.file_data", "input[].content[].file_data" },
    { "messages[].content[].file.filename", "input[].content[].filename" },
    { "messages[].tool_calls[].function.name", "input[].name" },
    { "messages[].tool_calls[].function.arguments", "input[].arguments" },
    { "tools", "tools" },
    { "tools[].function.name", "tools[].name" },
    { "tools[].function.description", "tools[].description" },
    { "tools[].function.parameters", "tools[].parameters" },
    { "tools[].function.strict", "tools[].strict" },
    { "tool_choice", "tool_choice" },
    { "parallel_tool_calls", "parallel_tool_calls" },
    { "max_tokens", "max_output_tokens" },
    { "max_completion_tokens", "max_output_tokens" },
    { "temperature", "temperature" }, { "top_p", "top_p" },
    { "response_format", "text.format" },
    { "response_format.json_schema.schema", "text.format.schema" },
    { "response_format.json_schema.description", "text.format.description" },
    { "verbosity", "text.verbosity" },
    { "reasoning_effort", "reasoning.effort" },
    { "enable_thinking", "enable_thinking" },
    { "llmgw_thinking", "llmgw_thinking" },
    { "user", "user" },
    { "enable_context_caching", "enable_context_caching" },
    { NULL, NULL }
};

static const gw_chain_t chain = {
    &responses, &chat, &gw_request_chat, names, gw_responses_thought,
    "input[].encrypted_content"
};

gw_problem_kind_t gw_responses_messages_request(gw_translated_t *out,
                                                const gw_request_t *req,
                                                const gw_model_t *model,
                                                const gw_route_t *route,
                                                gw_problem_t *problem,
                                                apr_pool_t *pool)
{
    return gw_chain_request(&chain, out, req, model, route, problem, pool);
}

const char *gw_responses_messages_document(gw_text_t *out, gw_str_t document,
                                           const gw_translate_about_t *about,
                                           const gw_translate_usage_t *usage)
{
    return gw_chain_document(&chain, out, document, about, usage);
}

gw_translator_t *gw_responses_messages_start(const gw_translate_about_t *about)
{
    return gw_chain_start(&chain, about);
}
