/* SPDX-License-Identifier: Apache-2.0 */
/* requests_responses.h - bodies for Responses and what is read in them.
 *
 * R(name, body, words).  An apostrophe stands for a quote.
 */
#define HI "'input':'hi'"
#define BODY(rest) "{'model':'m'," HI "," rest "}"
#define INPUT(items) "{'model':'m','input':[" items "]}"
#define USER(parts) INPUT("{'role':'user','content':[" parts "]}")
#define ITEM(type, rest) "{'type':'" type "'" rest "}"
#define PNG "data:image/png;base64,aGVsbG8="
#define TOOLS(tools) BODY("'tools':[" tools "]")

/* ---- input ---- */
R("a string", "{'model':'m','input':'hi'}", "1 messages")
R("an empty string", "{'model':'m','input':''}", "1 messages")
R("a message without a type", INPUT("{'role':'user','content':'hi'}"), "1 messages")
R("messages", INPUT(ITEM("message", ",'role':'developer','content':'a'") ","
  ITEM("message", ",'id':'msg_1','role':'assistant','content':[{'type':'output_text',"
       "'text':'b','annotations':[{'type':'url_citation','url':'https://x/'}]}]")),
  "2 messages")
R("instructions", BODY("'instructions':'be brief'"), "1 messages")
R("an item that is a string", INPUT("'hi'"), "1 messages")
R("a stream", BODY("'stream':true,'stream_options':{'include_obfuscation':false}"),
  "1 messages, stream")
R("what the client keeps for itself",
  BODY("'metadata':{'file_id':'a','container':'b'},'client_metadata':{'mcp':'c'},"
       "'prompt_cache_key':'k','include':['reasoning.encrypted_content'],"
       "'text':{'format':{'type':'json_schema','name':'n','schema':{'file_id':{}}}},"
       "'truncation':'auto','max_tool_calls':3,'top_logprobs':2,'user':'u'"),
  "1 messages")

/* ---- calls, and what came of them ---- */
R("calls and outputs",
  INPUT(ITEM("function_call", ",'call_id':'a','name':'f','arguments':'{\\'file_id\\':1}'") ","
        ITEM("function_call_output", ",'call_id':'a','output':'https://x/ is a text'") ","
        ITEM("custom_tool_call", ",'call_id':'b','name':'g','input':'*** Begin Patch'") ","
        ITEM("custom_tool_call_output", ",'call_id':'b','output':[{'type':'input_text',"
             "'text':'done'}]")), "4 messages")
R("a picture that a tool returned",
  INPUT(ITEM("function_call_output", ",'call_id':'a','output':[{'type':'input_text',"
             "'text':'see'},{'type':'input_image','image_url':'" PNG "'}]")),
  "1 messages, 8 of media, 1 image first input[0].output[1]")
R("a picture of a screen",
  INPUT(ITEM("computer_call_output", ",'call_id':'a','output':{'type':'computer_screenshot',"
             "'image_url':'" PNG "'}")),
  "1 messages, 8 of media, 1 image first input[0].output")
R("a picture of a screen that is stored",
  INPUT(ITEM("computer_call_output", ",'output':{'type':'computer_screenshot','file_id':'f'}")),
  "1 messages to media, stored input[0].output.file_id, 1 image first input[0].output")
R("what a shell said",
  INPUT(ITEM("local_shell_call", ",'call_id':'a','action':{'type':'exec','command':['ls'],"
             "'env':{'file_id':'x'}}") ","
        ITEM("shell_call_output", ",'call_id':'a','output':[{'stdout':'https://x/','stderr':'',"
             "'outcome':{'type':'exit','exit_code':0}}]")), "2 messages")
R("a patch", INPUT(ITEM("apply_patch_call", ",'operation':{'type':'create_file',"
  "'path':'file:///x','diff':'+a'}") "," ITEM("apply_patch_call_output", ",'output':'ok'")),
  "2 messages")
