/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/vendors.h - who sells models, and how each differs from the others.
 *
 * V(id, the name in an upstream's spec, members of gw_vendor_row_t)
 * A vendor that is not here serves as well: nothing is known of it then.
 * `endpoints`: by the vendors' API references, of all dialects they speak, as
 * docs/api.md lists them; those whose references change by the month have none.
 */
V(ANTHROPIC,   "anthropic",   .sells = 1,
               .endpoints = AT(CHAT) | AT(MESSAGES) | AT(COUNT_TOKENS))
V(BAILIAN,     "bailian",     .sells = 1, .any_ids = 1, .thinking_beside = 1,
               .enable_thinking = 1, .file_texts = 1,
               .cache_markers = 1, .top_k = 1, .thinking_budget = 1,
               .partial = 1, .thinking_alone = 1,
               .headers = "X-DashScope-",
               .endpoints = AT(CHAT) | AT(COMPLETIONS) | AT(EMBEDDINGS)
                            | AT(MESSAGES))
V(DEEPSEEK,    "deepseek",    .sells = 1, .any_ids = 1, .max_tokens_only = 1,
               .endpoints = AT(CHAT) | AT(COMPLETIONS) | AT(MESSAGES))
V(GOOGLE,      "google",      .sells = 1, .output_total = 1,
               .strict_messages = 1, .endpoints = AT(CHAT) | AT(EMBEDDINGS))
V(GROQ,        "groq",        .sells = 1, .strict_messages = 1,
               .endpoints = AT(CHAT) | AT(RESPONSES))
V(MINIMAX,     "minimax",     .sells = 1, .any_ids = 1,
               .endpoints = AT(CHAT) | AT(MESSAGES))
V(MISTRAL,     "mistral",     .sells = 1, .max_tokens_only = 1,
               .strict_messages = 1, .endpoints = AT(CHAT) | AT(EMBEDDINGS))
V(MOONSHOT,    "moonshot",    .sells = 1, .any_ids = 1,
               .endpoints = AT(CHAT) | AT(COMPLETIONS) | AT(MESSAGES))
V(OPENAI,      "openai",      .sells = 1, .max_completion = 1,
               .verbosity = 1, .strict_messages = 1,
               .endpoints = AT(CHAT) | AT(COMPLETIONS) | AT(EMBEDDINGS)
                            | AT(RESPONSES))
V(OPENROUTER,  "openrouter",  .sells = 1)
V(SILICONFLOW, "siliconflow", .sells = 1, .any_ids = 1, .max_tokens_only = 1,
               .endpoints = AT(CHAT) | AT(EMBEDDINGS) | AT(RERANK)
                            | AT(MESSAGES))
V(VLLM,        "vllm",
               .any_ids = 1,
               .endpoints = AT(CHAT) | AT(COMPLETIONS) | AT(MESSAGES))
V(VOLCENGINE,  "volcengine",  .sells = 1)
V(XAI,         "xai",         .sells = 1)
V(ZHIPU,       "zhipu",       .sells = 1, .any_ids = 1, .max_tokens_only = 1,
               .endpoints = AT(CHAT) | AT(COMPLETIONS) | AT(MESSAGES))
