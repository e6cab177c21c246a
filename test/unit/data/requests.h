/* SPDX-License-Identifier: Apache-2.0 */
/* requests.h - bodies that are taken, and what is read in them.
 *
 * R(name, body, words): BODY() adds members to a chat of one message, CHAT()
 * and PARTS() are chats of these messages and parts.
 */
R("a chat", "{" MODEL "," ASK "}", "1 messages, text 2")
R("blanks around", " \r\n{" MODEL " , " ASK "} \n", "1 messages, text 2")
R("a member of theirs", BODY("\"x\":{\"model\":1,\"model\":2,\"Stream\":[]}"),
  "1 messages, text 2")
R("a member of theirs twice", BODY("\"seed\":1,\"seed\":2,\"SEED\":3"),
  "1 messages, text 2")

R("stream", BODY("\"stream\":true"), "1 messages, text 2, stream")
R("stream, escaped", BODY("\"\\u0073tream\":true"),
  "1 messages, text 2, stream")
R("no stream", BODY("\"stream\":false"), "1 messages, text 2")
R("stream null", BODY("\"stream\":null"), "1 messages, text 2")
R("usage asked for", BODY("\"stream\":true,\"stream_options\":{\"include_usage\":true}"),
  "1 messages, text 2, stream, usage")
R("usage not asked for",
  BODY("\"stream_options\":{\"include_usage\":false,\"x\":1},\"stream\":true"),
  "1 messages, text 2, stream, no usage")
R("usage null", BODY("\"stream\":true,\"stream_options\":{\"include_usage\":null}"),
  "1 messages, text 2, stream")
R("options null", BODY("\"stream\":true,\"stream_options\":null"),
  "1 messages, text 2, stream")
R("options of other things",
  BODY("\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}"),
  "1 messages, text 2, stream")
R("options without stream are not judged",
  BODY("\"stream_options\":{\"include_usage\":\"maybe\"}"), "1 messages, text 2")
R("options that are none, without stream",
  BODY("\"stream_options\":[1],\"stream\":false"), "1 messages, text 2")

R("think", BODY("\"enable_thinking\":true"), "1 messages, text 2, think")
R("don't think", BODY("\"enable_thinking\":false"),
  "1 messages, text 2, don't think")
R("ours", BODY("\"llmgw_thinking\":true"), "1 messages, text 2, think")
R("ours wins", BODY("\"enable_thinking\":true,\"llmgw_thinking\":false"),
  "1 messages, text 2, don't think")
R("ours wins, the other way", BODY("\"llmgw_thinking\":true,\"enable_thinking\":false"),
  "1 messages, text 2, think")
R("native", BODY("\"thinking\":{\"type\":\"enabled\"}"),
  "1 messages, text 2, native")
R("native and ours", BODY("\"reasoning_effort\":\"low\",\"llmgw_thinking\":false"),
  "1 messages, text 2, don't think, native")
R("native null", BODY("\"thinking\":null,\"reasoning_effort\":null"),
  "1 messages, text 2")
R("a budget", BODY("\"enable_thinking\":true,\"thinking_budget\":4096"),
  "1 messages, text 2, think, budget 4096")
R("a budget that is none", BODY("\"thinking_budget\":-1"), "1 messages, text 2")
R("caching", BODY("\"enable_context_caching\":true"),
  "1 messages, text 2, caching")
R("no caching", BODY("\"enable_context_caching\":false"), "1 messages, text 2")

R("max_tokens", BODY("\"max_tokens\":100"), "1 messages, text 2, max 100")
R("max_completion_tokens", BODY("\"max_completion_tokens\":100"),
  "1 messages, text 2, max 100")
R("the larger of both", BODY("\"max_tokens\":100,\"max_completion_tokens\":200"),
  "1 messages, text 2, max 200")
R("the larger of both, the other way",
  BODY("\"max_tokens\":300,\"max_completion_tokens\":200"),
  "1 messages, text 2, max 300")
R("max_tokens zero", BODY("\"max_tokens\":0"), "1 messages, text 2, max 0")
R("max_tokens null", BODY("\"max_tokens\":null,\"max_completion_tokens\":5"),
  "1 messages, text 2, max 5")
R("max_tokens a string", BODY("\"max_tokens\":\"100\""), "1 messages, text 2")
R("max_tokens with a fraction", BODY("\"max_tokens\":100.0"), "1 messages, text 2")
R("one of both unreadable: no bound",
  BODY("\"max_tokens\":1,\"max_completion_tokens\":5e3"), "1 messages, text 2")
R("one of both negative: no bound",
  BODY("\"max_tokens\":-1,\"max_completion_tokens\":7"), "1 messages, text 2")
R("max_tokens beyond all", BODY("\"max_tokens\":1000000001"), "1 messages, text 2")
R("one of both zero", BODY("\"max_tokens\":5,\"max_completion_tokens\":0"),
  "1 messages, text 2, max 5")
R("n", BODY("\"n\":4"), "1 messages, text 2, n 4")
R("n null", BODY("\"n\":null"), "1 messages, text 2")
R("n zero", BODY("\"n\":0"), "1 messages, text 2")
R("n negative", BODY("\"n\":-1"), "1 messages, text 2, n 128")
R("n a string", BODY("\"n\":\"2\""), "1 messages, text 2, n 128")
R("n with a fraction", BODY("\"n\":2.0"), "1 messages, text 2, n 128")
R("n above the API's most", BODY("\"n\":1000"), "1 messages, text 2, n 1000")

R("service_tier auto", BODY("\"service_tier\":\"auto\""), "1 messages, text 2")
R("service_tier default", BODY("\"service_tier\":\"d\\u0065fault\""),
  "1 messages, text 2")
R("service_tier standard_only", BODY("\"service_tier\":\"standard_only\""),
  "1 messages, text 2")
