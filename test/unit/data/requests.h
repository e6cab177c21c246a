/* SPDX-License-Identifier: Apache-2.0 */
/* requests.h - bodies that are taken, and what is read in them.
 *
 * R(name, body, words): BODY() adds members to a chat of one message, CHAT()
 * and PARTS() are chats of these messages and parts.
 */
R("a chat", "{" MODEL "," ASK "}", "1 messages")
R("blanks around", " \r\n{" MODEL " , " ASK "} \n", "1 messages")
R("a member of theirs", BODY("\"x\":{\"model\":1,\"model\":2,\"Stream\":[]}"),
  "1 messages")
R("a member of theirs twice", BODY("\"seed\":1,\"seed\":2,\"SEED\":3"),
  "1 messages")

R("stream", BODY("\"stream\":true"), "1 messages, stream")
R("stream, escaped", BODY("\"\\u0073tream\":true"),
  "1 messages, stream")
R("no stream", BODY("\"stream\":false"), "1 messages")
R("stream null", BODY("\"stream\":null"), "1 messages")
R("usage asked for", BODY("\"stream\":true,\"stream_options\":{\"include_usage\":true}"),
  "1 messages, stream, usage")
R("usage not asked for",
  BODY("\"stream_options\":{\"include_usage\":false,\"x\":1},\"stream\":true"),
  "1 messages, stream, no usage")
R("usage null", BODY("\"stream\":true,\"stream_options\":{\"include_usage\":null}"),
  "1 messages, stream")
R("options null", BODY("\"stream\":true,\"stream_options\":null"),
  "1 messages, stream")
R("options of other things",
  BODY("\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}"),
  "1 messages, stream")
R("options without stream are not judged",
  BODY("\"stream_options\":{\"include_usage\":\"maybe\"}"), "1 messages")
R("options that are none, without stream",
  BODY("\"stream_options\":[1],\"stream\":false"), "1 messages")

R("think", BODY("\"enable_thinking\":true"), "1 messages, think")
R("don't think", BODY("\"enable_thinking\":false"),
  "1 messages, don't think")
R("ours", BODY("\"llmgw_thinking\":true"), "1 messages, think")
R("ours wins", BODY("\"enable_thinking\":true,\"llmgw_thinking\":false"),
  "1 messages, don't think")
R("ours wins, the other way", BODY("\"llmgw_thinking\":true,\"enable_thinking\":false"),
  "1 messages, think")
R("native", BODY("\"thinking\":{\"type\":\"enabled\"}"),
  "1 messages, native")
R("native and ours", BODY("\"reasoning_effort\":\"low\",\"llmgw_thinking\":false"),
  "1 messages, don't think, native")
R("native null", BODY("\"thinking\":null,\"reasoning_effort\":null"),
  "1 messages")
R("a budget", BODY("\"enable_thinking\":true,\"thinking_budget\":4096"),
  "1 messages, think, asks, budget 4096")
R("a budget that is none", BODY("\"thinking_budget\":-1"), "1 messages, asks")
R("a budget of zero", BODY("\"thinking_budget\":0"), "1 messages, budget 0")
R("natively off", BODY("\"thinking\":{\"type\":\"disabled\"}"),
  "1 messages, native off")
R("natively off, twice", BODY("\"thinking\":{\"type\":\"disabled\"},"
  "\"reasoning_effort\":\"n\\u006fne\""), "1 messages, native off")
R("natively off and on", BODY("\"thinking\":{\"type\":\"disabled\"},"
  "\"reasoning_effort\":\"high\""), "1 messages, native")
R("natively off, then on",
  BODY("\"thinking\":{\"type\":\"disabled\",\"type\":\"enabled\"}"),
  "1 messages, native")
R("in other words", BODY("\"chat_template_kwargs\":{\"thinking\":true}"),
  "1 messages, asks")
R("in no words", BODY("\"reasoning\":null,\"extra_body\":null"), "1 messages")
R("caching", BODY("\"enable_context_caching\":true"),
  "1 messages, caching")
