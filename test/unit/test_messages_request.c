/* SPDX-License-Identifier: Apache-2.0 */
/* test_messages_request.c - messages of /v1/messages, as those of a chat. */
#include "messages_request.h"

#define U(text) "{'role':'user','content':" text "}"
#define A(text) "{'role':'assistant','content':" text "}"
#define S(text) "{'role':'system','content':" text "}"
#define T(text) "{'type':'text','text':'" text "'}"
#define USE(id) "{'type':'tool_use','id':'" id "','name':'f','input':{}}"
#define RESULT(id, text) \
    "{'type':'tool_result','tool_use_id':'" id "','content':" text "}"
#define CALL(id) \
    "{'id':'" id "','type':'function','function':{'name':'f'," \
    "'arguments':'{}'}}"
#define CALLS(calls) \
    "{'role':'assistant','content':null,'tool_calls':[" calls "]}"
#define TOOL(id, text) \
    "{'role':'tool','tool_call_id':'" id "','content':" text "}"
#define PNG "{'type':'image','source':{'type':'base64','media_type':" \
    "'image/png','data':'AAECAw=='}}"
#define PNG_OUT \
    "{'type':'image_url','image_url':{'url':'data:image/png;base64,AAECAw=='}}"
#define PDF "{'type':'document','source':{'type':'base64','media_type':" \
    "'application/pdf','data':'JVBERi0='}}"
#define PDF_OUT "{'type':'file','file':{'filename':'document.pdf'," \
    "'file_data':'data:application/pdf;base64,JVBERi0='}}"
#define T_OUT(text) "{'type':'text','text':'" text "'}"

static const body_row_t system_rows[] = {
    { "a system string", &plain, WITH("'system':'s'"),
      "{'model':'m','messages':[" S("'s'") "," U("'q'") "],'max_tokens':10}",
      NULL },
    { "system blocks", &plain, WITH("'system':[" T("a") "," T("") ","
      T("b\\n") "]"), OUT(S("'a\\n\\nb\\n'") "," U("'q'")), NULL },
    { "an empty system", &plain, WITH("'system':''"), OUT(U("'q'")), NULL },
    { "no blocks of system", &plain, WITH("'system':[]"), OUT(U("'q'")),
      NULL },
    { "system null", &plain, WITH("'system':null"), OUT(U("'q'")), NULL },
    { "the attribution line", &plain, WITH("'system':["
      T("x-anthropic-billing-header: cc_version=2; cch=1a2b;") "," T("s")
      "]"), OUT(S("'s'") "," U("'q'")), NULL },
    { "the attribution line, escaped", &plain, WITH("'system':["
      T("\\u0078-anthropic-billing-header: 1") "]"), OUT(U("'q'")), NULL },
    { "a text that only mentions it", &plain, WITH("'system':'no x-anthropic-"
      "billing-header'"), OUT(S("'no x-anthropic-billing-header'") ","
      U("'q'")), NULL },
    { "a system number", &plain, WITH("'system':1"), NULL, "system" },
    { "an image in system", &plain, WITH("'system':[" PNG "]"), NULL,
      "system[0].type" },
    { "a system block without text", &plain, WITH("'system':[{'type':'text'}]"
      ), NULL, "system[0].text" },
    { "a system block that is none", &plain, WITH("'system':['s']"), NULL,
      "system[0]" },
    { "leading system messages", &plain, "{'model':'m','max_tokens':10,"
      "'system':'a','messages':[" S("'b'") "," S("[" T("c") "]") "," U("'q'")
      "]}", OUT(S("'a\\n\\nb\\n\\nc'") "," U("'q'")), NULL },
    { "system behind the user", &plain, IN(U("'q'") "," S("'s'")),
      OUT(U("'q\\n\\ns'")), NULL },
    { "system behind the user, between others", &plain,
      IN(U("'q'") "," S("'s'") "," S("'t'") "," U("'r'")),
      OUT(U("'q\\n\\ns\\n\\nt'") "," U("'r'")), NULL },
    { "system behind an image", &plain, IN(U("[" PNG "]") "," S("'s'")),
      OUT(U("[" PNG_OUT "," T_OUT("s") "]")), NULL },
    { "system behind the assistant", &plain,
      IN(U("'q'") "," A("'a'") "," S("'s'") "," U("'r'")),
      OUT(U("'q'") "," A("'a'") "," U("'s\\n\\nr'")), NULL },
    { "system behind the assistant, alone", &plain,
      IN(U("'q'") "," A("'a'") "," S("'s'")),
      OUT(U("'q'") "," A("'a'") "," U("'s'")), NULL },
    { "system between two of the assistant", &plain,
      IN(U("'q'") "," A("'a'") "," S("'s'") "," A("'b'") "," U("'r'")),
      OUT(U("'q'") "," A("'a'") "," U("'s'") "," A("'b'") "," U("'r'")),
      NULL },
    { "system behind results", &plain,
      IN(U("'q'") "," A("[" USE("c") "]") "," U("[" RESULT("c", "'r'") "]")
         "," S("'s'")),
      OUT(U("'q'") "," CALLS(CALL("c")) "," TOOL("c", "'r\\n\\ns'")), NULL },
    { "system behind results and words", &plain,
      IN(U("'q'") "," A("[" USE("c") "]") "," U("[" RESULT("c", "'r'") ","
         T("w") "]") "," S("'s'")),
      OUT(U("'q'") "," CALLS(CALL("c")) "," TOOL("c", "'r'") ","
          U("'w\\n\\ns'")), NULL },
    { "system before results", &plain,
      IN(U("'q'") "," A("[" USE("c") "]") "," S("'s'") "," U("["
         RESULT("c", "'r'") "]")),
      OUT(U("'q'") "," CALLS(CALL("c")) "," TOOL("c", "'r\\n\\ns'")), NULL },
    { "system before results and words", &plain,
      IN(U("'q'") "," A("[" USE("c") "]") "," S("'s'") "," U("["
         RESULT("c", "'r'") "," T("w") "]")),
      OUT(U("'q'") "," CALLS(CALL("c")) "," TOOL("c", "'r'") ","
          U("'s\\n\\nw'")), NULL },
    { "system in place of results", &plain,
      IN(U("'q'") "," A("[" USE("c") "]") "," S("'s'")), NULL,
      "messages[1].content[0]" },
    { "an empty system message", &plain, IN(U("'q'") "," S("''")), NULL,
      "messages[1].content" },
    { "nothing but system", &plain, IN(S("'s'")), NULL, "messages" },
};

