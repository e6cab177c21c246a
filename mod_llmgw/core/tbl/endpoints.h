/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/endpoints.h - what clients can ask for.
 *
 * E(id, path below /v1/, members of gw_endpoint_row_t)
 * The path is the endpoint's name in keys, models and upstreams, too; its
 * place in this table is its number in the ledger, so new ones come last.
 */
E(CHAT,         "chat/completions",
                .request = &gw_request_chat, .bound = gw_bound_make,
                .translated = 1u << GW_EP_MESSAGES,
                .prompt = "messages", .max_tokens = "max_tokens",
                .shape = GW_SHAPE_OPENAI, .tidy = 1, .envelope = 1)
E(COMPLETIONS,  "completions",
                .request = &gw_request_completions, .bound = gw_bound_make,
                .prompt = "prompt", .max_tokens = "max_tokens",
                .shape = GW_SHAPE_OPENAI)
E(EMBEDDINGS,   "embeddings",
                .request = &gw_request_embeddings, .bound = gw_bound_make,
                .prompt = "input",
                .shape = GW_SHAPE_OPENAI, .no_output = 1)
E(RESPONSES,    "responses",
                .request = &gw_request_responses, .bound = gw_bound_make,
                .translated = 1u << GW_EP_CHAT | 1u << GW_EP_MESSAGES,
                .prompt = "input", .max_tokens = "max_output_tokens",
                .shape = GW_SHAPE_RESPONSES)
E(MESSAGES,     "messages",
                .request = &gw_request_messages, .bound = gw_bound_make,
                .translated = 1u << GW_EP_CHAT,
                .prompt = "messages", .max_tokens = "max_tokens",
                .shape = GW_SHAPE_ANTHROPIC)
E(COUNT_TOKENS, "messages/count_tokens",
                .request = &gw_request_count_tokens, .bound = gw_bound_make,
                .prompt = "messages", .max_tokens = "max_tokens",
                .shape = GW_SHAPE_ANTHROPIC, .counts = 1,
                .along = 1u << GW_EP_MESSAGES)
E(RERANK,       "rerank",
                .request = &gw_request_rerank, .bound = gw_bound_rerank,
                .prompt = "documents",
                .shape = GW_SHAPE_OPENAI, .no_output = 1)