R("nulls of what is refused",
  BODY("\"service_tier\":null,\"background\":null,\"prompt\":null,"
       "\"conversation\":null,\"previous_response_id\":null"), "1 messages, text 2")
R("no background", BODY("\"background\":false"), "1 messages, text 2")

R("search", BODY("\"enable_search\":true"), "1 messages, text 2, open")
R("no search", BODY("\"enable_search\":false"), "1 messages, text 2")
R("search null", BODY("\"enable_search\":null"), "1 messages, text 2")
R("web_search_options", BODY("\"web_search_options\":{}"), "1 messages, text 2, open")
R("speech", BODY("\"modalities\":[\"text\",\"audio\"]"), "1 messages, text 2, speaks")
R("speech, escaped", BODY("\"modalities\":[\"\\u0061udio\"]"),
  "1 messages, text 2, speaks")
R("text only", BODY("\"modalities\":[\"text\"]"), "1 messages, text 2")

R("tools", BODY("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"),
  "1 messages, text 45, tools 1")
R("tools of other kinds", BODY("\"tools\":[{\"type\":\"custom\"}, 7]"),
  "1 messages, text 20, tools 2")
R("functions", BODY("\"functions\":[{\"name\":\"f\"},{\"name\":\"g\"}]"),
  "1 messages, text 26, tools 2")
R("a server's tool", BODY("\"tools\":[{\"type\":\"web_search\"}]"),
  "1 messages, text 23, tools 1, open")
R("a server's tool, escaped", BODY("\"tools\":[{\"type\":\"web\\u005fsearch\"}]"),
  "1 messages, text 28, tools 1, open")
R("no tools", BODY("\"tools\":[]"), "1 messages, text 2")
R("tools null", BODY("\"tools\":null"), "1 messages, text 2")
R("a marked tool", BODY("\"tools\":[{\"cache_control\":{\"type\":\"ephemeral\"}}]"),
  "1 messages, text 40, tools 1, marked")

R("text of all kinds",
  CHAT("{\"role\":\"system\",\"content\":\"abc\",\"name\":\"zzz\"},"
       "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"de\"}]},"
       "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"f\","
       "\"reasoning\":\"g\",\"refusal\":\"h\",\"tool_calls\":[{\"id\":\"c\",\"type\":"
       "\"function\",\"function\":{\"name\":\"ij\",\"arguments\":\"{}\"}},"
       "{\"type\":\"custom\",\"custom\":{\"name\":\"k\",\"input\":\"lm\"}}]},"
       "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"nop\"},"
       "{\"role\":\"assistant\",\"function_call\":{\"name\":\"q\",\"arguments\":\"r\"}}"),
  "5 messages, text 20")
R("text as it unescapes", CHAT("{\"content\":\"\\u00e9\\n\\ud83d\\ude00\"}"),
  "1 messages, text 7")
R("parts that are no text",
  PARTS("{\"type\":\"text\",\"text\":\"ab\"},{\"type\":\"refusal\",\"refusal\":\"c\"},"
        "{\"type\":\"x\",\"data\":\"zzzz\"},\"zz\",null,7,[\"z\"]"), "1 messages, text 3")
R("content as an object", CHAT("{\"content\":{\"a\":\"bcd\"}}"), "1 messages, text 3")
R("messages that are none", CHAT("\"x\",7,null,[]"), "4 messages, text 0")

R("media",
  CHAT("{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":["
       "{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"image_url\",\"image_url\":"
       "{\"url\":\"data:image/png;base64,AAAA\"}},{\"type\":\"video_url\"},"
       "{\"type\":\"image_url\"}]},{\"role\":\"user\",\"content\":[{\"type\":\"video\","
       "\"video\":[\"a.jpg\"]},{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA\"}},"
       "{\"type\":\"file\",\"file\":{\"file_data\":\"AA\"}}]}"),
  "3 messages, text 2, 2 image first 1.1, 1 audio first 2.1, "
  "2 video first 1.2, 1 pdf first 2.2")
R("media, escaped", PARTS("{\"type\":\"image\\u005furl\"}"),
  "1 messages, text 0, 1 image first 0.0")
R("media without a type", PARTS("{\"image_url\":{}},{\"input_audio\":{}},{\"video\":[]},"
  "{\"video_url\":\"x\"},{\"file\":{}}"),
  "1 messages, text 0, 1 image first 0.0, 1 audio first 0.1, "
  "2 video first 0.2, 1 pdf first 0.4")
R("media under a false name", PARTS("{\"type\":\"text\",\"text\":\"a\",\"image_url\":{}}"),
  "1 messages, text 1, 1 image first 0.0")
R("media that are null", PARTS("{\"type\":\"text\",\"text\":\"a\",\"image_url\":null}"),
  "1 messages, text 1")
R("the type behind", PARTS("{\"image_url\":{},\"type\":\"image_url\"},{\"type\":\"text\"}"),
  "1 messages, text 0, 1 image first 0.0")
R("two media in one part", PARTS("{\"image_url\":{},\"file\":{}}"),
  "1 messages, text 0, 1 image first 0.0")
R("media outside of parts", BODY("\"image_url\":{},\"file\":{\"file_id\":\"f\"}"),
  "1 messages, text 2")
R("a file id", PARTS("{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}"),
  "1 messages, text 0, open, 1 pdf first 0.0")
R("a marked part", PARTS("{\"type\":\"text\",\"cache_control\":{\"type\":\"ephemeral\"}}"),
  "1 messages, text 0, marked")
R("a marked message", CHAT("{\"content\":\"a\",\"cache_control\":{}}"),
  "1 messages, text 1, marked")
R("marked null", PARTS("{\"type\":\"text\",\"cache_control\":null}"),
  "1 messages, text 0")
