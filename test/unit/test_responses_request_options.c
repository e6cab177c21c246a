/* SPDX-License-Identifier: Apache-2.0 */
/* test_responses_request_options.c - tools of /v1/responses and their names,
 * thinking, bounds and forms, for upstreams that differ; and bodies as Codex
 * sends them. */
#include <apr_strings.h>

#include "responses_names.h"
#include "responses_request.h"

#define F(name) "{'type':'function','name':'" name "','parameters':{}}"
#define X(name) "{'type':'custom','name':'" name "'}"
#define N(name, tools) \
    "{'type':'namespace','name':'" name "','description':'d','tools':[" tools \
    "]}"
#define F_OUT(name) \
    "{'type':'function','function':{'name':'" name "','parameters':{}}}"
#define X_OUT(name) \
    "{'type':'function','function':{'name':'" name "','parameters':" INPUT "}}"
#define INPUT \
    "{'type':'object','properties':{'input':{'type':'string'}},'required':[" \
    "'input']}"
#define TOOLS_OUT(tools) ",'tools':[" tools "]"
#define SIDE ",'parallel_tool_calls':true"
#define MORE(tools) \
    "{'type':'additional_tools','id':'at_1','role':'developer','tools':[" \
    tools "]}"
#define SCHEMA "{'type':'object','z':1.50,'properties':{}}"
#define SIXTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbb-9"

