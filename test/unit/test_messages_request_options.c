/* SPDX-License-Identifier: Apache-2.0 */
/* test_messages_request_options.c - tools, thinking, markers, bounds and forms
 * of /v1/messages, for upstreams that differ; and a body as Claude Code sends
 * it. */
#include "messages_request.h"

#define U(text) "{'role':'user','content':" text "}"
#define A(text) "{'role':'assistant','content':" text "}"
#define T(text) "{'type':'text','text':'" text "'}"
#define MARKED(text) \
    "{'type':'text','text':'" text "','cache_control':{'type':'ephemeral'}}"
#define MAX ",'max_tokens':10"

#define F(name) "{'name':'" name "','input_schema':{}}"
#define F_OUT(name) \
    "{'type':'function','function':{'name':'" name "','parameters':{}}}"
#define TOOLS_OUT(choice) \
    ",'tools':[" F_OUT("f") "]" choice ",'parallel_tool_calls':true"
#define SIXTY_FOUR \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbb-9"

static const body_row_t tool_rows[] = {
    { "a tool", &plain, WITH("'tools':[{'name':'f','description':'d\\n',"
      "'input_schema':{'z':1,'type':'object','a':[1.50,1e3]},'strict':true,"
      "'cache_control':{'type':'ephemeral'}}]"),
      CAME(",'tools':[{'type':'function','function':{'name':'f','description':"
           "'d\\n','parameters':{'z':1,'type':'object','a':[1.50,1e3]},"
           "'strict':true}}],'parallel_tool_calls':true" MAX), NULL },
    { "of type custom, without a schema", &plain, WITH("'tools':[{'type':"
      "'custom','name':'f','description':null,'strict':null}]"),
      CAME(",'tools':[{'type':'function','function':{'name':'f','parameters':"
           "{'type':'object','properties':{}}}}],'parallel_tool_calls':true"
           MAX), NULL },
    { "no tools", &plain, WITH("'tools':[],'tool_choice':{'type':'auto'}"),
      CAME(MAX), NULL },
    { "members that only tune", &plain, WITH("'tools':[{'name':'f',"
      "'input_schema':{},'defer_loading':true,'input_examples':[{}],'x':1,"
      "'eager_input_streaming':true}]"), CAME(TOOLS_OUT("") MAX),
      "tools[].defer_loading, tools[].input_examples, tools[].x" },
    { "a name of 64", &plain, WITH("'tools':[" F(SIXTY_FOUR) "]"),
      CAME(",'tools':[" F_OUT(SIXTY_FOUR) "],'parallel_tool_calls':true" MAX),
      NULL },
    { "a name of 65", &plain, WITH("'tools':[" F("f") "," F(SIXTY_FOUR "x")
      "]"), NULL, "tools[1].name" },
    { "a name with a dot", &plain, WITH("'tools':[" F("a.b") "]"), NULL,
      "tools[0].name" },
    { "a name in Chinese", &plain, WITH("'tools':[" F("\xe4\xbd\xa0") "]"),
      NULL, "tools[0].name" },
    { "an empty name", &plain, WITH("'tools':[" F("") "]"), NULL,
      "tools[0].name" },
    { "no name", &plain, WITH("'tools':[{'input_schema':{}}]"), NULL,
      "tools[0].name" },
    { "a name twice", &plain, WITH("'tools':[" F("f") "," F("g") "," F("f")
      "]"), NULL, "tools[2].name" },
    { "a schema that is none", &plain, WITH("'tools':[{'name':'f',"
      "'input_schema':[]}]"), NULL, "tools[0].input_schema" },
    { "a description that is none", &plain, WITH("'tools':[{'name':'f',"
      "'description':1}]"), NULL, "tools[0].description" },
    { "strict a word", &plain, WITH("'tools':[{'name':'f','strict':'y'}]"),
      NULL, "tools[0].strict" },
    { "tools an object", &plain, WITH("'tools':{}"), NULL, "tools" },
    { "a tool that is a string", &plain, WITH("'tools':['f']"), NULL,
      "tools[0]" },
    { "tools of servers beside others", &plain, WITH("'tools':[{'type':"
      "'web_search_20250305','name':'web_search','max_uses':5}," F("f") ",{"
      "'type':'web_search_20250305','name':'w'},{'type':'bash_20250124',"
      "'name':'bash'}]"), CAME(TOOLS_OUT("") MAX),
      "tools[web_search_20250305], tools[bash_20250124]" },
    { "a type that is not known, with a schema", &plain, WITH("'tools':[{"
      "'type':'function','name':'f','input_schema':{'type':'object'}}]"),
      CAME(",'tools':[{'type':'function','function':{'name':'f','parameters':"
      "{'type':'object'}}}],'parallel_tool_calls':true" MAX), NULL },
    { "only tools of servers", &plain, WITH("'tools':[{'type':"
      "'web_search_20250305','name':'web_search'}]"), NULL, "tools[0].type" },
    { "a tool of a type that is none", &plain, WITH("'tools':[{'type':1}]"),
      NULL, "tools[0].type" },
    { "choice auto", &plain, WITH("'tools':[" F("f") "],'tool_choice':{"
      "'type':'auto'}"), CAME(TOOLS_OUT(",'tool_choice':'auto'") MAX), NULL },
    { "choice any", &plain, WITH("'tools':[" F("f") "],'tool_choice':{"
      "'type':'any'}"), CAME(TOOLS_OUT(",'tool_choice':'required'") MAX),
      NULL },
    { "choice none", &plain, WITH("'tools':[" F("f") "],'tool_choice':{"
      "'type':'none'}"), CAME(TOOLS_OUT(",'tool_choice':'none'") MAX), NULL },
    { "choice of one", &plain, WITH("'tools':[" F("f") "],'tool_choice':{"
      "'type':'tool','name':'f'}"), CAME(TOOLS_OUT(",'tool_choice':{'type':"
      "'function','function':{'name':'f'}}") MAX), NULL },
    { "not side by side", &plain, WITH("'tools':[" F("f") "],'tool_choice':{"
      "'type':'auto','disable_parallel_tool_use':true}"),
      CAME(",'tools':[" F_OUT("f") "],'tool_choice':'auto',"
           "'parallel_tool_calls':false" MAX), NULL },
    { "choice of none that there is", &plain, WITH("'tools':[" F("f") "],"
      "'tool_choice':{'type':'tool','name':'g'}"), NULL, "tool_choice.name" },
    { "choice of one that was dropped", &plain, WITH("'tools':[" F("f") ",{"
      "'type':'bash_20250124','name':'bash'}],'tool_choice':{'type':'tool',"
      "'name':'bash'}"), NULL, "tool_choice.name" },
    { "choice without a name", &plain, WITH("'tools':[" F("f") "],"
      "'tool_choice':{'type':'tool'}"), NULL, "tool_choice.name" },
    { "any of no tools", &plain, WITH("'tool_choice':{'type':'any'}"), NULL,
      "tool_choice.type" },
    { "an unknown choice", &plain, WITH("'tools':[" F("f") "],'tool_choice':{"
      "'type':'all'}"), NULL, "tool_choice.type" },
    { "a choice in words", &plain, WITH("'tools':[" F("f") "],'tool_choice':"
      "'auto'"), NULL, "tool_choice" },
    { "not side by side, in words", &plain, WITH("'tools':[" F("f") "],"
      "'tool_choice':{'type':'auto','disable_parallel_tool_use':1}"), NULL,
      "tool_choice.disable_parallel_tool_use" },
};

