/* SPDX-License-Identifier: Apache-2.0 */
/* requests_messages.h - bodies for Messages and what is read in them, as
 * requests.h has those of chats.  R(name, body, words).
 */
#define MINE(rest) BODY("\"max_tokens\":9" rest)
#define SAY_IT(content) "{" MODEL ",\"max_tokens\":9,\"messages\":[{" \
    "\"role\":\"user\",\"content\":" content "}]}"
#define BLOCKS(blocks) SAY_IT("[" blocks "]")
#define IMAGE_OF(source) "{\"type\":\"image\",\"source\":{" source "}}"
#define PNG IMAGE_OF("\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"aGVsbG8=\"")
#define DOC_OF(source) "{\"type\":\"document\",\"source\":{" source "}}"
#define RESULT_OF(content) \
    "{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":" content "}"

R("Messages: a body", MINE(""), "1 messages, max 9")
R("Messages: stream", MINE(",\"stream\":true"), "1 messages, stream, max 9")
R("Messages: options of a stream are nobody's",
  MINE(",\"stream\":true,\"stream_options\":[1]"), "1 messages, stream, max 9")
R("Messages: a bound of 0", BODY("\"max_tokens\":0"), "1 messages, max -1")
R("Messages: a bound that is none", BODY("\"max_tokens\":\"9\""), "1 messages, max -1")
R("Messages: another bound beside it", MINE(",\"max_completion_tokens\":99"),
  "1 messages, max -1")
R("Messages: a bound in what may be merged", MINE(",\"extra_body\":{\"max_tokens\":99}"),
  "1 messages, asks, max -1")
R("Messages: choices", MINE(",\"n\":2"), "1 messages, n 128, max 9")
R("Messages: a system text", MINE(",\"system\":\"be brief\""), "1 messages, max 9")
R("Messages: system blocks",
  MINE(",\"system\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{}}]"),
  "1 messages, marked, max 9")
R("Messages: a marker for all", MINE(",\"cache_control\":{\"type\":\"ephemeral\"}"),
  "1 messages, marked, max 9")
R("Messages: a marker that is none", MINE(",\"cache_control\":null"), "1 messages, max 9")
R("Messages: a marker on a tool",
  MINE(",\"tools\":[{\"name\":\"a\",\"input_schema\":{},\"cache_control\":{}}]"),
  "1 messages, tools 1, marked, max 9")
R("Messages: a marker on a block",
  BLOCKS("{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{}}"),
  "1 messages, marked, max 9")
R("Messages: a marker inside a result",
  BLOCKS(RESULT_OF("[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{}}]")),
  "1 messages, marked, max 9")
R("Messages: a marker in a tool's input is none",
  BLOCKS("{\"type\":\"tool_use\",\"input\":{\"cache_control\":{\"a\":1},\"file_id\":\"f\"}}"),
  "1 messages, max 9")
R("Messages: tools of the client",
  MINE(",\"tools\":[{\"name\":\"a\",\"input_schema\":{\"properties\":{\"file_id\":{}}},"
       "\"output_schema\":{\"items\":{\"container\":{\"a\":1}}}},"
       "{\"type\":\"custom\",\"name\":\"b\"}]"), "1 messages, tools 2, max 9")
R("Messages: tools of the upstream",
  MINE(",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]"),
  "1 messages, tools 1, open, max 9")
R("Messages: system inside",
  "{" MODEL ",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
  "{\"role\":\"system\",\"content\":\"b\"}]}", "2 messages, max 9")

R("Messages: thinking", MINE(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}"),
  "1 messages, native, max 9, budget 2048")
R("Messages: adaptive", MINE(",\"thinking\":{\"type\":\"adaptive\"}"),
  "1 messages, native, max 9")
R("Messages: no thinking", MINE(",\"thinking\":{\"type\":\"disabled\"}"),
  "1 messages, native off, max 9")
R("Messages: a budget that is none",
  MINE(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":-1}"), "1 messages, native, max 9")
R("Messages: two budgets, the larger",
  MINE(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048},\"thinking_budget\":1"),
  "1 messages, native, asks, max 9, budget 2048")
R("Messages: two budgets, one is none",
  MINE(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048},\"thinking_budget\":1.5"),
  "1 messages, native, asks, max 9")
