/* SPDX-License-Identifier: Apache-2.0 */
/* answers.h - streams as vendors send them, and what they say of the bill.
 *
 * A(name, stream, events, answer).  Events: one line each, bytes of generated
 * text and letters: d data, D [DONE], u usage, n no choices, f
 * finish_reason, e error, o opening.  Answer: the counts that came, then
 * flags: x explicit cache, b a bad count, s usage seen, D done, e error,
 * r reasoning, c complete for one choice.
 */
#define CHUNK(rest) "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\"," rest "}\n\n"
#define DELTA(delta) "\"choices\":[{\"index\":0,\"delta\":{" delta "},\"finish_reason\":null}]"
#define FINISH "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]"
#define DONE "data: [DONE]\n\n"

A("OpenAI",
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null") ",\"usage\":null")
  CHUNK(DELTA("\"content\":\"Hel\"") ",\"usage\":null,\"obfuscation\":\"x9\"")
  CHUNK(DELTA("\"content\":\"lo\"") ",\"usage\":null")
  CHUNK("\"usage\":null," FINISH)
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":12,"
        "\"total_tokens\":21,\"prompt_tokens_details\":{\"cached_tokens\":4,"
        "\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,"
        "\"audio_tokens\":0,\"accepted_prediction_tokens\":0}}") DONE,
  "0 do\n3 d\n2 d\n0 df\n0 dun\n0 dD\n",
  "prompt 9 completion 12 total 21 cached 4 audio 0 reasoning 0 audio_out 0 sDc")
A("Bailian, thinking",
  "data: {\"choices\":[{\"delta\":{\"content\":null,\"reasoning_content\":\"\","
  "\"role\":\"assistant\"},\"index\":0,\"logprobs\":null,\"finish_reason\":null}],"
  "\"object\":\"chat.completion.chunk\",\"usage\":null,\"id\":\"chatcmpl-7\"}\n\n"
  "data: {\"choices\":[{\"delta\":{\"content\":null,\"reasoning_content\":\"\xe5\x97\xaf\"},"
  "\"index\":0,\"finish_reason\":null}],\"usage\":null,\"id\":\"chatcmpl-7\"}\n\n"
  "data: {\"choices\":[{\"delta\":{\"content\":\"42\",\"reasoning_content\":null},"
  "\"index\":0,\"finish_reason\":null}],\"usage\":null,\"id\":\"chatcmpl-7\"}\n\n"
  "data: {\"choices\":[{\"finish_reason\":\"stop\",\"delta\":{\"content\":\"\"},"
  "\"index\":0}],\"usage\":null,\"id\":\"chatcmpl-7\"}\n\n"
  "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":1355,"
  "\"total_tokens\":1367,\"completion_tokens_details\":{\"reasoning_tokens\":1084,"
  "\"text_tokens\":271},\"prompt_tokens_details\":{\"text_tokens\":12}},"
  "\"id\":\"chatcmpl-7\"}\n\n" DONE,
  "0 do\n3 d\n2 d\n0 df\n0 dun\n0 dD\n",
  "prompt 12 completion 1355 total 1367 reasoning 1084 sDrc")
A("Bailian, explicit cache written",
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":2059,\"completion_tokens\":201,"
        "\"total_tokens\":2260,\"prompt_tokens_details\":{\"cached_tokens\":0,"
        "\"cache_creation_input_tokens\":2048,\"cache_creation\":"
        "{\"ephemeral_5m_input_tokens\":2048},\"cache_type\":\"ephemeral\"}}") DONE,
  "0 dun\n0 dD\n",
  "prompt 2059 completion 201 total 2260 cached 0 written 2048 written_5m 2048 xsDc")
A("Bailian, cache type inside its creation",
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":2059,\"completion_tokens\":201,"
        "\"prompt_tokens_details\":{\"cached_tokens\":2048,\"cache_creation\":"
        "{\"cache_creation_input_tokens\":0,\"cache_type\":\"ephemeral\"}}}"),
  "0 dun\n", "prompt 2059 completion 201 cached 2048 written 0 xs")
A("explicit by what was created",
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"prompt_tokens_details\":"
        "{\"cache_creation\":{\"ephemeral_1h_input_tokens\":3}}}"),
  "0 dun\n", "prompt 9 written_1h 3 xs")
