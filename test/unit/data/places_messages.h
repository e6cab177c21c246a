/* SPDX-License-Identifier: Apache-2.0 */
/* places_messages.h - messages, and where an instruction to the model goes:
 * the last text of the last user message.  P(name, messages, user).
 */
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"
#define SAID(content) "{\"role\":\"assistant\",\"content\":" content "}"
#define T(text) "{\"type\":\"text\",\"text\":" text "}"
#define RESULT(content) "{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":" content "}"

P("Messages: a string", USER("\"a\""), "string \"a\"")
P("Messages: blocks", USER("[" T("\"a\"") "," T("\"b\"") "]"), "string \"b\"")
P("Messages: a text before an image",
  USER("[" T("\"a\"") ",{\"type\":\"image\"}]"), "string \"a\"")
P("Messages: the system's word is not the user's",
  USER("\"a\"") ",{\"role\":\"system\",\"content\":\"b\"}", "string \"a\"")
P("Messages: the result of a tool is no text of the user's",
  USER("[" RESULT("[" T("\"b\"") "]") "]"), "part " RESULT("[" T("\"b\"") "]"))
P("Messages: beside a result",
  USER("[" RESULT("\"b\"") "," T("\"c\"") "]"), "string \"c\"")
P("Messages: a text before results",
  USER("[" T("\"c\"") "," RESULT("[" T("\"b\"") "]") "]"), "string \"c\"")
P("Messages: the last of several",
  USER("\"a\"") "," SAID("\"b\"") "," USER("[" T("\"c\"") "]"), "string \"c\"")
P("Messages: an empty list", USER("[]"), "array []")
P("Messages: nobody said anything", SAID("\"a\""), "none")