#define ON ",'llmgw_thinking':true"
#define OFF ",'llmgw_thinking':false"
#define ENABLED "'thinking':{'type':'enabled','budget_tokens':2048}"
#define ADAPTIVE "'thinking':{'type':'adaptive','display':'summarized'}"
#define DISABLED "'thinking':{'type':'disabled'}"
#define EFFORT "'output_config':{'effort':'high'}"
#define ANY "'tools':[" F("f") "],'tool_choice':{'type':'any'}"
#define ANY_OUT TOOLS_OUT(",'tool_choice':'required'")
#define THOUGHT "{'type':'thinking','thinking':'t','signature':'llmgw1:x'}"
#define USE "{'type':'tool_use','id':'c','name':'f','input':{}}"
#define LOOP(blocks) U("'q'") "," A("[" blocks "]") "," \
    U("[{'type':'tool_result','tool_use_id':'c','content':'r'}]")
#define LOOP_OUT(content, reasoning) \
    OUT(U("'q'") ",{'role':'assistant','content':" content reasoning \
        ",'tool_calls':[{'id':'c','type':'function','function':{'name':'f'," \
        "'arguments':'{}'}}]},{'role':'tool','tool_call_id':'c','content':" \
        "'r'}")

static const body_row_t thinking_rows[] = {
    { "enabled", &plain, WITH(ENABLED), CAME(MAX ON),
      "thinking.budget_tokens" },
    { "enabled with a budget", &bailian, WITH(ENABLED),
      CAME(MAX ON ",'thinking_budget':2048"), NULL },
    { "adaptive", &bailian, WITH(ADAPTIVE), CAME(MAX ON), NULL },
    { "disabled", &bailian, WITH(DISABLED), CAME(MAX OFF), NULL },
    { "a newer type", &bailian, WITH("'thinking':{'type':'between_tools'}"),
      CAME(MAX ON), NULL },
    { "thinking null", &bailian, WITH("'thinking':null"), CAME(MAX), NULL },
    { "a model that cannot", &mute, WITH(ENABLED), CAME(MAX),
      "thinking, thinking.budget_tokens" },
    { "a model that cannot, and need not", &mute, WITH(DISABLED), CAME(MAX),
      NULL },
    { "nobody says whether it thinks, and now it may not", &unsaid, WITH(ANY),
      CAME(ANY_OUT MAX OFF), NULL },
    { "nobody says, and it may", &unsaid, WITH("'tools':[" F("f") "]"),
      CAME(TOOLS_OUT("") MAX), NULL },
    { "our own switches", &bailian, WITH("'llmgw_thinking':false,"
      "'enable_thinking':true"), CAME(MAX OFF), NULL },
    { "the vendor's switch", &bailian, WITH("'enable_thinking':true"),
      CAME(MAX ",'enable_thinking':true"), NULL },
    { "thinking wins", &bailian, WITH(ADAPTIVE ",'llmgw_thinking':false"),
      CAME(MAX ON), NULL },
    { "effort declared", &openai, WITH(ADAPTIVE "," EFFORT),
      CAME(",'max_completion_tokens':10" ON ",'reasoning_effort':'high'"),
      NULL },
    { "effort not declared", &bailian, WITH(ADAPTIVE "," EFFORT),
      CAME(MAX ON), "output_config.effort" },
    { "effort beside a budget", &thinker, WITH(ENABLED "," EFFORT),
      CAME(MAX ON ",'thinking_budget':2048"), "output_config.effort" },
    { "effort alone", &thinker, WITH(EFFORT),
      CAME(MAX ",'reasoning_effort':'high'"), NULL },
    { "effort without thinking", &thinker, WITH(DISABLED "," EFFORT),
      CAME(MAX OFF), "output_config.effort" },
    { "effort where there is no switch", &openai, WITH(DISABLED "," EFFORT),
      CAME(",'max_completion_tokens':10" OFF ",'reasoning_effort':'high'"),
      NULL },
    { "a choice while thinking", &bailian, WITH(ADAPTIVE "," ANY),
      CAME(ANY_OUT MAX OFF), "thinking" },
    { "a choice where it thinks by default", &thinker, WITH(ANY),
      CAME(ANY_OUT MAX OFF), NULL },
    { "a choice with a budget and effort", &thinker,
      WITH(ENABLED "," EFFORT "," ANY), CAME(ANY_OUT MAX OFF),
      "thinking, thinking.budget_tokens, output_config.effort" },
    { "a choice elsewhere", &deepseek, WITH(ADAPTIVE "," ANY),
      CAME(ANY_OUT MAX ON), NULL },
    { "a thought", &plain, IN(U("'q'") "," A("[" THOUGHT "," T("a") "]") ","
      U("'r'")), OUT(U("'q'") ",{'role':'assistant','content':'a',"
      "'reasoning_content':'t'}," U("'r'")), NULL },
    { "a thought that another signed", &plain, IN(U("'q'") "," A("[{'type':"
      "'thinking','thinking':'t','signature':'EqQB'}," T("a") "]") ","
      U("'r'")), OUT(U("'q'") ",{'role':'assistant','content':'a',"
      "'reasoning_content':'t'}," U("'r'")), NULL },
    { "a hidden thought", &plain, IN(U("'q'") "," A("[{'type':"
      "'redacted_thinking','data':'x'},{'type':'thinking','thinking':'',"
      "'signature':'s'}," T("a") "]") "," U("'r'")),
      OUT(U("'q'") "," A("'a'") "," U("'r'")), NULL },
    { "a thought where none is taken", &openai, IN(U("'q'") "," A("["
      THOUGHT "," T("a") "]") "," U("'r'")),
      "{'model':'m','messages':[" U("'q'") "," A("'a'") "," U("'r'") "],"
      "'max_completion_tokens':10}", "messages[].content[].thinking" },
    { "a thought, and no more", &mute, IN(U("'q'") "," A("[" THOUGHT "]")
      "," U("'r'")), OUT(U("'q'") "," U("'r'")),
      "messages[].content[].thinking" },
    { "a loop with a thought", &deepseek, IN(LOOP(THOUGHT "," USE)),
      LOOP_OUT("null", ",'reasoning_content':'t'"), NULL },
    { "a loop without", &deepseek, IN(LOOP(USE)),
      LOOP_OUT("null", ",'reasoning_content':''"), NULL },
    { "a loop without, elsewhere", &bailian, IN(LOOP(T("a") "," USE)),
      LOOP_OUT("'a'", ""), NULL },
    { "a loop without thinking", &deepseek, "{'thinking':{'type':'disabled'},"
      "'model':'m','max_tokens':10,'messages':[" LOOP(USE) "]}",
      "{'model':'m','messages':[" U("'q'") ",{'role':'assistant','content':"
      "null,'tool_calls':[{'id':'c','type':'function','function':{'name':'f',"
      "'arguments':'{}'}}]},{'role':'tool','tool_call_id':'c','content':'r'}]"
      MAX OFF "}", NULL },
    { "a prefill while thinking", &bailian, "{'model':'m','max_tokens':10,"
      ADAPTIVE ",'messages':[" U("'q'") "," A("'{'") "]}",
      "{'model':'m','messages':[" U("'q'") ",{'role':'assistant','content':"
      "'{','partial':true}]" MAX OFF "}", "thinking" },
    { "thinking in words", &plain, WITH("'thinking':'on'"), NULL,
      "thinking" },
    { "thinking without a type", &plain, WITH("'thinking':{}"), NULL,
      "thinking.type" },
    { "a budget in words", &plain, WITH("'thinking':{'type':'enabled',"
      "'budget_tokens':'2048'}"), NULL, "thinking.budget_tokens" },
    { "a budget below 1", &plain, WITH("'thinking':{'type':'enabled',"
      "'budget_tokens':-1}"), NULL, "thinking.budget_tokens" },
    { "our switch in words", &plain, WITH("'llmgw_thinking':'on'"), NULL,
      "llmgw_thinking" },
    { "effort a number", &plain, WITH("'output_config':{'effort':1}"), NULL,
      "output_config.effort" },
};