static const body_row_t tool_rows[] = {
    { "a function", &plain, WITH("'tools':[{'type':'function','name':'f',"
      "'description':'d\\n','parameters':" SCHEMA ",'strict':true}]"),
      CAME(TOOLS_OUT("{'type':'function','function':{'name':'f',"
      "'description':'d\\n','parameters':" SCHEMA ",'strict':true}}") SIDE),
      NULL },
    { "not strict, without parameters", &plain, WITH("'tools':[{'type':"
      "'function','name':'f','description':null,'parameters':null,'strict':"
      "false}]"), CAME(TOOLS_OUT("{'type':'function','function':{'name':'f',"
      "'parameters':{'type':'object','properties':{}}}}") SIDE), NULL },
    { "a custom one", &plain, WITH("'tools':[{'type':'custom','name':'p',"
      "'description':'d\\n','format':{'type':'text'}}]"),
      CAME(TOOLS_OUT("{'type':'function','function':{'name':'p',"
      "'description':'d\\n','parameters':" INPUT "}}") SIDE), NULL },
    { "a custom one with nothing", &plain, WITH("'tools':[" X("p") "]"),
      CAME(TOOLS_OUT(X_OUT("p")) SIDE), NULL },
    { "a grammar", &plain, WITH("'tools':[{'type':'custom','name':'p',"
      "'description':'d','format':{'type':'grammar','syntax':'lark',"
      "'definition':'start: \\\"a\\\"\\n'}}]"),
      CAME(TOOLS_OUT("{'type':'function','function':{'name':'p',"
      "'description':'d\\n\\nThe text that is given as `input` must follow "
      "this grammar (lark):\\nstart: \\\"a\\\"\\n','parameters':" INPUT "}}")
      SIDE), NULL },
    { "a grammar without a description", &plain, WITH("'tools':[{'type':"
      "'custom','name':'p','format':{'type':'grammar','syntax':'regex',"
      "'definition':'a+'}}]"), CAME(TOOLS_OUT("{'type':'function','function':"
      "{'name':'p','description':'The text that is given as `input` must "
      "follow this grammar (regex):\\na+','parameters':" INPUT "}}") SIDE),
      NULL },
    { "namespaces", &plain, WITH("'tools':[" N("n", F("f") "," X("p")) ","
      F("f") "," N("functions", F("g")) "]"),
      CAME(TOOLS_OUT(F_OUT("n__f") "," X_OUT("n__p") "," F_OUT("f") ","
      F_OUT("g")) SIDE), NULL },
    { "one in two pieces", &plain, WITH("'tools':[" N("n", F("f")) ","
      N("n", F("f") "," F("g")) "]"),
      CAME(TOOLS_OUT(F_OUT("n__f") "," F_OUT("n__g")) SIDE), NULL },
    { "a long name", &plain, WITH("'tools':[" N("n", F(SIXTY) "," F(SIXTY "x"
      "yz")) "]"), CAME(TOOLS_OUT(F_OUT("n__" SIXTY) "," F_OUT("n__aaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbb_c74e9f83")) SIDE), NULL },
    { "a search", &plain, WITH("'tools':[{'type':'tool_search','execution':"
      "'client','description':'d','parameters':" SCHEMA "}]"),
      CAME(TOOLS_OUT("{'type':'function','function':{'name':'tool_search',"
      "'description':'d','parameters':" SCHEMA "}}") SIDE), NULL },
    { "a search at OpenAI's", &plain, WITH("'tools':[{'type':'tool_search'},"
      F("f") "]"), CAME(TOOLS_OUT(F_OUT("f")) SIDE), "tools[tool_search]" },
    { "hosted ones", &plain, WITH("'tools':[{'type':'web_search',"
      "'external_web_access':false}," F("f") "," N("n", "{'type':"
      "'code_interpreter'}") ",{'type':'image_generation'}]"),
      CAME(TOOLS_OUT(F_OUT("f")) SIDE), "tools[web_search], "
      "tools[code_interpreter], tools[image_generation]" },
    { "hosted ones alone", &plain, WITH("'tools':[{'type':'web_search'}],"
      "'tool_choice':'auto'"), CAME(""), "tools[web_search]" },
    { "no tools", &plain, WITH("'tools':[],'tool_choice':'auto'"), CAME(""),
      NULL },
    { "members that only tune", &plain, WITH("'tools':[{'type':'function',"
      "'name':'f','parameters':{},'defer_loading':true,'x':1}]"),
      CAME(TOOLS_OUT(F_OUT("f")) SIDE), "tools[].x" },
    { "told of in items", &plain, "{'model':'m','tools':[" F("f") "],'input':["
      MORE(N("functions", X("exec"))) "," IU("'q'") "," MORE(F("f") ","
      F("g")) "]}", CAME(TOOLS_OUT(F_OUT("f") "," X_OUT("exec") ","
      F_OUT("g")) SIDE), NULL },
    { "one at a time", &plain, WITH("'tools':[" F("f") "],"
      "'parallel_tool_calls':false"), CAME(TOOLS_OUT(F_OUT("f"))
      ",'parallel_tool_calls':false"), NULL },
    { "a function twice", &plain, WITH("'tools':[" F("f") "," F("f") "]"),
      NULL, "tools[1]" },
    { "a function that is custom, too", &plain, WITH("'tools':[" F("f") ","
      X("f") "]"), NULL, "tools[1]" },
    { "a name made of two", &plain, WITH("'tools':[" F("a__b") "," N("a",
      F("b")) "]"), NULL, "tools[1].tools[0]" },
    { "a function that is a search", &plain, WITH("'tools':[{'type':"
      "'tool_search','execution':'client'}," F("tool_search") "]"), NULL,
      "tools[1]" },
    { "in an item and otherwise", &plain, "{'model':'m','tools':[" F("f")
      "],'input':[" MORE(X("f")) "," IU("'q'") "]}", NULL,
      "input[0].tools[0]" },
    { "a namespace in one", &plain, WITH("'tools':[" N("a", N("b", F("c")))
      "]"), NULL, "tools[0].tools[0].type" },
    { "a namespace of nothing", &plain, WITH("'tools':[{'type':'namespace',"
      "'name':'n'}]"), NULL, "tools[0].tools" },
    { "tools that are none", &plain, WITH("'tools':{}"), NULL, "tools" },
    { "a tool that is a string", &plain, WITH("'tools':['f']"), NULL,
      "tools[0]" },
    { "no type", &plain, WITH("'tools':[{'name':'f'}]"), NULL,
      "tools[0].type" },
    { "no name", &plain, WITH("'tools':[{'type':'function'}]"), NULL,
      "tools[0].name" },
    { "parameters that are none", &plain, WITH("'tools':[{'type':'function',"
      "'name':'f','parameters':[]}]"), NULL, "tools[0].parameters" },
    { "strict a word", &plain, WITH("'tools':[{'type':'function','name':'f',"
      "'strict':'y'}]"), NULL, "tools[0].strict" },
    { "a description that is none", &plain, WITH("'tools':[{'type':'custom',"
      "'name':'f','description':1}]"), NULL, "tools[0].description" },
    { "a format that is none", &plain, WITH("'tools':[{'type':'custom',"
      "'name':'f','format':'text'}]"), NULL, "tools[0].format" },
    { "an unknown format", &plain, WITH("'tools':[{'type':'custom','name':"
      "'f','format':{'type':'xml'}}]"), NULL, "tools[0].format.type" },
    { "a grammar that is none", &plain, WITH("'tools':[{'type':'custom',"
      "'name':'f','format':{'type':'grammar','syntax':'lark'}}]"), NULL,
      "tools[0].format.definition" },
    { "an item without tools", &plain, IN(IU("'q'") ",{'type':"
      "'additional_tools'}"), NULL, "input[1].tools" },
};

