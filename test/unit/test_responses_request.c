/* SPDX-License-Identifier: Apache-2.0 */
/* test_responses_request.c - input of /v1/responses, as messages of a chat. */
#include "responses_request.h"

#define C(id) CALL(id, "f", "{}")
#define PNG "data:image/png;base64,AAECAw=="
#define IMAGE "{'type':'input_image','image_url':'" PNG "'}"
#define IMAGE_OUT "{'type':'image_url','image_url':{'url':'" PNG "'}}"
#define T_OUT(text) "{'type':'text','text':'" text "'}"
#define THOUGHT(members) "{'type':'reasoning','id':'rs_1'," members "}"
#define SUMMARY(text) "'summary':[{'type':'summary_text','text':'" text "'}]"

static const body_row_t system_rows[] = {
    { "a string", &plain, WITH("'store':false"), OUT(U("'q'")), NULL },
    { "instructions", &plain, WITH("'instructions':'i'"),
      OUT(S("'i'") "," U("'q'")), NULL },
    { "instructions null", &plain, WITH("'instructions':null"),
      OUT(U("'q'")), NULL },
    { "instructions ''", &plain, WITH("'instructions':''"), OUT(U("'q'")),
      NULL },
    { "instructions that are none", &plain, WITH("'instructions':['i']"),
      NULL, "instructions" },
    { "leading developer texts", &plain, "{'model':'m','instructions':'i',"
      "'input':[" ID("[" IT("a") "," IT("b") "]") ","
      "{'role':'system','content':'c'}," IU("'q'") "]}",
      OUT(S("'i\\n\\na\\n\\nb\\n\\nc'") "," U("'q'")), NULL },
    { "developer behind the user", &plain, IN(IU("'q'") "," ID("'d'")),
      OUT(U("'q\\n\\nd'")), NULL },
    { "developer behind an image", &plain, IN(IU("[" IMAGE "]") "," ID("'d'")),
      OUT(U("[" IMAGE_OUT "," T_OUT("d") "]")), NULL },
    { "developer behind the assistant", &plain, IN(IU("'q'") ","
      IA("[" OT("a") "]") "," ID("'d'") "," IU("'r'")),
      OUT(U("'q'") "," A("'a'") "," U("'d\\n\\nr'")), NULL },
    { "developer behind the assistant, alone", &plain, IN(IU("'q'") ","
      IA("'a'") "," ID("'d'")), OUT(U("'q'") "," A("'a'") "," U("'d'")),
      NULL },
    { "developer behind outputs", &plain, IN(IU("'q'") "," FC("1") ","
      FC("2") "," FO("1", "'a'") "," FO("2", "'b'") "," ID("'d'")),
      OUT(U("'q'") "," CALLS(C("1") "," C("2")) "," TOOL("1", "'a'") ","
          TOOL("2", "'b\\n\\nd'")), NULL },
    { "developer between a call and its output", &plain, IN(IU("'q'") ","
      FC("1") "," ID("'d'") "," FO("1", "'a'")),
      OUT(U("'q'") "," CALLS(C("1")) "," TOOL("1", "'a\\n\\nd'")), NULL },
    { "the user between a call and its output", &plain, IN(IU("'q'") ","
      FC("1") "," IU("'w'") "," FO("1", "'a'") "," ID("'d'")),
      OUT(U("'q'") "," CALLS(C("1")) "," TOOL("1", "'a'") ","
          U("'w\\n\\nd'")), NULL },
    { "nothing but system", &plain, IN(ID("'d'")), NULL, "input" },
    { "an image of the developer", &plain, IN(ID("[" IMAGE "]") ","
      IU("'q'")), NULL, "input[0].content[0].type" },
};

