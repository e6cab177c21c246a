/* SPDX-License-Identifier: Apache-2.0 */
/* responses_streams.h - streams of chat completion chunks, and the Responses
 * events that they become.
 *
 * S(name, summary, quiet, chunks, events).  Chunks: the data of one event a
 * line; the first `quiet` of them become nothing.  Events: behind those that
 * begin a response.  An apostrophe stands for a quote, # for the number of the
 * event.
 */
#define REV(name, rest) "event: response." name "\ndata: {'type':'response." \
    name "'" rest ",'sequence_number':#}\n\n"
#define HEAD(status, error, details, model) \
    "{'id':'resp_77','object':'response','created_at':1772000000,'status':'" \
    status "','background':false,'error':" error ",'incomplete_details':" \
    details ",'instructions':null,'max_output_tokens':null,'metadata':{}," \
    "'model':'" model "','output':["
#define TAIL(usage) \
    "],'parallel_tool_calls':true,'previous_response_id':null," \
    "'reasoning':{'effort':null,'summary':null},'store':false," \
    "'temperature':null,'text':{'format':{'type':'text'}}," \
    "'tool_choice':'auto','tools':[],'top_p':null,'truncation':'disabled'," \
    "'usage':" usage ",'user':null}"
#define BEGIN(model) \
    REV("created", ",'response':" HEAD("in_progress", "null", "null", model) \
       TAIL("null")) \
    REV("in_progress", ",'response':" HEAD("in_progress", "null", "null", \
       model) TAIL("null"))
#define COMPLETED(items) REV("completed", ",'response':" \
    HEAD("completed", "null", "null", "m") items TAIL("null"))
#define INCOMPLETE(reason, items) REV("incomplete", ",'response':" \
    HEAD("incomplete", "null", "{'reason':'" reason "'}", "m") items \
    TAIL("null"))
#define FAILED(code, message, items) REV("failed", ",'response':" \
    HEAD("failed", "{'code':'" code "','message':'" message "'}", "null", \
         "m") items TAIL("null"))

#define ADDED(i, item) \
    REV("output_item.added", ",'output_index':" #i ",'item':" item)
#define ITEM_DONE(i, item) \
    REV("output_item.done", ",'output_index':" #i ",'item':" item)
#define AT(id, i) ",'item_id':'" id "_77_" #i "','output_index':" #i
#define PART(type, more, text) "{'type':'" type "'," more text "'}"

#define OUT_TEXT(text) "{'type':'output_text','annotations':[]," \
                       "'logprobs':[],'text':'" text "'}"
#define MESSAGE(i, status, parts) "{'type':'message','id':'msg_77_" #i "'," \
    "'status':'" status "','role':'assistant','content':[" parts "]}"
#define SAID(i, text) MESSAGE(i, "completed", OUT_TEXT(text))
#define TEXT_BEGINS(i) ADDED(i, MESSAGE(i, "in_progress", "")) \
    REV("content_part.added", AT("msg", i) ",'content_index':0,'part':" \
       OUT_TEXT(""))
#define RT(i, text) REV("output_text.delta", AT("msg", i) \
    ",'content_index':0,'delta':'" text "','logprobs':[]")
#define TEXT_ENDS(i, text) \
    REV("output_text.done", AT("msg", i) ",'content_index':0,'text':'" text \
       "','logprobs':[]") \
    REV("content_part.done", AT("msg", i) ",'content_index':0,'part':" \
       OUT_TEXT(text))
#define TEXT_DONE(i, text) TEXT_ENDS(i, text) ITEM_DONE(i, SAID(i, text))

#define REFUSES(text) "{'type':'refusal','refusal':'" text "'}"

#define SEALED(i, summary, base64) "{'type':'reasoning','id':'rs_77_" #i \
    "','summary':[" summary "],'encrypted_content':'llmgw1:" base64 "'}"
#define THINKING(text) "{'type':'reasoning_text','text':'" text "'}"
#define THOUGHT(i, text, base64) "{'type':'reasoning','id':'rs_77_" #i \
    "','summary':[],'content':[" THINKING(text) "]," \
    "'encrypted_content':'llmgw1:" base64 "'}"
#define THINKS(i) "{'type':'reasoning','id':'rs_77_" #i "','summary':[]}"
#define SUMMARY(text) "{'type':'summary_text','text':'" text "'}"

#define CALLED(i, status, id, name, args) "{'type':'function_call','id':" \
    "'fc_77_" #i "','status':'" status "','call_id':'" id "','name':'" name \
    "','arguments':'" args "'}"
#define RA(i, json) REV("function_call_arguments.delta", AT("fc", i) \
                      ",'delta':'" json "'")