#define ALL "'tools':[" F("f") "," X("p") "," N("n", F("g")) ",{'type':" \
    "'web_search'}]"
#define ALL_OUT TOOLS_OUT(F_OUT("f") "," X_OUT("p") "," F_OUT("n__g"))
#define NAMED(name) \
    ",'tool_choice':{'type':'function','function':{'name':'" name "'}}"
#define WEB "tools[web_search]"

static const body_row_t choice_rows[] = {
    { "auto", &plain, WITH(ALL ",'tool_choice':'auto'"),
      CAME(ALL_OUT ",'tool_choice':'auto'" SIDE), WEB },
    { "none", &plain, WITH(ALL ",'tool_choice':'none'"),
      CAME(ALL_OUT ",'tool_choice':'none'" SIDE), WEB },
    { "required", &plain, WITH(ALL ",'tool_choice':'required'"),
      CAME(ALL_OUT ",'tool_choice':'required'" SIDE), WEB },
    { "null", &plain, WITH(ALL ",'tool_choice':null"), CAME(ALL_OUT SIDE),
      WEB },
    { "a function", &plain, WITH(ALL ",'tool_choice':{'type':'function',"
      "'name':'f'}"), CAME(ALL_OUT NAMED("f") SIDE), WEB },
    { "a custom one", &plain, WITH(ALL ",'tool_choice':{'type':'custom',"
      "'name':'p'}"), CAME(ALL_OUT NAMED("p") SIDE), WEB },
    { "of a namespace", &plain, WITH(ALL ",'tool_choice':{'type':'function',"
      "'name':'g','namespace':'n'}"), CAME(ALL_OUT NAMED("n__g") SIDE), WEB },
    { "some", &plain, WITH(ALL ",'tool_choice':{'type':'allowed_tools',"
      "'mode':'required','tools':[{'type':'custom','name':'p'},{'type':"
      "'web_search'}]}"), CAME(TOOLS_OUT(X_OUT("p"))
      ",'tool_choice':'required'" SIDE), WEB },
    { "a namespace of them", &plain, WITH(ALL ",'tool_choice':{'type':"
      "'allowed_tools','mode':'auto','tools':[{'type':'namespace','name':"
      "'n'}]}"), CAME(TOOLS_OUT(F_OUT("n__g")) ",'tool_choice':'auto'" SIDE),
      WEB },
    { "the namespace of bare names", &plain, WITH("'tools':[" F("f") ","
      N("functions", F("g")) "," N("n", F("h")) "],'tool_choice':{'type':"
      "'allowed_tools','mode':'auto','tools':[{'type':'namespace','name':"
      "'functions'}]}"), CAME(TOOLS_OUT(F_OUT("f") "," F_OUT("g"))
      ",'tool_choice':'auto'" SIDE), NULL },
    { "none of those that are sent", &plain, WITH(ALL ",'tool_choice':{"
      "'type':'allowed_tools','mode':'auto','tools':[{'type':'web_search'}]}"
      ), CAME(""), WEB },
    { "a hosted one", &plain, WITH(ALL ",'tool_choice':{'type':"
      "'web_search'}"), NULL, "tool_choice.type" },
    { "required, of hosted ones", &plain, WITH("'tools':[{'type':"
      "'web_search'}],'tool_choice':'required'"), NULL, "tool_choice" },
    { "some, required, of hosted ones", &plain, WITH(ALL ",'tool_choice':{"
      "'type':'allowed_tools','mode':'required','tools':[{'type':"
      "'web_search'}]}"), NULL, "tool_choice.mode" },
    { "one that there is not", &plain, WITH(ALL ",'tool_choice':{'type':"
      "'function','name':'g'}"), NULL, "tool_choice.name" },
    { "no name", &plain, WITH(ALL ",'tool_choice':{'type':'function'}"), NULL,
      "tool_choice.name" },
    { "a word", &plain, WITH(ALL ",'tool_choice':'any'"), NULL,
      "tool_choice" },
    { "a number", &plain, WITH(ALL ",'tool_choice':1"), NULL,
      "tool_choice" },
    { "no type", &plain, WITH(ALL ",'tool_choice':{}"), NULL,
      "tool_choice.type" },
    { "no list", &plain, WITH(ALL ",'tool_choice':{'type':"
      "'allowed_tools'}"), NULL, "tool_choice.tools" },
    { "forced, where it cannot think then", &thinker, WITH("'tools':[" F("f")
      "],'tool_choice':'required','reasoning':{'effort':'high'}"),
      CAME(TOOLS_OUT(F_OUT("f")) ",'tool_choice':'required'" SIDE
      ",'llmgw_thinking':false"), "reasoning.effort" },
};