static const body_row_t content_rows[] = {
    { "items without a type", &plain, IN("{'role':'user','content':'q'},"
      "{'role':'assistant','content':'a'},{'role':'user','content':'r'}"),
      OUT(U("'q'") "," A("'a'") "," U("'r'")), NULL },
    { "texts of the user", &plain, IN(IU("[" IT("a") "," IT("") "," IT("b")
      "]")), OUT(U("'a\\n\\nb'")), NULL },
    { "two of the user", &plain, IN(IU("'a'") "," IU("'b'")),
      OUT(U("'a'") "," U("'b'")), NULL },
    { "texts of the assistant", &plain, IN(IU("'q'") "," IA("[" OT("a ") ","
      OT("b") ",{'type':'refusal','refusal':'!'}]") "," IU("'r'")),
      OUT(U("'q'") "," A("'a b!'") "," U("'r'")), NULL },
    { "two of the assistant", &plain, IN(IU("'q'") "," IA("[" OT("a") "]")
      "," IA("[" OT("b") "]") "," FC("1") "," FO("1", "'r'")),
      OUT(U("'q'") ",{'role':'assistant','content':'a\\n\\nb','tool_calls':["
          C("1") "]}," TOOL("1", "'r'")), NULL },
    { "the last of the assistant", &plain, IN(IU("'q'") "," IA("'a'")),
      OUT(U("'q'") "," A("'a'")), NULL },
    { "escapes and Chinese", &plain, IN(IU("'\\u4f60\\n\\\"\\\\ \xe5\xa5\xbd "
      "\\ud83d\\ude00 \\/'")), OUT(U("'\\u4f60\\n\\\"\\\\ \xe5\xa5\xbd "
      "\\ud83d\\ude00 \\/'")), NULL },
    { "an image", &plain, IN(IU("[" IT("a") "," IMAGE "," IT("b") "]")),
      OUT(U("[" T_OUT("a") "," IMAGE_OUT "," T_OUT("b") "]")), NULL },
    { "an image with a detail", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':'https:\\/\\/e/a.png','detail':'low'}]")),
      OUT(U("[{'type':'image_url','image_url':{'detail':'low','url':"
            "'https:\\/\\/e/a.png'}}]")), NULL },
    { "... of another word", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':'" PNG "','detail':'original','file_id':null}]")),
      OUT(U("[" IMAGE_OUT "]")), "input[].content[].detail" },
    { "a file", &plain, IN(IU("[{'type':'input_file','filename':'a\\\"b.pdf',"
      "'file_data':'data:application/pdf;base64,JVBERi0='}]")),
      OUT(U("[{'type':'file','file':{'filename':'a\\\"b.pdf','file_data':"
            "'data:application/pdf;base64,JVBERi0='}}]")), NULL },
    { "a file's name that is a path", &plain, IN(IU("[{'type':'input_file',"
      "'filename':'a://b\\/c','file_data':'data:application/pdf;base64,"
      "JVBERi0='}]")), OUT(U("[{'type':'file','file':{'filename':'c',"
      "'file_data':'data:application/pdf;base64,JVBERi0='}}]")), NULL },
    { "a file's name that is none", &plain, IN(IU("[{'type':'input_file',"
      "'filename':1,'file_data':'data:application/pdf;base64,JVBERi0='}]")),
      NULL, "input[0].content[0].filename" },
    { "a file without a name", &plain, IN(IU("[{'type':'input_file',"
      "'file_data':'data:application/pdf;base64,JVBERi0='}]")),
      OUT(U("[{'type':'file','file':{'filename':'document.pdf','file_data':"
            "'data:application/pdf;base64,JVBERi0='}}]")), NULL },
    { "sound", &plain, IN(IU("[{'type':'input_audio','input_audio':{'data':"
      "'AAAA','format':'wav'}}]")), OUT(U("[{'type':'input_audio',"
      "'input_audio':{'format':'wav','data':'AAAA'}}]")), NULL },
    { "sound as a URL", &plain, IN(IU("[{'type':'input_audio','input_audio':{"
      "'data':'data:;base64,AA\\u0041A','format':'mp3','x':1}}]")),
      OUT(U("[{'type':'input_audio','input_audio':{'format':'mp3','data':"
            "'data:;base64,AAAA'}}]")), "input[].content[].input_audio.x" },
    { "an image with escapes, in lines", &plain, IN(IU("[{'type':"
      "'input_image','image_url':'data:image\\/jpeg;base64,\\/9j\\/\\r"
      "\\nAA=='}]")), OUT(U("[{'type':'image_url','image_url':{'url':"
      "'data:image/jpeg;base64,/9j/AA=='}}]")), NULL },
    { "a message that says nothing", &plain, IN(IU("''") "," IU("[]") ","
      IU("'q'")), OUT(U("'q'")), NULL },
    { "what servers did", &plain, IN(IU("'q'") ",{'type':'web_search_call',"
      "'id':'ws_1','action':{'type':'search'}}," IA("'a'") ",{'type':"
      "'tool_search_call','execution':'server','call_id':null,'arguments':{}},"
      "{'type':'tool_search_output','execution':'server','call_id':null,"
      "'tools':[]}," IA("'b'") "," IU("'r'")),
      OUT(U("'q'") "," A("'a\\n\\nb'") "," U("'r'")),
      "input[web_search_call], input[tool_search_call], "
      "input[tool_search_output]" },
    { "what only searches say of servers", &plain, IN("{'type':'message',"
      "'role':'user','content':'q','execution':'server'}," FC("1") ","
      "{'type':'function_call_output','call_id':'1','output':'r',"
      "'execution':'server'}"), OUT(U("'q'") "," CALLS(C("1")) ","
      TOOL("1", "'r'")), NULL },
    { "members nobody knows", &plain, "{'model':'m','zz':2,'input':[{'type':"
      "'message','role':'user','foo':1,'content':[{'type':'input_text',"
      "'text':'q','bar':1,'annotations':[]}]}]}", OUT(U("'q'")),
      "zz, input[].foo, input[].content[].bar" },
};

