/* SPDX-License-Identifier: Apache-2.0 */
/* answers_responses.h - streams of the Responses API, as answers.h has those
 * of chats.  Text that is told again counts 0.
 */
#define RE(name, rest) "event: " name "\ndata: {\"type\":\"" name "\"," rest "}\n\n"
#define RESPONSE(status, output, usage) "\"response\":{\"id\":\"resp_1\"," \
    "\"object\":\"response\",\"status\":\"" status "\",\"error\":null," \
    "\"instructions\":\"be brief\",\"output\":[" output "],\"tools\":[{\"type\":" \
    "\"function\",\"name\":\"f\"}],\"text\":{\"format\":{\"type\":\"text\"}}," \
    "\"usage\":" usage "}"
#define CREATED RE("response.created", "\"sequence_number\":0," RESPONSE("in_progress", "", "null"))
#define GOING RE("response.in_progress", RESPONSE("in_progress", "", "null"))
#define ADDED(item) RE("response.output_item.added", "\"output_index\":0,\"item\":{" item "}")
#define WHOLE(item) RE("response.output_item.done", "\"output_index\":0,\"item\":{" item "}")
#define PART_OF(how, part) RE("response.content_part." how, \
    "\"content_index\":0,\"part\":{" part "}")
#define PIECE(kind, text) RE("response." kind ".delta", "\"item_id\":\"i\",\"delta\":\"" text "\"")
#define NUMBERED(n, text) "data: {\"type\":\"response.output_text.delta\",\"sequence_number\":" n \
    ",\"delta\":\"" text "\"}\n\n"
#define SPOKEN(text) "\"type\":\"output_text\",\"annotations\":[],\"text\":\"" text "\""
#define SAID(text) "\"id\":\"i\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{" \
    SPOKEN(text) "}]"
#define COUNTS "{\"input_tokens\":75,\"input_tokens_details\":{\"cached_tokens\":32}," \
    "\"output_tokens\":1186,\"output_tokens_details\":{\"reasoning_tokens\":1024}," \
    "\"total_tokens\":1261}"
#define COUNTED_AS "prompt 75 completion 1186 total 1261 cached 32 reasoning 1024"
#define OVER(output) RE("response.completed", RESPONSE("completed", output, COUNTS))

A("Responses",
  CREATED GOING ADDED("\"id\":\"i\",\"type\":\"message\",\"content\":[]")
  PART_OF("added", SPOKEN(""))
  PIECE("output_text", "Hel") PIECE("output_text", "lo")
  RE("response.output_text.done", "\"item_id\":\"i\",\"text\":\"Hello\"")
  PART_OF("done", SPOKEN("Hello")) WHOLE(SAID("Hello")) OVER("{" SAID("Hello") "}"),
  "0 do\n0 do\n0 d\n0 d\n3 d\n2 d\n0 d\n0 d\n0 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, as OpenAI pads them",
  CREATED "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
  "\"sequence_number\":4,\"item_id\":\"i\",\"delta\":\"Hel\",\"logprobs\":[{\"token\":\"Hel\"}],"
  "\"obfuscation\":\"x9\"}\n\n"
  "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
  "\"sequence_number\":5,\"item_id\":\"i\",\"delta\":\"lo\",\"logprobs\":[],"
  "\"obfuscation\":\"8a7\"}\n\n" OVER(""),
  "0 do\n3 d\n2 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, the type at the end, as vLLM has it",
  "data: {\"response\":{\"id\":\"resp_1\",\"output\":[],\"usage\":null},\"sequence_number\":0,"
  "\"type\":\"response.created\"}\n\n"
  "data: {\"content_index\":0,\"delta\":\"hm\",\"item_id\":\"i\",\"type\":"
  "\"response.reasoning_text.delta\"}\n\n"
  "data: {\"delta\":\"Hi\",\"item_id\":\"i\",\"type\":\"response.output_text.delta\"}\n\n"
  "data: {\"item_id\":\"i\",\"text\":\"Hi\",\"type\":\"response.output_text.done\"}\n\n"
  "data: {\"item\":{" SAID("Hi") "},\"type\":\"response.output_item.done\"}\n\n"
  "data: {\"response\":{\"id\":\"resp_1\",\"output\":[{" SAID("Hi") "}],\"usage\":" COUNTS
  ",\"status\":\"completed\"},\"type\":\"response.completed\"}\n\n",
  "0 do\n2 d\n2 d\n0 d\n0 d\n0 dDu\n", COUNTED_AS " sDrc")
