/* SPDX-License-Identifier: Apache-2.0 */
/* answers_messages.h - streams of the Messages API, as answers.h has those of
 * chats.  B: the output was counted at the beginning only.
 */
#define EV(name, rest) \
    "event: " name "\ndata: {\"type\":\"" name "\"" rest "}\n\n"
#define COUNTED(usage) EV("message_start", ",\"message\":{\"id\":\"msg_1\"," \
    "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[]," \
    "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{" usage "}}")
#define START COUNTED("\"input_tokens\":25,\"output_tokens\":1")
#define OPEN(block) EV("content_block_start", \
    ",\"index\":0,\"content_block\":{" block "}")
#define TEXT_OPEN OPEN("\"type\":\"text\",\"text\":\"\"")
#define DIFF(delta) EV("content_block_delta", ",\"index\":0,\"delta\":{" delta "}")
#define SAYS(text) DIFF("\"type\":\"text_delta\",\"text\":\"" text "\"")
#define SHUT EV("content_block_stop", ",\"index\":0")
#define END(reason, usage) EV("message_delta", ",\"delta\":{\"stop_reason\":" \
    reason ",\"stop_sequence\":null},\"usage\":{" usage "}")
#define STOP "event: message_stop\ndata: {\"type\":\"message_stop\"         }\n\n"
#define PING EV("ping", "")

A("Anthropic",
  START TEXT_OPEN PING SAYS("Hel") SAYS("lo") SAYS("!") SHUT
  END("\"end_turn\"", "\"input_tokens\":25,\"output_tokens\":15") STOP,
  "0 duo\n0 d\n0 d\n3 d\n2 d\n1 d\n0 d\n0 duf\n0 dD\n",
  "prompt 25 completion 15 sDc")
