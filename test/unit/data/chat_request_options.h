/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_options.h - rows of test_chat_request.c:
 * tools, options and forms. */

/* tools */
SAYS("a tool keeps the bytes of its schema", (0),
  "'tools':[{'type':'function','function':{'name':'get_weather',"
  "'description':'\345\244\251\346\260\224','parameters':{'type':'object',"
  " 'properties':{'z':{'type':'number','maximum':1.0},'a':{}},'required':["
  "'z']},'strict':true}}]", ",'tools':[{'name':'get_weather','description':"
  "'\345\244\251\346\260\224','input_schema':{'type':'object',"
  " 'properties':{'z':{'type':'number','maximum':1.0},'a':{}},'required':["
  "'z']},'strict':true}]", "")
SAYS("no parameters", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g','parameters':null,'strict':null,'description':"
  "null}},{'type':'function','function':{'name':'h','parameters':{ }}},{"
  "'function':{'name':'i','parameters':{'properties':{'type':{}}}}}]",
  ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA "},{'name':"
  "'h'," NO_SCHEMA "},{'name':'i','input_schema':{'type':'object',"
  "'properties':{'type':{}}}}]", "")
SAYS("a type far behind", (0),
  "'tools':[{'type':'function','function':{'name':'f','parameters':{"
  "'properties':{'a':{'type':'string','description':"
  "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  "xxxxxxxxxxxxx'}},'type':'object'}}}]",
  ",'tools':[{'name':'f','input_schema':{'properties':{'a':{'type':"
  "'string','description':'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'}},'type':'object'}}]", "")
SAYS("markers of tools", (0),
  "'tools':[{'type':'function','function':{'name':'f','x':1}," EPHEMERAL ","
  "'y':2},{'type':'function','function':{'name':'g'," EPHEMERAL "}}]",
  ",'tools':[{'name':'f'," NO_SCHEMA "," EPHEMERAL "},{'name':'g',"
  NO_SCHEMA "," EPHEMERAL "}]", "tools[].y, tools[].function.x")
SAYS("a name of 64", (0), "'tools':[{'type':'function','function':{'name':"
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}}]",
  ",'tools':[{'name':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  "aaaaaaaaaaa'," NO_SCHEMA "}]", "")
#define TEXT_SCHEMA "'input_schema':{'type':'object','properties':{'input':" \
  "{'type':'string'}},'required':['input']}"
SAYS("custom tools", (0),
  "'tools':[{'type':'custom','custom':{'name':'f','x':1}},{'type':'custom',"
  "'custom':{'name':'g','description':'Do\\u00e9.','format':{'type':'text'}},"
  EPHEMERAL "},{'type':'custom','custom':{'name':'h','format':{'type':"
  "'grammar','grammar':{'syntax':'lark','definition':'start: \\'a\\'\\n'}}}},"
  "{'type':'custom','custom':{'name':'i','description':'D','format':{'type':"
  "'grammar','grammar':{'syntax':'regex','definition':'a+'}}}}],"
  "'tool_choice':{'type':'custom','custom':{'name':'g'}}",
  ",'tools':[{'name':'f'," TEXT_SCHEMA "},{'name':'g','description':"
  "'Do\\u00e9.'," TEXT_SCHEMA "," EPHEMERAL "},{'name':'h','description':"
  "'The text in `input` has to match this grammar, written in "
  "lark:\\nstart: \\'a\\'\\n'," TEXT_SCHEMA "},{'name':'i','description':"
  "'D\\n\\nThe text in `input` has to match this grammar, written "
  "in regex:\\na+'," TEXT_SCHEMA "}],'tool_choice':{'type':'tool','name':'g'}",
  "tools[].custom.x")
SAYS("custom tools that may be called", (0),
  "'tools':[{'type':'custom','custom':{'name':'f'}},{'type':'custom',"
  "'custom':{'name':'g'}}],'tool_choice':{'type':'allowed_tools',"
  "'allowed_tools':{'mode':'required','tools':[{'type':'custom','custom':{"
  "'name':'g'}}]}}",
  ",'tools':[{'name':'g'," TEXT_SCHEMA "}],'tool_choice':{'type':'any'}", "")