A("Responses, thoughts and calls",
  CREATED ADDED("\"id\":\"r\",\"type\":\"reasoning\",\"summary\":[]")
  RE("response.reasoning_summary_part.added", "\"part\":{\"type\":\"summary_text\",\"text\":\"\"}")
  PIECE("reasoning_summary_text", "Let me")
  RE("response.reasoning_summary_text.done", "\"text\":\"Let me\"")
  RE("response.reasoning_summary_part.done", "\"part\":{\"type\":\"summary_text\","
     "\"text\":\"Let me\"}")
  WHOLE("\"id\":\"r\",\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\","
        "\"text\":\"Let me\"}],\"encrypted_content\":\"gAAAAA\"")
  ADDED("\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"ls\",\"arguments\":\"\"")
  PIECE("function_call_arguments", "{\\\"a\\\":") PIECE("function_call_arguments", "1}")
  RE("response.function_call_arguments.done", "\"item_id\":\"i\",\"arguments\":\"{\\\"a\\\":1}\"")
  WHOLE("\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"ls\","
        "\"arguments\":\"{\\\"a\\\":1}\"")
  ADDED("\"type\":\"custom_tool_call\",\"call_id\":\"d\",\"name\":\"sh\",\"input\":\"\"")
  PIECE("custom_tool_call_input", "echo")
  RE("response.custom_tool_call_input.done", "\"item_id\":\"i\",\"input\":\"echo\"")
  WHOLE("\"type\":\"custom_tool_call\",\"call_id\":\"d\",\"name\":\"sh\",\"input\":\"echo\"")
  OVER(""),
  "0 do\n0 d\n0 d\n6 d\n0 d\n0 d\n0 d\n2 d\n5 d\n2 d\n0 d\n0 d\n2 d\n4 d\n0 d\n0 d\n0 dDu\n",
  COUNTED_AS " sDrc")
A("Responses, refusals and words of sounds",
  CREATED PIECE("refusal", "No") RE("response.refusal.done", "\"refusal\":\"No\"")
  PIECE("output_audio", "UklGRg==") PIECE("audio", "UklGRg==") PIECE("audio.transcript", "Hi")
  PIECE("code_interpreter_call_code", "x=1") OVER(""),
  "0 do\n2 d\n0 d\n0 d\n0 d\n2 d\n3 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, whole items without pieces",
  CREATED ADDED("\"type\":\"message\"") WHOLE(SAID("Hello"))
  WHOLE("\"type\":\"function_call\",\"name\":\"ls\",\"arguments\":\"{}\"")
  OVER("{" SAID("Hello") "},{\"type\":\"function_call\",\"name\":\"ls\",\"arguments\":\"{}\"}"),
  "0 do\n0 d\n5 d\n4 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, some of it without pieces",
  CREATED PIECE("output_text", "Hello") WHOLE(SAID("Hello"))
  WHOLE("\"type\":\"function_call\",\"name\":\"ls\",\"arguments\":\"{}\"") OVER(""),
  "0 do\n5 d\n0 d\n4 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, a piece that never came",
  CREATED PIECE("output_text", "Hel") WHOLE(SAID("Hello")) OVER(""),
  "0 do\n3 d\n2 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, all at the end",
  CREATED OVER("{" SAID("Hello") "},{\"type\":\"reasoning\",\"content\":[{\"type\":"
               "\"reasoning_text\",\"text\":\"abc\"}],\"summary\":[]}"),
  "0 do\n8 dDu\n", COUNTED_AS " sDrc")