#define SCHEMA "{'type':'object','b':1.0,'a':'\\n'}"
#define FORMAT "{'type':'json_schema','schema':" SCHEMA "}"
#define SCHEMA_OUT ",'response_format':{'type':'json_schema','json_schema':{" \
    "'name':'output','schema':" SCHEMA ",'strict':true}}"
#define TOLD "Answer with one JSON object and nothing else. It must be valid " \
    "against this JSON schema:\\n{\\'type\\':\\'object\\',\\'b\\':1.0," \
    "\\'a\\':\\'\\\\n\\'}"
#define CC "'cache_control':{'type':'ephemeral'}"

static const body_row_t option_rows[] = {
    { "a schema that is declared", &openai, WITH("'output_config':{'format':"
      FORMAT "}"), CAME(",'max_completion_tokens':10" SCHEMA_OUT), NULL },
    { "in the older spelling", &openai, WITH("'output_format':" FORMAT),
      CAME(",'max_completion_tokens':10" SCHEMA_OUT), NULL },
    { "a schema that is not", &plain, WITH("'output_config':{'format':" FORMAT
      "},'system':'s'"), "{'model':'m','messages':[{'role':'system','content':"
      "'s\\n\\n" TOLD "'}," U("'q'") "]" MAX
      ",'response_format':{'type':'json_object'}}", NULL },
    { "a title, as Claude Code asks for it", &thinker, WITH("'tools':[],"
      DISABLED ",'stream':true,'output_config':{'effort':'low','format':"
      FORMAT "}"), CAME(MAX ",'stream':true" SCHEMA_OUT OFF),
      "output_config.effort" },
    { "a schema while thinking", &thinker, WITH(ADAPTIVE ",'output_config':{"
      "'format':" FORMAT ",'task_budget':{'total':1}}"),
      CAME(MAX SCHEMA_OUT OFF), "output_config.task_budget, thinking" },
    { "another format", &plain, WITH("'output_config':{'format':{'type':"
      "'grammar'}}"), NULL, "output_config.format.type" },
    { "no schema", &plain, WITH("'output_config':{'format':{'type':"
      "'json_schema'}}"), NULL, "output_config.format.schema" },
    { "a schema that is a string", &plain, WITH("'output_format':{'type':"
      "'json_schema','schema':'{}'}"), NULL, "output_format.schema" },
    { "a format in words", &plain, WITH("'output_config':{'format':'json'}"),
      NULL, "output_config.format" },
    { "output_config in words", &plain, WITH("'output_config':'high'"), NULL,
      "output_config" },
    { "no max_tokens", &plain, "{'model':'m','messages':[" U("'q'") "]}",
      NULL, "max_tokens" },
    { "max_tokens 0", &plain, "{'model':'m','max_tokens':0,'messages':["
      U("'q'") "]}", NULL, "max_tokens" },
    { "max_tokens null", &plain, "{'model':'m','max_tokens':null,'messages':["
      U("'q'") "]}", NULL, "max_tokens" },
    { "max_tokens 1.5", &plain, "{'model':'m','max_tokens':1.5,'messages':["
      U("'q'") "]}", NULL, "max_tokens" },
    { "max_tokens in words", &plain, "{'model':'m','max_tokens':'9',"
      "'messages':[" U("'q'") "]}", NULL, "max_tokens" },
    { "more than the model has", &small, "{'model':'m','max_tokens':64000,"
      "'messages':[" U("'q'") "]}", CAME(",'max_tokens':4096"), NULL },
    { "for OpenAI", &openai, "{'model':'m','max_tokens':64000,'messages':["
      U("'q'") "]}", CAME(",'max_completion_tokens':64000"), NULL },
    { "numbers as written", &plain, WITH("'temperature':1.0,'top_p':9e-1,"
      "'stream':false"), CAME(MAX ",'stream':false,'temperature':1.0,"
      "'top_p':9e-1"), NULL },
    { "nulls", &plain, WITH("'temperature':null,'top_p':null,'top_k':null,"
      "'stop_sequences':null,'stream':null,'tools':null,'tool_choice':null,"
      "'output_config':null"), CAME(MAX), NULL },
    { "top_k", &bailian, WITH("'top_k':5"), CAME(MAX ",'top_k':5"), NULL },
    { "top_k elsewhere", &plain, WITH("'top_k':5"), CAME(MAX), "top_k" },
    { "temperature in words", &plain, WITH("'temperature':'hot'"), NULL,
      "temperature" },
    { "stream in words", &plain, WITH("'stream':'yes'"), NULL, "stream" },
    { "stops", &plain, WITH("'stop_sequences':['a','\\n']"),
      CAME(MAX ",'stop':['a','\\n']"), NULL },
    { "no stops", &plain, WITH("'stop_sequences':[]"), CAME(MAX), NULL },
    { "more than four stops", &plain, WITH("'stop_sequences':['a','b','c','d',"
      "'e']"), CAME(MAX ",'stop':['a','b','c','d']"), "stop_sequences" },
    { "a stop that is none", &plain, WITH("'stop_sequences':['a',1]"), NULL,
      "stop_sequences[1]" },
    { "stops in words", &plain, WITH("'stop_sequences':'a'"), NULL,
      "stop_sequences" },
    { "what only tunes", &plain, WITH("'metadata':{'user_id':'{}'},"
      "'service_tier':'auto','context_management':{'edits':[]},'speed':"
      "'fast','n':2,'container':null,'mcp_servers':[],'inference_geo':''"),
      CAME(MAX), "context_management, speed, n" },
    { "servers of tools", &plain, WITH("'mcp_servers':[{'url':'u'}]"), NULL,
      "mcp_servers" },
    { "other models", &plain, WITH("'fallbacks':[{'model':'x'}]"), NULL,
      "fallbacks" },
    { "a container", &plain, WITH("'container':'c'"), NULL, "container" },
    { "a place", &plain, WITH("'inference_geo':'us'"), NULL,
      "inference_geo" },
    { "caching by the gateway", &bailian, WITH("'enable_context_caching':"
      "true"), CAME(MAX ",'enable_context_caching':true"), NULL },
    { "markers", &bailian, "{'model':'m','max_tokens':10,'system':[" T("a")
      ",{'type':'text','text':'b'," CC "}],'messages':[" U("[{'type':'text',"
      "'text':'q'," CC "}]") "]}", OUT("{'role':'system','content':[" T("a")
      "," MARKED("b") "]}," U("[" MARKED("q") "]")), NULL },
    { "markers elsewhere", &plain, "{'model':'m','max_tokens':10,'system':[{"
      "'type':'text','text':'b'," CC "}],'messages':[" U("[{'type':'text',"
      "'text':'q'," CC "}]") "]," CC "}", OUT("{'role':'system','content':"
      "'b'}," U("'q'")), NULL },
    { "a marked result", &bailian, IN(U("'q'") "," A("[" USE "]") "," U("[{"
      "'type':'tool_result','tool_use_id':'c','is_error':true,'content':'r',"
      "'cache_control':{'type':'ephemeral','ttl':'1h'}}]")),
      OUT(U("'q'") ",{'role':'assistant','content':null,'tool_calls':[{'id':"
      "'c','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
      "'role':'tool','tool_call_id':'c','content':[" MARKED("Error: r")
      "]}"), "cache_control.ttl" },
    { "a marker at the top", &bailian, WITH(CC), OUT(U("[" MARKED("q") "]")),
      NULL },
    { "five markers", &bailian, "{'model':'m','max_tokens':10,'system':[{"
      "'type':'text','text':'a'," CC "}],'messages':[" U("[{'type':'text',"
      "'text':'1'," CC "},{'type':'text','text':'2'," CC "},{'type':'text',"
      "'text':'3'," CC "},{'type':'text','text':'4'}]") "]," CC "}",
      OUT("{'role':'system','content':'a'}," U("[" MARKED("1") "," MARKED("2")
      "," MARKED("3") "," MARKED("4") "]")), NULL },
    { "markers without tools", &glm, "{'model':'m','max_tokens':10,'messages':"
      "[" U("[{'type':'text','text':'q'," CC "}]") "]}", OUT(U("'q'")),
      NULL },
    { "a marker that is none", &plain, WITH("'cache_control':true"), NULL,
      "cache_control" },
    { "no model", &plain, "{'max_tokens':10,'messages':[" U("'q'") "]}", NULL,
      "model" },
};