#define FORMAT(members) "'text':{'format':{" members "}}"

static const body_row_t option_rows[] = {
    { "bounds and draws", &plain, WITH("'max_output_tokens':10,'stream':true,"
      "'temperature':0.70,'top_p':1e-1"), CAME(",'max_tokens':10,'stream':"
      "true,'temperature':0.70,'top_p':1e-1"), NULL },
    { "more than the model has", &small, WITH("'max_output_tokens':10000"),
      CAME(",'max_tokens':4096"), NULL },
    { "the vendor's other name", &openai, WITH("'max_output_tokens':10"),
      CAME(",'max_completion_tokens':10"), NULL },
    { "null", &plain, WITH("'max_output_tokens':null,'stream':null,"
      "'temperature':null,'text':null,'reasoning':null,'user':null"),
      CAME(""), NULL },
    { "quiet and dropped", &plain, WITH("'store':true,'include':['x'],"
      "'prompt_cache_key':'k','client_metadata':{'a':'b'},'stream_options':{"
      "'include_obfuscation':false},'truncation':'auto','metadata':{'a':'b'},"
      "'max_tool_calls':3,'top_logprobs':2,'previous_response_id':null,"
      "'background':false"), CAME(""),
      "truncation, metadata, max_tool_calls, top_logprobs" },
    { "a user", &plain, WITH("'user':'u'"), CAME(",'user':'u'"), NULL },
    { "a safety_identifier", &plain, WITH("'user':'u','safety_identifier':"
      "'s'"), CAME(",'user':'s'"), NULL },
    { "caching", &bailian, WITH("'enable_context_caching':true"),
      CAME(",'enable_context_caching':true"), NULL },
    { "verbosity", &plain, WITH("'text':{'verbosity':'low'}"), CAME(""),
      "text.verbosity" },
    { "... at OpenAI", &openai, WITH("'text':{'verbosity':'low'}"),
      CAME(",'verbosity':'low'"), NULL },
    { "an effort", &openai, WITH("'reasoning':{'effort':'low','summary':"
      "'auto','context':'all_turns'}"), CAME(",'reasoning_effort':'low'"),
      NULL },
    { "none, a word", &openai, WITH("'reasoning':{'effort':'none'}"),
      CAME(",'reasoning_effort':'none'"), NULL },
    { "none, a switch", &deepseek, WITH("'reasoning':{'effort':'none'}"),
      CAME(",'llmgw_thinking':false"), NULL },
    { "an effort and a switch", &deepseek, WITH("'reasoning':{'effort':"
      "'high'},'llmgw_thinking':false"), CAME(",'reasoning_effort':'high'"),
      NULL },
    { "a switch alone", &bailian, WITH("'enable_thinking':true"),
      CAME(",'enable_thinking':true"), NULL },
    { "both switches", &bailian, WITH("'enable_thinking':true,"
      "'llmgw_thinking':false"), CAME(",'llmgw_thinking':false"), NULL },
    { "an effort for a switch", &bailian, WITH("'reasoning':{'effort':"
      "'medium'}"), CAME(",'llmgw_thinking':true"), "reasoning.effort" },
    { "none for a switch", &bailian, WITH("'reasoning':{'effort':'none'}"),
      CAME(",'llmgw_thinking':false"), NULL },
    { "an effort where thinking is not known", &plain, WITH("'reasoning':{"
      "'effort':'medium'}"), CAME(""), "reasoning.effort" },
    { "an effort where there is none", &mute, WITH("'reasoning':{'effort':"
      "'none'}"), CAME(""), NULL },
    { "text", &plain, WITH(FORMAT("'type':'text'")), CAME(""), NULL },
    { "an object", &plain, WITH(FORMAT("'type':'json_object'")),
      CAME(",'response_format':{'type':'json_object'}"), NULL },
    { "an object, without a thought", &thinker, WITH(FORMAT("'type':"
      "'json_object'")), CAME(",'response_format':{'type':'json_object'},"
      "'llmgw_thinking':false"), NULL },
    { "a schema", &openai, WITH(FORMAT("'type':'json_schema','name':'n',"
      "'description':'d','schema':" SCHEMA ",'strict':false")),
      CAME(",'response_format':{'type':'json_schema','json_schema':{'name':"
      "'n','description':'d','schema':" SCHEMA ",'strict':false}}"), NULL },
    { "a schema in words", &plain, WITH(FORMAT("'type':'json_schema','name':"
      "'n','schema':{'a':1}")), "{'model':'m','messages':[{'role':'system',"
      "'content':'Answer with one JSON object and nothing else. It must be "
      "valid against this JSON schema:\\n{\\\"a\\\":1}'}," U("'q'") "],"
      "'response_format':{'type':'json_object'}}", NULL },
    { "a bound of 0", &plain, WITH("'max_output_tokens':0"), NULL,
      "max_output_tokens" },
    { "a bound with a point", &plain, WITH("'max_output_tokens':1.5"), NULL,
      "max_output_tokens" },
    { "a temperature that is none", &plain, WITH("'temperature':'hot'"), NULL,
      "temperature" },
    { "a user that is none", &plain, WITH("'user':1"), NULL, "user" },
    { "stream a word", &plain, WITH("'stream':'yes'"), NULL, "stream" },
    { "reasoning a word", &plain, WITH("'reasoning':'high'"), NULL,
      "reasoning" },
    { "an effort that is none", &plain, WITH("'reasoning':{'effort':1}"),
      NULL, "reasoning.effort" },
    { "text a word", &plain, WITH("'text':'low'"), NULL, "text" },
    { "verbosity that is none", &plain, WITH("'text':{'verbosity':1}"), NULL,
      "text.verbosity" },
    { "a format that is none", &plain, WITH("'text':{'format':'json'}"), NULL,
      "text.format" },
    { "an unknown format", &plain, WITH(FORMAT("'type':'yaml'")), NULL,
      "text.format.type" },
    { "a schema without a name", &plain, WITH(FORMAT("'type':'json_schema',"
      "'schema':{}")), NULL, "text.format.name" },
    { "no schema", &plain, WITH(FORMAT("'type':'json_schema','name':'n'")),
      NULL, "text.format.schema" },
    { "strict a word", &plain, WITH(FORMAT("'type':'json_schema','name':'n',"
      "'schema':{},'strict':1")), NULL, "text.format.strict" },
};