#define CALL_BEGINS(i, id, name) ADDED(i, CALLED(i, "in_progress", id, name, \
                                                 ""))
#define CALL_DONE(i, id, name, args) \
    REV("function_call_arguments.done", AT("fc", i) ",'arguments':'" args "'") \
    ITEM_DONE(i, CALLED(i, "completed", id, name, args))

#define CUSTOM(i, status, id, name, input) "{'type':'custom_tool_call'," \
    "'id':'ctc_77_" #i "','status':'" status "','call_id':'" id "','name':'" \
    name ",'input':'" input "'}"
#define CUSTOM_DELTA(i, text) REV("custom_tool_call_input.delta", \
                                 AT("ctc", i) ",'delta':'" text "'")
#define CUSTOM_DONE(i, text) REV("custom_tool_call_input.done", \
                                AT("ctc", i) ",'input':'" text "'")

#define SEARCHES(i, status, id, args) "{'type':'tool_search_call','id':" \
    "'tsc_77_" #i "','status':'" status "','call_id':'" id "'," \
    "'execution':'client','arguments':" args "}"

/* A chunk. */
#define C(delta, finish) \
    "{'id':'c','model':'m','choices':[{'index':0,'delta':{" delta "}," \
    "'finish_reason':" finish "}]}\n"
#define F(rest) C("'tool_calls':[{" rest "}]", "null")
#define FN(name, args) "'function':{'name':'" name "','arguments':'" args "'}"
#define ARGS(args) "'function':{'arguments':'" args "'}"
#define DONE(reason) C("", "'" reason "'")

S("a text", 0, 1, C("'role':'assistant','content':''", "null")
  C("'content':'Hel'", "null") C("'content':'lo\\n'", "null") DONE("stop"),
  TEXT_BEGINS(0) RT(0, "Hel") RT(0, "lo\\n") TEXT_DONE(0, "Hello\\n")
  COMPLETED(SAID(0, "Hello\\n")))

S("a refusal", 0, 0, C("'content':null,'refusal':'N'", "null")
  C("'refusal':'o.'", "'stop'"),
  ADDED(0, MESSAGE(0, "in_progress", ""))
  REV("content_part.added", AT("msg", 0) ",'content_index':0,'part':"
     REFUSES(""))
  REV("refusal.delta", AT("msg", 0) ",'content_index':0,'delta':'N'")
  REV("refusal.delta", AT("msg", 0) ",'content_index':0,'delta':'o.'")
  REV("refusal.done", AT("msg", 0) ",'content_index':0,'refusal':'No.'")
  REV("content_part.done", AT("msg", 0) ",'content_index':0,'part':"
     REFUSES("No."))
  ITEM_DONE(0, MESSAGE(0, "completed", REFUSES("No.")))
  COMPLETED(MESSAGE(0, "completed", REFUSES("No."))))

S("a thought, for who asked for no summary", 0, 0,
  C("'reasoning_content':'fo'", "null") C("'reasoning_content':'o'", "null")
  C("'content':'A'", "null") DONE("stop"),
  ADDED(0, THINKS(0))
  REV("content_part.added", AT("rs", 0) ",'content_index':0,'part':"
      THINKING(""))
  REV("reasoning_text.delta", AT("rs", 0) ",'content_index':0,'delta':'fo'")
  REV("reasoning_text.delta", AT("rs", 0) ",'content_index':0,'delta':'o'")
  REV("reasoning_text.done", AT("rs", 0) ",'content_index':0,'text':'foo'")
  REV("content_part.done", AT("rs", 0) ",'content_index':0,'part':"
      THINKING("foo"))
  ITEM_DONE(0, THOUGHT(0, "foo", "Zm9v"))
  TEXT_BEGINS(1) RT(1, "A") TEXT_DONE(1, "A")
  COMPLETED(THOUGHT(0, "foo", "Zm9v") "," SAID(1, "A")))