A("Anthropic, thinking and a tool",
  COUNTED("\"input_tokens\":3,\"output_tokens\":2,\"cache_creation_input_tokens\":70,"
          "\"cache_read_input_tokens\":100,\"cache_creation\":{"
          "\"ephemeral_5m_input_tokens\":40,\"ephemeral_1h_input_tokens\":30},"
          "\"service_tier\":\"standard\",\"inference_geo\":\"not_available\"")
  OPEN("\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"")
  DIFF("\"type\":\"thinking_delta\",\"thinking\":\"Let me\"")
  DIFF("\"type\":\"signature_delta\",\"signature\":\"c2lnbmF0dXJl\"") SHUT
  OPEN("\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"ls\",\"input\":{}")
  DIFF("\"type\":\"input_json_delta\",\"partial_json\":\"\"")
  DIFF("\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\": \"")
  DIFF("\"type\":\"input_json_delta\",\"partial_json\":\"1}\"") SHUT
  END("\"tool_use\"", "\"input_tokens\":3,\"output_tokens\":80,"
      "\"cache_creation_input_tokens\":70,\"cache_read_input_tokens\":100,"
      "\"output_tokens_details\":{\"thinking_tokens\":50}") STOP,
  "0 duo\n0 d\n6 d\n0 d\n0 d\n2 d\n0 d\n6 d\n2 d\n0 d\n0 duf\n0 dD\n",
  "prompt 3 completion 80 cached 100 written 70 written_5m 40 written_1h 30 "
  "reasoning 50 sDrc")
A("counts that grow",
  COUNTED("\"input_tokens\":702,\"output_tokens\":1") TEXT_OPEN SAYS("a") SHUT
  END("\"end_turn\"", "\"input_tokens\":1591,\"output_tokens\":9,"
      "\"server_tool_use\":{\"web_search_requests\":2}") STOP,
  "0 duo\n0 d\n1 d\n0 d\n0 duf\n0 dD\n", "prompt 1591 completion 9 sDc")
A("only the output at the end",
  START TEXT_OPEN SAYS("a") SHUT END("\"max_tokens\"", "\"output_tokens\":9") STOP,
  "0 duo\n0 d\n1 d\n0 d\n0 duf\n0 dD\n", "prompt 25 completion 9 sDc")
A("twice at the end",
  START TEXT_OPEN SAYS("a") END("null", "\"output_tokens\":4")
  END("\"end_turn\"", "\"output_tokens\":9") STOP,
  "0 duo\n0 d\n1 d\n0 du\n0 duf\n0 dD\n", "prompt 25 completion 9 sDc")
A("counted by nobody at the end",
  START TEXT_OPEN SAYS("a") EV("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\"}")
  STOP,
  "0 duo\n0 d\n1 d\n0 df\n0 dD\n", "prompt 25 completion 1 BsDc")
A("an output of null at the end",
  START SAYS("a") END("\"end_turn\"", "\"output_tokens\":null") STOP,
  "0 duo\n1 d\n0 duf\n0 dD\n", "prompt 25 completion 1 BsDc")
A("broken off", START TEXT_OPEN SAYS("ab"), "0 duo\n0 d\n2 d\n",
  "prompt 25 completion 1 Bs")
A("nothing but a beginning", PING START PING, "0 do\n0 duo\n0 d\n",
  "prompt 25 completion 1 Bs")
A("two beginnings", START START SAYS("a"), "0 duo\n0 duo\n1 d\n",
  "prompt 25 completion 1 Bs")
A("a name that is new, first", EV("message_note", "") START, "0 do\n0 duo\n",
  "prompt 25 completion 1 Bs")
A("no usage", EV("message_start", ",\"message\":{\"id\":\"msg_1\"}") SAYS("a")
  EV("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\"}") STOP,
  "0 do\n1 d\n0 df\n0 dD\n", "Dc")
A("overloaded in the middle",
  START TEXT_OPEN SAYS("a")
  "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
  "\"message\":\"Overloaded\"}}\n\n",
  "0 duo\n0 d\n1 d\n0 de\n", "prompt 25 completion 1 Bse")
A("an error by its type only", "data: {\"type\":\"error\"}\n\n", "0 de\n", "e")
A("several calls",
  START SAYS("a")
  END("\"end_turn\"", "\"input_tokens\":5,\"output_tokens\":9,\"iterations\":["
      "{\"type\":\"compaction\",\"input_tokens\":180,\"output_tokens\":20,"
      "\"cache_read_input_tokens\":7,\"cache_creation_input_tokens\":3,"
      "\"cache_creation\":{\"ephemeral_5m_input_tokens\":1,\"ephemeral_1h_input_tokens\":2}},"
      "{\"type\":\"message\",\"input_tokens\":5,\"output_tokens\":9}]") STOP,
  "0 duo\n1 d\n0 duf\n0 dD\n",
  "prompt 185 completion 29 cached 7 written 3 written_5m 1 written_1h 2 largest 190 sDc")
A("one call, in no list", START SAYS("a")
  END("\"end_turn\"", "\"output_tokens\":9,\"iterations\":null") STOP,
  "0 duo\n1 d\n0 duf\n0 dD\n", "prompt 25 completion 9 sDc")
A("calls that are none", START SAYS("a")
  END("\"end_turn\"", "\"output_tokens\":9,\"iterations\":[1,{\"input_tokens\":\"x\"}]")
  STOP,
  "0 duo\n1 d\n0 duf\n0 dD\n", "prompt 25 completion 9 bsDc")
A("a cache that nobody knows", START SAYS("a")
  END("\"end_turn\"", "\"output_tokens\":9,\"cached_widgets\":4") STOP,
  "0 duo\n1 d\n0 duf\n0 dD\n", "prompt 25 completion 9 bsDc")
A("words around what is said", START
  DIFF("\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\"not said\"}")
  DIFF("\"type\":\"compaction_delta\",\"content\":\"sum\",\"encrypted_content\":\"eHg=\"")
  DIFF("\"type\":\"new_delta\",\"words\":[\"a\",{\"b\":\"cd\"}]"),
  "0 duo\n0 d\n3 d\n3 d\n", "prompt 25 completion 1 Bs")
A("thinking that is not shown", START
  OPEN("\"type\":\"redacted_thinking\",\"data\":\"ZW5j\""),
  "0 duo\n4 d\n", "prompt 25 completion 1 Bsr")
A("what a tool of the upstream found is not said", START
  OPEN("\"type\":\"web_search_tool_result\",\"tool_use_id\":\"a\",\"content\":["
       "{\"type\":\"web_search_result\",\"title\":\"t\",\"error\":\"e\"}]"),
  "0 duo\n0 d\n", "prompt 25 completion 1 Bs")
A("escapes, and alike again",
  START SAYS("a") SAYS("b\\n") SAYS("\xc3\xa4") SAYS("c") STOP,
  "0 duo\n1 d\n2 d\n2 d\n1 d\n0 dD\n", "prompt 25 completion 1 BsDc")
A("alike, then thoughts",
  START SAYS("a") SAYS("bc")
  DIFF("\"type\":\"thinking_delta\",\"thinking\":\"def\"")
  DIFF("\"type\":\"thinking_delta\",\"thinking\":\"g\"") SAYS("h"),
  "0 duo\n1 d\n2 d\n3 d\n1 d\n1 d\n", "prompt 25 completion 1 Bsr")
A("CRLF",
  "event: message_start\r\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{"
  "\"input_tokens\":7,\"output_tokens\":1}}}\r\n\r\n"
  "event: message_stop\r\ndata: {\"type\":\"message_stop\"}\r\n\r\n",
  "0 duo\n0 dD\n", "prompt 7 completion 1 BsDc")
A("[DONE] behind the end", START SAYS("a") STOP "data: [DONE]\n\n",
  "0 duo\n1 d\n0 dD\n0 dD\n", "prompt 25 completion 1 BsDc")
A("no types, only names",
  "event: content_block_delta\ndata: {\"delta\":{\"text\":\"abc\"}}\n\n"
  "event: message_stop\ndata: {}\n\n",
  "3 d\n0 dD\n", "Dc")