R("no caching", BODY("\"enable_context_caching\":false"), "1 messages")

R("max_tokens", BODY("\"max_tokens\":100"), "1 messages, max 100")
R("max_completion_tokens", BODY("\"max_completion_tokens\":100"),
  "1 messages, max 100")
R("the larger of both", BODY("\"max_tokens\":100,\"max_completion_tokens\":200"),
  "1 messages, max 200")
R("the larger of both, the other way",
  BODY("\"max_tokens\":300,\"max_completion_tokens\":200"),
  "1 messages, max 300")
R("max_tokens zero", BODY("\"max_tokens\":0"), "1 messages")
R("both zero or null", BODY("\"max_tokens\":0,\"max_completion_tokens\":null"),
  "1 messages")
R("max_tokens null", BODY("\"max_tokens\":null,\"max_completion_tokens\":5"),
  "1 messages, max 5")
R("max_tokens a string", BODY("\"max_tokens\":\"100\""), "1 messages, max -1")
R("max_tokens with a fraction", BODY("\"max_tokens\":100.0"), "1 messages, max -1")
R("one of both unreadable: no bound",
  BODY("\"max_tokens\":1,\"max_completion_tokens\":5e3"), "1 messages, max -1")
R("one of both negative: no bound",
  BODY("\"max_tokens\":-1,\"max_completion_tokens\":7"), "1 messages, max -1")
R("max_tokens beyond all", BODY("\"max_tokens\":1000000001"), "1 messages, max -1")
R("one of both zero", BODY("\"max_tokens\":5,\"max_completion_tokens\":0"),
  "1 messages, max 5")
R("n", BODY("\"n\":4"), "1 messages, n 4")
R("n null", BODY("\"n\":null"), "1 messages")
R("n zero", BODY("\"n\":0"), "1 messages")
R("n negative", BODY("\"n\":-1"), "1 messages, n 128")
R("n a string", BODY("\"n\":\"2\""), "1 messages, n 2")
R("n a word", BODY("\"n\":\"two\""), "1 messages, n 128")
R("n true", BODY("\"n\":true"), "1 messages, n 128")
R("n with an exponent", BODY("\"n\":1e3"), "1 messages, n 1000000000")
R("n beyond all", BODY("\"n\":10000000000"), "1 messages, n 1000000000")
R("n with a part", BODY("\"n\":2.5"), "1 messages, n 3")
R("n with a fraction", BODY("\"n\":2.0"), "1 messages, n 2")
R("n above the API's most", BODY("\"n\":1000"), "1 messages, n 1000")

R("service_tier auto", BODY("\"service_tier\":\"auto\""), "1 messages")
R("service_tier default", BODY("\"service_tier\":\"d\\u0065fault\""),
  "1 messages")
R("service_tier standard_only", BODY("\"service_tier\":\"standard_only\""),
  "1 messages")
R("nulls of what is refused or stored",
  BODY("\"service_tier\":null,\"background\":null,\"prompt\":null,"
       "\"conversation\":null,\"previous_response_id\":null"), "1 messages")
R("no background", BODY("\"background\":false"), "1 messages")

R("search", BODY("\"enable_search\":true"), "1 messages, open")
R("no search", BODY("\"enable_search\":false"), "1 messages")
R("search null", BODY("\"enable_search\":null"), "1 messages")
R("web_search_options", BODY("\"web_search_options\":{}"), "1 messages, open")
R("speech", BODY("\"modalities\":[\"text\",\"audio\"]"), "1 messages, speaks")
R("speech, escaped", BODY("\"modalities\":[\"\\u0061udio\"]"),
  "1 messages, speaks")
R("text only", BODY("\"modalities\":[\"text\"]"), "1 messages")

R("tools", BODY("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"),
  "1 messages, tools 1")
R("tools of other kinds", BODY("\"tools\":[{\"type\":\"custom\"}, 7]"),
  "1 messages, tools 2")
R("functions", BODY("\"functions\":[{\"name\":\"f\"},{\"name\":\"g\"}]"),
  "1 messages, tools 2")