static const body_row_t content_rows[] = {
    { "strings", &plain, IN(U("'q'") "," A("'a'") "," U("'r'")),
      OUT(U("'q'") "," A("'a'") "," U("'r'")), NULL },
    { "texts of the user", &plain, IN(U("[" T("a") "," T("b") "]")),
      OUT(U("'a\\n\\nb'")), NULL },
    { "texts of the assistant", &plain, IN(U("'q'") "," A("[" T("a ") ","
      T("b") "]") "," U("'r'")), OUT(U("'q'") "," A("'a b'") "," U("'r'")),
      NULL },
    { "texts with a call between", &plain, IN(U("'q'") "," A("[" T("a") ","
      USE("c") "," T("b") "]") "," U("[" RESULT("c", "'r'") "]")),
      OUT(U("'q'") ",{'role':'assistant','content':'a\\n\\nb','tool_calls':["
          CALL("c") "]}," TOOL("c", "'r'")), NULL },
    { "two of the assistant", &plain, IN(U("'q'") "," A("'a'") ","
      A("[" USE("c") "]") "," U("[" RESULT("c", "'r'") "]")),
      OUT(U("'q'") ",{'role':'assistant','content':'a','tool_calls':["
          CALL("c") "]}," TOOL("c", "'r'")), NULL },
    { "escapes and Chinese", &plain, IN(U("'\\u4f60\\n\\\"\\\\ \xe5\xa5\xbd "
      "\\ud83d\\ude00 \\/'")), OUT(U("'\\u4f60\\n\\\"\\\\ \xe5\xa5\xbd "
      "\\ud83d\\ude00 \\/'")), NULL },
    { "names with escapes", &plain, IN("{'r\\u006fle':'us\\u0065r',"
      "'content':[{'type':'te\\u0078t','t\\u0065xt':'q'}]}"),
      OUT(U("'q'")), NULL },
    { "an image", &plain, IN(U("[" T("a") "," PNG "," T("b") "]")),
      OUT(U("[" T_OUT("a") "," PNG_OUT "," T_OUT("b") "]")), NULL },
    { "an image with escaped slashes", &plain, IN(U("[{'type':'image',"
      "'source':{'type':'base64','media_type':'image\\/jpeg','data':'\\/9j\\/"
      "\\r\\nAA=='}}]")), OUT(U("[{'type':'image_url','image_url':{'url':"
      "'data:image/jpeg;base64,/9j/AA=='}}]")), NULL },
    { "an image's URL", &plain, IN(U("[{'type':'image','source':{'type':'url',"
      "'url':'https:\\/\\/example.com/a.png'}}]")),
      OUT(U("[{'type':'image_url','image_url':{'url':"
            "'https:\\/\\/example.com/a.png'}}]")), NULL },
    { "a PDF", &plain, IN(U("[" PDF "]")), OUT(U("[" PDF_OUT "]")), NULL },
    { "a PDF with a title", &plain, IN(U("[{'type':'document','title':'t',"
      "'context':'c','citations':{'enabled':true},'source':{'type':'base64',"
      "'media_type':'application/pdf','data':'JVBERi0='}}]")),
      OUT(U("[" T_OUT("t") "," T_OUT("c") "," PDF_OUT "]")),
      "messages[].content[].citations" },
    { "a text document", &plain, IN(U("[{'type':'document','title':'t',"
      "'source':{'type':'text','media_type':'text/plain','data':'d'}},"
      T("q") "]")), OUT(U("'t\\nd\\n\\nq'")), NULL },
    { "a document of blocks", &plain, IN(U("[{'type':'document','source':{"
      "'type':'content','content':[" T("a") "," T("b") "]}}]")),
      OUT(U("'a\\n\\nb'")), NULL },
    { "a document of a string", &plain, IN(U("[{'type':'document','source':{"
      "'type':'content','content':'a'}}]")), OUT(U("'a'")), NULL },
    { "a search result", &plain, IN(U("[{'type':'search_result','source':"
      "'https://example.com','title':'t','content':[" T("a") "," T("b")
      "]}]")), OUT(U("'t\\nhttps://example.com\\na\\nb'")), NULL },
    { "what servers did before", &plain, IN(U("'q'") "," A("[{'type':"
      "'server_tool_use','id':'s','name':'web_search','input':{}},{'type':"
      "'web_search_tool_result','tool_use_id':'s','content':[{'type':"
      "'web_search_result','url':'u'}]}," T("a") "]") "," U("'r'")),
      OUT(U("'q'") "," A("'a'") "," U("'r'")),
      "messages[].content[server_tool_use], "
      "messages[].content[web_search_tool_result]" },
    { "a compaction", &plain, IN(U("'q'") "," A("[{'type':'compaction',"
      "'content':'c'}," T("a") "]") "," U("'r'")),
      OUT(U("'q'") "," A("'c\\n\\na'") "," U("'r'")), NULL },
    { "members nobody knows", &plain, "{'model':'m','max_tokens':10,'x y':1,"
      "'zz':2,'null':null,'messages':[{'role':'user','id':7,'content':["
      "{'type':'text','text':'q','foo':{}}]}]}", OUT(U("'q'")),
      "zz, messages[].id, messages[].content[].foo" },
    { "a last empty one of the assistant", &plain, IN(U("'q'") "," A("''")),
      OUT(U("'q'")), NULL },
    { "... as an array", &plain, IN(U("'q'") "," A("[]")), OUT(U("'q'")),
      NULL },
    { "a prefill", &bailian, IN(U("'q'") "," A("'{'")),
      OUT(U("'q'") ",{'role':'assistant','content':'{','partial':true}"),
      NULL },
    { "a prefill elsewhere", &plain, IN(U("'q'") "," A("'{'")), NULL,
      "messages[1]" },
    { "a prefill of a thought", &bailian, IN(U("'q'") "," A("[{'type':"
      "'thinking','thinking':'t','signature':''}]")), NULL,
      "messages[1].content" },
};