/* ---- Codex ------------------------------------------------------------- */

#define CODEX_TALK \
    "{'type':'message','id':'msg_1','role':'developer','content':[" IT("You " \
    "are Codex.") "]},{'type':'message','id':'msg_2','role':'developer'," \
    "'content':[" IT("Skills") "," IT("Apps") "]},{'type':'message','id':" \
    "'msg_3','role':'user','content':[" IT("<environment_context>") "]}," \
    "{'type':'message','id':'msg_4','role':'user','content':[" IT("Fix it.") \
    "]}"
#define CODEX_TALK_OUT \
    S("'You are Codex.\\n\\nSkills\\n\\nApps'") "," \
    U("'<environment_context>'") "," U("'Fix it.'")
#define CODEX_REST \
    "'tool_choice':'auto','store':false,'include':[" \
    "'reasoning.encrypted_content'],'prompt_cache_key':'01a2'," \
    "'client_metadata':{'session_id':'01a2','turn_id':'01a3'}"
#define EXEC "{'type':'function','name':'exec_command','description':'Runs.'," \
    "'strict':false,'parameters':" SCHEMA "}"
#define EXEC_OUT "{'type':'function','function':{'name':'exec_command'," \
    "'description':'Runs.','parameters':" SCHEMA "}}"
#define PATCH "{'type':'custom','name':'apply_patch','description':'Edits.'," \
    "'format':{'type':'grammar','syntax':'lark','definition':'start: x'}}"
