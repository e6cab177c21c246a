/* SPDX-License-Identifier: Apache-2.0 */
/* rewrites.h - bodies as clients write them and as they go upstream.
 *
 * W(name, how, body, want).  How is a gw_rewrite_t's fields; NULL for want
 * says that nothing is changed.
 */
#define ASK "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define MARK "\"cache_control\":{\"type\":\"ephemeral\"}"
#define CHAT(rest) "{\"model\":\"m\"," rest "}"
#define SAY(content) CHAT("\"llmgw_thinking\":false,\"messages\":[{\"role\":\"user\"," \
                          "\"content\":" content "}]")
#define SAID(content) CHAT("\"messages\":[{\"role\":\"user\",\"content\":" content "}]")
#define CACHE(rest) CHAT("\"enable_context_caching\":true," rest)

/* the model */
W("nothing to do", (.model = "m"), "{ \"model\" : \"m\" , " ASK " }", NULL)
W("another model", (.model = "up/m-2"), "{ \"model\" : \"m\" , " ASK " }",
  "{ \"model\" : \"up/m-2\" , " ASK " }")
W("another model, last", (.model = "x"), "{" ASK ",\"model\":\"m\"}",
  "{" ASK ",\"model\":\"x\"}")
W("the same model, escaped", (.model = "m/n"), "{\"model\":\"\\u006d\\/n\"," ASK "}", NULL)
W("a model to escape", (.model = "a\"b\\c"), CHAT(ASK),
  "{\"model\":\"a\\\"b\\\\c\"," ASK "}")
W("a model that begins so", (.model = "m2"), CHAT(ASK), "{\"model\":\"m2\"," ASK "}")

/* usage */
W("usage without stream", (.model = "m", .include_usage = 1), CHAT(ASK), NULL)
W("usage without stream, with options", (.model = "m", .include_usage = 1),
  CHAT("\"stream\":false,\"stream_options\":{}," ASK), NULL)
W("usage", (.model = "m", .include_usage = 1), CHAT("\"stream\":true," ASK),
  "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true," ASK "}")
W("usage behind blanks", (.model = "m", .include_usage = 1),
  "\n{ \"stream\":true,\"model\":\"m\"," ASK "}",
  "\n{\"stream_options\":{\"include_usage\":true}, \"stream\":true,\"model\":\"m\"," ASK "}")
W("usage, never", (.model = "m"), CHAT("\"stream\":true," ASK), NULL)
W("usage asked for", (.model = "m", .include_usage = 1),
  CHAT("\"stream\":true,\"stream_options\":{\"include_usage\":true}," ASK), NULL)
W("usage not asked for", (.model = "m", .include_usage = 1),
  CHAT("\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\" : false }," ASK),
  CHAT("\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\" : true }," ASK))
W("usage null", (.model = "m", .include_usage = 1),
  CHAT("\"stream\":true,\"stream_options\":{\"include_usage\":null}," ASK),
  CHAT("\"stream\":true,\"stream_options\":{\"include_usage\":true}," ASK))
W("options null", (.model = "m", .include_usage = 1),
  CHAT("\"stream\":true,\"stream_options\":null," ASK),
  CHAT("\"stream\":true,\"stream_options\":{\"include_usage\":true}," ASK))
W("options empty", (.model = "m", .include_usage = 1),
  CHAT("\"stream\":true,\"stream_options\":{}," ASK),
  CHAT("\"stream\":true,\"stream_options\":{\"include_usage\":true}," ASK))
W("options blank", (.model = "m", .include_usage = 1),
  CHAT("\"stream\":true,\"stream_options\":{ \n}," ASK),
  CHAT("\"stream\":true,\"stream_options\":{\"include_usage\":true \n}," ASK))
W("other options", (.model = "m", .include_usage = 1),
  CHAT("\"stream\":true,\"stream_options\":{ \"a\":{}}," ASK),
  CHAT("\"stream\":true,\"stream_options\":{\"include_usage\":true, \"a\":{}}," ASK))

/* a bound of ours */
#define PUT (.model = "m", .max_tokens = 700)
#define PUT_OPENAI (.model = "m", .max_tokens = 700, .max_completion = 1)
W("a bound", PUT, CHAT(ASK), "{\"max_tokens\":700,\"model\":\"m\"," ASK "}")
#define PUT_ONE (.model = "m", .max_tokens = 700, .max_tokens_only = 1)
W("a bound, where one name is known", PUT_ONE, CHAT(ASK),
  "{\"max_tokens\":700,\"model\":\"m\"," ASK "}")