static const body_row_t media_rows[] = {
    { "a scheme in capitals", &plain, IN(U("[{'type':'image','source':{"
      "'type':'url','url':'HTTPS://e/a'}}]")), OUT(U("[{'type':'image_url',"
      "'image_url':{'url':'HTTPS://e/a'}}]")), NULL }
};

static const body_row_t bad_rows[] = {
    { "content ''", &plain, IN(U("''")), NULL, "messages[0].content" },
    { "content []", &plain, IN(U("'q'") "," U("[]")), NULL,
      "messages[1].content" },
    { "content null", &plain, IN(U("null")), NULL, "messages[0].content" },
    { "content a number", &plain, IN(U("1")), NULL, "messages[0].content" },
    { "no content", &plain, IN("{'role':'user'}"), NULL,
      "messages[0].content" },
    { "an empty one of the assistant", &plain,
      IN(U("'q'") "," A("''") "," U("'r'")), NULL, "messages[1].content" },
    { "an empty text", &plain, IN(U("[" T("") "]")), NULL,
      "messages[0].content[0].text" },
    { "no text", &plain, IN(U("[{'type':'text'}]")), NULL,
      "messages[0].content[0].text" },
    { "a text that is none", &plain, IN(U("[{'type':'text','text':1}]")), NULL,
      "messages[0].content[0].text" },
    { "no type", &plain, IN(U("[{'text':'q'}]")), NULL,
      "messages[0].content[0].type" },
    { "an unknown block", &plain, IN(U("[{'type':'hologram'}]")), NULL,
      "messages[0].content[0].type" },
    { "a block that is a string", &plain, IN(U("['q']")), NULL,
      "messages[0].content[0]" },
    { "an unknown role", &plain, IN("{'role':'tool','content':'q'}"), NULL,
      "messages[0].role" },
    { "no role", &plain, IN("{'content':'q'}"), NULL, "messages[0].role" },
    { "a message that is a string", &plain, IN("'q'"), NULL, "messages[0]" },
    { "no messages", &plain, IN(""), NULL, "messages" },
    { "messages null", &plain, "{'model':'m','max_tokens':1,'messages':null}",
      NULL, "messages" },
    { "messages an object", &plain, "{'model':'m','max_tokens':1,'messages':{"
      "'a':1}}", NULL, "messages" },
    { "bad base64", &plain, IN(U("[" T("a") ",{'type':'image','source':{"
      "'type':'base64','media_type':'image/png','data':'AA*='}}]")), NULL,
      "messages[0].content[1].source.data" },
    { "base64 without its padding", &plain, IN(U("[{'type':'image','source':{"
      "'type':'base64','media_type':'image/png','data':'AAE'}}]")), NULL,
      "messages[0].content[0].source.data" },
    { "no base64", &plain, IN(U("[{'type':'image','source':{'type':'base64',"
      "'media_type':'image/png','data':''}}]")), NULL,
      "messages[0].content[0].source.data" },
    { "a media type that is no image's", &plain, IN(U("[{'type':'image',"
      "'source':{'type':'base64','media_type':'text/html','data':'AAAA'}}]")),
      NULL, "messages[0].content[0].source.media_type" },
    { "a media type with more", &plain, IN(U("[{'type':'image','source':{"
      "'type':'base64','media_type':'image/png,x','data':'AAAA'}}]")), NULL,
      "messages[0].content[0].source.media_type" },
    { "no source", &plain, IN(U("[{'type':'image'}]")), NULL,
      "messages[0].content[0].source" },
    { "an image that is stored", &plain, IN(U("[{'type':'image','source':{"
      "'type':'file','file_id':'file_1'}}]")), NULL,
      "messages[0].content[0].source.file_id" },
    { "a URL of another kind", &plain, IN(U("[{'type':'image','source':{"
      "'type':'url','url':'oss://a/b'}}]")), NULL,
      "messages[0].content[0].source.url" },
    { "a document's URL", &plain, IN(U("[{'type':'document','source':{'type':"
      "'url','url':'https://example.com/a.pdf'}}]")), NULL,
      "messages[0].content[0].source.type" },
    { "a document of another type", &plain, IN(U("[{'type':'document',"
      "'source':{'type':'base64','media_type':'text/csv','data':'AAAA'}}]")),
      NULL, "messages[0].content[0].source.media_type" },
    { "a stored document", &plain, IN(U("[{'type':'document','source':{"
      "'type':'file','file_id':'file_1'}}]")), NULL,
      "messages[0].content[0].source.file_id" },
    { "a container's file", &plain, IN(U("[{'type':'container_upload',"
      "'file_id':'f'}]")), NULL, "messages[0].content[0].type" },
    { "an image of the assistant", &plain, IN(U("'q'") "," A("[" PNG "]")),
      NULL, "messages[1].content[0].type" },
    { "a thought of the user", &plain, IN(U("[{'type':'thinking','thinking':"
      "'t'}]")), NULL, "messages[0].content[0].type" },
    { "a call of the user", &plain, IN(U("[" USE("c") "]")), NULL,
      "messages[0].content[0].type" },
    { "a result of the assistant", &plain, IN(U("'q'") "," A("["
      RESULT("c", "'r'") "]")), NULL, "messages[1].content[0].type" },
};