#define PATCH_OUT "{'type':'function','function':{'name':'apply_patch'," \
    "'description':'Edits.\\n\\nThe text that is given as `input` must follow " \
    "this grammar (lark):\\nstart: x','parameters':" INPUT "}}"
#define CODEX_CALLS \
    ",{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text'," \
    "'text':'Look.'}],'content':null,'encrypted_content':'llmgw1:TG9vayE='}," \
    IA("[" OT("I look.") "]") ",{'type':'function_call','status':" \
    "'completed','id':'fc_1','name':'exec_command','arguments':" \
    "'{\\\"cmd\\\": \\\"ls\\\"}','call_id':'call_1'},{'type':" \
    "'custom_tool_call','status':'completed','id':'ctc_1','name':" \
    "'apply_patch','input':'*** Begin\\n','call_id':'call_2'}," \
    "{'type':'function_call_output','id':'fco_1','call_id':'call_1'," \
    "'output':'a b'},{'type':'custom_tool_call_output','id':'ctco_1'," \
    "'call_id':'call_2','output':'Success.'}"
#define CODEX_CALLS_OUT \
    ",{'role':'assistant','content':'I look.','reasoning_content':'Look!'," \
    "'tool_calls':[" CALL("call_1", "exec_command", "{\\\"cmd\\\": " \
    "\\\"ls\\\"}") "," CALL("call_2", "apply_patch", "{\\\"input\\\":\\\"*** " \
    "Begin\\\\n\\\"}") "]}," TOOL("call_1", "'a b'") "," \
    TOOL("call_2", "'Success.'")