W("a bound, for OpenAI", PUT_OPENAI, CHAT(ASK),
  "{\"max_completion_tokens\":700,\"model\":\"m\"," ASK "}")
W("a bound in place of 0", PUT, CHAT("\"max_tokens\" : 0 ," ASK),
  CHAT("\"max_tokens\" : 700 ," ASK))
W("a bound in place of null", PUT, CHAT("\"max_completion_tokens\":null," ASK),
  CHAT("\"max_completion_tokens\":700," ASK))
W("a bound in place of both", PUT,
  CHAT("\"max_tokens\":null,\"max_completion_tokens\":0," ASK),
  CHAT("\"max_tokens\":700,\"max_completion_tokens\":0," ASK))
W("a bound in place of 0, for OpenAI", PUT_OPENAI, CHAT("\"max_tokens\" : 0," ASK),
  CHAT("\"max_completion_tokens\" : 700," ASK))
W("a bound in place of both, for OpenAI", PUT_OPENAI,
  CHAT("\"max_tokens\":0,\"max_completion_tokens\":0," ASK),
  CHAT("\"max_completion_tokens\":700," ASK))
W("a bound in place of null, where one name is known", PUT_ONE,
  CHAT("\"max_completion_tokens\":null," ASK), CHAT("\"max_tokens\":700," ASK))
W("a bound in place of both, where one name is known", PUT_ONE,
  CHAT("\"max_completion_tokens\":0,\"max_tokens\":null," ASK), CHAT("\"max_tokens\":700," ASK))
W("a bound beside what is removed", (.model = "m", .max_tokens = 700,
  .thinking = GW_THINKING_NONE),
  CHAT("\"enable_thinking\":true,\"max_tokens\":0,\"llmgw_thinking\":true," ASK),
  CHAT("\"max_tokens\":700," ASK))
W("a bound of the client's", PUT, CHAT("\"max_tokens\":5," ASK), NULL)
W("a bound of the client's, beside 0", PUT,
  CHAT("\"max_tokens\":0,\"max_completion_tokens\":5," ASK), NULL)
W("a bound that nobody reads", PUT, CHAT("\"max_tokens\":\"5\"," ASK), NULL)

/* the name of the client's bound */
#define OPENAI (.model = "m", .max_completion = 1)
#define ONE (.model = "m", .max_tokens_only = 1)
W("the name OpenAI knows", OPENAI, CHAT("\"max_completion_tokens\":5e1," ASK), NULL)
W("the name OpenAI refuses", OPENAI, CHAT("\"max_tokens\" :\n 5e1," ASK),
  CHAT("\"max_completion_tokens\" :\n 5e1," ASK))
W("the name OpenAI refuses, last", OPENAI, "{\"model\":\"m\"," ASK ", \"max_tokens\":5}",
  "{\"model\":\"m\"," ASK ", \"max_completion_tokens\":5}")
W("the name OpenAI refuses, escaped", OPENAI, CHAT("\"max\\u005ftokens\":5," ASK),
  CHAT("\"max_completion_tokens\":5," ASK))
W("the name OpenAI refuses, of what is no number", OPENAI,
  CHAT("\"max_tokens\":\"a \\\":\"," ASK), CHAT("\"max_completion_tokens\":\"a \\\":\"," ASK))
W("the name OpenAI refuses, of null", OPENAI, CHAT("\"max_tokens\":null," ASK),
  CHAT("\"max_completion_tokens\":null," ASK))
W("both names, for OpenAI", OPENAI,
  CHAT("\"max_tokens\":9 , \"max_completion_tokens\":5," ASK),
  CHAT("\"max_completion_tokens\":5," ASK))
W("both names, for OpenAI, the known one is null", OPENAI,
  CHAT("\"max_completion_tokens\":null,\"max_tokens\":9," ASK),
  CHAT("\"max_completion_tokens\":9," ASK))
W("the only name that is known", ONE, CHAT("\"max_tokens\":5," ASK), NULL)
W("the only name that is known, of the other", ONE, CHAT("\"max_completion_tokens\":5," ASK),
  CHAT("\"max_tokens\":5," ASK))
W("both names, where one is known", ONE,
  CHAT("\"max_tokens\":9,\"max_completion_tokens\":5," ASK), CHAT("\"max_tokens\":9," ASK))