A("explicit by a count", CHUNK("\"choices\":[],\"usage\":{\"cache_creation_input_tokens\":5}"),
  "0 dun\n", "written 5 xs")
A("not explicit by a count of zero",
  CHUNK("\"choices\":[],\"usage\":{\"cache_creation_input_tokens\":0}"),
  "0 dun\n", "written 0 s")
A("not explicit by nulls",
  CHUNK("\"choices\":[],\"usage\":{\"cache_type\":null,\"cache_creation\":null,"
        "\"cache_creation_input_tokens\":null}"), "0 dun\n", "s")
A("reasoning that is none",
  CHUNK(DELTA("\"reasoning_content\":\"\",\"content\":\"a\",\"reasoning\":null")),
  "1 d\n", "")
A("Bailian, implicit cache",
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":300,\"completion_tokens\":2,"
        "\"prompt_tokens_details\":{\"cached_tokens\":256}}"),
  "0 dun\n", "prompt 300 completion 2 cached 256 s")
A("Bailian, stopped by its filter",
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"A\""))
  "data: {\"error\":{\"message\":\"Output data may contain inappropriate content.\","
  "\"type\":\"data_inspection_failed\",\"param\":null,"
  "\"code\":\"data_inspection_failed\"},\"id\":\"chatcmpl-1\"}\n\n",
  "1 d\n0 de\n",
  "e")
A("DeepSeek",
  ": keep-alive\n\n: keep-alive\n\n"
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"\"") ",\"usage\":null")
  CHUNK(DELTA("\"content\":\"Hi\"") ",\"usage\":null")
  CHUNK("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":2,\"total_tokens\":102,"
        "\"prompt_tokens_details\":{\"cached_tokens\":64},\"prompt_cache_hit_tokens\":64,"
        "\"prompt_cache_miss_tokens\":36}") DONE,
  "0 \n0 \n0 do\n2 d\n0 duf\n0 dD\n",
  "prompt 100 completion 2 total 102 cached 64 sDc")
A("GLM",
  "data:{\"id\":\"2025\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
  "\"reasoning_content\":\"hm\"}}]}\n\n"
  "data:{\"id\":\"2025\",\"choices\":[{\"index\":0,\"finish_reason\":\"length\",\"delta\":"
  "{\"role\":\"assistant\",\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":8,"
  "\"completion_tokens\":3,\"total_tokens\":11,\"prompt_tokens_details\":"
  "{\"cached_tokens\":2}}}\n\ndata:[DONE]\n\n",
  "2 d\n1 duf\n0 dD\n",
  "prompt 8 completion 3 total 11 cached 2 sDrc")
A("Groq",
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"\"") ",\"x_groq\":{\"id\":\"req_1\"}")
  CHUNK(DELTA("\"reasoning\":\"so\",\"channel\":\"analysis\""))
  CHUNK(FINISH ",\"x_groq\":{\"id\":\"req_1\",\"usage\":{\"queue_time\":0.05,"
        "\"prompt_tokens\":19,\"completion_tokens\":5,\"total_tokens\":24,"
        "\"completion_tokens_details\":{\"reasoning_tokens\":3}}}") DONE,
  "0 do\n2 d\n0 duf\n0 dD\n",
  "prompt 19 completion 5 total 24 reasoning 3 sDrc")
A("Groq, an error",
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"\""))
  "event: error\ndata: {\"error\":{\"message\":\"Bad call.\",\"type\":"
  "\"invalid_request_error\",\"code\":\"tool_use_failed\",\"failed_generation\":\"\","
  "\"status_code\":400}}\n\n",
  "0 do\n0 de\n", "e")
A("Moonshot, usage inside the choice",
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"\""))
  CHUNK(DELTA("\"content\":\"ok\""))
  CHUNK("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\",\"usage\":"
        "{\"prompt_tokens\":19,\"completion_tokens\":21,\"total_tokens\":40,"
        "\"cached_tokens\":10}}]") DONE,
  "0 do\n2 d\n0 duf\n0 dD\n",
  "prompt 19 completion 21 total 40 cached 10 sDc")