static const body_row_t codex_rows[] = {
    { "Codex, a model that it knows", &bailian, "{'model':'m','stream':true,"
      "'input':[" CODEX_TALK CODEX_CALLS "],'tools':[" EXEC "," PATCH ","
      "{'type':'tool_search','execution':'client','description':'Finds.',"
      "'parameters':" SCHEMA "},{'type':'web_search','external_web_access':"
      "false,'search_content_types':['text','image']}],'parallel_tool_calls':"
      "true,'reasoning':{'effort':'medium'},'text':{'verbosity':'low'},"
      CODEX_REST "}", "{'model':'m','messages':[" CODEX_TALK_OUT
      CODEX_CALLS_OUT "],'tools':[" EXEC_OUT "," PATCH_OUT ",{'type':"
      "'function','function':{'name':'tool_search','description':'Finds.',"
      "'parameters':" SCHEMA "}}],'tool_choice':'auto'" SIDE ",'stream':true,"
      "'llmgw_thinking':true}",
      "reasoning.effort, text.verbosity, tools[web_search]" },
    { "Codex, one that it does not", &bailian, "{'model':'m','stream':true,"
      "'input':[" CODEX_TALK "],'tools':[" EXEC "," N("multi_agent_v1",
      F("close_agent") "," F("wait_agent")) "," N("mcp__notes", F("read"))
      ",{'type':'web_search','external_web_access':false}],"
      "'parallel_tool_calls':true,'reasoning':{'summary':'auto'},"
      CODEX_REST "}", "{'model':'m','messages':[" CODEX_TALK_OUT "],'tools':["
      EXEC_OUT "," F_OUT("multi_agent_v1__close_agent") ","
      F_OUT("multi_agent_v1__wait_agent") "," F_OUT("mcp__notes__read")
      "],'tool_choice':'auto'" SIDE ",'stream':true}", "tools[web_search]" },
    { "Codex, tools in an item", &deepseek, "{'model':'m','stream':true,"
      "'input':[" MORE(N("functions", "{'type':'custom','name':'exec',"
      "'description':'Runs.','format':{'type':'grammar','syntax':'lark',"
      "'definition':'x'}}," F("wait")) "," N("clock", F("sleep"))) ","
      CODEX_TALK ",{'type':'custom_tool_call','id':'ctc_1','status':"
      "'completed','call_id':'call_1','name':'exec','namespace':'functions',"
      "'input':'text(1);'},{'type':'function_call','status':'completed','id':"
      "'fc_2','name':'sleep','namespace':'clock','arguments':'{}','call_id':"
      "'call_2'},{'type':'custom_tool_call_output','id':'ctco_1','call_id':"
      "'call_1','output':[" IT("Script completed\\n") "," IT("1") "]},{'type':"
      "'function_call_output','id':'fco_2','call_id':'call_2','output':'ok'}],"
      "'parallel_tool_calls':false,'reasoning':{'effort':'low','context':"
      "'all_turns'}," CODEX_REST "}", "{'model':'m','messages':["
      CODEX_TALK_OUT ",{'role':'assistant','content':null,"
      "'reasoning_content':'','tool_calls':[" CALL("call_1", "exec",
      "{\\\"input\\\":\\\"text(1);\\\"}") "," CALL("call_2", "clock__sleep",
      "{}") "]}," TOOL("call_1", "'Script completed\\n\\n1'") ","
      TOOL("call_2", "'ok'") "],'tools':[{'type':'function','function':{"
      "'name':'exec','description':'Runs.\\n\\nThe text that is given as "
      "`input` must follow this grammar (lark):\\nx','parameters':" INPUT
      "}}," F_OUT("wait") "," F_OUT("clock__sleep") "],'tool_choice':'auto',"
      "'parallel_tool_calls':false,'stream':true,'reasoning_effort':'low'}",
      NULL },
};

/* ---- a bound that a policy has ------------------------------------------ */

static void test_put(void)
{
    static const char body[] = "{\"model\":\"m\",\"input\":\"q\"}";
    static const char want[] = "{\"model\":\"m\",\"messages\":[{\"role\":"
        "\"user\",\"content\":\"q\"}],\"max_tokens\":500}";
    gw_upstream_t upstream;
    gw_problem_t problem;
    gw_translated_t out;
    gw_request_t req;
    gw_route_t route;
    gw_model_t model;

    memset(&upstream, 0, sizeof(upstream));
    memset(&route, 0, sizeof(route));
    memset(&model, 0, sizeof(model));
    memset(&req, 0, sizeof(req));
    memset(&out, 0, sizeof(out));
    route.upstream = &upstream;
    route.model = "m";
    req.body = (gw_str_t){ body, strlen(body) };
    req.max_tokens = 500;
    is_int(gw_responses_request(&out, &req, &model, &route, &problem,
                                tap_pool()), 0, "no bound of the client's");
    is_mem(out.body.p, out.body.n, want, strlen(want), "the policy's is put");
}