W("both names, where one is known: it is 0", ONE,
  CHAT("\"max_completion_tokens\":5,\"max_tokens\":0," ASK), CHAT("\"max_tokens\":5," ASK))
W("both names, where both may be known", (.model = "m"),
  CHAT("\"max_tokens\":9,\"max_completion_tokens\":5," ASK), NULL)
W("a name in what is not the document", OPENAI,
  CHAT("\"x\":{\"max_tokens\":9},\"metadata\":{\"max_tokens\":\"9\"}," ASK), NULL)
W("both names beside all that is removed", (.model = "m", .max_completion = 1,
  .thinking = GW_THINKING_NONE),
  CHAT("\"enable_thinking\":true,\"max_tokens\":9,\"llmgw_thinking\":true,"
       "\"enable_context_caching\":true,\"max_completion_tokens\":5," ASK),
  CHAT("\"max_completion_tokens\":5," ASK))

/* what an upstream would keep */
W("store", (.model = "m"), CHAT("\"store\":true," ASK), CHAT("\"store\":false," ASK))
W("store, as a word", (.model = "m"), CHAT("\"store\" : \"yes\" ," ASK),
  CHAT("\"store\" : false ," ASK))
W("no store", (.model = "m"), CHAT("\"store\":false," ASK), NULL)
W("store null", (.model = "m"), CHAT("\"store\":null," ASK), NULL)
W("store, where that may be", (.model = "m", .store = 1), CHAT("\"store\":true," ASK), NULL)

/* thinking: nobody asked */
W("relay, nothing", (.model = "m", .thinking = GW_THINKING_RELAY), CHAT(ASK), NULL)
W("enable, nothing", (.model = "m", .thinking = GW_THINKING_ENABLE), CHAT(ASK), NULL)
W("object, nothing", (.model = "m", .thinking = GW_THINKING_OBJECT), CHAT(ASK), NULL)
W("instruction, nothing", (.model = "m", .thinking = GW_THINKING_INSTRUCTION), CHAT(ASK), NULL)
W("none, nothing", (.model = "m", .thinking = GW_THINKING_NONE), CHAT(ASK), NULL)

/* relay */
W("relay as written", (.model = "m"), CHAT("\"enable_thinking\":true," ASK), NULL)
W("relay, ours never leaves", (.model = "m"),
  CHAT("\"enable_thinking\":true,\"llmgw_thinking\":false," ASK),
  CHAT("\"enable_thinking\":true," ASK))

/* enable_thinking */
W("enable as written", (.model = "m", .thinking = GW_THINKING_ENABLE),
  CHAT("\"enable_thinking\": false ," ASK), NULL)
W("enable from ours", (.model = "m", .thinking = GW_THINKING_ENABLE),
  CHAT("\"llmgw_thinking\":true," ASK),
  "{\"enable_thinking\":true,\"model\":\"m\"," ASK "}")
W("enable from ours, off", (.model = "m", .thinking = GW_THINKING_ENABLE),
  CHAT(ASK ",\"llmgw_thinking\":false"), "{\"enable_thinking\":false,\"model\":\"m\"," ASK "}")
W("enable, ours first", (.model = "m", .thinking = GW_THINKING_ENABLE),
  "{\"llmgw_thinking\":true,\"model\":\"m\"," ASK "}",
  "{\"enable_thinking\":true,\"model\":\"m\"," ASK "}")
W("enable, ours wins", (.model = "m", .thinking = GW_THINKING_ENABLE),
  CHAT("\"enable_thinking\":true,\"llmgw_thinking\":false," ASK),
  CHAT("\"enable_thinking\":false," ASK))
W("enable, both agree", (.model = "m", .thinking = GW_THINKING_ENABLE),
  CHAT("\"llmgw_thinking\":false,\"enable_thinking\":false," ASK),
  CHAT("\"enable_thinking\":false," ASK))
W("enable, native wins", (.model = "m", .thinking = GW_THINKING_ENABLE),
  CHAT("\"reasoning_effort\":\"low\",\"enable_thinking\":true,\"llmgw_thinking\":true," ASK),
  CHAT("\"reasoning_effort\":\"low\"," ASK))

/* the object */
W("object", (.model = "m", .thinking = GW_THINKING_OBJECT),
  CHAT("\"enable_thinking\":true," ASK),
  "{\"thinking\":{\"type\":\"enabled\"},\"model\":\"m\"," ASK "}")