static const body_row_t call_rows[] = {
    { "a call", &plain, IN(IU("'q'") ",{'type':'function_call','call_id':'1',"
      "'name':'f','arguments':'{\\\"a\\\": [1.50, \\\"\\\\u4f60\\\"]}'},"
      FO("1", "'r'")),
      OUT(U("'q'") "," CALLS(CALL("1", "f", "{\\\"a\\\": [1.50, "
          "\\\"\\\\u4f60\\\"]}")) "," TOOL("1", "'r'")), NULL },
    { "arguments ''", &plain, IN(IU("'q'") ",{'type':'function_call',"
      "'call_id':'1','name':'f','arguments':''}," FO("1", "''")),
      OUT(U("'q'") "," CALLS(C("1")) "," TOOL("1", "''")), NULL },
    { "of a namespace", &plain, IN(IU("'q'") ",{'type':'function_call',"
      "'call_id':'1','name':'read','namespace':'mcp__notes','arguments':'{}'},"
      "{'type':'function_call','call_id':'2','name':'wait','namespace':"
      "'functions','arguments':'{}'},{'type':'function_call','call_id':'3',"
      "'name':'f','namespace':null,'arguments':'{}'}," FO("1", "'a'") ","
      FO("2", "'b'") "," FO("3", "'c'")),
      OUT(U("'q'") "," CALLS(CALL("1", "mcp__notes__read", "{}") ","
          CALL("2", "wait", "{}") "," C("3")) "," TOOL("1", "'a'") ","
          TOOL("2", "'b'") "," TOOL("3", "'c'")), NULL },
    { "a custom one", &plain, IN(IU("'q'") ",{'type':'custom_tool_call','id':"
      "'ctc_1','status':'completed','call_id':'1','name':'apply_patch',"
      "'input':'*** Begin\\n\\\"\\u4f60\\\"'},{'type':"
      "'custom_tool_call_output','call_id':'1','output':'Done.'}"),
      OUT(U("'q'") "," CALLS(CALL("1", "apply_patch", "{\\\"input\\\":"
          "\\\"*** Begin\\\\n\\\\\\\"\\\\u4f60\\\\\\\"\\\"}")) ","
          TOOL("1", "'Done.'")), NULL },
    { "a search", &plain, IN(IU("'q'") ",{'type':'tool_search_call','call_id':"
      "'1','execution':'client','arguments':{'query':'x', 'limit':2}},{'type':"
      "'tool_search_output','call_id':'1','execution':'client','tools':[{"
      "'type':'function','name':'g','parameters':{}}]}"),
      "{'model':'m','messages':[" U("'q'") "," CALLS(CALL("1", "tool_search",
      "{\\\"query\\\":\\\"x\\\", \\\"limit\\\":2}")) "," TOOL("1",
      "'[{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"g\\\","
      "\\\"parameters\\\":{}}]'") "],'tools':[{'type':'function','function':{"
      "'name':'g','parameters':{}}}],'parallel_tool_calls':true}", NULL },
    { "a search whose arguments are a string", &plain, IN(IU("'q'") ",{'type':"
      "'tool_search_call','call_id':'1','arguments':'{}'},{'type':"
      "'tool_search_output','call_id':'1','tools':[]}"),
      OUT(U("'q'") "," CALLS(CALL("1", "tool_search", "{}")) ","
          TOOL("1", "'[]'")), NULL },
    { "a shell", &plain, IN(IU("'q'") ",{'type':'local_shell_call','call_id':"
      "'1','action':{'type':'exec','command':['ls']}},{'type':"
      "'local_shell_call_output','call_id':'1','output':'a'}"),
      OUT(U("'q'") "," CALLS(CALL("1", "local_shell", "{\\\"type\\\":"
          "\\\"exec\\\",\\\"command\\\":[\\\"ls\\\"]}")) ","
          TOOL("1", "'a'")), NULL },
    { "two loops", &plain, IN(IU("'q'") "," FC("1") "," FO("1", "'a'") ","
      FC("2") "," FO("2", "'b'") "," IA("'x'")),
      OUT(U("'q'") "," CALLS(C("1")) "," TOOL("1", "'a'") "," CALLS(C("2"))
          "," TOOL("2", "'b'") "," A("'x'")), NULL },
    { "an output that comes late", &plain, IN(IU("'q'") "," FC("1") ","
      FC("2") "," FO("2", "'b'") "," IA("'x'") "," FO("1", "'a'") ","
      IU("'r'")),
      OUT(U("'q'") "," CALLS(C("1") "," C("2")) "," TOOL("1", "'a'") ","
          TOOL("2", "'b'") "," A("'x'") "," U("'r'")), NULL },
    { "texts of an output", &plain, IN(IU("'q'") "," FC("1") "," FO("1", "["
      IT("a:") "," IT("b") "]")), OUT(U("'q'") "," CALLS(C("1")) ","
      TOOL("1", "'a:\\nb'")), NULL },
    { "images of outputs", &plain, IN(IU("'q'") "," FC("1") "," FC("2") ","
      FO("1", "[" IT("a") "," IMAGE "]") "," FO("2", "'b'") "," IU("'r'")),
      OUT(U("'q'") "," CALLS(C("1") "," C("2")) ","
          TOOL("1", "'a\\n\\n[image]'") "," TOOL("2", "'b'") ","
          U("[" IMAGE_OUT "," T_OUT("r") "]")), NULL },
    { "... at the end", &plain, IN(IU("'q'") "," FC("1") "," FO("1", "["
      IMAGE "]")), OUT(U("'q'") "," CALLS(C("1")) "," TOOL("1", "'[image]'")
      "," U("[" IMAGE_OUT "]")), NULL },
    { "... before the assistant", &plain, IN(IU("'q'") "," FC("1") ","
      FO("1", "[" IMAGE "]") "," IA("'a'")), OUT(U("'q'") "," CALLS(C("1"))
      "," TOOL("1", "'[image]'") "," U("[" IMAGE_OUT "]") "," A("'a'")),
      NULL },
    { "no call_id", &plain, IN(IU("'q'") ",{'type':'function_call','name':"
      "'f','arguments':'{}'}"), NULL, "input[1].call_id" },
    { "an empty one", &plain, IN(IU("'q'") "," FC("")), NULL,
      "input[1].call_id" },
    { "an output without call_id", &plain, IN(IU("'q'") "," FC("1") ",{'type':"
      "'function_call_output','output':'r'}"), NULL, "input[2].call_id" },
    { "an output without its call", &plain, IN(IU("'q'") "," FO("1", "'r'")),
      NULL, "input[1].call_id" },
    { "an output before its call", &plain, IN(IU("'q'") "," FO("1", "'r'")
      "," FC("1")), NULL, "input[1].call_id" },
    { "an output twice", &plain, IN(IU("'q'") "," FC("1") "," FO("1", "'r'")
      "," FO("1", "'s'")), NULL, "input[3].call_id" },
    { "a call twice", &plain, IN(IU("'q'") "," FC("1") "," FC("1") ","
      FO("1", "'s'")), NULL, "input[2].call_id" },
    { "an id that comes again", &plain, IN(IU("'q'") "," FC("1") ","
      FO("1", "'r'") "," FC("1") "," FO("1", "'s'")),
      OUT(U("'q'") "," CALLS(C("1")) "," TOOL("1", "'r'") "," CALLS(C("1"))
          "," TOOL("1", "'s'")), NULL },
    { "a call without an output", &plain, IN(IU("'q'") "," FC("1") ","
      IU("'r'")), NULL, "input[1]" },
    { "no output", &plain, IN(IU("'q'") "," FC("1") ",{'type':"
      "'function_call_output','call_id':'1'}"), NULL, "input[2].output" },
    { "no name", &plain, IN(IU("'q'") ",{'type':'function_call','call_id':"
      "'1','arguments':'{}'}," FO("1", "''")), NULL, "input[1].name" },
    { "an empty name", &plain, IN(IU("'q'") ",{'type':'function_call',"
      "'call_id':'1','name':'','arguments':'{}'}," FO("1", "''")), NULL,
      "input[1].name" },
    { "arguments an object", &plain, IN(IU("'q'") ",{'type':'function_call',"
      "'call_id':'1','name':'f','arguments':{}}," FO("1", "''")), NULL,
      "input[1].arguments" },
    { "no input", &plain, IN(IU("'q'") ",{'type':'custom_tool_call',"
      "'call_id':'1','name':'f'}," FO("1", "''")), NULL, "input[1].input" },
    { "a number as namespace", &plain, IN(IU("'q'") ",{'type':"
      "'function_call','call_id':'1','name':'f','namespace':1,'arguments':"
      "'{}'}," FO("1", "''")), NULL, "input[1].namespace" },
};