/* ---- bounds ------------------------------------------------------------ */

static void deep(const char *before, const char *behind, int most,
                 const char *path)
{
    int depth;

    for (depth = most; depth <= most + 1; depth++) {
        gw_text_t in;
        gw_translated_t out;
        gw_problem_t problem;
        char *text = quoted(before), *end = quoted(behind);
        int i;

        gw_text_init(&in, 4096, tap_pool());
        gw_text_put(&in, text);
        for (i = 0; i < depth; i++)
            gw_text_put(&in, "{\"a\":");
        gw_text_put(&in, "\"{[\\\"\"");
        for (i = 0; i < depth; i++)
            gw_text_put(&in, "}");
        gw_text_put(&in, end);
        if (to_chat(&out, &openai, gw_text_str(&in), &problem, tap_pool()))
            is_str(depth > most ? problem.param : "taken", path,
                   "%d containers in %s", depth, path);
        else if (ok(depth == most, "%d containers in %s", depth, path))
            is_chat(gw_text_str(&out.body), path, tap_pool());
        free(text);
        free(end);
    }
}

static void too_many_values(void)
{
    gw_text_t in;
    gw_translated_t out;
    gw_problem_t problem;
    int i;

    gw_text_init(&in, 8 << 20, tap_pool());
    gw_text_put(&in, "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[");
    for (i = 0; i < GW_TREE_NODES; i++)
        gw_text_put(&in, "{},");
    gw_text_put(&in, "{}]}");
    is_int(to_chat(&out, &plain, gw_text_str(&in), &problem, tap_pool()),
           GW_P_INVALID_PARAMETER, "too many values");
    ok(strstr(problem.message, "200000") != NULL, "the bound is named");
}