SAYS("no tools, no choice", (0),
  "'tools':[],'tool_choice':'required','parallel_tool_calls':false,"
  "'functions':[]", "", "")
SAYS("tool_choice none", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':'none'",
  ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'none'}", "")
SAYS("tool_choice auto", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':'auto'",
  ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'auto'}", "")
SAYS("tool_choice required", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':'required'",
  ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'any'}", "")
SAYS("a tool by its name", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':{'type':'function','function':{"
  "'name':'g'}}", ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'tool','name':'g'}", "")
SAYS("one call at a time", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'parallel_tool_calls':false",
  ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'auto','disable_parallel_tool_use':true}", "")
SAYS("... of a tool by its name", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':{'type':'function','function':{"
  "'name':'f'}},'parallel_tool_calls':false",
  ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'tool','name':'f','disable_parallel_tool_use':"
  "true}", "")
SAYS("... of none", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':'none','parallel_tool_calls':"
  "false", ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'none'}", "")
SAYS("many at a time", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'parallel_tool_calls':true,'tool_choice':null",
  ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA "}]", "")
SAYS("only some of the tools", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':{'type':'allowed_tools',"
  "'allowed_tools':{'mode':'required','tools':[{'type':'function',"
  "'function':{'name':'g'}}]}}",
  ",'tools':[{'name':'g'," NO_SCHEMA "}],'tool_choice':{'type':'any'}", "")
SAYS("functions and a call of one", (0),
  "'functions':[{'name':'f','description':'d'}],'function_call':{'name':"
  "'f'}",
  ",'tools':[{'name':'f','description':'d'," NO_SCHEMA "}],'tool_choice':{"
  "'type':'tool','name':'f'}", "")
SAYS("function_call none", (0),
  "'functions':[{'name':'f'}],'function_call':'none'",
  ",'tools':[{'name':'f'," NO_SCHEMA "}],'tool_choice':{'type':'none'}", "")

/* the bound of the output */
WHOLE("max_tokens -1, which is none", (.output = 64000),
  HEAD_TALK HI "],'max_tokens':-1,'max_completion_tokens':10}",
  "{'model':'m','max_tokens':10,'messages':[" HI_OUT "]}", "")
WHOLE("both below one", (.output = 64000),
  HEAD_TALK HI "],'max_tokens':-1,'max_completion_tokens':-2}",
  "{'model':'m','max_tokens':64000,'messages':[" HI_OUT "]}", "")
WHOLE("max_tokens", (0), HEAD_TALK HI "],'max_tokens':10}",
  "{'model':'m','max_tokens':10,'messages':[" HI_OUT "]}", "")
WHOLE("max_completion_tokens", (0),
  HEAD_TALK HI "],'max_completion_tokens':10}",
  "{'model':'m','max_tokens':10,'messages':[" HI_OUT "]}", "")
WHOLE("the larger of both", (0),
  HEAD_TALK HI "],'max_tokens':10,'max_completion_tokens':20}",
  "{'model':'m','max_tokens':20,'messages':[" HI_OUT "]}", "")
WHOLE("none, and the catalogue knows", (.output = 64000), HEAD_TALK HI "]}",
  "{'model':'m','max_tokens':64000,'messages':[" HI_OUT "]}", "")
WHOLE("0 and null are none", (.output = 64000),
  HEAD_TALK HI "],'max_tokens':0,'max_completion_tokens':null}",
  "{'model':'m','max_tokens':64000,'messages':[" HI_OUT "]}", "")
WHOLE("at most what the model writes", (.output = 64000),
  HEAD_TALK HI "],'max_tokens':100000}",
  "{'model':'m','max_tokens':64000,'messages':[" HI_OUT "]}", "")
WHOLE("another one elsewhere is not read", (0),
  HEAD_TALK HI "],'max_tokens':7,'x':null}",
  "{'model':'m','max_tokens':7,'messages':[" HI_OUT "]}", "")