W("object from ours, off", (.model = "m", .thinking = GW_THINKING_OBJECT),
  CHAT(ASK " , \"llmgw_thinking\" : false"),
  "{\"thinking\":{\"type\":\"disabled\"},\"model\":\"m\"," ASK "}")
W("object for null", (.model = "m", .thinking = GW_THINKING_OBJECT),
  CHAT("\"thinking\":null,\"llmgw_thinking\":true," ASK),
  CHAT("\"thinking\":{\"type\":\"enabled\"}," ASK))
W("object, native wins", (.model = "m", .thinking = GW_THINKING_OBJECT),
  CHAT("\"thinking\":{\"type\":\"disabled\"},\"llmgw_thinking\":true," ASK),
  CHAT("\"thinking\":{\"type\":\"disabled\"}," ASK))

/* none */
W("none removes both", (.model = "m", .thinking = GW_THINKING_NONE),
  CHAT("\"enable_thinking\":true," ASK ",\"llmgw_thinking\":true"), CHAT(ASK))
W("none leaves what is native", (.model = "m", .thinking = GW_THINKING_NONE),
  CHAT("\"thinking\":{\"a\":1}," ASK), NULL)

/* the instruction */
W("instruction, on", (.model = "m", .thinking = GW_THINKING_INSTRUCTION),
  CHAT("\"llmgw_thinking\":true," ASK), SAID("\"hi /think\""))
W("instruction, off", (.model = "m", .thinking = GW_THINKING_INSTRUCTION), SAY("\"hi\""),
  SAID("\"hi /no_think\""))
W("instruction behind an escape", (.model = "m", .thinking = GW_THINKING_INSTRUCTION),
  SAY("\"a\\\\\\\"\""), SAID("\"a\\\\\\\" /no_think\""))
W("instruction in no text", (.model = "m", .thinking = GW_THINKING_INSTRUCTION), SAY("\"\""),
  SAID("\" /no_think\""))
W("instruction in a part", (.model = "m", .thinking = GW_THINKING_INSTRUCTION),
  SAY("[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\",\"type\":\"text\"},{\"type\":\"x\"}]"),
  SAID("[{\"type\":\"text\",\"text\":\"a\"},"
       "{\"text\":\"b /no_think\",\"type\":\"text\"},{\"type\":\"x\"}]"))
W("instruction behind an image", (.model = "m", .thinking = GW_THINKING_INSTRUCTION),
  SAY("[{\"type\":\"image_url\"} ]"),
  SAID("[{\"type\":\"image_url\"},{\"type\":\"text\",\"text\":\" /no_think\"} ]"))
W("instruction in no parts", (.model = "m", .thinking = GW_THINKING_INSTRUCTION), SAY("[ ]"),
  SAID("[{\"type\":\"text\",\"text\":\" /no_think\"} ]"))
W("instruction in parts that are none", (.model = "m", .thinking = GW_THINKING_INSTRUCTION),
  SAY("[\"a\"]"), SAID("[\"a\"]"))
W("instruction behind an empty part", (.model = "m", .thinking = GW_THINKING_INSTRUCTION),
  SAY("[{}]"), SAID("[{},{\"type\":\"text\",\"text\":\" /no_think\"}]"))
W("instruction in null", (.model = "m", .thinking = GW_THINKING_INSTRUCTION), SAY("null"),
  SAID("null"))
W("instruction without a user", (.model = "m", .thinking = GW_THINKING_INSTRUCTION),
  CHAT("\"llmgw_thinking\":true,\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]"),
  CHAT("\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]"))
W("instruction, native wins", (.model = "m", .thinking = GW_THINKING_INSTRUCTION),
  CHAT("\"reasoning_effort\":\"low\",\"llmgw_thinking\":true," ASK),
  CHAT("\"reasoning_effort\":\"low\"," ASK))

/* cache markers */
W("caching off", (.model = "m", .explicit_cache = 1),
  CHAT("\"enable_context_caching\":false," ASK), CHAT(ASK))
W("caching, the model has none", (.model = "m"),
  CACHE("\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]"),
  CHAT("\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]"))
W("caching, plain: the system only", (.model = "m", .explicit_cache = 1),
  CACHE("\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
        "{\"role\":\"user\",\"content\":\"u\"}]"),
  CHAT("\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"s\"," MARK
       "}]},{\"role\":\"user\",\"content\":\"u\"}]"))
