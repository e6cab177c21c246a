/* SPDX-License-Identifier: Apache-2.0 */
/* rewrites_responses.h - bodies for Responses as clients write them and as
 * they go upstream; as rewrites.h.
 */
#define TEXT "\"input\":\"hi\""
#define NOT_KEPT "\"store\":false"
#define RESP(rest) "{\"model\":\"m\"," TEXT "," rest "}"
#define BY(way) (.model = "m", .thinking = GW_THINKING_##way, .store = 1)
#define PARTS_OF(parts) "{\"model\":\"m\"," OFF ",\"input\":[{\"role\":\"user\",\"content\":[" \
    parts "]}]}"

W("Responses: nothing to do", (.model = "m"),
  " { \"model\" : \"m\" , " TEXT ", \"store\" : false }\n", NULL)
W("Responses: nothing is kept", (.model = "m"), "{\"model\":\"m\"," TEXT "}",
  "{" NOT_KEPT ",\"model\":\"m\"," TEXT "}")
W("Responses: nothing is kept, behind blanks", (.model = "m"),
  "\n{ \"model\":\"m\"," TEXT "}", "\n{" NOT_KEPT ", \"model\":\"m\"," TEXT "}")
W("Responses: nothing is kept, though asked for", (.model = "m"), RESP("\"store\" : true"),
  RESP("\"store\" : false"))
W("Responses: nothing is kept, null", (.model = "m"), RESP("\"store\":null"), RESP(NOT_KEPT))
W("Responses: nothing is kept, a string", (.model = "m"), RESP("\"store\":\"no\""),
  RESP(NOT_KEPT))
W("Responses: it may be kept", (.model = "m", .store = 1), RESP("\"store\":true"), NULL)
W("Responses: it may be kept, by default", (.model = "m", .store = 1),
  "{\"model\":\"m\"," TEXT "}", NULL)
W("Responses: another model", (.model = "gpt-x", .store = 1), RESP("\"stream\":true"),
  "{\"model\":\"gpt-x\"," TEXT ",\"stream\":true}")
W("Responses: a stream asks for nothing", (.model = "m", .include_usage = 1, .store = 1),
  RESP("\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}"), NULL)
W("Responses: markers are the client's", (.model = "m", .explicit_cache = 1, .store = 1),
  RESP("\"enable_context_caching\":true"), "{\"model\":\"m\"," TEXT "}")

W("Responses: a bound", (.model = "m", .max_tokens = 700, .store = 1), RESP("\"top_p\":1"),
  "{\"max_output_tokens\":700,\"model\":\"m\"," TEXT ",\"top_p\":1}")
W("Responses: a bound, whatever the vendor calls it",
  (.model = "m", .max_tokens = 700, .max_completion = 1, .max_tokens_only = 1, .store = 1),
  RESP("\"top_p\":1"), "{\"max_output_tokens\":700,\"model\":\"m\"," TEXT ",\"top_p\":1}")
W("Responses: a bound for null", (.model = "m", .max_tokens = 700, .store = 1),
  RESP("\"max_output_tokens\":null"), RESP("\"max_output_tokens\":700"))
W("Responses: a bound is there", (.model = "m", .max_tokens = 700, .store = 1),
  RESP("\"max_output_tokens\":900"), NULL)
W("Responses: a bound that cannot be read", (.model = "m", .max_tokens = 700, .store = 1),
  RESP("\"max_output_tokens\":\"9\""), NULL)

W("Responses: relayed", BY(RELAY), RESP("\"enable_thinking\":true," OFF),
  RESP("\"enable_thinking\":true"))
W("Responses: no switch", BY(NONE), RESP("\"enable_thinking\":true," OFF),
  "{\"model\":\"m\"," TEXT "}")
W("Responses: the vendor's switch", BY(ENABLE), RESP(OFF),
  "{\"enable_thinking\":false,\"model\":\"m\"," TEXT "}")
W("Responses: an object", BY(OBJECT), RESP(OFF),
  "{\"thinking\":{\"type\":\"disabled\"},\"model\":\"m\"," TEXT "}")
W("Responses: the client's effort wins", BY(ENABLE),
  RESP("\"reasoning\":{\"effort\":\"low\"}," OFF),
  RESP("\"reasoning\":{\"effort\":\"low\"}"))
W("Responses: a summary is no switch", BY(ENABLE),
  RESP("\"reasoning\":{\"summary\":\"auto\"}," OFF),
  "{\"enable_thinking\":false,\"model\":\"m\"," TEXT ",\"reasoning\":{\"summary\":\"auto\"}}")
W("Responses: an instruction", BY(INSTRUCTION), RESP(OFF),
  "{\"model\":\"m\",\"input\":\"hi /no_think\"}")
W("Responses: an instruction in a part", BY(INSTRUCTION),
  PARTS_OF("{\"type\":\"input_text\",\"text\":\"hi\"}"),
  "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
  "\"text\":\"hi /no_think\"}]}]}")
W("Responses: an instruction of its own", BY(INSTRUCTION),
  PARTS_OF("{\"type\":\"input_image\"}"),
  "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\"},"
  "{\"type\":\"input_text\",\"text\":\" /no_think\"}]}]}")
W("Responses: an instruction for nothing", BY(INSTRUCTION), PARTS_OF(""),
  "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
  "\"text\":\" /no_think\"}]}]}")
W("Responses: all at once",
  (.model = "x", .thinking = GW_THINKING_ENABLE, .max_tokens = 700),
  "{\"llmgw_thinking\":true,\"model\":\"m\",\"enable_context_caching\":false," TEXT "}",
  "{\"max_output_tokens\":700,\"store\":false,\"enable_thinking\":true,\"model\":\"x\"," TEXT "}")