static const body_row_t thought_rows[] = {
    { "a summary", &plain, IN(IU("'q'") "," THOUGHT(SUMMARY("t") ",'content':"
      "null,'encrypted_content':null") "," IA("'a'") "," FC("1") ","
      FO("1", "'r'")), OUT(U("'q'") ",{'role':'assistant','content':'a',"
      "'reasoning_content':'t','tool_calls':[" C("1") "]},"
      TOOL("1", "'r'")), NULL },
    { "contents before summaries", &plain, IN(IU("'q'") "," THOUGHT(
      SUMMARY("s") ",'content':[{'type':'reasoning_text','text':'c'},{'type':"
      "'reasoning_text','text':'d'}]") "," IA("'a'")),
      OUT(U("'q'") ",{'role':'assistant','content':'a','reasoning_content':"
          "'c\\n\\nd'}"), NULL },
    { "what we sealed before all", &plain, IN(IU("'q'") "," THOUGHT(
      SUMMARY("s") ",'encrypted_content':'llmgw1:SGkgIsO8Ig=='") ","
      THOUGHT("'summary':[],'encrypted_content':'llmgw1:SGk='") ","
      IA("'a'")),
      OUT(U("'q'") ",{'role':'assistant','content':'a','reasoning_content':"
          "'Hi \\\"\xc3\xbc\\\"\\n\\nHi'}"), NULL },
    { "what others sealed", &plain, IN(IU("'q'") "," THOUGHT(SUMMARY("s")
      ",'encrypted_content':'gAAAx'") "," IA("'a'")),
      OUT(U("'q'") ",{'role':'assistant','content':'a','reasoning_content':"
          "'s'}"), "input[].encrypted_content" },
    { "sealed badly", &plain, IN(IU("'q'") "," THOUGHT("'summary':[],"
      "'encrypted_content':'llmgw1:?'") "," IA("'a'")),
      OUT(U("'q'") "," A("'a'")), "input[].encrypted_content" },
    { "for a vendor that refuses it", &openai, IN(IU("'q'") "," THOUGHT(
      SUMMARY("s")) "," IA("'a'")), OUT(U("'q'") "," A("'a'")),
      "input[reasoning]" },
    { "for a model that cannot think", &mute, IN(IU("'q'") "," THOUGHT(
      SUMMARY("s")) "," IA("'a'")), OUT(U("'q'") "," A("'a'")),
      "input[reasoning]" },
    { "none, where it must be there", &deepseek, IN(IU("'q'") "," FC("1") ","
      FO("1", "'r'")), OUT(U("'q'") ",{'role':'assistant','content':null,"
      "'reasoning_content':'','tool_calls':[" C("1") "]},"
      TOOL("1", "'r'")), NULL },
    { "a thought and nothing more", &plain, IN(IU("'q'") "," THOUGHT(
      SUMMARY("s")) "," IU("'r'") "," THOUGHT(SUMMARY("s"))),
      OUT(U("'q'") "," U("'r'")), "input[reasoning]" },
    { "a summary that is none", &plain, IN(IU("'q'") "," THOUGHT("'summary':"
      "'s'")), NULL, "input[1].summary" },
    { "a part without text", &plain, IN(IU("'q'") "," THOUGHT("'summary':[{}]"
      )), NULL, "input[1].summary[0].text" },
    { "a seal that is none", &plain, IN(IU("'q'") "," THOUGHT("'summary':[],"
      "'encrypted_content':1")), NULL, "input[1].encrypted_content" },
};