A("OpenRouter: waits, usage after the finish",
  ": OPENROUTER PROCESSING\n\n"
  CHUNK("\"provider\":\"X\"," DELTA("\"role\":\"assistant\",\"content\":\"a\",\"reasoning\":\"b\""))
  CHUNK(FINISH)
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"\"") ",\"usage\":{\"prompt_tokens\":7,"
        "\"completion_tokens\":10,\"total_tokens\":17,\"cost\":0.0001,"
        "\"completion_tokens_details\":{\"reasoning_tokens\":11}}") DONE,
  "0 \n2 d\n0 df\n0 du\n0 dD\n",
  "prompt 7 completion 10 total 17 reasoning 11 sDrc")
A("OpenRouter: an error in a chunk, with usage",
  CHUNK(DELTA("\"content\":\"a\""))
  CHUNK("\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},\"choices\":"
        "[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}],\"usage\":"
        "{\"prompt_tokens\":7,\"completion_tokens\":1,\"total_tokens\":8}") DONE,
  "1 d\n0 dufe\n0 dD\n",
  "prompt 7 completion 1 total 8 sDec")
A("vLLM, usage in every chunk",
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"\"")
        ",\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5,\"completion_tokens\":0}")
  CHUNK(DELTA("\"content\":\"a\"")
        ",\"usage\":{\"prompt_tokens\":5,\"total_tokens\":6,\"completion_tokens\":1}")
  CHUNK("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\","
        "\"stop_reason\":null}],\"usage\":{\"prompt_tokens\":5,\"total_tokens\":7,"
        "\"completion_tokens\":2}")
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"total_tokens\":7,"
        "\"completion_tokens\":2}") DONE,
  "0 du\n1 du\n1 duf\n0 dun\n0 dD\n",
  "prompt 5 completion 2 total 7 sDc")
A("xAI, reasoning beside the completion",
  CHUNK(DELTA("\"content\":\"OK\",\"role\":\"assistant\"")) CHUNK(FINISH)
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":2,"
        "\"total_tokens\":354,\"prompt_tokens_details\":{\"text_tokens\":12,"
        "\"audio_tokens\":0,\"image_tokens\":0,\"cached_tokens\":3},"
        "\"completion_tokens_details\":{\"reasoning_tokens\":340,\"audio_tokens\":0},"
        "\"num_sources_used\":0,\"cost_in_usd_ticks\":1}") DONE,
  "2 d\n0 df\n0 dun\n0 dD\n",
  "prompt 12 completion 2 total 354 cached 3 audio 0 image 0 reasoning 340 audio_out 0 sDc")
A("Azure, a filter first",
  "data: {\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\","
  "\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":{}}]}\n\n"
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":\"\""))
  CHUNK(DELTA("\"content\":\"\""))
  CHUNK(DELTA("\"content\":\"Hi\"") ",\"content_filter_results\":{}") CHUNK(FINISH) DONE,
  "0 dno\n0 do\n0 d\n2 d\n0 df\n0 dD\n", "Dc")
A("OpenAI, moderation without choices",
  CHUNK(DELTA("\"content\":\"a\"")) CHUNK("\"choices\":[],\"moderation\":{},\"usage\":null"),
  "1 d\n0 dn\n", "")
A("Ollama, zeros first",
  "data: {\"id\":\"cmpl-1\",\"choices\":[{\"text\":\"a\",\"index\":0,\"finish_reason\":null}],"
  "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}\n\n"
  "data: {\"id\":\"cmpl-1\",\"choices\":[{\"text\":\"\",\"index\":0,\"finish_reason\":\"stop\"}],"
  "\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":1,\"total_tokens\":5}}\n\n"
  "data: {\"id\":\"cmpl-1\",\"choices\":[],"
  "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}\n\n" DONE,
  "1 du\n0 duf\n0 dun\n0 dD\n",
  "prompt 4 completion 1 total 5 sDc")
/* chunks that differ in their text only */
#define WORD(text) "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}"
#define PADDED(text, pad) "data: {\"choices\":[{\"delta\":{\"content\":\"" text \
                          "\"}}],\"obfuscation\":\"" pad "\"}\n\n"
#define THOUGHT(text) "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"" text \
                      "\"}}]}\n\n"