/* n times `each`, between `before` and `behind`, with commas. */
static gw_str_t many(const char *before, const char *each, int n,
                     const char *behind)
{
    gw_text_t in;
    char *text[3] = { quoted(before), quoted(each), quoted(behind) };
    char number[16];
    int i;

    gw_text_init(&in, 64 << 20, tap_pool());
    gw_text_put(&in, text[0]);
    for (i = 0; i < n; i++) {
        const char *at = strchr(text[1], '#');
        gw_str_t part = { text[1], (apr_size_t)(at - text[1]) };

        snprintf(number, sizeof(number), "%d", i);
        gw_text_put(&in, i ? "," : "");
        gw_text_add(&in, part);
        gw_text_put(&in, number);
        gw_text_put(&in, at + 1);
    }
    gw_text_put(&in, text[2]);
    for (i = 0; i < 3; i++)
        free(text[i]);
    return gw_text_str(&in);
}

static void too_many_tools(void)
{
    static const char tools[] = "{'model':'m','max_tokens':1,'messages':["
        U("'q'") "],'tools':[";
    static const char calls[] = "{'model':'m','max_tokens':1,'messages':["
        U("'q'") ",{'role':'assistant','content':[";
    gw_translated_t out;
    gw_problem_t problem;

    is_int(to_chat(&out, &plain, many(tools, "{'name':'f#'}", 1000, "]}"),
                   &problem, tap_pool()), 0, "1000 tools");
    ok(to_chat(&out, &plain, many(tools, "{'name':'f#'}", 1001, "]}"),
               &problem, tap_pool()) != 0, "1001 tools");
    is_str(problem.param, "tools", "their path");
    ok(to_chat(&out, &plain, many(calls, "{'type':'tool_use','id':'c#',"
                                  "'name':'f','input':{}}", 1001, "]}]}"),
               &problem, tap_pool()) != 0, "1001 calls");
    is_str(problem.param, "messages[1].content[1000]", "the last of them");
}

