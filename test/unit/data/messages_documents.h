/* SPDX-License-Identifier: Apache-2.0 */
/* messages_documents.h - chat completions, and the Messages answers that they
 * become.
 *
 * D(name, message, finish, content, stop).  The message is the inside of an
 * object; finish is JSON.  An apostrophe stands for a quote.
 */
#define THOUGHT(text) "{'type':'thinking','thinking':'" text "'," \
                      "'signature':'llmgw1:unsigned'}"
#define SAYS(text) "{'type':'text','text':'" text "'}"
#define USES(id, name, input) "{'type':'tool_use','id':'" id "'," \
                              "'name':'" name "','input':" input "}"
#define CALLS(rest) "'content':null,'tool_calls':[" rest "]"
#define FUN(id, name, args) "{'id':'" id "','type':'function','function':" \
                            "{'name':'" name "','arguments':'" args "'}}"

D("text", "'role':'assistant','content':'Hi \\u4e2d\\n\xe4\xb8\xad',"
  "'refusal':null,'annotations':[]", "'stop'",
  SAYS("Hi \\u4e2d\\n\xe4\xb8\xad"), "end_turn")
D("thinking and text", "'content':'A','reasoning_content':'B \\ud83d\\ude00'",
  "'stop'", THOUGHT("B \\ud83d\\ude00") "," SAYS("A"), "end_turn")
D("reasoning under two names", "'reasoning':'B','reasoning_content':'B',"
  "'content':'A'", "'stop'", THOUGHT("B") "," SAYS("A"), "end_turn")
D("only a thought", "'reasoning':'B','content':null", "'length'",
  THOUGHT("B"), "max_tokens")
D("parts of content", "'content':[{'type':'text','text':'a'},{'type':'text',"
  "'text':'b'}]", "null", SAYS("ab"), "end_turn")
D("thoughts among the parts", "'content':[{'type':'thinking','thinking':["
  "{'type':'text','text':'x'}]},{'type':'text','text':'b'}]", "'stop'",
  THOUGHT("x") "," SAYS("b"), "end_turn")
D("a refusal", "'content':null,'refusal':'No.'", "'stop'", SAYS("No."),
  "end_turn")
D("nothing", "'content':''", "'stop'", "", "end_turn")
D("white space", "'content':' \\n','reasoning_content':'\\t'", "'stop'", "",
  "end_turn")
D("a call", CALLS(FUN("call_1", "f", "{\\'b\\': 1.0, \\'a\\':"
                      "12345678901234567890}")), "'tool_calls'",
  USES("call_1", "f", "{'b': 1.0, 'a':12345678901234567890}"), "tool_use")
D("two calls, text and a thought", "'reasoning_content':'r','content':'t',"
  "'tool_calls':[" FUN("a", "f", "{\\'q\\':\\'\\\\u00e9 \\\\\\'x\\\\\\'\\'}")
  "," FUN("b", "f", "{}") "]", "'stop'",
  THOUGHT("r") "," SAYS("t") "," USES("a", "f", "{'q':'\\u00e9 \\'x\\''}") ","
  USES("b", "f", "{}"), "tool_use")
D("characters escaped in arguments",
  CALLS(FUN("a", "f", "{\\'\\u4e2d\\':\\'\\ud83d\\ude00\\'}")), "'stop'",
  USES("a", "f", "{'\xe4\xb8\xad':'\xf0\x9f\x98\x80'}"), "tool_use")
D("no arguments", CALLS(FUN("a", "f", "")), "'tool_calls'",
  USES("a", "f", "{}"), "tool_use")
D("arguments of white space", CALLS(FUN("a", "f", " \\n")), "'tool_calls'",
  USES("a", "f", "{}"), "tool_use")
D("arguments that are null, or not there",
  CALLS("{'id':'a','function':{'name':'f','arguments':null}},"
        "{'id':'b','function':{'name':'g'}}"), "'stop'",
  USES("a", "f", "{}") "," USES("b", "g", "{}"), "tool_use")
D("arguments that are an object",
  CALLS("{'id':'a','function':{'name':'f','arguments':{'z':1.50,'a':[]}}}"),
  "'stop'", USES("a", "f", "{'z':1.50,'a':[]}"), "tool_use")
D("no ids, and one id twice", CALLS("{" "'function':{'name':'f'}},"
  FUN("", "f", "{}") "," FUN("x", "f", "{}") "," FUN("x", "f", "{}")),
  "'tool_calls'",
  USES("toolu_77_0", "f", "{}") "," USES("toolu_77_1", "f", "{}") ","
  USES("x", "f", "{}") "," USES("toolu_77_3", "f", "{}"), "tool_use")
D("function_call", "'content':null,'function_call':{'name':'f','arguments':"
  "'{\\'a\\':1}'}", "'function_call'", USES("toolu_77_0", "f", "{'a':1}"),
  "tool_use")
D("a call said both ways", "'function_call':{'name':'f','arguments':'{}'},"
  CALLS(FUN("a", "f", "{}")), "'tool_calls'", USES("a", "f", "{}"),
  "tool_use")
D("a call that was cut off", "'content':'t','tool_calls':["
  FUN("a", "f", "{\\'x") "]", "'length'", SAYS("t"), "max_tokens")
D("tool_calls without a call", "'content':'t','tool_calls':[]",
  "'tool_calls'", SAYS("t"), "end_turn")
D("audio is left out", "'content':'t','audio':{'id':'x','data':'AAAA',"
  "'transcript':'u'}", "'stop'", SAYS("t"), "end_turn")
D("sensitive", "'content':'t'", "'sensitive'", SAYS("t"), "refusal")
D("filtered", "'content':'t'", "'content_filter'", SAYS("t"), "refusal")
D("the window is full", "'content':'t'", "'model_context_window_exceeded'",
  SAYS("t"), "model_context_window_exceeded")
D("an unknown end", "'content':'t'", "'eos_token'", SAYS("t"), "end_turn")
