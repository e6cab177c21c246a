/* SPDX-License-Identifier: Apache-2.0 */
/* rewrites_messages.h - bodies for Messages as clients write them and as they
 * go upstream; as rewrites.h.
 */
#define NINE "\"max_tokens\":9"
#define ROOMY "\"max_tokens\":8000"
#define BODY_OF(rest) "{\"model\":\"m\"," ASK "," rest "}"
#define TO(way) (.model = "m", .thinking = GW_THINKING_##way)
#define ON "\"llmgw_thinking\":true"
#define OFF "\"llmgw_thinking\":false"

W("Messages: nothing to do", (.model = "m"),
  " { \"model\" : \"m\" , \"max_tokens\":9, " ASK " }\n", NULL)
W("Messages: another model", (.model = "claude-x"), BODY_OF(NINE),
  "{\"model\":\"claude-x\"," ASK "," NINE "}")
W("Messages: a stream asks for nothing", (.model = "m", .include_usage = 1),
  BODY_OF(NINE ",\"stream\":true"), NULL)
W("Messages: what has no meaning here is relayed", (.model = "m"),
  BODY_OF(NINE ",\"enable_context_caching\":true,\"seed\":1"), NULL)
W("Messages: nothing is kept", (.model = "m"), BODY_OF(NINE ",\"store\":true"),
  BODY_OF(NINE ",\"store\":false"))
W("Messages: it may be kept", (.model = "m", .store = 1), BODY_OF(NINE ",\"store\":true"), NULL)
W("Messages: markers are the client's", (.model = "m", .explicit_cache = 1),
  BODY_OF(NINE ",\"cache_control\":{\"type\":\"ephemeral\"}"), NULL)
W("Messages: a bound is there", (.model = "m", .max_tokens = 5), BODY_OF(NINE), NULL)

W("Messages: relayed", TO(RELAY), BODY_OF(NINE ",\"enable_thinking\":true," OFF),
  BODY_OF(NINE ",\"enable_thinking\":true"))
W("Messages: none", TO(NONE), BODY_OF(NINE ",\"enable_thinking\":true," OFF), BODY_OF(NINE))
W("Messages: on", TO(OBJECT), BODY_OF(ROOMY "," ON),
  "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4000},\"model\":\"m\"," ASK "," ROOMY "}")
W("Messages: on, where the vendor has a bool", TO(ENABLE),
  BODY_OF(ROOMY ",\"enable_thinking\":true"),
  "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4000},\"model\":\"m\"," ASK "," ROOMY "}")
W("Messages: off", TO(OBJECT), BODY_OF(OFF "," NINE),
  "{\"thinking\":{\"type\":\"disabled\"},\"model\":\"m\"," ASK "," NINE "}")
W("Messages: on, null", TO(OBJECT), BODY_OF("\"thinking\":null," ON "," ROOMY),
  BODY_OF("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4000}," ROOMY))
W("Messages: the least budget", TO(OBJECT), BODY_OF(ON ",\"max_tokens\":1025"),
  "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},\"model\":\"m\"," ASK
  ",\"max_tokens\":1025}")
W("Messages: no room for it", TO(OBJECT), BODY_OF("\"max_tokens\":1024," ON),
  BODY_OF("\"max_tokens\":1024"))
W("Messages: no room, null", TO(OBJECT), BODY_OF("\"thinking\":null,\"max_tokens\":9," ON),
  BODY_OF("\"thinking\":null,\"max_tokens\":9"))
W("Messages: the most", TO(OBJECT), BODY_OF(ON ",\"max_tokens\":128000"),
  "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":32000},\"model\":\"m\"," ASK
  ",\"max_tokens\":128000}")
W("Messages: a bound that cannot be read", TO(OBJECT), BODY_OF(ON ",\"max_tokens\":\"x\""),
  "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},\"model\":\"m\"," ASK
  ",\"max_tokens\":\"x\"}")
W("Messages: the client's own switch wins", TO(OBJECT),
  BODY_OF("\"thinking\":{ \"type\":\"adaptive\" }," OFF "," NINE),
  BODY_OF("\"thinking\":{ \"type\":\"adaptive\" }," NINE))
W("Messages: an instruction", TO(INSTRUCTION), BODY_OF(ON "," NINE),
  "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi /think\"}]," NINE "}")
W("Messages: an instruction behind a result", TO(INSTRUCTION),
  "{\"model\":\"m\"," NINE ",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
  "\"tool_result\",\"content\":[{\"type\":\"text\",\"text\":\"r\"}]}]}]," OFF "}",
  "{\"model\":\"m\"," NINE ",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
  "\"tool_result\",\"content\":[{\"type\":\"text\",\"text\":\"r\"}]},"
  "{\"type\":\"text\",\"text\":\" /no_think\"}]}]}")