A("alike", WORD("a") "\n\n" WORD("bc") "\n\n" WORD("\xe4\xbd\xa0") "\n\n" WORD("d\\ne")
  "\n\n" WORD("") "\n\n" WORD("\\\"}}]}") "\n\n" WORD("f") "\n\n" DONE,
  "1 d\n2 d\n3 d\n3 d\n0 d\n5 d\n1 d\n0 dD\n", "Dc")
A("alike, an empty one first", WORD("") "\n\n" WORD("a") "\n\n" WORD("") "\n\n" WORD("b")
  "\n\n" WORD("") "\n\n", "0 do\n1 d\n0 d\n1 d\n0 d\n", "")
A("alike, padded", PADDED("a", "xyz") PADDED("bc", "1") PADDED("", "22") PADDED("d", "")
  PADDED("e\\u0041", "333") PADDED("f", "\\n") PADDED("g", "4"),
  "1 d\n2 d\n0 d\n1 d\n2 d\n1 d\n1 d\n", "")
A("alike, then not", WORD("a") "\n\n" WORD("b") "\n\n"
  "data: {\"choices\":[{\"delta\":{\"content\":\"c\"},\"finish_reason\":\"stop\"}]}\n\n"
  WORD("d") "\n\n" "data: {\"choices\":[{\"delta\":{\"content\":\"e\"}}],\"error\":1}\n\n"
  WORD("f") "\n\n", "1 d\n1 d\n1 df\n1 d\n1 de\n1 d\n", "ec")
A("alike, thoughts and words", THOUGHT("a") THOUGHT("b") THOUGHT("") WORD("c") "\n\n"
  WORD("d") "\n\n" THOUGHT("e") THOUGHT("f"), "1 d\n1 d\n0 d\n1 d\n1 d\n1 d\n1 d\n", "r")
A("alike, CRLF", WORD("a") "\r\n\r\n" WORD("b") "\r\n\r\n" WORD("c") "\n\n" WORD("d")
  "\r\n\r\n", "1 d\n1 d\n1 d\n1 d\n", "")
A("alike, CR", WORD("a") "\r\r" WORD("b") "\r\r" WORD("c") "\r\r\n" WORD("d") "\r\r" WORD("e")
  "\r\r", "1 d\n1 d\n1 d\n1 d\n1 d\n", "")
A("alike, LF CR", WORD("a") "\n\r" WORD("b") "\n\r" WORD("c") "\n\r\n" WORD("d") "\n\r",
  "1 d\n1 d\n1 d\n1 d\n", "")
A("alike, but broken inside the text", WORD("a") "\n\n" WORD("b") "\n\n" WORD("c\n\nd") "\n\n"
  WORD("e\rf") "\n\n" WORD("g\r\rh") "\n\n" WORD("i\nj") "\n\n" WORD("k") "\n\n",
  "1 d\n1 d\n42 d\n0 \n49 d\n42 d\n0 \n49 d\n1 d\n", "")
A("alike, with a name and a comment", ": x\nevent: a\n" WORD("a") "\n\n: x\nevent: a\n" WORD("b")
  "\n\n: x\nevent: error\n" WORD("c") "\n\n: x\nevent: a\n" WORD("d") "\n\n",
  "1 d\n1 d\n1 de\n1 d\n", "e")

A("tool calls",
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":"
              "\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get\","
              "\"arguments\":\"\"}}]"))
  CHUNK(DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"\",\"function\":{\"arguments\":"
              "\"{\\\"a\\\":1}\"}}]"))
  CHUNK("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]") DONE,
  "3 d\n7 d\n0 df\n0 dD\n", "Dc")
A("other kinds of calls, parts and refusals",
  CHUNK(DELTA("\"function_call\":{\"name\":\"ab\",\"arguments\":\"c\"}"))
  CHUNK(DELTA("\"tool_calls\":[{\"custom\":{\"name\":\"d\",\"input\":\"ef\"}}]"))
  CHUNK(DELTA("\"refusal\":\"no\""))
  CHUNK(DELTA("\"content\":[{\"type\":\"text\",\"text\":\"xyz\"}]")),
  "3 d\n3 d\n2 d\n3 d\n", "")