R("tools that a search found",
  INPUT(ITEM("tool_search_call", ",'call_id':'a','execution':'client','arguments':{'query':'x'}")
        "," ITEM("tool_search_output", ",'call_id':'a','execution':'client','tools':["
                 "{'type':'function','name':'f','parameters':{'file_id':{}}},"
                 "{'type':'namespace','name':'n','tools':[{'type':'custom','name':'g'}]}]")),
  "2 messages, tools 3")
R("what the upstream's tools found is not known",
  INPUT(ITEM("web_search_call", ",'id':'ws_1','status':'completed'")),
  "1 messages, open to media")
R("an item of a new type", INPUT(ITEM("hologram", ",'data':'x'")), "1 messages, open to media")
R("an item of a new type that is in place",
  INPUT(ITEM("hologram", ",'image_url':'" PNG "'")), "1 messages, 1 image first input[0]")
R("a part of a new type", USER("{'type':'input_smell','data':'x'}"),
  "1 messages, open to media")
R("an item without a type that points", INPUT("{'x':'https://x/'}"), "1 messages, open to media")
R("an item without a type", INPUT("{'x':'y'}"), "1 messages")
R("summed up", INPUT(ITEM("compaction", ",'encrypted_content':'gAAA'")), "1 messages")

/* ---- thoughts ---- */
R("thoughts", INPUT(ITEM("reasoning", ",'id':'rs_1','summary':[],'encrypted_content':'gAAA'")),
  "1 messages")
R("thoughts in clear", INPUT(ITEM("reasoning", ",'summary':[{'type':'summary_text','text':'a'}],"
  "'content':[{'type':'reasoning_text','text':'b'}]")), "1 messages")
R("thoughts that stand elsewhere", INPUT(ITEM("reasoning", ",'id':'rs_1','summary':[]")),
  "1 messages, open")
R("thoughts of null", INPUT(ITEM("reasoning", ",'id':'rs_1','encrypted_content':null")),
  "1 messages, open")

/* ---- media ---- */
R("an image", USER("{'type':'input_text','text':'what?'},"
  "{'type':'input_image','image_url':'" PNG "'}"),
  "1 messages, 8 of media, 1 image first input[0].content[1]")
R("content that is one part", INPUT("{'role':'user','content':{'image_url':'" PNG "',"
  "'type':'input_image'}},{'content':{'x':'https://x/'}}"),
  "2 messages, 8 of media, open to media, 1 image first input[0]")
R("an image by a URL", USER("{'type':'input_image','image_url':'https://x/y.png'}"),
  "1 messages, 1 image first input[0].content[0]")
R("a large image", USER("{'type':'input_image','detail':'high','image_url':'" PNG "'}"),
  "1 messages, 8 of media, 1 image first input[0].content[0]")
R("a file", USER("{'type':'input_file','filename':'a.pdf','file_data':"
  "'data:application/pdf;base64,aGVsbG8='}"),
  "1 messages, 8 of media, 1 pdf first input[0].content[0]")
R("a file by a URL", USER("{'type':'input_file','file_url':'https://x/a.pdf'}"),
  "1 messages, 1 pdf first input[0].content[0]")
R("a file of another kind", USER("{'type':'input_file','file_data':'data:video/mp4;base64,AAAA'}"),
  "1 messages, open to media, 1 pdf first input[0].content[0]")
R("sound", USER("{'type':'input_audio','input_audio':{'data':'aGVsbG8=','format':'wav'}}"),
  "1 messages, 8 of media, 1 audio first input[0].content[0]")
R("a part where an item is due", INPUT("{'type':'input_image','image_url':'" PNG "'}"),
  "1 messages, 8 of media, 1 image first input[0]")
R("an image that was generated",
  INPUT(ITEM("image_generation_call", ",'id':'ig_1','status':'completed','result':'aGVsbG8='")),
  "1 messages, 8 of media, 1 image first input[0]")