/* ---- names and messages ------------------------------------------------- */

static int run(gw_translated_t *out, gw_problem_t *problem, const char *body)
{
    char *text = apr_pstrdup(tap_pool(), body), *p;

    for (p = text; *p != '\0'; p++) {
        if (*p == '\'')
            *p = '"';
    }
    memset(out, 0, sizeof(*out));
    return (int)to_chat(out, &plain, (gw_str_t){ text, strlen(text) },
                        problem, tap_pool());
}

static void is_tool(const gw_tool_names_t *names, const char *chat,
                    gw_tool_kind_t kind, const char *space, const char *name)
{
    const gw_tool_name_t *tool = gw_tool_names_find(
        names, (gw_str_t){ chat, strlen(chat) });

    ok(tool != NULL && tool->kind == kind && gw_str_is(tool->space, space)
       && gw_str_is(tool->name, name), "%s is a tool", chat);
}

/* What the answer's translation is told. */
static void test_names(void)
{
    gw_translated_t out;
    gw_problem_t problem;

    is_int(run(&out, &problem, "{'model':'m','input':[" MORE(N("functions",
           X("exec"))) "," IU("'q'") "],'tools':[" F("f") "," N("n", F("g")
           "," X("p")) ",{'type':'tool_search','execution':'client'}]}"), 0,
           "tools of each kind");
    is_tool(out.names, "f", GW_TOOL_FUNCTION, "", "f");
    is_tool(out.names, "n__g", GW_TOOL_FUNCTION, "n", "g");
    is_tool(out.names, "n__p", GW_TOOL_CUSTOM, "n", "p");
    is_tool(out.names, "tool_search", GW_TOOL_SEARCH, "", "tool_search");
    is_tool(out.names, "exec", GW_TOOL_CUSTOM, "", "exec");
}

static void says(const char *body, const char *const *words)
{
    gw_translated_t out;
    gw_problem_t problem;

    ok(run(&out, &problem, body) != 0, "refused");
    for (; *words != NULL; words++)
        ok(problem.message != NULL && strstr(problem.message, *words) != NULL,
           "it says %s", *words);
}

static void test_messages(void)
{
    static const char *const both[] = { "\"a.b\"", "\"a__b\"", "'tools[0]'",
                                        NULL };
    static const char *const known[] = { "function_call_output",
                                         "additional_tools", NULL };

    says("{'model':'m','input':'q','tools':[" F("a__b") "," N("a", F("b"))
         "]}", both);
    says(IN("{'type':'hologram'}"), known);
}

/* So many tools are sent, and no more. */
static void test_many(void)
{
    static const char *const most[] = { "1000", NULL };
    char *body = apr_palloc(tap_pool(), 100000), *p = body;
    gw_translated_t out;
    gw_problem_t problem;
    unsigned i;

    p += sprintf(p, "{'model':'m','input':'q','tools':[");
    for (i = 0; i < 1000; i++)
        p += sprintf(p, "{'type':'function','name':'f%u'},", i);
    strcpy(p - 1, "]}");
    is_int(run(&out, &problem, body), 0, "1000 tools");
    strcpy(p, "{'type':'custom','name':'x'}]}");
    p[-1] = ',';
    says(body, most);
}

int main(void)
{
    run_rows(tool_rows, GW_COUNT(tool_rows));
    run_rows(choice_rows, GW_COUNT(choice_rows));
    run_rows(option_rows, GW_COUNT(option_rows));
    run_rows(codex_rows, GW_COUNT(codex_rows));
    test_put();
    test_names();
    test_messages();
    test_many();
    return tap_end();
}
