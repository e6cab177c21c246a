/* SPDX-License-Identifier: Apache-2.0 */
/* responses_documents.h - chat completions, and the output of the responses
 * that they become.
 *
 * D(name, summary, message, finish, output, reason).  The message is the
 * inside of an object; finish is JSON; reason is why it is incomplete, or NULL.
 * An apostrophe stands for a quote.  Macros are those of responses_streams.h.
 */
#define CALLS(rest) "'content':null,'tool_calls':[" rest "]"
#define FUN(id, name, args) "{'id':'" id "','type':'function'," \
                            FN(name, args) "}"

D("a text", 0, "'role':'assistant','content':'Hi \\u4e2d\\n\xe4\xb8\xad',"
  "'refusal':null,'annotations':[]", "'stop'",
  SAID(0, "Hi \\u4e2d\\n\xe4\xb8\xad"), NULL)
D("a thought and a text", 0, "'content':'A','reasoning_content':'foo'",
  "'stop'", THOUGHT(0, "foo", "Zm9v") "," SAID(1, "A"), NULL)
D("a thought, summarized", 1, "'content':'A','reasoning_content':'foo'",
  "'stop'", SEALED(0, SUMMARY("foo"), "Zm9v") "," SAID(1, "A"), NULL)
D("a refusal", 0, "'content':null,'refusal':'No.'", "'stop'",
  MESSAGE(0, "completed", REFUSES("No.")), NULL)
D("a text and a refusal", 0, "'content':'Hm','refusal':'No.'", "'stop'",
  SAID(0, "Hm") "," MESSAGE(1, "completed", REFUSES("No.")), NULL)
D("parts of content", 0, "'content':[{'type':'text','text':'a'},{'type':'text'"
  ",'text':'b'}]", "null", SAID(0, "ab"), NULL)
D("nothing", 0, "'content':''", "'stop'", "", NULL)
D("calls of all kinds, behind a text", 0, "'content':'t','tool_calls':["
  FUN("a", "f", "{\\'x\\': 1.0}") "," FUN("b", "mcp__x__run", "{}") ","
  FUN("c", "apply_patch", "{\\'input\\':\\'*** \\\\u00e9\\\\n\\'}") ","
  FUN("d", "mcp__x__edit", "{}") ","
  FUN("e", "tool_search", "{\\'limit\\':\\n1}") "]", "'tool_calls'",
  SAID(0, "t") "," CALLED(1, "completed", "a", "f", "{\\'x\\': 1.0}") ","
  CALLED(2, "completed", "b", "run','namespace':'mcp__x", "{}") ","
  CUSTOM(3, "completed", "c", "apply_patch'", "*** \\u00e9\\n") ","
  CUSTOM(4, "completed", "d", "edit','namespace':'mcp__x'", "{}") ","
  SEARCHES(5, "completed", "e", "{'limit': 1}"), NULL)
D("two calls with one id are two", 0, CALLS(FUN("a", "f", "{}") ","
  FUN("a", "f", "{}")), "'tool_calls'",
  CALLED(0, "completed", "a", "f", "{}") ","
  CALLED(1, "completed", "call_77_1", "f", "{}"), NULL)
D("calls without ids and arguments", 0, CALLS(FUN("", "f", "") ","
  "{'function':{'name':'f'}}," FUN("", "apply_patch", "")), "'stop'",
  CALLED(0, "completed", "call_77_0", "f", "{}") ","
  CALLED(1, "completed", "call_77_1", "f", "{}") ","
  CUSTOM(2, "completed", "call_77_2", "apply_patch'", ""), NULL)
D("tool_calls without a call", 0, "'content':'A'", "'tool_calls'",
  SAID(0, "A"), NULL)

/* ---- what a custom tool is called with ------------------------------- */

#define INPUT(name, args, input) \
    D(name, 0, CALLS(FUN("a", "apply_patch", args)), "'stop'", \
      CUSTOM(0, "completed", "a", "apply_patch'", input), NULL)

INPUT("an input of nothing", "{\\'input\\':\\'\\'}", "")
INPUT("white space around", " {\\n\\'input\\' : \\'a\\'\\n} ", "a")
INPUT("an escaped name", "{\\'\\\\u0069nput\\':\\'a\\'}",
      "{\\'\\\\u0069nput\\':\\'a\\'}")
INPUT("escapes that are none", "{\\'input\\':\\'\\\\d\\\\u1\\'}",
      "\\\\d\\\\u1")
INPUT("something behind it", "{\\'input\\':\\'a\\'} b",
      "{\\'input\\':\\'a\\'} b")
INPUT("a raw line end in the string", "{\\'input\\':\\'a\\nb\\'}",
      "a\\u000ab")
INPUT("an input that is no string", "{\\'input\\':1}", "{\\'input\\':1}")
INPUT("an input that is an object", "{\\'input\\':{\\'input\\':\\'a\\'}}",
      "{\\'input\\':{\\'input\\':\\'a\\'}}")
INPUT("another member beside it", "{\\'input\\':\\'a\\',\\'b\\':1}",
      "{\\'input\\':\\'a\\',\\'b\\':1}")
INPUT("an input that is there twice", "{\\'input\\':\\'a\\',\\'input\\':\\'b"
      "\\'}", "{\\'input\\':\\'a\\',\\'input\\':\\'b\\'}")
INPUT("another name", "{\\'patch\\':\\'a\\'}", "{\\'patch\\':\\'a\\'}")
INPUT("an array", "[\\'input\\',\\'a\\']", "[\\'input\\',\\'a\\']")
INPUT("a string", "\\'a\\'", "\\'a\\'")
INPUT("half an object", "{\\'input\\':\\'a\\'", "{\\'input\\':\\'a\\'")
INPUT("a program", "text(1);\\n\\t// \\u00e9", "text(1);\\n\\t// \\u00e9")

/* ---- how it ended ---------------------------------------------------- */

D("a text that was cut off", 0, "'content':'A'", "'length'",
  MESSAGE(0, "incomplete", OUT_TEXT("A")), "max_output_tokens")
D("the model's context is full", 0, "'content':'A'",
  "'model_context_window_exceeded'", MESSAGE(0, "incomplete", OUT_TEXT("A")),
  "max_output_tokens")
D("a text that was filtered", 0, "'content':'A'", "'content_filter'",
  MESSAGE(0, "incomplete", OUT_TEXT("A")), "content_filter")
D("all of it was filtered", 0, "'content':null", "'content_filter'", "",
  "content_filter")
D("cut off while it thought", 0, "'reasoning':'foo'", "'length'",
  THOUGHT(0, "foo", "Zm9v"), "max_output_tokens")
D("a call that was cut off", 0, "'content':'A','tool_calls':["
  FUN("a", "f", "{\\'x\\'") "]", "'length'", SAID(0, "A") ","
  CALLED(1, "incomplete", "a", "f", "{\\'x\\'"), "max_output_tokens")
D("a name that was cut off", 0, CALLS(FUN("a", "f", "")), "'length'",
  CALLED(0, "incomplete", "a", "f", "{}"), "max_output_tokens")
D("an input that was cut off", 0, CALLS(FUN("a", "apply_patch",
  "{\\'input\\':\\'*** Begin")), "'length'", CUSTOM(0, "incomplete", "a",
  "apply_patch'", "*** Begin"), "max_output_tokens")