static const body_row_t loop_rows[] = {
    { "a loop", &plain, IN(U("'q'") "," A("[" T("I look.") ",{'type':"
      "'tool_use','id':'toolu_1','name':'read-file_2','input':{'z':1.0,'a':"
      "12345678901234567890, 'b':[1e-7,'\\u00e9\\n'],'\xe4\xbd\xa0':{}}}]")
      "," U("[" RESULT("toolu_1", "'r'") "," T("go on") "]")),
      OUT(U("'q'") ",{'role':'assistant','content':'I look.','tool_calls':[{"
          "'id':'toolu_1','type':'function','function':{'name':'read-file_2',"
          "'arguments':'{\\'z\\':1.0,\\'a\\':12345678901234567890, \\'b\\':["
          "1e-7,\\'\\\\u00e9\\\\n\\'],\\'\xe4\xbd\xa0\\':{}}'}}]},"
          TOOL("toolu_1", "'r'") "," U("'go on'")), NULL },
    { "calls side by side", &plain, IN(U("'q'") "," A("[" USE("a") ","
      USE("b") "]") "," U("[" RESULT("b", "'1'") "," RESULT("a", "'2'")
      "]")), OUT(U("'q'") "," CALLS(CALL("a") "," CALL("b")) ","
      TOOL("b", "'1'") "," TOOL("a", "'2'")), NULL },
    { "results in two messages", &plain, IN(U("'q'") "," A("[" USE("a") ","
      USE("b") "]") "," U("[" RESULT("a", "'1'") "," T("w") "]") ","
      U("[" RESULT("b", "'2'") "]")), OUT(U("'q'") "," CALLS(CALL("a") ","
      CALL("b")) "," TOOL("a", "'1'") "," TOOL("b", "'2'") "," U("'w'")),
      NULL },
    { "words before results", &plain, IN(U("'q'") "," A("[" USE("a") "]")
      "," U("[" T("w") "," RESULT("a", "'1'") "]")), OUT(U("'q'") ","
      CALLS(CALL("a")) "," TOOL("a", "'1'") "," U("'w'")), NULL },
    { "the same id in another turn", &plain, IN(U("'q'") "," A("[" USE("a")
      "]") "," U("[" RESULT("a", "'1'") "]") "," A("[" USE("a") "]") ","
      U("[" RESULT("a", "'2'") "]")), OUT(U("'q'") "," CALLS(CALL("a")) ","
      TOOL("a", "'1'") "," CALLS(CALL("a")) "," TOOL("a", "'2'")), NULL },
    { "a failure", &plain, IN(U("'q'") "," A("[" USE("a") "]") "," U("[{"
      "'type':'tool_result','tool_use_id':'a','is_error':true,'content':"
      "'no file'}]")), OUT(U("'q'") "," CALLS(CALL("a")) ","
      TOOL("a", "'Error: no file'")), NULL },
    { "a failure without words", &plain, IN(U("'q'") "," A("[" USE("a") "]")
      "," U("[{'type':'tool_result','tool_use_id':'a','is_error':true}]")),
      OUT(U("'q'") "," CALLS(CALL("a")) "," TOOL("a", "'Error: '")), NULL },
    { "results of blocks, and of nothing", &plain, IN(U("'q'") "," A("["
      USE("a") "," USE("b") "," USE("c") "]") "," U("["
      RESULT("a", "[" T("1") "," T("") "," T("2") "]") ","
      RESULT("b", "''") "," RESULT("c", "null") "]")), OUT(U("'q'") ","
      CALLS(CALL("a") "," CALL("b") "," CALL("c")) ","
      TOOL("a", "'1\\n\\n2'") "," TOOL("b", "''") "," TOOL("c", "''")),
      NULL },
    { "images of results", &plain, IN(U("'q'") "," A("[" USE("a") ","
      USE("b") "]") "," U("[" RESULT("a", "[" T("1") "," PNG "]") ","
      RESULT("b", "[" PDF "]") "," T("w") "]")), OUT(U("'q'") ","
      CALLS(CALL("a") "," CALL("b")) "," TOOL("a", "'1\\n\\n[image]'") ","
      TOOL("b", "'[document]'") "," U("[" PNG_OUT "," PDF_OUT ","
      T_OUT("w") "]")), NULL },
    { "an image is all there is", &plain, IN(U("'q'") "," A("[" USE("a") "]")
      "," U("[" RESULT("a", "[" PNG "]") "]")), OUT(U("'q'") ","
      CALLS(CALL("a")) "," TOOL("a", "'[image]'") "," U("[" PNG_OUT "]")),
      NULL },
    { "a failure that is an image", &plain, IN(U("'q'") "," A("[" USE("a")
      "]") "," U("[{'type':'tool_result','tool_use_id':'a','is_error':true,"
      "'content':[" PNG "]}]")), OUT(U("'q'") "," CALLS(CALL("a")) ","
      TOOL("a", "'Error: [image]'") "," U("[" PNG_OUT "]")), NULL },
    { "tools that were found", &plain, IN(U("'q'") "," A("[" USE("a") "]")
      "," U("[" RESULT("a", "[{'type':'tool_reference','tool_name':'g'}]")
      "]")), OUT(U("'q'") "," CALLS(CALL("a")) "," TOOL("a", "'g'")), NULL },
    { "a call without a result", &plain, IN(U("'q'") "," A("[" USE("a") ","
      USE("b") "]") "," U("[" RESULT("a", "'1'") "]")), NULL,
      "messages[1].content[1]" },
    { "a call and only words", &plain, IN(U("'q'") "," A("[" T("x") ","
      USE("a") "]") "," U("'w'")), NULL, "messages[1].content[1]" },
    { "a call at the end", &bailian, IN(U("'q'") "," A("[" USE("a") "]")),
      NULL, "messages[1].content[0]" },
    { "a result without a call", &plain, IN(U("[" RESULT("a", "'1'") "]")),
      NULL, "messages[0].content[0].tool_use_id" },
    { "a result too late", &plain, IN(U("'q'") "," A("[" USE("a") "]") ","
      U("[" RESULT("a", "'1'") "]") "," A("'x'") "," U("[" RESULT("a", "'1'")
      "]")), NULL, "messages[4].content[0].tool_use_id" },
    { "a result twice", &plain, IN(U("'q'") "," A("[" USE("a") "]") "," U("["
      RESULT("a", "'1'") "," RESULT("a", "'2'") "]")), NULL,
      "messages[2].content[1].tool_use_id" },
    { "an id twice", &plain, IN(U("'q'") "," A("[" USE("a") "," USE("a")
      "]")), NULL, "messages[1].content[1].id" },
    { "an empty id", &plain, IN(U("'q'") "," A("[" USE("") "]")), NULL,
      "messages[1].content[0].id" },
    { "a result without an id", &plain, IN(U("[{'type':'tool_result',"
      "'content':'r'}]")), NULL, "messages[0].content[0].tool_use_id" },
    { "is_error a word", &plain, IN(U("'q'") "," A("[" USE("a") "]") ","
      U("[{'type':'tool_result','tool_use_id':'a','is_error':'no'}]")), NULL,
      "messages[2].content[0].is_error" },
    { "a result that is a number", &plain, IN(U("'q'") "," A("[" USE("a")
      "]") "," U("[" RESULT("a", "1") "]")), NULL,
      "messages[2].content[0].content" },
    { "a call in a result", &plain, IN(U("'q'") "," A("[" USE("a") "]") ","
      U("[" RESULT("a", "[" USE("b") "]") "]")), NULL,
      "messages[2].content[0].content[0].type" },
    { "input a string", &plain, IN(U("'q'") "," A("[{'type':'tool_use','id':"
      "'a','name':'f','input':'{}'}]")), NULL,
      "messages[1].content[0].input" },
    { "no input", &plain, IN(U("'q'") "," A("[{'type':'tool_use','id':'a',"
      "'name':'f'}]")), NULL, "messages[1].content[0].input" },
    { "a call's name too long", &plain, IN(U("'q'") "," A("[{'type':"
      "'tool_use','id':'a','name':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaa','input':{}}]")), NULL,
      "messages[1].content[0].name" },
};

int main(void)
{
    run_rows(system_rows, GW_COUNT(system_rows));
    run_rows(content_rows, GW_COUNT(content_rows));
    run_rows(media_rows, GW_COUNT(media_rows));
    run_rows(bad_rows, GW_COUNT(bad_rows));
    run_rows(loop_rows, GW_COUNT(loop_rows));
    return tap_end();
}