R("Messages: an effort", MINE(",\"output_config\":{\"effort\":\"low\"}"),
  "1 messages, asks, max 9")
R("Messages: a format",
  MINE(",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"file_id\":1}}}"),
  "1 messages, max 9")
R("Messages: ours", MINE(",\"llmgw_thinking\":false,\"enable_thinking\":true"),
  "1 messages, don't think, max 9")
R("Messages: caching is no word of this endpoint", MINE(",\"enable_context_caching\":1"),
  "1 messages, max 9")
R("Messages: a tier", MINE(",\"service_tier\":\"standard_only\",\"speed\":\"standard\""),
  "1 messages, max 9")
R("Messages: the tier of other dialects", MINE(",\"service_tier\":\"default\""),
  "1 messages, max 9")
R("Messages: edits that clear", MINE(",\"context_management\":{\"edits\":["
  "{\"type\":\"clear_thinking_20251015\",\"keep\":\"all\"}]}"), "1 messages, max 9")
R("Messages: edits that write", MINE(",\"context_management\":{\"edits\":["
  "{\"type\":\"clear_thinking_20251015\"},{\"type\":\"compact_20260112\"}]}"),
  "1 messages, open, max 9")
R("Messages: a summary", MINE(",\"compaction\":{\"type\":\"summarize\"}"),
  "1 messages, open, max 9")

R("Messages: an image", BLOCKS(PNG), "1 messages, 8 of media, max 9, "
  "1 image first messages[0].content[0]")
R("Messages: its type comes last",
  BLOCKS("{\"source\":{\"data\":\"aGVsbG8=\",\"media_type\":\"image/png\",\"type\":\"base64\"},"
         "\"type\":\"image\"}"), "1 messages, 8 of media, max 9, "
  "1 image first messages[0].content[0]")
R("Messages: a second one", BLOCKS("{\"type\":\"text\",\"text\":\"a\"}," PNG "," PNG),
  "1 messages, 16 of media, max 9, 2 image first messages[0].content[1]")
R("Messages: an image by its URL",
  BLOCKS(IMAGE_OF("\"type\":\"url\",\"url\":\"https://a/b.png\"")),
  "1 messages, max 9, 1 image first messages[0].content[0]")
R("Messages: data of another kind counts as text",
  BLOCKS(IMAGE_OF("\"type\":\"base64\",\"media_type\":\"text/plain\",\"data\":\"aGVsbG8=\"")),
  "1 messages, max 9, 1 image first messages[0].content[0]")
R("Messages: data that is no base64 counts as text",
  BLOCKS(IMAGE_OF("\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"a b\"")),
  "1 messages, max 9, 1 image first messages[0].content[0]")
R("Messages: a PDF",
  BLOCKS(DOC_OF("\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"aGVsbG8=\"")),
  "1 messages, 8 of media, max 9, 1 pdf first messages[0].content[0]")
R("Messages: a document that is text",
  BLOCKS(DOC_OF("\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"hello\"")),
  "1 messages, max 9")
R("Messages: a document of blocks",
  BLOCKS(DOC_OF("\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}," PNG "]")),
  "1 messages, 8 of media, max 9, 1 image "
  "first messages[0].content[0].source.content[1]")
R("Messages: an image in a result",
  BLOCKS("{\"type\":\"text\",\"text\":\"a\"},"
         RESULT_OF("[{\"type\":\"text\",\"text\":\"b\"}," PNG "]")),
  "1 messages, 8 of media, max 9, 1 image first messages[0].content[1].content[1]")
R("Messages: a document in what was fetched",
  BLOCKS("{\"type\":\"web_fetch_tool_result\",\"content\":{\"type\":\"web_fetch_result\",\"url\":"
         "\"https://a\",\"content\":" DOC_OF("\"type\":\"base64\",\"media_type\":"
         "\"application/pdf\",\"data\":\"aGVsbG8=\"") "}}"),
  "1 messages, 8 of media, max 9, 1 pdf "
  "first messages[0].content[0].content.content")
R("Messages: what was found",
  BLOCKS("{\"type\":\"web_search_tool_result\",\"content\":[{\"type\":\"web_search_result\","
         "\"url\":\"https://a\",\"encrypted_content\":\"eA==\"}]}"), "1 messages, max 9")