A("Responses, what a tool of the upstream's found is not counted",
  CREATED ADDED("\"type\":\"web_search_call\",\"status\":\"in_progress\"")
  RE("response.web_search_call.searching", "\"item_id\":\"i\"")
  WHOLE("\"type\":\"web_search_call\",\"action\":{\"type\":\"search\",\"query\":\"cats\","
        "\"sources\":[{\"type\":\"url\",\"url\":\"https://x/\"}]}")
  WHOLE("\"type\":\"image_generation_call\",\"result\":\"iVBORw0KGgo=\"")
  RE("response.output_text.annotation.added", "\"annotation\":{\"title\":\"T\",\"url\":\"u\"}")
  OVER(""),
  "0 do\n0 d\n0 d\n4 d\n0 d\n0 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, incomplete",
  CREATED PIECE("output_text", "Hel")
  RE("response.incomplete", RESPONSE("incomplete", "{" SAID("Hel") "}", COUNTS)),
  "0 do\n3 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, failed after content",
  CREATED PIECE("output_text", "Hel")
  RE("response.failed", "\"response\":{\"id\":\"resp_1\",\"status\":\"failed\",\"error\":{\"code\":"
     "\"server_error\",\"message\":\"x\"},\"output\":[],\"usage\":" COUNTS "}"),
  "0 do\n3 d\n0 dDue\n", COUNTED_AS " sDec")
A("Responses, failed at once",
  RE("response.failed", "\"response\":{\"status\":\"failed\",\"error\":{\"code\":"
     "\"rate_limit_exceeded\",\"message\":\"x\"},\"usage\":null}"),
  "0 dDe\n", "Dec")
A("Responses, an error", CREATED RE("error", "\"code\":\"server_error\",\"message\":\"x\""),
  "0 do\n0 de\n", "e")
A("Responses, an error without a type",
  CREATED "data: {\"error\":{\"message\":\"x\"}}\n\n", "0 do\n0 de\n", "e")
A("Responses, pings", "data: {\"type\":\"keepalive\",\"sequence_number\":3}\n\n"
  RE("ping", "\"cost\":\"0\"") CREATED OVER(""),
  "0 do\n0 do\n0 do\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, [DONE] behind the end", CREATED OVER("") "data: [DONE]\n\n",
  "0 do\n0 dDu\n0 dD\n", COUNTED_AS " sDc")
A("Responses, the end by its name",
  CREATED "event: response.incomplete\ndata: {\"response\":{\"usage\":" COUNTS "}}\n\n",
  "0 do\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, cut in its last event",
  CREATED PIECE("output_text", "Hi") "event: response.completed\ndata: {\"type\":"
  "\"response.completed\",\"response\":{\"usage\":" COUNTS,
  "0 do\n2 d\n0 du\n", "")
A("Responses, the last event without its blank line",
  CREATED "data: {\"type\":\"response.completed\",\"response\":{\"usage\":" COUNTS "}}\n",
  "0 do\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, counted at the beginning only",
  RE("response.created", RESPONSE("in_progress", "", "{\"input_tokens\":75,\"output_tokens\":0}"))
  PIECE("output_text", "Hi"),
  "0 duo\n2 d\n", "prompt 75 completion 0 Bs")
A("Responses, counted at both ends",
  RE("response.created", RESPONSE("in_progress", "", "{\"input_tokens\":75,\"output_tokens\":0}"))
  OVER(""), "0 duo\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, never counted",
  CREATED PIECE("output_text", "Hi") RE("response.completed", RESPONSE("completed", "", "null")),
  "0 do\n2 d\n0 dD\n", "Dc")
A("Responses, unreadable", CREATED "data: {\"type\":\"response.output_item.done\",]\n\n" OVER(""),
  "0 do\n45 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, empty thoughts are none",
  CREATED PIECE("reasoning_text", "") ADDED("\"type\":\"reasoning\",\"summary\":[]")
  PIECE("output_text", "Hi") OVER(""), "0 do\n0 d\n0 d\n2 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, alike", CREATED PIECE("output_text", "ab") PIECE("output_text", "c")
  PIECE("output_text", "defg") PIECE("refusal", "h") PIECE("output_text", "i\\n")
  WHOLE(SAID("abcdefgi\\n")) PIECE("output_text", "j") OVER("{" SAID("abcdefgi\\nj") "}"),
  "0 do\n2 d\n1 d\n4 d\n1 d\n2 d\n0 d\n1 d\n0 dDu\n", COUNTED_AS " sDc")
A("Responses, sounds are learned by nobody",
  CREATED PIECE("output_audio", "UklGRg==") PIECE("output_audio", "UklGRh==")
  PIECE("output_audio", "UklGRi==") OVER(""),
  "0 do\n0 d\n0 d\n0 d\n0 dDu\n", COUNTED_AS " sDc")