W("caching, a stream: the last too", (.model = "m", .explicit_cache = 1),
  CACHE("\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\" }]}]"),
  CHAT("\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\","
       "\"text\":\"s\"," MARK "}]},{\"role\":\"user\",\"content\":[{\"type\":\"text\","
       "\"text\":\"a\"},{\"text\":\"b\" ," MARK "}]}]"))
W("caching, one message", (.model = "m", .explicit_cache = 1),
  CACHE("\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]"),
  CHAT("\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\","
       "\"text\":\"s\"," MARK "}]}]"))
W("caching, no system, plain", (.model = "m", .explicit_cache = 1), CACHE(ASK), CHAT(ASK))
W("caching, no system, a stream", (.model = "m", .explicit_cache = 1),
  CACHE("\"stream\":true," ASK),
  CHAT("\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
       "\"text\":\"hi\"," MARK "}]}]"))
W("caching, empty and null", (.model = "m", .explicit_cache = 1),
  CACHE("\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":\"\"},"
        "{\"role\":\"user\",\"content\":null}]"),
  CHAT("\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":\"\"},"
       "{\"role\":\"user\",\"content\":null}]"))
W("caching, an empty part", (.model = "m", .explicit_cache = 1),
  CACHE("\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":[{ }]}]"),
  CHAT("\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":[{ }]}]"))
W("caching, no parts", (.model = "m", .explicit_cache = 1),
  CACHE("\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":[]}]"),
  CHAT("\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":[]}]"))
W("caching, marked by the client", (.model = "m", .explicit_cache = 1),
  CACHE("\"messages\":[{\"role\":\"system\",\"content\":[{\"text\":\"s\"," MARK "}]}]"),
  CHAT("\"messages\":[{\"role\":\"system\",\"content\":[{\"text\":\"s\"," MARK "}]}]"))
W("caching, GLM without tools", (.model = "m", .explicit_cache = 1, .text_without_tools = 1),
  CACHE("\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]"),
  CHAT("\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]"))
W("caching, GLM with tools", (.model = "m", .explicit_cache = 1, .text_without_tools = 1),
  CACHE("\"tools\":[{}],\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]"),
  CHAT("\"tools\":[{}],\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\","
       "\"text\":\"s\"," MARK "}]}]"))

/* all at once */
W("an instruction and a marker in one string",
  (.model = "x", .thinking = GW_THINKING_INSTRUCTION, .include_usage = 1, .explicit_cache = 1),
  "{\"llmgw_thinking\":true,\"enable_context_caching\":true,\"stream\":true,"
  "\"model\":\"m\"," ASK "}",
  "{\"stream_options\":{\"include_usage\":true},\"stream\":true,\"model\":\"x\",\"messages\":"
  "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi /think\"," MARK "}]}]}")
W("an instruction and a marker in one part",
  (.model = "m", .thinking = GW_THINKING_INSTRUCTION, .explicit_cache = 1),
  CACHE("\"stream\":true,\"enable_thinking\":false,\"messages\":[{\"role\":\"user\","
        "\"content\":[{\"text\":\"hi\"}]}]"),
  CHAT("\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":"
       "[{\"text\":\"hi /no_think\"," MARK "}]}]"))
W("an instruction behind a marked image",
  (.model = "m", .thinking = GW_THINKING_INSTRUCTION, .explicit_cache = 1),
  CACHE("\"stream\":true,\"enable_thinking\":false,\"messages\":[{\"role\":\"user\","
        "\"content\":[{\"type\":\"image_url\"}]}]"),
  CHAT("\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
       MARK "},{\"type\":\"text\",\"text\":\" /no_think\"}]}]"))
W("everything",
  (.model = "up", .thinking = GW_THINKING_OBJECT, .include_usage = 1, .explicit_cache = 1),
  "{\"x\":[1, 2],\"enable_thinking\":true, \"llmgw_thinking\":false,\"model\":\"m\","
  "\"stream\":true,\"stream_options\":{\"x\":0},\"messages\":[{\"role\":\"system\","
  "\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\"}], \"enable_context_caching\":true }",
  "{\"thinking\":{\"type\":\"disabled\"},\"x\":[1, 2],\"model\":\"up\",\"stream\":true,"
  "\"stream_options\":{\"include_usage\":true,\"x\":0},\"messages\":[{\"role\":\"system\","
  "\"content\":[{\"type\":\"text\",\"text\":\"s\"," MARK "}]},{\"role\":\"user\",\"content\":"
  "[{\"type\":\"text\",\"text\":\"u\"," MARK "}]}] }")