R("Messages: a search's result",
  BLOCKS("{\"type\":\"search_result\",\"source\":\"https://a\",\"title\":\"t\",\"content\":["
         "{\"type\":\"text\",\"text\":\"a\"}]}"), "1 messages, max 9")
R("Messages: a block of a new type with a source",
  BLOCKS("{\"type\":\"hologram\",\"source\":{\"type\":\"base64\",\"data\":\"aGVsbG8=\"}}"),
  "1 messages, open to media, max 9")
R("Messages: ... with a URL", BLOCKS("{\"type\":\"hologram\",\"at\":\"https://a\"}"),
  "1 messages, open to media, max 9")
R("Messages: ... further inside", BLOCKS("{\"type\":\"hologram\",\"at\":[{\"b\":\"https://a\"}]}"),
  "1 messages, open to media, max 9")
R("Messages: ... with words", BLOCKS("{\"type\":\"poem\",\"lines\":[\"a\",\"b\"]}"),
  "1 messages, max 9")
R("Messages: thoughts go back",
  BLOCKS("{\"type\":\"thinking\",\"thinking\":\"https://a\",\"signature\":\"s\"},"
         "{\"type\":\"redacted_thinking\",\"data\":\"x\"}"), "1 messages, max 9")
R("Messages: an image among the system's blocks", MINE(",\"system\":[" PNG "]"),
  "1 messages, 8 of media, max 9, 1 image first system[0]")
R("Messages: more within each other than is looked into",
  BLOCKS(RESULT_OF("[" RESULT_OF("[" RESULT_OF("[" RESULT_OF("[" RESULT_OF("[" RESULT_OF("["
         RESULT_OF("[" PNG "]") "]") "]") "]") "]") "]") "]") "," PNG),
  "1 messages, 8 of media, open to media, max 9, 1 image first messages[0].content[1]")

R("Messages: a file", BLOCKS(DOC_OF("\"type\":\"file\",\"file_id\":\"file_1\"")),
  "1 messages to media, stored messages[0].content[0].source.file_id, max 9, "
  "1 pdf first messages[0].content[0]")
R("Messages: a file without a name", BLOCKS(IMAGE_OF("\"type\":\"file\",\"id\":\"file_1\"")),
  "1 messages to media, stored messages[0].content[0].source, max 9, "
  "1 image first messages[0].content[0]")
R("Messages: a file in a result",
  BLOCKS(RESULT_OF("[" DOC_OF("\"type\":\"file\",\"file_id\":\"file_1\"") "]")),
  "1 messages to media, stored messages[0].content[0].content[0].source.file_id, max 9, "
  "1 pdf first messages[0].content[0].content[0]")
R("Messages: a URL that only the upstream follows",
  BLOCKS(IMAGE_OF("\"type\":\"url\",\"url\":\"gs://a/b\"")),
  "1 messages to media, stored messages[0].content[0].source.url, max 9, "
  "1 image first messages[0].content[0]")
R("Messages: a file for a container", BLOCKS("{\"type\":\"container_upload\",\"file_id\":\"f\"}"),
  "1 messages to media, stored messages[0].content[0].type, max 9")
R("Messages: a container", MINE(",\"container\":\"c\""),
  "1 messages to media, stored container, max 9")
R("Messages: servers", MINE(",\"mcp_servers\":[{\"url\":\"https://a\"}]"),
  "1 messages to media, stored mcp_servers, max 9")
R("Messages: no servers", MINE(",\"mcp_servers\":[],\"container\":null"), "1 messages, max 9")
R("Messages: a conversation that is kept", MINE(",\"thread\":{\"type\":\"create\"}"),
  "1 messages to media, stored thread, max 9")
R("Messages: files of vendors that read texts", SAY_IT("\"fileid://a\""),
  "1 messages, fileid messages[0].content, max 9")
R("Messages: ... in a block", BLOCKS("{\"type\":\"text\",\"text\":\"fileid://a\"}"),
  "1 messages, fileid messages[0].content[0].text, max 9")
R("Messages: ... of the system", MINE(",\"system\":\"fileid://a\""),
  "1 messages, fileid system, max 9")