static const body_row_t bad_rows[] = {
    { "no input", &plain, "{'model':'m'}", NULL, "input" },
    { "input null", &plain, "{'model':'m','input':null}", NULL, "input" },
    { "input ''", &plain, "{'model':'m','input':''}", NULL, "input" },
    { "no items", &plain, IN(""), NULL, "input" },
    { "input an object", &plain, "{'model':'m','input':{'role':'user'}}",
      NULL, "input" },
    { "a message that is a string", &plain, IN("'q'"), NULL, "input[0]" },
    { "neither type nor role", &plain, IN("{'content':'q'}"), NULL,
      "input[0].type" },
    { "an unknown item", &plain, IN(IU("'q'") ",{'type':'hologram'}"), NULL,
      "input[1].type" },
    { "a stored item", &plain, IN("{'type':'item_reference','id':'msg_1'}"),
      NULL, "input[0].type" },
    { "an unknown role", &plain, IN("{'role':'tool','content':'q'}"), NULL,
      "input[0].role" },
    { "no role", &plain, IN("{'type':'message','content':'q'}"), NULL,
      "input[0].role" },
    { "no content", &plain, IN("{'role':'user'}"), NULL, "input[0].content" },
    { "content a number", &plain, IN(IU("1")), NULL, "input[0].content" },
    { "a part that is a string", &plain, IN(IU("['q']")), NULL,
      "input[0].content[0]" },
    { "a part without a type", &plain, IN(IU("[{'text':'q'}]")), NULL,
      "input[0].content[0].type" },
    { "an unknown part", &plain, IN(IU("[" IT("a") ",{'type':'hologram'}]")),
      NULL, "input[0].content[1].type" },
    { "a part without text", &plain, IN(IU("[{'type':'input_text'}]")), NULL,
      "input[0].content[0].text" },
    { "an image of the assistant", &plain, IN(IU("'q'") "," IA("[" IMAGE
      "]")), NULL, "input[1].content[0].type" },
    { "a refusal of the user", &plain, IN(IU("[{'type':'refusal','refusal':"
      "'n'}]")), NULL, "input[0].content[0].type" },
    { "an image without a URL", &plain, IN(IU("[{'type':'input_image'}]")),
      NULL, "input[0].content[0].image_url" },
    { "an image's URL in an object", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':{'url':'" PNG "'}}]")), NULL,
      "input[0].content[0].image_url" },
    { "a URL of another kind", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':'oss://a/b'}]")), NULL, "input[0].content[0].image_url" },
    { "an image that is not base64", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':'data:image/png;base64,AA*='}]")), NULL,
      "input[0].content[0].image_url" },
    { "an image without its padding", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':'data:image/png;base64,AAE'}]")), NULL,
      "input[0].content[0].image_url" },
    { "an image in another code", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':'data:image/svg+xml,%3Csvg'}]")), NULL,
      "input[0].content[0].image_url" },
    { "an image of a strange kind", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':'data:image/\\\"x;base64,AAAA'}]")), NULL,
      "input[0].content[0].image_url" },
    { "sound that is not base64", &plain, IN(IU("[{'type':'input_audio',"
      "'input_audio':{'data':'?','format':'wav'}}]")), NULL,
      "input[0].content[0].input_audio.data" },
    { "a detail that is none", &plain, IN(IU("[{'type':'input_image',"
      "'image_url':'" PNG "','detail':1}]")), NULL,
      "input[0].content[0].detail" },
    { "a stored image", &plain, IN(IU("[{'type':'input_image','file_id':"
      "'f'}]")), NULL, "input[0].content[0].file_id" },
    { "a file's URL", &plain, IN(IU("[{'type':'input_file','file_url':"
      "'https://e/a.pdf'}]")), NULL, "input[0].content[0].file_url" },
    { "a file that is nothing", &plain, IN(IU("[{'type':'input_file'}]")),
      NULL, "input[0].content[0].file_data" },
    { "a file's bare bytes", &plain, IN(IU("[{'type':'input_file',"
      "'file_data':'JVBERi0='}]")), NULL, "input[0].content[0].file_data" },
    { "sound without a format", &plain, IN(IU("[{'type':'input_audio',"
      "'input_audio':{'data':'AAAA'}}]")), NULL,
      "input[0].content[0].input_audio.format" },
    { "something stored", &plain, WITH("'previous_response_id':'resp_1'"),
      NULL, "previous_response_id" },
    { "no model", &plain, "{'input':'q'}", NULL, "model" },
};

int main(void)
{
    run_rows(system_rows, GW_COUNT(system_rows));
    run_rows(content_rows, GW_COUNT(content_rows));
    run_rows(call_rows, GW_COUNT(call_rows));
    run_rows(thought_rows, GW_COUNT(thought_rows));
    run_rows(bad_rows, GW_COUNT(bad_rows));
    return tap_end();
}
