/* SPDX-License-Identifier: Apache-2.0 */
/* answers_documents.h - documents of all formats, and what they say of the
 * bill, as answers.h has streams.
 *
 * { name, document, event, answer, what its reading says, format }
 */
{ "a chat", "\n\n {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,"
  "\"message\":{\"role\":\"assistant\",\"content\":\"Hello\","
  "\"reasoning_content\":\"h\"},\"finish_reason\":\"stop\"}],\"usage\":"
  "{\"prompt_tokens\":9,\"completion_tokens\":12,\"total_tokens\":21}}",
  "6 duf\n", "prompt 9 completion 12 total 21 src", APR_SUCCESS },
{ "embeddings", "{\"object\":\"list\",\"data\":[{\"embedding\":[0.1,"
  "-2e-3]}],\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}",
  "0 du\n", "prompt 8 total 8 s", APR_SUCCESS },
{ "embeddings, usage first", "{\"usage\":{\"prompt_tokens\":8,"
  "\"total_tokens\":8},\"data\":[{\"embedding\":\"AAAA\"}]}", "0 du\n",
  "prompt 8 total 8 s", APR_SUCCESS },
{ "embeddings, usage first, cut", "{\"usage\":{\"prompt_tokens\":8,"
  "\"total_tokens\":8},\"data\":[{\"embedding\":[0.1,", "0 du\n",
  "prompt 8 total 8 s", APR_EINVAL },
{ "embeddings without usage", "{\"data\":[{\"embedding\":[0.1]}]}",
  "0 d\n", "", APR_SUCCESS },
{ "rerank", "{\"results\":[{\"index\":0,\"relevance_score\":0.9}],"
  "\"usage\":{\"total_tokens\":79}}", "0 du\n", "total 79 s",
  APR_SUCCESS },
{ "rerank, OpenRouter's units", "{\"results\":[],\"usage\":{"
  "\"search_units\":3}}", "0 du\n", "units 3 s", APR_SUCCESS,
  &gw_answer_rerank },
{ "rerank, Cohere's units", "{\"results\":[],\"meta\":{\"billed_units\":{"
  "\"search_units\":2}}}", "0 du\n", "units 2 s", APR_SUCCESS,
  &gw_answer_rerank },
{ "rerank, units that are none", "{\"results\":[],\"usage\":{"
  "\"search_units\":1.5}}", "0 du\n", "bs", APR_SUCCESS,
  &gw_answer_rerank },
{ "units of a chat are none", "{\"choices\":[],\"usage\":{"
  "\"search_units\":3}}", "0 dun\n", "s", APR_SUCCESS },
{ "an error", "{\"error\":{\"message\":\"No.\",\"type\":"
  "\"invalid_request_error\",\"param\":null,\"code\":"
  "\"model_not_found\"}}", "0 de\n",
  "e", APR_SUCCESS },
{ "Gemini's error", "[{\"error\":{\"code\":400,\"message\":\"x\","
  "\"status\":\"INVALID_ARGUMENT\"}}]", "0 de\n", "e",
  APR_SUCCESS },
{ "DashScope's own", "{\"code\":\"InvalidApiKey\",\"message\":\"x\","
  "\"request_id\":\"1\"}", "0 d\n", "", APR_SUCCESS },
{ "not whole", "{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1},",
  "0 du\n", "prompt 9 completion 1 s", APR_EINVAL },
{ "no JSON", "<html>502</html>", "0 d\n", "", APR_EINVAL },
{ "two of them", "{}{\"usage\":{\"prompt_tokens\":9}}", "0 d\n", "",
  APR_EINVAL },
{ "a message", "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
  "\"assistant\",\"model\":\"m\",\"content\":[{\"type\":\"thinking\","
  "\"thinking\":\"hm\",\"signature\":\"c2ln\"},{\"type\":\"text\",\"text\":"
  "\"Hello\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"ls\","
  "\"input\":{\"type\":\"a\",\"b\":[\"cd\",1]}},{\"type\":"
  "\"web_search_tool_result\",\"content\":[{\"title\":\"not ours\"}]}],"
  "\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":9,"
  "\"output_tokens\":12,\"cache_read_input_tokens\":3,"
  "\"server_tool_use\":{\"web_search_requests\":1}}}", "12 du\n",
  "prompt 9 completion 12 cached 3 sr", APR_SUCCESS,
  &gw_answer_anthropic },
{ "a message's error", "{\"type\":\"error\",\"error\":{\"type\":"
  "\"overloaded_error\",\"message\":\"Overloaded\"}}", "0 de\n", "e",
  APR_SUCCESS,
  &gw_answer_anthropic },
{ "an error without its type", "{\"error\":{\"type\":\"x\"}}", "0 de\n",
  "e", APR_SUCCESS,
  &gw_answer_anthropic },
{ "a message that is cut", "{\"type\":\"message\",\"content\":[{\"type\":"
  "\"text\",\"text\":\"ab", "2 d\n", "", APR_EINVAL,
  &gw_answer_anthropic },
{ "a response", "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":"
  "\"completed\",\"error\":null,\"instructions\":\"brief\",\"output\":[{"
  "\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":"
  "\"hm\"}]},{" SAID("Hello") "},{\"type\":\"function_call\",\"call_id\":"
  "\"c\",\"name\":\"ls\",\"arguments\":\"{}\"}],\"usage\":" COUNTS "}",
  "11 du\n", COUNTED_AS " sr", APR_SUCCESS, &gw_answer_responses },
{ "a response that failed", "{\"id\":\"resp_1\",\"status\":\"failed\","
  "\"output\":[],\"usage\":null}", "0 de\n", "e", APR_SUCCESS,
  &gw_answer_responses },
{ "an item that failed", "{\"output\":[{\"type\":\"x\",\"status\":"
  "\"failed\"}]}", "0 d\n", "", APR_SUCCESS, &gw_answer_responses },
{ "a response's error", "{\"error\":{\"code\":\"x\"},\"output\":[]}",
  "0 de\n", "e", APR_SUCCESS, &gw_answer_responses }