S("a thought, for who asked for a summary", 1, 0,
  C("'reasoning':'fo'", "null") C("'reasoning':'\\n'", "null")
  C("'content':'A'", "null") DONE("stop"),
  ADDED(0, THINKS(0))
  REV("reasoning_summary_part.added", AT("rs", 0) ",'summary_index':0,'part':"
     SUMMARY(""))
  REV("reasoning_summary_text.delta", AT("rs", 0) ",'summary_index':0,"
     "'delta':'fo'")
  REV("reasoning_summary_text.delta", AT("rs", 0) ",'summary_index':0,"
     "'delta':'\\n'")
  REV("reasoning_summary_text.done", AT("rs", 0) ",'summary_index':0,"
     "'text':'fo\\n'")
  REV("reasoning_summary_part.done", AT("rs", 0) ",'summary_index':0,'part':"
     SUMMARY("fo\\n"))
  ITEM_DONE(0, SEALED(0, SUMMARY("fo\\n"), "Zm8K"))
  TEXT_BEGINS(1) RT(1, "A") TEXT_DONE(1, "A")
  COMPLETED(SEALED(0, SUMMARY("fo\\n"), "Zm8K") "," SAID(1, "A")))

S("a call", 0, 1,
  F("'index':0,'id':'a'," FN("f", "")) F("'index':0," ARGS("{\\'x\\'"))
  F("'index':0," ARGS(": 1.0}")) DONE("tool_calls"),
  CALL_BEGINS(0, "a", "f") RA(0, "{\\'x\\'") RA(0, ": 1.0}")
  CALL_DONE(0, "a", "f", "{\\'x\\': 1.0}")
  COMPLETED(CALLED(0, "completed", "a", "f", "{\\'x\\': 1.0}")))

S("calls without an id and arguments, and with the id of another", 0, 4,
  F("'index':0," FN("f", "")) F("'index':1,'id':'a'," FN("g", "{}"))
  F("'index':2,'id':'a'," FN("g", " {}")) DONE("stop"),
  CALL_BEGINS(0, "call_77_0", "f") RA(0, "{}")
  CALL_DONE(0, "call_77_0", "f", "{}")
  CALL_BEGINS(1, "a", "g") RA(1, "{}") CALL_DONE(1, "a", "g", "{}")
  CALL_BEGINS(2, "call_77_2", "g") RA(2, " {}")
  CALL_DONE(2, "call_77_2", "g", " {}")
  COMPLETED(CALLED(0, "completed", "call_77_0", "f", "{}") ","
            CALLED(1, "completed", "a", "g", "{}") ","
            CALLED(2, "completed", "call_77_2", "g", " {}")))

S("calls that interleave: the second waits for the first", 0, 0,
  F("'index':0,'id':'a'," FN("f", "{")) F("'index':1,'id':'b'," FN("g", "{"))
  F("'index':0," ARGS("}")) F("'index':1," ARGS("}")) DONE("tool_calls"),
  CALL_BEGINS(0, "a", "f") RA(0, "{") RA(0, "}") CALL_DONE(0, "a", "f", "{}")
  CALL_BEGINS(1, "b", "g") RA(1, "{") RA(1, "}") CALL_DONE(1, "b", "g", "{}")
  COMPLETED(CALLED(0, "completed", "a", "f", "{}") ","
            CALLED(1, "completed", "b", "g", "{}")))

S("a call of a tool in a namespace", 0, 0,
  F("'index':0,'id':'a'," FN("mcp__x__run", "{}")) DONE("tool_calls"),
  ADDED(0, CALLED(0, "in_progress", "a", "run','namespace':'mcp__x", ""))
  RA(0, "{}")
  REV("function_call_arguments.done", AT("fc", 0) ",'arguments':'{}'")
  ITEM_DONE(0, CALLED(0, "completed", "a", "run','namespace':'mcp__x", "{}"))
  COMPLETED(CALLED(0, "completed", "a", "run','namespace':'mcp__x", "{}")))