A("two choices, one of them done",
  "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}},{\"index\":0,\"delta\":"
  "{\"content\":\"b\"}}]}\n\ndata: {\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":"
  "\"stop\"}]}\n\n", "2 d\n0 df\n", "")
A("two choices, both done, no [DONE]",
  "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}},{\"index\":0,\"delta\":"
  "{\"content\":\"b\"}}]}\n\ndata: {\"choices\":[{\"index\":1,\"finish_reason\":\"stop\"},"
  "{\"finish_reason\":\"length\",\"index\":0}]}\n\n", "2 d\n0 df\n", "c")
A("a finish_reason that says nothing",
  "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"\"}]}\n\n",
  "1 d\n", "")
A("choices that are no objects",
  "data: {\"choices\":[null],\"usage\":{}}\n\ndata: {\"choices\":null}\n\ndata: {}\n\n"
  "data: {\"choices\":{}}\n\n",
  "0 du\n0 d\n0 d\n0 d\n", "s")
A("counts that are none",
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":\"9\",\"completion_tokens\":1.0,"
        "\"total_tokens\":-1,\"prompt_tokens_details\":{\"cached_tokens\":null},"
        "\"input_tokens\":1000000000001,\"output_tokens\":{}}"),
  "0 dun\n", "bs")
A("counts of other names",
  CHUNK("\"choices\":[],\"usage\":{\"input_tokens\":7,\"output_tokens\":8,\"total_tokens\":15,"
        "\"input_tokens_details\":{\"cached_tokens\":1,\"cache_write_tokens\":2,"
        "\"video_tokens\":3},\"output_tokens_details\":{\"reasoning_tokens\":4}}"),
  "0 dun\n",
  "prompt 7 completion 8 total 15 cached 1 written 2 video 3 reasoning 4 s")
A("words that are no JSON",
  CHUNK("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":"
        "[{\"logprob\":NaN,\"top\":[-Infinity,Infinity,nan, -inf,None,-nan(ind),.5]}]}}],"
        "\"x\":Infinity,\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":NaN}"),
  "1 du\n", "prompt 9 bs")
A("a count with a zero before it", CHUNK("\"usage\":{\"prompt_tokens\":09}"),
  "0 du\n", "bs")
A("caches under other names",
  CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":90,\"completion_tokens\":1,"
        "\"cache_read_input_tokens\":30,\"cache_read_tokens\":31,"
        "\"cache_write_tokens\":5,\"claude_cache_creation_5_m_tokens\":4,"
        "\"claude_cache_creation_1_h_tokens\":3,\"prompt_cache_miss_tokens\":60,"
        "\"prompt_tokens_details\":{\"cached_tokens\":29,\"cached_creation_tokens\":6,"
        "\"cache_creation_tokens\":8,\"cached_write_tokens\":7,"
        "\"cached_tokens_details\":{\"text_tokens\":29}}}"),
  "0 dun\n",
  "prompt 90 completion 1 cached 31 written 8 written_5m 4 written_1h 3 s")
A("a cache that nobody knows",
  CHUNK("\"usage\":{\"prompt_tokens\":9,\"Cached_Thing_Tokens\":1}"),
  "0 du\n", "prompt 9 bs")
A("... in details, and nested",
  CHUNK("\"usage\":{\"prompt_tokens\":9,\"more\":[{\"cacheHits\":{\"a\":[{\"b\":1}]}}]}"),
  "0 du\n", "prompt 9 bs")
A("caches that hold nothing, and what is no count of one",
  CHUNK("\"usage\":{\"prompt_tokens\":9,\"cache_a\":0,\"cache_b\":null,\"cache_c\":\"5\","
        "\"cache_d\":0.5,\"a\":{\"b\":5}},"
        "\"cache_e\":5"),
  "0 du\n", "prompt 9 s")
A("usage that is none", "data: {\"usage\":null}\n\ndata: {\"usage\":[]}\n\ndata: {\"usage\":7}\n\n",
  "0 do\n0 do\n0 do\n", "")
A("errors that are none",
  "data: {\"error\":null}\n\ndata: {\"error\":false}\n\ndata: {\"error\":\"\"}\n\n",
  "0 do\n0 do\n0 do\n", "")