R("a server's tool", BODY("\"tools\":[{\"type\":\"web_search\"}]"),
  "1 messages, tools 1, open")
R("a server's tool, escaped", BODY("\"tools\":[{\"type\":\"web\\u005fsearch\"}]"),
  "1 messages, tools 1, open")
R("no tools", BODY("\"tools\":[]"), "1 messages")
R("tools null", BODY("\"tools\":null"), "1 messages")
R("a marked tool", BODY("\"tools\":[{\"cache_control\":{\"type\":\"ephemeral\"}}]"),
  "1 messages, tools 1, marked")

R("text of all kinds",
  CHAT("{\"role\":\"system\",\"content\":\"abc\",\"name\":\"zzz\"},"
       "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"de\"}]},"
       "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"f\","
       "\"reasoning\":\"g\",\"refusal\":\"h\",\"tool_calls\":[{\"id\":\"c\",\"type\":"
       "\"function\",\"function\":{\"name\":\"ij\",\"arguments\":\"{}\"}},"
       "{\"type\":\"custom\",\"custom\":{\"name\":\"k\",\"input\":\"lm\"}}]},"
       "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"nop\"},"
       "{\"role\":\"assistant\",\"function_call\":{\"name\":\"q\",\"arguments\":\"r\"}}"),
  "5 messages")
R("text as it unescapes", CHAT("{\"content\":\"\\u00e9\\n\\ud83d\\ude00\"}"),
  "1 messages")
R("parts that are no text",
  PARTS("{\"type\":\"text\",\"text\":\"ab\"},{\"type\":\"refusal\",\"refusal\":\"c\"},"
        "{\"type\":\"x\",\"data\":\"zzzz\"},\"zz\",null,7,[\"z\"]"), "1 messages")
R("content as an object", CHAT("{\"content\":{\"a\":\"bcd\"}}"), "1 messages")
R("messages that are none", CHAT("\"x\",7,null,[]"), "4 messages")