/* what tunes */
SAYS("sampling keeps its spelling", (0), "'temperature':0.70,'top_k':40",
  ",'temperature':0.70,'top_k':40", "")
SAYS("top_p alone", (0), "'top_p':9e-1", ",'top_p':9e-1", "")
SAYS("top_p beside a temperature", (0), "'top_p':0.9,'temperature':1.0",
  ",'temperature':1.0", "top_p")
SAYS("too hot", (0), "'temperature':1.7", ",'temperature':1", "temperature")
SAYS("too hot by little", (0), "'temperature':1.000001", ",'temperature':1",
  "temperature")
SAYS("too hot by an exponent", (0), "'temperature':0.2E1", ",'temperature':1",
  "temperature")
SAYS("not at all", (0), "'temperature':0,'top_k':-1", ",'temperature':0", "")
SAYS("null is nothing", (0),
  "'temperature':null,'top_p':null,'top_k':null,'stop':null,'n':null,"
  "'seed':null,'service_tier':null,'stream':null,'user':null,'tools':null,"
  "'tool_choice':null,'response_format':null,'reasoning_effort':null,"
  "'thinking':null,'logit_bias':null,'nobody':null", "", "")
SAYS("where to stop", (0), "'stop':'END'", ",'stop_sequences':['END']", "")
SAYS("in several places", (0),
  "'stop':['\\n\\n','a\\u0062','\345\201\234',' x']",
  ",'stop_sequences':['a\\u0062','\345\201\234',' x']", "stop")
SAYS("blanks only", (0), "'stop':['\\n','']", "", "stop")
SAYS("one choice", (0), "'n':1", "", "")
SAYS("what has no counterpart", (0),
  "'frequency_penalty':0.5,'presence_penalty':0,'seed':"
  "12345678901234567890,'logit_bias':{'50256':-100},'logprobs':true,"
  "'top_logprobs':2,'prediction':{'type':'content','content':'x'},'my_own':"
  "[1],'store':true,'metadata':{'a':'b'}", "",
  "frequency_penalty, presence_penalty, seed, logit_bias, logprobs,"
  " top_logprobs, prediction, my_own, metadata")
SAYS("a search that is off", (0),
  "'enable_search':false,'search_options':{},'web_search_options':null,"
  "'modalities':['text'],'service_tier':'auto'", "", "search_options")
SAYS("who asks", (0), "'user':'u-1'", ",'metadata':{'user_id':'u-1'}", "")
SAYS("and better", (0), "'user':'u-1','safety_identifier':'s-1'",
  ",'metadata':{'user_id':'s-1'}", "")
SAYS("too long a name", (0),
  "'user':'uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"
  "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"
  "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"
  "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu'", "", "user")
SAYS("no name", (0), "'user':'','safety_identifier':null", "", "")
SAYS("a stream", (0), "'stream':true,'stream_options':{'include_usage':true}",
  ",'stream':true", "")
SAYS("a marker for all", (0), EPHEMERAL, "," EPHEMERAL, "")

/* the form of the answer */
SAYS("text", (0), "'response_format':{'type':'text'}", "", "")
SAYS("a schema keeps its bytes", (0),
  "'response_format':{'type':'json_schema','json_schema':{'name':'n',"
  "'strict':true,'schema':{'type': 'object','properties':{'z':{},'a':{}}},"
  "'description':'d'}}",
  ",'output_config':{'format':{'type':'json_schema','schema':{'type':"
  " 'object','properties':{'z':{},'a':{}}}}}",
  "response_format.json_schema.description")
WHOLE("an object", (0),
  HEAD_TALK "{'role':'system','content':'s'}," HI "],'response_format':{"
  "'type':'json_object'}}",
  MAX "'system':[{'type':'text','text':'s'},{'type':'text','text':"
  "'Answer with one JSON object and nothing else.'}],'messages':[" HI_OUT
  "]}", "")