S("a name that no tool has", 0, 0,
  F("'index':0,'id':'a'," FN("no\\u0020\\u00e9", "{}")) DONE("tool_calls"),
  CALL_BEGINS(0, "a", "no\\u0020\\u00e9") RA(0, "{}")
  CALL_DONE(0, "a", "no\\u0020\\u00e9", "{}")
  COMPLETED(CALLED(0, "completed", "a", "no\\u0020\\u00e9", "{}")))

S("a custom tool: its input is out of the arguments", 0, 0,
  F("'index':0,'id':'a'," FN("apply_patch", "{\\'inp"))
  F("'index':0," ARGS("ut\\':\\'a\\\\n\\\\\\'\\u00e9\\'}")) DONE("tool_calls"),
  ADDED(0, CUSTOM(0, "in_progress", "a", "apply_patch'", ""))
  CUSTOM_DELTA(0, "a\\n\\'\xc3\xa9") CUSTOM_DONE(0, "a\\n\\'\xc3\xa9")
  ITEM_DONE(0, CUSTOM(0, "completed", "a", "apply_patch'", "a\\n\\'\xc3\xa9"))
  COMPLETED(CUSTOM(0, "completed", "a", "apply_patch'", "a\\n\\'\xc3\xa9")))

S("a custom tool in a namespace, called by what is no JSON", 0, 0,
  F("'index':0,'id':'a'," FN("mcp__x__edit", "*** Begin\\n"))
  F("'index':0," ARGS("*** End\\u000a")) DONE("tool_calls"),
  ADDED(0, CUSTOM(0, "in_progress", "a", "edit','namespace':'mcp__x'", ""))
  CUSTOM_DELTA(0, "*** Begin\\n") CUSTOM_DELTA(0, "*** End\\u000a")
  CUSTOM_DONE(0, "*** Begin\\n*** End\\u000a")
  ITEM_DONE(0, CUSTOM(0, "completed", "a", "edit','namespace':'mcp__x'",
                      "*** Begin\\n*** End\\u000a"))
  COMPLETED(CUSTOM(0, "completed", "a", "edit','namespace':'mcp__x'",
                   "*** Begin\\n*** End\\u000a")))

S("a search for tools: its arguments are an object, on one line", 0, 0,
  F("'index':0,'id':'a'," FN("tool_search", "{\\n \\'query\\': "))
  F("'index':0," ARGS("\\'\\u00e9\\\\n\\'\\r\\n}")) DONE("tool_calls"),
  ADDED(0, SEARCHES(0, "in_progress", "a", "{}"))
  ITEM_DONE(0, SEARCHES(0, "completed", "a", "{  'query': '\xc3\xa9\\n'  }"))
  COMPLETED(SEARCHES(0, "completed", "a", "{  'query': '\xc3\xa9\\n'  }")))

S("a text that is cut off", 0, 0, C("'content':'A'", "null") DONE("length"),
  TEXT_BEGINS(0) RT(0, "A") TEXT_ENDS(0, "A")
  ITEM_DONE(0, MESSAGE(0, "incomplete", OUT_TEXT("A")))
  INCOMPLETE("max_output_tokens", MESSAGE(0, "incomplete", OUT_TEXT("A"))))

S("a text that is filtered", 0, 0, C("'content':'A'", "null")
  DONE("content_filter"),
  TEXT_BEGINS(0) RT(0, "A") TEXT_ENDS(0, "A")
  ITEM_DONE(0, MESSAGE(0, "incomplete", OUT_TEXT("A")))
  INCOMPLETE("content_filter", MESSAGE(0, "incomplete", OUT_TEXT("A"))))

S("a call that is cut off is never done", 0, 0,
  F("'index':0,'id':'a'," FN("f", "{\\'x\\'")) DONE("length"),
  CALL_BEGINS(0, "a", "f") RA(0, "{\\'x\\'")
  INCOMPLETE("max_output_tokens", CALLED(0, "incomplete", "a", "f",
                                         "{\\'x\\'")))

S("one that is whole when the answer is cut off is done", 0, 0,
  F("'index':0,'id':'a'," FN("f", "{}")) DONE("length"),
  CALL_BEGINS(0, "a", "f") RA(0, "{}") CALL_DONE(0, "a", "f", "{}")
  INCOMPLETE("max_output_tokens", CALLED(0, "completed", "a", "f", "{}")))