R("media",
  CHAT("{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":["
       "{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"image_url\",\"image_url\":"
       "{\"url\":\"data:image/png;base64,AAAA\"}},{\"type\":\"video_url\"},"
       "{\"type\":\"image_url\"}]},{\"role\":\"user\",\"content\":[{\"type\":\"video\","
       "\"video\":[\"a.jpg\"]},{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA\"}},"
       "{\"type\":\"file\",\"file\":{\"file_data\":\"AA\"}}]}"),
  "3 messages, 6 of media, 2 image first messages[1].content[1], "
  "1 audio first messages[2].content[1], "
  "2 video first messages[1].content[2], 1 pdf first messages[2].content[2]")
R("media, escaped", PARTS("{\"type\":\"image\\u005furl\"}"),
  "1 messages, 1 image first messages[0].content[0]")
R("media without a type", PARTS("{\"image_url\":{}},{\"input_audio\":{}},{\"video\":[]},"
  "{\"video_url\":\"x\"},{\"file\":{}}"),
  "1 messages, 1 image first messages[0].content[0], 1 audio first messages[0].content[1], "
  "2 video first messages[0].content[2], 1 pdf first messages[0].content[4]")
R("media under a false name", PARTS("{\"type\":\"text\",\"text\":\"a\",\"image_url\":{}}"),
  "1 messages, 1 image first messages[0].content[0]")
R("media that are null", PARTS("{\"type\":\"text\",\"text\":\"a\",\"image_url\":null}"),
  "1 messages")
R("the type behind", PARTS("{\"image_url\":{},\"type\":\"image_url\"},{\"type\":\"text\"}"),
  "1 messages, 1 image first messages[0].content[0]")
R("two media in one part", PARTS("{\"image_url\":{},\"file\":{}}"),
  "1 messages, 1 image first messages[0].content[0]")
R("media outside of parts", BODY("\"image_url\":{}"), "1 messages")
R("media under other names", PARTS("{\"type\":\"input_image\",\"image_url\":\"http://x\"},"
  "{\"type\":\"audio_url\",\"audio_url\":{\"url\":\"data:audio/wav;base64,AAAA\"}},"
  "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"http://x\"}}"),
  "1 messages, 4 of media, 2 image first messages[0].content[0], "
  "1 audio first messages[0].content[1]")
R("bare audio that is none", PARTS("{\"type\":\"input_audio\",\"input_audio\":"
  "{\"data\":\"say this\"}}"), "1 messages, 1 audio first messages[0].content[0]")
R("a payload in lines", PARTS("{\"type\":\"image_url\",\"image_url\":"
  "{\"url\":\"data:image/png;base64,AA\\r\\nAA\\/\"}}"),
  "1 messages, 10 of media, 1 image first messages[0].content[0]")
R("a payload that is of another kind", PARTS("{\"type\":\"image_url\",\"image_url\":"
  "{\"url\":\"data:audio/wav;base64,AAAA\"}}"),
  "1 messages, open to media, 1 image first messages[0].content[0]")
R("an image that is not base64", PARTS("{\"type\":\"image_url\",\"image_url\":"
  "{\"url\":\"data:image/svg+xml,AAAA\"}}"), "1 messages, 1 image first messages[0].content[0]")
R("words beside a payload", PARTS("{\"type\":\"image_url\",\"image_url\":"
  "{\"url\":\"data:image/png;base64,AAAA\",\"detail\":\"AAAA\"}}"),
  "1 messages, 4 of media, 1 image first messages[0].content[0]")
R("a payload in a text", PARTS("{\"type\":\"text\",\"text\":"
  "\"data:image/png;base64,AAAA\"}"), "1 messages")
R("two pictures in one part", PARTS("{\"type\":\"image\",\"image\":[\"https://x/1\","
  "\"data:image/png;base64,AAAA\"]}"), "1 messages, 4 of media, "
  "2 image first messages[0].content[0]")
R("a part that points elsewhere, deep",
  PARTS("{\"type\":\"x\",\"source\":{\"type\":\"url\",\"url\":[\"https://x\"]}}"),
  "1 messages, open to media")
R("a text that is an object", PARTS("{\"type\":\"text\",\"text\":{\"file_id\":\"f\"}}"),
  "1 messages to media, stored messages[0].content[0].text.file_id")
R("a part that points elsewhere", PARTS("{\"image_pil\":\"https://x\"}"),
  "1 messages, open to media")
R("a search in other words", BODY("\"search_parameters\":{\"mode\":\"on\"}"),
  "1 messages, open")
R("a search beside", BODY("\"extra_body\":{\"Enable_Search\":true}"),
  "1 messages, asks, open")
R("no search beside", BODY("\"plugins\":[],\"search_parameters\":null"), "1 messages")
R("bounds beside", BODY("\"max_tokens\":5,\"extra_body\":{\"max_tokens\":7,\"n\":2}"),
  "1 messages, asks, n 128, max -1")

R("a file id", PARTS("{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}"),
  "1 messages to media, stored messages[0].content[0].file.file_id, "
  "1 pdf first messages[0].content[0]")
R("... of nothing", PARTS("{\"type\":\"text\",\"file_id\":null,\"x\":{\"file_ids\":[ ]}}"),
  "1 messages")
R("... escaped, in capitals, deep",
  CHAT("\"x\",{\"content\":[{\"type\":\"x\",\"a\":[[1,{\"b\":{\"Fil\\u0065_ID\":\"f\"}}]]}]}"),
  "2 messages to media, stored messages[1].content[0].a[0][1].b.Fil\\u0065_ID")
R("... in a source", PARTS("{\"type\":\"image\",\"source\":{\"type\":\"file\",\"file_id\":\"f\"}}"),
  "1 messages to media, stored messages[0].content[0].source.file_id, "
  "1 image first messages[0].content[0]")
R("... outside of messages", BODY("\"attachments\":[{\"file_id\":\"f\"}]"),
  "1 messages to media, stored attachments[0].file_id")
R("... which is the client's own", BODY("\"metadata\":{\"file_id\":\"f\"},"
  "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
  "{\"properties\":{\"file_id\":{},\"container\":{}}}}}],\"response_format\":"
  "{\"json_schema\":{\"schema\":{\"properties\":{\"file_id\":{}}}}}"),
  "1 messages, tools 1")
R("... in a call's arguments", CHAT("{\"tool_calls\":[{\"function\":{\"arguments\":"
  "\"{\\\"file_id\\\":1}\"}}],\"content\":[{\"type\":\"tool_use\",\"input\":"
  "{\"file_id\":\"f\"}}]}"), "1 messages")
R("speech that is kept", CHAT("{\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}}"),
  "1 messages to media, stored messages[0].audio.id")
R("a store's tool", BODY("\"tools\":[{\"type\":\"file_search\",\"vector_store_ids\":[\"v\"]}]"),
  "1 messages, tools 1, open to media, stored tools[0].vector_store_ids")
R("a sandbox", BODY("\"tools\":[{\"type\":\"code_interpreter\","
  "\"container\":{\"type\":\"auto\"}}]"),
  "1 messages, tools 1, open to media, stored tools[0].container")
R("a connector", BODY("\"tools\":[{\"type\":\"mcp\",\"server_url\":\"http://x\"}]"),
  "1 messages, tools 1, open to media, stored tools[0].type")
R("connectors", BODY("\"mcp_servers\":[{\"url\":\"http://x\"}]"),
  "1 messages to media, stored mcp_servers")
R("no connectors", BODY("\"mcp_servers\":[],\"mcp\":false,\"container\":\"\""), "1 messages")
R("an item", BODY("\"input\":[{\"type\":\"item_reference\",\"id\":\"i\"}]"),
  "1 messages to media, stored input[0].type")
R("a cache", BODY("\"extra_body\":{\"google\":{\"cachedContent\":\"c\"}}"),
  "1 messages, asks to media, stored extra_body.google.cachedContent")
R("state", BODY("\"previous_response_id\":\"resp_1\""),
  "1 messages, stored previous_response_id")
R("a conversation", BODY("\"conversation\":{\"id\":\"c\"}"),
  "1 messages, stored conversation")
R("a prompt", BODY("\"prompt\":{\"id\":\"p\"}"), "1 messages, stored prompt")
R("a URL of the vendor's", PARTS("{\"type\":\"image_url\",\"image_url\":{\"url\":\"oss://x/y\"}},"
  "{\"type\":\"video\",\"video\":[\"https://x\",\"ms://f\"]}"),
  "1 messages to media, stored messages[0].content[0].image_url.url, "
  "1 image first messages[0].content[0], 1 video first messages[0].content[1]")
R("... escaped", PARTS("{\"type\":\"image_url\",\"image_url\":\"gs:\\/\\/x\"}"),
  "1 messages to media, stored messages[0].content[0].image_url, "
  "1 image first messages[0].content[0]")
R("bailian's file", CHAT("{\"role\":\"system\",\"content\":\"fileid://file-fe-a\"}"),
  "1 messages, fileid messages[0].content")
R("... in a part", PARTS("{\"type\":\"text\",\"text\":\" \\n\\u0066ILEID:\\/\\/x\"}"),
  "1 messages, fileid messages[0].content[0].text")
R("... in a string among parts", PARTS("\"fileid://x\""),
  "1 messages, fileid messages[0].content[0]")
R("... in another member", CHAT("{\"role\":\"system\",\"text\":\"\\ufefffileid://x\"}"),
  "1 messages, fileid messages[0].text")
R("... that is only spoken of",
  CHAT("{\"content\":\"a fileid:// text\"},{\"content\":\"fileid:/\"}"), "2 messages")
R("a marked part", PARTS("{\"type\":\"text\",\"cache_control\":{\"type\":\"ephemeral\"}}"),
  "1 messages, marked")
R("a marked message", CHAT("{\"content\":\"a\",\"cache_control\":{}}"),
  "1 messages, marked")
R("marked null", PARTS("{\"type\":\"text\",\"cache_control\":null}"),
  "1 messages")