/* Quotes in arguments become longer: twice as many bytes. */
static void too_large(void)
{
    gw_translated_t out;
    gw_problem_t problem;
    gw_text_t in;
    char *text = quoted("{'model':'m','max_tokens':1,'messages':[" U("'q'")
                        ",{'role':'assistant','content':[{'type':'tool_use',"
                        "'id':'c','name':'f','input':{'a':'");
    char *end = quoted("'}}]}," U("[{'type':'tool_result','tool_use_id':'c'}]")
                       "]}");

    gw_text_init(&in, 64 << 20, tap_pool());
    gw_text_put(&in, text);
    while (in.n < GW_TRANSLATE_BODY / 2 + 1000)
        gw_text_put(&in, "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"");
    gw_text_put(&in, end);
    is_int(to_chat(&out, &plain, gw_text_str(&in), &problem, tap_pool()),
           GW_P_REQUEST_TOO_LARGE, "a body that becomes too large");
    free(text);
    free(end);
}

/* ---- as Claude Code sends it -------------------------------------------- */

#define CC_TOOLS 24

static void session_body(gw_text_t *in)
{
    char *text = quoted(
        "{'model':'claude-sonnet','messages':[" U("[" T("<system-reminder>")
        "," T("fix it") "]") ",{'role':'system','content':'be short'},"
        A("[{'type':'thinking','thinking':'hm','signature':'llmgw1:1'},"
          T("I read.") ",{'type':'tool_use','id':'toolu_1','name':'Tool3',"
          "'input':{'path':'/\xe4\xbd\xa0','n':1.0}},{'type':'tool_use','id':"
          "'toolu_2','name':'Tool4','input':{}}]") "," U("[{'type':"
        "'tool_result','tool_use_id':'toolu_1','content':'1'},{'type':"
        "'tool_result','tool_use_id':'toolu_2','content':'2'," CC "}]")
        "],'system':[" T("x-anthropic-billing-header: cch=77;") ",{'type':"
        "'text','text':'You are'," CC "},{'type':'text','text':'Rules'," CC
        "}],'metadata':{'user_id':'{}'},'max_tokens':64000,'thinking':{"
        "'type':'adaptive'},'context_management':{'edits':[{'type':"
        "'clear_thinking_20251015','keep':'all'}]},'output_config':{'effort':"
        "'high'},'stream':true,'tools':[");
    char tool[120];
    int i;

    gw_text_put(in, text);
    free(text);
    for (i = 0; i < CC_TOOLS; i++) {
        snprintf(tool, sizeof(tool), "%s{\"name\":\"Tool%d\",\"description\":"
                 "\"d\",\"input_schema\":{\"z\":%d,\"type\":\"object\"}}",
                 i ? "," : "", i, i);
        gw_text_put(in, tool);
    }
    gw_text_put(in, "]}");
}

static void session(void)
{
    char *begin = quoted(
        "{'model':'claude-sonnet','messages':[{'role':'system','content':["
        MARKED("You are") "," MARKED("Rules") "]}," U("'<system-reminder>"
        "\\n\\nfix it\\n\\nbe short'") ",{'role':'assistant','content':"
        "'I read.','reasoning_content':'hm','tool_calls':[{'id':'toolu_1',"
        "'type':'function','function':{'name':'Tool3','arguments':'{\\'path\\'"
        ":\\'/\xe4\xbd\xa0\\',\\'n\\':1.0}'}},{'id':'toolu_2','type':"
        "'function','function':{'name':'Tool4','arguments':'{}'}}]},{'role':"
        "'tool','tool_call_id':'toolu_1','content':'1'},{'role':'tool',"
        "'tool_call_id':'toolu_2','content':[" MARKED("2") "]}],'tools':[{"
        "'type':'function','function':{'name':'Tool0','description':'d',"
        "'parameters':{'z':0,'type':'object'}}}");
    char *end = quoted(
        "],'parallel_tool_calls':true,'max_tokens':64000,'stream':true,"
        "'llmgw_thinking':true,'reasoning_effort':'high'}");
    gw_translated_t out;
    gw_problem_t problem;
    gw_request_t req;
    gw_text_t in;
    apr_size_t n = strlen(end);

    gw_text_init(&in, 1 << 20, tap_pool());
    session_body(&in);
    is_int(to_chat(&out, &thinker, gw_text_str(&in), &problem, tap_pool()), 0,
           "a session is taken");
    is_mem(out.body.p, strlen(begin), begin, strlen(begin), "its messages");
    is_mem(out.body.p + out.body.n - n, n, end, n, "its options");
    is_mem(out.dropped.p, out.dropped.n, "context_management", 18,
           "what was dropped");
    is_int(gw_request_read(&req, &gw_request_chat, gw_text_str(&out.body),
                           &problem, tap_pool()), 0, "a chat");
    is_int(req.tools, CC_TOOLS, "all tools");
    is_int(req.messages, 5, "all messages");
    is_int(req.max_tokens, 64000, "its bound");
    is_int(req.cache_control, 1, "its markers");
    free(begin);
    free(end);
}

int main(void)
{
    run_rows(tool_rows, GW_COUNT(tool_rows));
    run_rows(thinking_rows, GW_COUNT(thinking_rows));
    run_rows(option_rows, GW_COUNT(option_rows));
    deep("{'model':'m','max_tokens':1,'messages':[" U("'q'") "],'tools':[{"
         "'name':'f','input_schema':", "}]}", 60, "tools[0].input_schema");
    deep("{'model':'m','max_tokens':1,'messages':[" U("'q'") "],"
         "'output_format':{'type':'json_schema','schema':", "}}", 61,
         "output_format.schema");
    too_many_values();
    too_many_tools();
    too_large();
    session();
    return tap_end();
}