S("a custom tool's input that is cut off", 0, 0,
  F("'index':0,'id':'a'," FN("apply_patch", "{\\'input\\':\\'a"))
  DONE("length"),
  ADDED(0, CUSTOM(0, "in_progress", "a", "apply_patch'", ""))
  CUSTOM_DELTA(0, "a")
  INCOMPLETE("max_output_tokens", CUSTOM(0, "incomplete", "a", "apply_patch'",
                                         "a")))

S("an input comes as it grows, but for what cuts a character", 0, 3,
  F("'index':0,'id':'a'," FN("apply_patch", "")) F("'index':0," ARGS(" \\n"))
  F("'index':0," ARGS("")) F("'index':0," ARGS("{\\n"))
  F("'index':0," ARGS("\\'")) F("'index':0," ARGS("input\\' :"))
  F("'index':0," ARGS(" \\'a")) F("'index':0," ARGS("b\\\\"))
  F("'index':0," ARGS("n\\\\u00")) F("'index':0," ARGS("e9\\\\ud83d"))
  F("'index':0," ARGS("\\\\ude00\\n"))
  F("'index':0," ARGS("\\\\d\\\\u12x\\\\\\\\\\\\\\'\\'"))
  F("'index':0," ARGS(" } ")) DONE("stop"),
  ADDED(0, CUSTOM(0, "in_progress", "a", "apply_patch'", ""))
  CUSTOM_DELTA(0, "a") CUSTOM_DELTA(0, "b") CUSTOM_DELTA(0, "\\n")
  CUSTOM_DELTA(0, "\\u00e9") CUSTOM_DELTA(0, "\\ud83d\\ude00\\u000a")
  CUSTOM_DELTA(0, "\\\\d\\\\u12x\\\\\\'")
  CUSTOM_DONE(0, "ab\\n\\u00e9\\ud83d\\ude00\\u000a\\\\d\\\\u12x\\\\\\'")
  ITEM_DONE(0, CUSTOM(0, "completed", "a", "apply_patch'",
    "ab\\n\\u00e9\\ud83d\\ude00\\u000a\\\\d\\\\u12x\\\\\\'"))
  COMPLETED(CUSTOM(0, "completed", "a", "apply_patch'",
    "ab\\n\\u00e9\\ud83d\\ude00\\u000a\\\\d\\\\u12x\\\\\\'")))

S("a program that begins as an object does", 0, 0,
  F("'index':0,'id':'a'," FN("apply_patch", "{ \\'in"))
  F("'index':0," ARGS("t")) F("'index':0," ARGS("\\'; }")) DONE("stop"),
  ADDED(0, CUSTOM(0, "in_progress", "a", "apply_patch'", ""))
  CUSTOM_DELTA(0, "{ \\'int") CUSTOM_DELTA(0, "\\'; }")
  CUSTOM_DONE(0, "{ \\'int\\'; }")
  ITEM_DONE(0, CUSTOM(0, "completed", "a", "apply_patch'", "{ \\'int\\'; }"))
  COMPLETED(CUSTOM(0, "completed", "a", "apply_patch'", "{ \\'int\\'; }")))

S("a search that is cut off", 0, 0,
  F("'index':0,'id':'a'," FN("tool_search", "{\\'query\\'")) DONE("length"),
  ADDED(0, SEARCHES(0, "in_progress", "a", "{}"))
  INCOMPLETE("max_output_tokens", SEARCHES(0, "incomplete", "a", "{}")))

S("half a pair of surrogates waits for the other", 0, 0,
  C("'content':'a\\ud83d'", "null") C("'content':'\\ude00'", "null")
  C("'content':'b\\ud83d'", "null") DONE("stop"),
  TEXT_BEGINS(0) RT(0, "a") RT(0, "\\ud83d\\ude00") RT(0, "b") RT(0, "\\ufffd")
  TEXT_DONE(0, "a\\ud83d\\ude00b\\ufffd")
  COMPLETED(SAID(0, "a\\ud83d\\ude00b\\ufffd")))