A("an error that is a string", "data: {\"error\":\"oops\",\"code\":\"InternalError\"}\n\n",
  "0 de\n", "e")
A("an event named error", "event: error\ndata: {\"code\":\"Throttling\",\"message\":\"\"}\n\n",
  "0 de\n", "e")
A("a code that is no error's", "data: {\"code\":\"200\"}\n\ndata: {\"error\":{\"code\":\"x\"}}\n\n",
  "0 do\n0 de\n", "e")
A("after [DONE]",
  DONE CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}")
  DONE, "0 dD\n0 dun\n0 dD\n", "prompt 3 completion 4 sDc")
A("no JSON", "data: {\"choices\":[{\"delta\":{\"content\":\"abc\"}},\n\ndata: <html>\n\n"
  "data: \n\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
  "48 d\n14 d\n0 d\n1 d\n", "")
A("bytes that are no text", "data: {\"choices\":[{\"delta\":{\"content\":\"\xff\t\\u0000\"}}]}\n\n",
  "3 d\n", "")
A("several lines of data",
  "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\ndata: \"ab\"}}],\n"
  "data:\"usage\":{\"prompt_tokens\":\ndata:12}}\n\n", "2 du\n", "prompt 12 s")
A("CRLF and CR", "data: {\"error\":1}\r\n\r\ndata: [DONE]\r\rdata: {}\r\n\r",
  "0 de\n0 dD\n0 d\n", "Dec")
A("[DONE] that is none", "data: [DONE\n\ndata: x[DONE]\n\ndata: [DONE] \n\n",
  "13 d\n15 d\n0 dD\n", "Dc")
A("the end without a blank line", CHUNK(FINISH) "data: [DONE]\n", "0 df\n0 dD\n", "Dc")
A("the end without a line end", CHUNK(DELTA("\"content\":\"a\"")) "data: [DONE]",
  "1 d\n0 dD\n", "Dc")
A("cut inside an event", CHUNK(DELTA("\"content\":\"a\"")) "data: {\"choices\":[{\"del",
  "1 d\n23 d\n", "")

A("Magistral: thinking in parts",
  CHUNK(DELTA("\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
              "[{\"type\":\"text\",\"text\":\"hmm\"}]}]"))
  CHUNK(DELTA("\"content\":[{\"type\":\"text\",\"text\":\"ab\"},\"c\"]")),
  "3 d\n3 d\n", "r")
A("a part that is called thinking",
  CHUNK(DELTA("\"content\":[{\"type\":\"thinking\",\"text\":\"hmm\"}]")), "3 d\n", "r")
A("OpenRouter: reasoning_details",
  CHUNK(DELTA("\"content\":\"\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":"
              "\"so\",\"format\":\"anthropic-claude-v1\",\"index\":0}]"))
  CHUNK(DELTA("\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"abc\"}]")),
  "2 d\n3 d\n", "r")
A("thinking that is an object", CHUNK(DELTA("\"reasoning\":{\"content\":\"ab\"}")), "2 d\n", "r")
A("speech, pictures, links",
  CHUNK(DELTA("\"audio\":{\"id\":\"audio_1\",\"expires_at\":1}"))
  CHUNK(DELTA("\"audio\":{\"transcript\":\"hello\",\"data\":\"AAAA\"}"))
  CHUNK(DELTA("\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:AA\"}}]"))
  CHUNK(DELTA("\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"title\":\"ab\"}}]"))
  CHUNK(DELTA("\"whatever\":{\"deep\":[[\"abc\"]],\"n\":12}")),
  "0 do\n9 d\n7 d\n2 d\n3 d\n", "")
A("arguments that are an object",
  CHUNK(DELTA("\"tool_calls\":[{\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":"
              "{\"city\":\"Bern\"}}}]")), "5 d\n", "")
A("events that cannot be read, with all ends of lines",
  "data: hello\r\n\r\ndata: hello\r\rdata: hello\n\ndata: hello\r\n\n",
  "14 d\n13 d\n13 d\n14 d\n", "")
A("an event that cannot be read, and one that is an error",
  "data: hello\n\nevent: error\ndata: hello\n\ndata:\n\n", "13 d\n0 de\n0 d\n", "e")