R("an image that was generated, by its id", INPUT(ITEM("image_generation_call", ",'id':'ig_1'")),
  "1 messages, 1 image first input[0]")
R("images of two items",
  INPUT("{'role':'user','content':[{'type':'input_image','image_url':'" PNG "'}]},"
        "{'role':'user','content':[{'type':'input_image','image_url':'" PNG "'},"
        "{'image_url':'" PNG "','type':'input_image'}]}"),
  "2 messages, 24 of media, 3 image first input[0].content[0]")
R("an image in instructions", BODY("'instructions':[{'role':'system','content':["
  "{'type':'input_image','image_url':'" PNG "'}]}]"),
  "2 messages, 8 of media, 1 image first instructions[0].content[0]")
R("an item within its output", INPUT(ITEM("function_call_output", ",'output':[{'type':"
  "'input_image','image_url':'" PNG "'}],'image_url':'https://x/'")),
  "1 messages, 8 of media, 2 image first input[0].output[0]")

/* ---- tools ---- */
R("tools of the client",
  TOOLS("{'type':'function','name':'f','parameters':{'properties':{'file_id':{}}},'strict':true},"
        "{'type':'custom','name':'g','format':{'type':'grammar','syntax':'lark','definition':'x'}},"
        "{'type':'namespace','name':'n','description':'d','tools':[{'type':'function','name':'h'},"
        "{'type':'custom','name':'i'}]},{'type':'local_shell'},{'type':'apply_patch'},"
        "{'type':'computer'},{'type':'computer_use_preview','display_width':9}"),
  "1 messages, tools 9")
R("a search for tools, here", TOOLS("{'type':'tool_search','execution':'client',"
  "'parameters':{}}"), "1 messages, tools 1")
R("a search for tools, there", TOOLS("{'type':'tool_search'}"), "1 messages, tools 1, open")
R("a search for tools, by a server", TOOLS("{'type':'tool_search','execution':'server'}"),
  "1 messages, tools 1, open")
R("a shell, here", TOOLS("{'environment':{'type':'local'},'type':'shell'}"),
  "1 messages, tools 1")
R("a shell, there", TOOLS("{'type':'shell','environment':{'type':'container_auto'}}"),
  "1 messages, tools 1, open")
R("a shell that says another's word", TOOLS("{'type':'shell','execution':'client'}"),
  "1 messages, tools 1, open")
R("what a tool says holds for it alone",
  TOOLS("{'type':'namespace','tools':[{'type':'tool_search','execution':'client'},"
        "{'type':'tool_search'}]}"), "1 messages, tools 3, open")
R("web search", TOOLS("{'type':'web_search'}"), "1 messages, tools 1, open")
R("generating images", TOOLS("{'type':'image_generation'}"), "1 messages, tools 1, open")
R("a tool of a new type", TOOLS("{'type':'oracle'}"), "1 messages, tools 1, open")
R("a tool of the upstream in a namespace",
  TOOLS("{'type':'namespace','tools':[{'type':'web_search_preview'}]}"),
  "1 messages, tools 2, open")
R("namespaces deeper than that", TOOLS("{'tools':[{'tools':[{'tools':[{'tools':[{}]}]}]}]}"),
  "1 messages, tools 5, open")
R("tools that are none", TOOLS("1,'x',[{}],{}"), "1 messages, tools 4")

/* ---- what is stored ---- */
R("what was said before", BODY("'previous_response_id':'resp_1'"),
  "1 messages, stored previous_response_id")
R("... null", BODY("'previous_response_id':null,'conversation':null,'prompt':null,"
  "'background':false,'store':true"), "1 messages")
R("a conversation", BODY("'conversation':{'id':'conv_1'}"), "1 messages, stored conversation")
R("a stored prompt, and no input", "{'model':'m','prompt':{'id':'pmpt_1'}}",
  "0 messages, stored prompt")
