/* SPDX-License-Identifier: Apache-2.0 */
/* messages_streams.h - streams of chat completion chunks as vendors send them,
 * and the Messages events that they become.
 *
 * S(name, quiet, chunks, events).  Chunks: the data of one event a line; the
 * first `quiet` of them become nothing.  Events: without message_start, which
 * stands before them all, and with E_END at the end.  An apostrophe stands for
 * a quote.
 */
#define EV(name, rest) "event: " name "\ndata: {'type':'" name "'" rest "}\n\n"
#define BLOCK(i, block) \
    EV("content_block_start", ",'index':" #i ",'content_block':{" block "}")
#define DELTA(i, delta) \
    EV("content_block_delta", ",'index':" #i ",'delta':{" delta "}")
#define STOP(i) EV("content_block_stop", ",'index':" #i)
#define TEXT(i) BLOCK(i, "'type':'text','text':''")
#define T(i, text) DELTA(i, "'type':'text_delta','text':'" text "'")
#define THINK(i) BLOCK(i, "'type':'thinking','thinking':'','signature':''")
#define H(i, text) DELTA(i, "'type':'thinking_delta','thinking':'" text "'")
#define SIGN(i) DELTA(i, "'type':'signature_delta'," \
                         "'signature':'llmgw1:unsigned'") STOP(i)
#define TOOL(i, id, name) \
    BLOCK(i, "'type':'tool_use','id':'" id "','name':'" name "','input':{}")
#define A(i, json) \
    DELTA(i, "'type':'input_json_delta','partial_json':'" json "'")
#define E_END(reason) \
    EV("message_delta", ",'delta':{'stop_reason':'" reason "'," \
       "'stop_sequence':null},'usage':{'output_tokens':0}") \
    EV("message_stop", "")

/* The shapes of vendors: delta, and the finish_reason as JSON. */
#define OPENAI(delta, finish) \
    "{'id':'chatcmpl-D1','object':'chat.completion.chunk'," \
    "'created':1772000000,'model':'m','service_tier':'default'," \
    "'system_fingerprint':null,'choices':[{'index':0,'delta':{" delta "}," \
    "'logprobs':null,'finish_reason':" finish "}],'usage':null," \
    "'obfuscation':'k3'}\n"
#define BAILIAN(delta, finish) \
    "{'choices':[{'delta':{" delta "},'finish_reason':" finish "," \
    "'index':0,'logprobs':null}],'object':'chat.completion.chunk'," \
    "'usage':null,'created':1772000000,'system_fingerprint':null," \
    "'model':'m','id':'chatcmpl-B1'}\n"
#define PLAIN(delta, finish) \
    "{'id':'c','model':'m','choices':[{'index':0,'delta':{" delta "}," \
    "'finish_reason':" finish "}]}\n"
#define USAGE \
    "{'choices':[],'object':'chat.completion.chunk','model':'m','usage':" \
    "{'prompt_tokens':9,'completion_tokens':3,'total_tokens':12}}\n"
#define CALL(rest) PLAIN("'tool_calls':[{" rest "}]", "null")
#define FN(name, args) "'function':{'name':'" name "','arguments':'" args "'}"
#define ARGS(args) "'function':{'arguments':'" args "'}"
#define DONE(reason) PLAIN("", "'" reason "'")

/* ---- texts and thoughts ---------------------------------------------- */

S("OpenAI: text", 1,
  OPENAI("'role':'assistant','content':'','refusal':null", "null")
  OPENAI("'content':'Hel'", "null") OPENAI("'content':'lo'", "null")
  OPENAI("'content':' there\\n'", "null") OPENAI("", "'stop'") USAGE,
  TEXT(0) T(0, "Hel") T(0, "lo") T(0, " there\\n") STOP(0) E_END("end_turn"))
S("OpenAI: a refusal", 1,
  OPENAI("'role':'assistant','content':'','refusal':null", "null")
  OPENAI("'refusal':'I will'", "null") OPENAI("'refusal':' not.'", "null")
  OPENAI("", "'stop'"),
  TEXT(0) T(0, "I will") T(0, " not.") STOP(0) E_END("end_turn"))
S("Bailian: thinking, then the answer", 1,
  BAILIAN("'content':null,'reasoning_content':'','role':'assistant'", "null")
  BAILIAN("'content':null,'reasoning_content':'\xe5\x97\xaf'", "null")
  BAILIAN("'content':null,'reasoning_content':'\xef\xbc\x8c'", "null")
  BAILIAN("'content':'4','reasoning_content':null", "null")
  BAILIAN("'content':'2','reasoning_content':null", "null")
  BAILIAN("'content':'','reasoning_content':null", "'stop'") USAGE,
  THINK(0) H(0, "\xe5\x97\xaf") H(0, "\xef\xbc\x8c") SIGN(0)
  TEXT(1) T(1, "4") T(1, "2") STOP(1) E_END("end_turn"))
S("Bailian: a call, with empty ids behind the first chunk", 1,
  BAILIAN("'content':null,'role':'assistant'", "null")
  BAILIAN("'tool_calls':[{'index':0,'id':'call_1','type':'function',"
          "'function':{'name':'get','arguments':'{\\'a'}}]", "null")
  BAILIAN("'tool_calls':[{'index':0,'id':'','type':'function',"
          "'function':{'arguments':'\\':1}'}}]", "null")
  BAILIAN("'content':''", "'tool_calls'"),
  TOOL(0, "call_1", "get") A(0, "{\\'a") A(0, "\\':1}") STOP(0)
  E_END("tool_use"))
S("DeepSeek: thinking, the usage beside the finish_reason", 1,
  PLAIN("'role':'assistant','content':null,'reasoning_content':''", "null")
  PLAIN("'content':null,'reasoning_content':'Hm'", "null")
  PLAIN("'content':'Yes','reasoning_content':null", "null")
  "{'id':'d','model':'m','choices':[{'index':0,'delta':{'content':'.',"
  "'reasoning_content':null},'logprobs':null,'finish_reason':'length'}],"
  "'usage':{'prompt_tokens':1,'completion_tokens':2}}\n",
  THINK(0) H(0, "Hm") SIGN(0) TEXT(1) T(1, "Yes") T(1, ".") STOP(1)
  E_END("max_tokens"))
S("GLM: thinking, then a whole call in one chunk", 0,
  PLAIN("'role':'assistant','reasoning_content':'I look'", "null")
  PLAIN("'tool_calls':[{'id':'call_-8','index':0,'type':'function',"
        "'function':{'name':'find','arguments':'{\\'q\\': \\'x\\'}'}}]",
        "null")
  PLAIN("'role':'assistant','content':''", "'tool_calls'"),
  THINK(0) H(0, "I look") SIGN(0)
  TOOL(1, "call_-8", "find") A(1, "{\\'q\\': \\'x\\'}") STOP(1)
  E_END("tool_use"))
S("GLM: sensitive", 0,
  PLAIN("'content':'So'", "null") DONE("sensitive"),
  TEXT(0) T(0, "So") STOP(0) E_END("refusal"))
S("vLLM: reasoning, a call by pieces, usage in every chunk", 1,
  "{'id':'v','model':'m','choices':[{'index':0,'delta':{'role':'assistant',"
  "'content':''}}],'usage':{'prompt_tokens':5,'completion_tokens':0}}\n"
  "{'id':'v','model':'m','choices':[{'index':0,'delta':{'reasoning':'Aha',"
  "'reasoning_content':'Aha'}}],'usage':{'prompt_tokens':5}}\n"
  "{'id':'v','model':'m','choices':[{'index':0,'delta':{'tool_calls':[{'id':"
  "'chatcmpl-tool-7','type':'function','index':0,'function':{'name':'ls'}}]}}"
  "],'usage':{'prompt_tokens':5}}\n"
  "{'id':'v','model':'m','choices':[{'index':0,'delta':{'tool_calls':[{"
  "'index':0,'function':{'arguments':'{'}}]}}]}\n"
  "{'id':'v','model':'m','choices':[{'index':0,'delta':{'tool_calls':[{"
  "'index':0,'function':{'arguments':'}'}}]}}]}\n" DONE("tool_calls"),
  THINK(0) H(0, "Aha") SIGN(0)
  TOOL(1, "chatcmpl-tool-7", "ls") A(1, "{") A(1, "}") STOP(1)
  E_END("tool_use"))
S("Moonshot: usage in the choice, the last delta beside the end", 0,
  "{'id':'k','model':'m','choices':[{'index':0,'delta':{'content':'Hi'},"
  "'finish_reason':null}]}\n"
  "{'id':'k','model':'m','choices':[{'index':0,'delta':{'content':'!'},"
  "'finish_reason':'stop','usage':{'prompt_tokens':3}}]}\n",
  TEXT(0) T(0, "Hi") T(0, "!") STOP(0) E_END("end_turn"))
S("Azure: filter results first, the model's name later", 2,
  "{'choices':[],'created':0,'id':'','model':'','object':'',"
  "'prompt_filter_results':[{'prompt_index':0,'content_filter_results':{}}]}\n"
  PLAIN("'role':'assistant','content':''", "null")
  PLAIN("'content':'A'", "null") DONE("content_filter"),
  TEXT(0) T(0, "A") STOP(0) E_END("refusal"))
S("LiteLLM's proxy: usage with a choice, behind the end", 0,
  PLAIN("'content':'A'", "null") DONE("stop")
  "{'id':'l','model':'m','choices':[{'index':0,'delta':{}}],'usage':"
  "{'prompt_tokens':3,'completion_tokens':1}}\n",
  TEXT(0) T(0, "A") STOP(0) E_END("end_turn"))
S("OpenRouter: reasoning and its details; padding before the text", 1,
  "{'obfuscation':'1','id':'o','model':'m','choices':[{'index':0,'delta':{"
  "'role':'assistant','content':'','reasoning':null,'reasoning_details':[]},"
  "'finish_reason':null,'native_finish_reason':null}]}\n"
  "{'obfuscation':'22','id':'o','model':'m','choices':[{'index':0,'delta':{"
  "'content':'','reasoning':'R1','reasoning_details':[{'type':"
  "'reasoning.text','text':'R1'}]},'finish_reason':null}]}\n"
  "{'obfuscation':'','id':'o','model':'m','choices':[{'index':0,'delta':{"
  "'content':'a'},'finish_reason':null}]}\n"
  "{'obfuscation':'4444','id':'o','model':'m','choices':[{'index':0,'delta':{"
  "'content':'b\\n'},'finish_reason':null}]}\n" DONE("stop"),
  THINK(0) H(0, "R1") SIGN(0) TEXT(1) T(1, "a") T(1, "b\\n") STOP(1)
  E_END("end_turn"))
S("Mistral: parts of content, thoughts among them", 0,
  PLAIN("'content':[{'type':'thinking','thinking':[{'type':'text','text':"
        "'Ho'},{'type':'text','text':'ho'}]}]", "null")
  PLAIN("'content':[{'type':'text','text':'Now'},' then']", "null")
  PLAIN("'content':[{'text':'more','type':'reasoning'}]", "null")
  DONE("stop"),
  THINK(0) H(0, "Ho") H(0, "ho") SIGN(0) TEXT(1) T(1, "Now") T(1, " then")
  STOP(1) THINK(2) H(2, "more") SIGN(2) E_END("end_turn"))
S("LightLLM: no finish_reason at all", 0,
  PLAIN("'content':'x'", "null"),
  TEXT(0) T(0, "x") STOP(0) E_END("end_turn"))
S("a server that says message for delta", 0,
  "{'model':'m','choices':[{'message':{'role':'assistant','content':'x'}}]}\n"
  "{'model':'m','choices':[{'delta':{'content':'y'},'message':{'content':"
  "'y'},'finish_reason':'stop'}]}\n",
  TEXT(0) T(0, "x") T(0, "y") STOP(0) E_END("end_turn"))
S("deltas that are none", 10,
  "\n   \n[]\nping\n{}\n{'choices':null}\n{'choices':[null,7]}\n"
  "{'choices':[{}]}\n{'choices':[{'delta':null}]}\n"
  "{'choices':[{'delta':{'content':7,'tool_calls':null,'audio':{'data':'x'},"
  "'reasoning':[],'function_call':null}}]}\n"
  PLAIN("'content':'x'", "null") PLAIN("'tool_calls':[]", "null")
  PLAIN("'tool_calls':[{}],'reasoning_content':''", "null")
  PLAIN("'tool_calls':[{'index':0,'id':'','function':{'name':null,"
        "'arguments':''}}]", "null")
  PLAIN("'content':'y'", "'eos'"),
  TEXT(0) T(0, "x") T(0, "y") STOP(0) E_END("end_turn"))
S("the first choice only", 1,
  "{'model':'m','choices':[{'index':1,'delta':{'content':'no'},"
  "'finish_reason':'length'}]}\n"
  "{'model':'m','choices':[{'delta':{'content':'a'},'index':0},"
  "{'delta':{'content':'no'},'index':2}]}\n"
  "{'model':'m','choices':[{'delta':{'content':'b'}},{'delta':{'content':"
  "'no'}}]}\n" DONE("stop"),
  TEXT(0) T(0, "a") T(0, "b") STOP(0) E_END("end_turn"))
S("content behind the finish_reason, and a second one", 0,
  PLAIN("'content':'a'", "'stop'") PLAIN("'content':'b'", "null")
  PLAIN("'content':''", "'length'") PLAIN("", "''"),
  TEXT(0) T(0, "a") T(0, "b") STOP(0) E_END("max_tokens"))
S("all kinds in one chunk", 0,
  PLAIN("'tool_calls':[{'index':0,'id':'i','function':{'name':'f',"
        "'arguments':'{}'}}],'content':'t','reasoning_content':'r'", "'stop'"),
  THINK(0) H(0, "r") SIGN(0) TEXT(1) T(1, "t") STOP(1)
  TOOL(2, "i", "f") A(2, "{}") STOP(2) E_END("tool_use"))
S("thoughts between texts", 0,
  PLAIN("'content':'a'", "null") PLAIN("'reasoning':'b'", "null")
  PLAIN("'thinking':'c'", "null") PLAIN("'content':'d'", "null"),
  TEXT(0) T(0, "a") STOP(0) THINK(1) H(1, "b") H(1, "c") SIGN(1)
  TEXT(2) T(2, "d") STOP(2) E_END("end_turn"))
S("nothing", 3, PLAIN("'role':'assistant','content':''", "null")
  DONE("stop") USAGE, E_END("end_turn"))
S("nothing but white space is no block", 3,
  PLAIN("'reasoning_content':'\\n'", "null") PLAIN("'content':'\\n\\n'", "null")
  PLAIN("'content':' '", "null")
  CALL("'index':0,'id':'i'," FN("f", "{}")) PLAIN("'content':'\\n'", "null")
  DONE("tool_calls"),
  TOOL(0, "i", "f") A(0, "{}") STOP(0) E_END("tool_use"))
S("white space before a text belongs to it", 1,
  PLAIN("'content':'\\n\\n'", "null") PLAIN("'content':'x'", "null")
  PLAIN("'content':'\\n'", "null"),
  TEXT(0) T(0, "\\n\\nx") T(0, "\\n") STOP(0) E_END("end_turn"))

/* ---- strings --------------------------------------------------------- */

S("half a pair of surrogates waits for the other", 1,
  PLAIN("'content':'\\ud83d'", "null") PLAIN("'content':'\\ude00'", "null")
  PLAIN("'content':'a\\uD83D'", "null") PLAIN("'content':'\\uDE00b'", "null")
  PLAIN("'content':'\\\\ud83d'", "null") PLAIN("'content':'c\\ud83d'", "null")
  PLAIN("'content':'\\ud83d'", "null"),
  TEXT(0) T(0, "\\ud83d\\ude00") T(0, "a") T(0, "\\uD83D\\uDE00b")
  T(0, "\\\\ud83d") T(0, "c") T(0, "\\ud83d") T(0, "\\ufffd") STOP(0)
  E_END("end_turn"))
S("strings that are no JSON are mended, and words skipped", 0,
  PLAIN("'content':'a'", "null") PLAIN("'content':'b\tc\x01'", "null")
  PLAIN("'content':'\xff\xe4\xb8'", "null")
  PLAIN("'content':'\xed\xa0\x80\xe0\x80\x80'", "null")
  PLAIN("'content':'d','x':[NaN,-Infinity]", "null"),
  TEXT(0) T(0, "a") T(0, "b\\u0009c\\u0001")
  T(0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd")
  T(0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
       "\xef\xbf\xbd") T(0, "d") STOP(0) E_END("end_turn"))
S("every escape, and characters of every length", 0,
  PLAIN("'content':'x'", "null")
  PLAIN("'content':'\\'\\\\\\/\\b\\f\\n\\r\\t\\u4e2d'", "null")
  PLAIN("'content':'\xc3\xa9\xe4\xb8\xad\xed\x95\x9c\xe0\xa4\x85"
        "\xf0\x9f\x98\x80\xe2\x80\xa8'", "null"),
  TEXT(0) T(0, "x") T(0, "\\'\\\\\\/\\b\\f\\n\\r\\t\\u4e2d")
  T(0, "\xc3\xa9\xe4\xb8\xad\xed\x95\x9c\xe0\xa4\x85\xf0\x9f\x98\x80"
       "\xe2\x80\xa8") STOP(0) E_END("end_turn"))

/* ---- calls ----------------------------------------------------------- */

S("two calls, one after the other: the second is not held", 1,
  CALL("'index':0,'id':'a'," FN("f", ""))
  CALL("'index':0," ARGS("{\\'x\\':1.50}"))
  CALL("'index':1,'id':'b'," FN("g", "")) CALL("'index':1," ARGS("{"))
  CALL("'index':1," ARGS("}")) DONE("tool_calls"),
  TOOL(0, "a", "f") A(0, "{\\'x\\':1.50}") STOP(0)
  TOOL(1, "b", "g") A(1, "{") A(1, "}") STOP(1) E_END("tool_use"))
S("interleaved calls: the first is written, the others wait", 0,
  CALL("'index':0,'id':'a'," FN("f", "{"))
  CALL("'index':1,'id':'b'," FN("g", "{\\'y"))
  CALL("'index':2,'id':'c'," FN("h", "{}"))
  CALL("'index':0," ARGS("\\'x\\':")) CALL("'index':1," ARGS("\\':"))
  CALL("'index':0," ARGS("1}")) CALL("'index':1," ARGS("2")) CALL("'index':1,"
  ARGS("}")) DONE("stop"),
  TOOL(0, "a", "f") A(0, "{") A(0, "\\'x\\':") A(0, "1}") STOP(0)
  TOOL(1, "b", "g") A(1, "{\\'y\\':") A(1, "2") A(1, "}") STOP(1)
  TOOL(2, "c", "h") A(2, "{}") STOP(2) E_END("tool_use"))
S("Gemini: whole calls in one chunk, the index always 0", 0,
  PLAIN("'tool_calls':[{'index':0,'id':'a'," FN("f", "{}") "},"
        "{'index':0,'id':'b'," FN("f", "{}") "}]", "null")
  CALL("'index':0,'id':'c'," FN("g", "{\\'z\\':[]}")) DONE("stop"),
  TOOL(0, "a", "f") A(0, "{}") STOP(0) TOOL(1, "b", "f") A(1, "{}") STOP(1)
  TOOL(2, "c", "g") A(2, "{\\'z\\':[]}") STOP(2) E_END("tool_use"))
S("Ollama: whole calls without index and id, arguments an object", 0,
  CALL("'function':{'name':'f','arguments':{'a':'\\u00e9\\n','b':1.0}}")
  CALL("'function':{'name':'f','arguments':{}}")
  PLAIN("'tool_calls':[{" FN("g", "") "},{" FN("h", "{}") "}]", "'stop'"),
  TOOL(0, "toolu_77_0", "f")
  A(0, "{\\'a\\':\\'\\\\u00e9\\\\n\\',\\'b\\':1.0}") STOP(0)
  TOOL(1, "toolu_77_1", "f") A(1, "{}") STOP(1)
  TOOL(2, "toolu_77_2", "g") A(2, "{}") STOP(2)
  TOOL(3, "toolu_77_3", "h") A(3, "{}") STOP(3) E_END("tool_use"))
S("interleaved calls by id, without an index", 0,
  CALL("'id':'a'," FN("f", "{\\'x\\'")) CALL("'id':'b'," FN("g", "{"))
  CALL("'id':'a'," ARGS(":1}")) CALL("'id':'b'," ARGS("}")) DONE("stop"),
  TOOL(0, "a", "f") A(0, "{\\'x\\'") A(0, ":1}") STOP(0)
  TOOL(1, "b", "g") A(1, "{") A(1, "}") STOP(1) E_END("tool_use"))
S("an id that comes late, and one that comes too late", 2,
  CALL("'index':0," FN("f", "")) CALL("'index':0,'id':'late'")
  CALL("'index':0," ARGS("{}"))
  CALL("'index':1," FN("g", "{")) CALL("'index':1,'id':'later'," ARGS("}"))
  DONE("tool_calls"),
  TOOL(0, "late", "f") A(0, "{}") STOP(0)
  TOOL(1, "toolu_77_1", "g") A(1, "{") A(1, "}") STOP(1) E_END("tool_use"))
S("another id in each chunk of a call", 0,
  CALL("'index':0,'id':'a1'," FN("f", "{"))
  CALL("'index':0,'id':'a2'," ARGS("}"))
  CALL("'index':0,'id':'b'," FN("g", "{}")) DONE("tool_calls"),
  TOOL(0, "a1", "f") A(0, "{") A(0, "}") STOP(0)
  TOOL(1, "b", "g") A(1, "{}") STOP(1) E_END("tool_use"))
S("an index that comes late", 0,
  CALL("'id':'a'," FN("f", "{")) CALL("'index':0," ARGS("}")),
  TOOL(0, "a", "f") A(0, "{") A(0, "}") STOP(0) E_END("tool_use"))
S("a name in pieces, repeated, and late", 2,
  CALL("'index':0,'id':'a'," FN("get_", ""))
  CALL("'index':0,'id':'a'," FN("weather", ""))
  CALL("'index':0,'id':'a'," FN("get_weather", "{"))
  CALL("'index':0,'id':'a'," FN("get_weather", "}"))
  CALL("'index':1,'id':'b'," ARGS("{}")) CALL("'index':1," FN("g", ""))
  DONE("tool_calls"),
  TOOL(0, "a", "get_weather") A(0, "{") A(0, "}") STOP(0)
  TOOL(1, "b", "g") A(1, "{}") STOP(1) E_END("tool_use"))
S("a call that is said whole once more", 0,
  CALL("'index':0,'id':'a'," FN("f", "{}"))
  CALL("'index':0,'id':'a'," FN("f", "{}")) DONE("tool_calls"),
  TOOL(0, "a", "f") A(0, "{}") STOP(0) E_END("tool_use"))
S("two calls with one id", 0,
  CALL("'index':0,'id':'a'," FN("f", "{}"))
  CALL("'index':1,'id':'a'," FN("f", "{}")) DONE("tool_calls"),
  TOOL(0, "a", "f") A(0, "{}") STOP(0)
  TOOL(1, "toolu_77_1", "f") A(1, "{}") STOP(1) E_END("tool_use"))
S("no arguments, and white space for them", 3,
  CALL("'index':0,'id':'a'," FN("f", ""))
  CALL("'index':1,'id':'b'," FN("g", " ")) DONE("tool_calls"),
  TOOL(0, "a", "f") A(0, "{}") STOP(0)
  TOOL(1, "b", "g") A(1, "{}") STOP(1) E_END("tool_use"))
S("white space before arguments belongs to them", 2,
  CALL("'index':0,'id':'a'," FN("f", " ")) CALL("'index':0," ARGS("\\n"))
  CALL("'index':0," ARGS("{\\'a\\'")) CALL("'index':0," ARGS(":1}"))
  DONE("tool_calls"),
  TOOL(0, "a", "f") A(0, " \\n{\\'a\\'") A(0, ":1}") STOP(0)
  E_END("tool_use"))
S("text around calls, and white space behind their arguments", 0,
  PLAIN("'content':'a'", "null") CALL("'index':0,'id':'i'," FN("f", "{} "))
  PLAIN("'content':'b'", "null") CALL("'index':0," ARGS("\\n"))
  CALL("'index':1,'id':'j'," FN("f", "{}")) PLAIN("'content':'c'", "'stop'"),
  TEXT(0) T(0, "a") STOP(0) TOOL(1, "i", "f") A(1, "{} ") STOP(1)
  TEXT(2) T(2, "b") STOP(2) TOOL(3, "j", "f") A(3, "{}") STOP(3)
  TEXT(4) T(4, "c") STOP(4) E_END("tool_use"))
S("a text within a call waits for its end", 0,
  CALL("'index':0,'id':'i'," FN("f", "{")) PLAIN("'content':'a'", "null")
  PLAIN("'content':'b'", "null") CALL("'index':0," ARGS("}"))
  PLAIN("'content':'c'", "null") DONE("tool_calls"),
  TOOL(0, "i", "f") A(0, "{") A(0, "}") STOP(0)
  TEXT(1) T(1, "ab") T(1, "c") STOP(1) E_END("tool_use"))
S("function_call, as of old", 1,
  PLAIN("'role':'assistant','content':null,'function_call':{'name':'f',"
        "'arguments':''}", "null")
  PLAIN("'function_call':{'arguments':'{\\'a\\''}", "null")
  PLAIN("'function_call':{'arguments':':1}'}", "'function_call'"),
  TOOL(0, "toolu_77_0", "f") A(0, "{\\'a\\'") A(0, ":1}") STOP(0)
  E_END("tool_use"))
S("a call said both ways", 0,
  PLAIN("'function_call':{'name':'f','arguments':'{}'},'tool_calls':["
        "{'index':0,'id':'a'," FN("f", "{}") "}]", "null")
  PLAIN("'function_call':{'name':'f','arguments':'{}'}", "'tool_calls'"),
  TOOL(0, "a", "f") A(0, "{}") STOP(0) E_END("tool_use"))
S("cut off within the arguments", 0,
  CALL("'index':0,'id':'a'," FN("f", "{\\'path\\':\\'/et"))
  CALL("'index':1,'id':'b'," FN("g", "{}")) DONE("length"),
  TOOL(0, "a", "f") A(0, "{\\'path\\':\\'/et") STOP(0)
  TOOL(1, "b", "g") A(1, "{}") STOP(1) E_END("max_tokens"))
S("tool_calls that are none", 0,
  PLAIN("'content':'x'", "null") CALL("'index':0,'id':'a'")
  DONE("tool_calls"),
  TEXT(0) T(0, "x") STOP(0) E_END("end_turn"))

/* ---- finish_reasons -------------------------------------------------- */

#define FINISH(reason, stop) \
    S("finish_reason " reason, 0, PLAIN("'content':'x'", "'" reason "'"), \
      TEXT(0) T(0, "x") STOP(0) E_END(stop))
FINISH("stop", "end_turn")
FINISH("length", "max_tokens")
FINISH("max_tokens", "max_tokens")
FINISH("tool_calls", "end_turn")
FINISH("function_call", "end_turn")
FINISH("content_filter", "refusal")
FINISH("sensitive", "refusal")
FINISH("model_context_window_exceeded", "model_context_window_exceeded")
FINISH("eos_token", "end_turn")
#define FINISH_CALL(reason, stop) \
    S("finish_reason " reason " with a call", 0, \
      PLAIN("'tool_calls':[{'id':'a'," FN("f", "{}") "}]", reason), \
      TOOL(0, "a", "f") A(0, "{}") STOP(0) E_END(stop))
FINISH_CALL("null", "tool_use")
FINISH_CALL("'stop'", "tool_use")
FINISH_CALL("'length'", "max_tokens")
FINISH_CALL("'content_filter'", "refusal")