R("an item by its id", INPUT(ITEM("item_reference", ",'id':'msg_1'")),
  "1 messages, open to media, stored input[0].type")
R("a file by its id", USER("{'type':'input_file','file_id':'file-1'}"),
  "1 messages to media, stored input[0].content[0].file_id, 1 pdf first input[0].content[0]")
R("an image by its id", USER("{'type':'input_image','file_id':'file-1'}"),
  "1 messages to media, stored input[0].content[0].file_id, 1 image first input[0].content[0]")
R("stores of vectors", TOOLS("{'type':'file_search','vector_store_ids':['vs_1']}"),
  "1 messages, tools 1, open to media, stored tools[0].vector_store_ids")
R("a container", TOOLS("{'type':'code_interpreter','container':{'type':'auto'}}"),
  "1 messages, tools 1, open to media, stored tools[0].container")
R("a container of a shell",
  TOOLS("{'type':'shell','environment':{'type':'container_reference','container_id':'c'}}"),
  "1 messages, tools 1, open to media, stored tools[0].environment.container_id")
R("mcp", TOOLS("{'type':'mcp','server_label':'x','server_url':'https://x/'}"),
  "1 messages, tools 1, open to media, stored tools[0].type")
R("mcp, as it is answered",
  INPUT(ITEM("mcp_approval_response", ",'approval_request_id':'a','approve':true")),
  "1 messages, open to media, stored input[0].type")
R("a file by its id, in a text of a vendor", "{'model':'m','input':'fileid://file-fe-a'}",
  "1 messages, fileid input")
R("... in instructions", BODY("'instructions':'fileid://file-fe-a'"),
  "1 messages, fileid instructions")
R("... in an output", INPUT(ITEM("function_call_output", ",'output':'fileid://f'")),
  "1 messages, fileid input[0].output")
R("... in a part", USER("{'type':'input_text','text':'fileid://f'}"),
  "1 messages, fileid input[0].content[0].text")

/* ---- bounds ---- */
R("a bound", BODY("'max_output_tokens':99"), "1 messages, max 99")
R("a bound of null", BODY("'max_output_tokens':null"), "1 messages")
R("a bound of 0", BODY("'max_output_tokens':0"), "1 messages")
R("a bound that is none", BODY("'max_output_tokens':'99'"), "1 messages, max -1")
R("another bound", BODY("'max_tokens':9"), "1 messages, max -1")
R("another bound beside it", BODY("'max_output_tokens':9,'max_completion_tokens':99"),
  "1 messages, max -1")
R("a bound in what may be merged", BODY("'extra_body':{'max_output_tokens':9}"),
  "1 messages, asks, max -1")
R("choices", BODY("'n':2"), "1 messages, n 128")
R("a search", BODY("'enable_search':true"), "1 messages, open")
R("summing up there", BODY("'context_management':[{'type':'compaction',"
  "'compact_threshold':1000}]"), "1 messages, open")

/* ---- thinking ---- */
R("an effort", BODY("'reasoning':{'effort':'high','summary':'auto'}"), "1 messages, native")
R("no effort", BODY("'reasoning':{'effort':'none'}"), "1 messages, native off")
R("a summary says nothing of it", BODY("'reasoning':{'summary':'auto'}"), "1 messages")
R("an effort of null", BODY("'reasoning':{'effort':null}"), "1 messages")
R("reasoning in other words", BODY("'reasoning':{'max_tokens':9}"), "1 messages, asks")
R("reasoning that is no object", BODY("'reasoning':'high'"), "1 messages, asks")
R("reasoning of null", BODY("'reasoning':null"), "1 messages")
R("a chat's effort", BODY("'reasoning_effort':'high'"), "1 messages, asks")
R("our switch", BODY("'llmgw_thinking':false"), "1 messages, don't think")
R("the vendor's switch", BODY("'enable_thinking':true,'thinking_budget':9"),
  "1 messages, think, asks, budget 9")
