/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_talk.h - rows of test_chat_request.c:
 * conversations. */

/* texts */
TALK("a string", (0), HI, "'messages':[" HI_OUT "]", "")
TALK("Chinese and escapes stay as they are written", (0),
  "{'role':'user','content':"
  "'\344\275\240\345\245\275 \\u4f60 \\n \\'x\\' \360\237\230\200 \\/'}",
  "'messages':[{'role':'user','content':[{'type':'text','text':"
  "'\344\275\240\345\245\275 \\u4f60 \\n \\'x\\' \360\237\230\200 \\/'}]}]",
  "")
TALK("parts, and empty ones", (0),
  "{'role':'user','content':[{'type':'text','text':'a'},{'type':'text',"
  "'text':''},{'type':'text','text':' \\n\\t\\r\\f\\u0020\\u000a'},{'type':"
  "'text','text':' b '}]}",
  "'messages':[{'role':'user','content':[{'type':'text','text':'a'},{"
  "'type':'text','text':' b '}]}]", "")
TALK("a blank that is none", (0), "{'role':'user','content':'\\u00a0'}",
  "'messages':[{'role':'user','content':[{'type':'text','text':"
  "'\\u00a0'}]}]", "")
TALK("cache_control is kept byte for byte", (0),
  "{'role':'user','content':[{'type':'text','text':'a','cache_control': {"
  "'ttl' : '1h', 'type':'ephemeral'}},{'type':'text','text':'b',"
  "'cache_control':null}]}",
  "'messages':[{'role':'user','content':[{'type':'text','text':'a',"
  "'cache_control':{'ttl' : '1h', 'type':'ephemeral'}},{'type':'text',"
  "'text':'b'}]}]", "")
TALK("cache_control beside the content ends it", (0),
  "{'role':'user','content':'a'," EPHEMERAL "},{'role':'user','content':[{"
  "'type':'text','text':'b','cache_control':{'x':1}}],'cache_control':{'x':"
  "2}}", "'messages':[{'role':'user','content':[{'type':'text','text':'a',"
  EPHEMERAL "},{'type':'text','text':'b','cache_control':{'x':1}}]}]", "")
TALK("cache_control of an empty text goes with it", (0),
  "{'role':'user','content':[{'type':'text','text':'a'},{'type':'text',"
  "'text':' '," EPHEMERAL "}]}",
  "'messages':[{'role':'user','content':[{'type':'text','text':'a'}]}]",
  "messages[].content[].cache_control")
TALK("names, details and unknown members are named", (0),
  "{'role':'system','content':'s','name':'x'},{'role':'user','name':'joe',"
  "'content':[{'type':'text','text':'a','id':'7'}],'a b':1,'x':null}",
  "'system':[{'type':'text','text':'s'}],'messages':[{'role':'user',"
  "'content':[{'type':'text','text':'a'}]}]",
  "messages[].name, messages[].content[].id")
TALK("a member whose name has escapes", (0),
  "{'r\\u006fle':'user','c\\u006fntent':'hi','n\\u0061me':'joe'}",
  "'messages':[" HI_OUT "]", "messages[].name")

/* system texts */
TALK("system and developer, wherever they stand", (0),
  "{'role':'system','content':'a'}," HI ",{'role':'developer','content':[{"
  "'type':'text','text':'b'," EPHEMERAL "},{'type':'text','text':'c'}]}," HI
  ",{'role':'system','content':'d'}",
  "'system':[{'type':'text','text':'a'},{'type':'text','text':'b',"
  EPHEMERAL "},{'type':'text','text':'c'},{'type':'text','text':'d'}],"
  "'messages':[{'role':'user','content':[{'type':'text','text':'hi'},{"
  "'type':'text','text':'hi'}]}]", "")
TALK("empty ones are dropped", (0),
  "{'role':'system','content':''},{'role':'system','content':null},{'role':"
  "'developer','content':[]},{'role':'system'}," HI, "'messages':[" HI_OUT "]",
  "")
TALK("its cache_control beside it", (0),
  "{'role':'system','content':'a'," EPHEMERAL "},{'role':'system',"
  "'content':''," EPHEMERAL "}," HI,
  "'system':[{'type':'text','text':'a'," EPHEMERAL "}],'messages':[" HI_OUT
  "]", "")

/* images and files */
TALK("an image in the body", (0),
  "{'role':'user','content':[{'type':'text','text':'a'},{'type':"
  "'image_url','image_url':{'url':'data:image/png;base64,iVBORw0KGgo='}}]}",
  "'messages':[{'role':'user','content':[{'type':'text','text':'a'},{"
  "'type':'image','source':{'type':'base64','media_type':'image/png',"
  "'data':'iVBORw0KGgo='}}]}]", "")
TALK("in other letters, with parameters, slashes and lines", (0),
  "{'role':'user','content':[{'type':'image_url','image_url':{'url':'DATA:"
  "Image\\/JPG;charset=x;BASE64,iVBO\\nRw\\/\\r\\nKGgo='}}]}",
  "'messages':[{'role':'user','content':[{'type':'image','source':{'type':"
  "'base64','media_type':'image/jpeg','data':'iVBORw/KGgo='}}]}]", "")
TALK("by URL, with detail and a marker", (0),
  "{'role':'user','content':[{'type':'image_url','image_url':{'url':'https:"
  "\\/\\/h\\/a.png?x=1&y=\\'','detail':'high'}," EPHEMERAL "}]}",
  "'messages':[{'role':'user','content':[{'type':'image','source':{'type':"
  "'url','url':'https:\\/\\/h\\/a.png?x=1&y=\\''}," EPHEMERAL "}]}]",
  "messages[].content[].image_url.detail")
TALK("an URL without an object", (0),
  "{'role':'user','content':[{'type':'image_url','image_url':'http:"
  "//h/a.gif'}]}",
  "'messages':[{'role':'user','content':[{'type':'image','source':{'type':"
  "'url','url':'http://h/a.gif'}}]}]", "")
TALK("a PDF", (0),
  "{'role':'user','content':[{'type':'file','file':{'filename':"
  "'a \\'b\\'.pdf','file_data':'data:application/pdf;base64,JVBERi0='}},{"
  "'type':'file','file':{'filename':'','file_id':null,'file_data':'data:"
  "application/pdf;base64,JVBERi0='}}]}",
  "'messages':[{'role':'user','content':[{'type':'document','source':{"
  "'type':'base64','media_type':'application/pdf','data':'JVBERi0='},"
  "'title':'a \\'b\\'.pdf'},{'type':'document','source':{'type':'base64',"
  "'media_type':'application/pdf','data':'JVBERi0='}}]}]", "")

/* turns */
TALK("neighbours of one role are one message", (0),
  HI ",{'role':'assistant','content':'a'},{'role':'assistant','content':[{"
  "'type':'text','text':'b'},{'type':'refusal','refusal':'c'}],'refusal':"
  "null},{'role':'user','content':'d'}," HI,
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':'text',"
  "'text':'a'},{'type':'text','text':'b'},{'type':'text','text':'c'}]},{"
  "'role':'user','content':[{'type':'text','text':'d'},{'type':'text',"
  "'text':'hi'}]}]", "")
TALK("a refusal is a text; thoughts without a signature go", (0),
  HI ",{'role':'assistant','content':null,'refusal':'no',"
  "'reasoning_content':'because','annotations':[],'audio':null,"
  "'function_call':null,'tool_calls':null}," HI,
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':'text',"
  "'text':'no'}]}," HI_OUT "]", "")
TALK("thoughts as parts go, too", (0),
  HI ",{'role':'assistant','content':[{'type':'thinking','thinking':'hm'},{"
  "'type':'reasoning'},{'type':'text','text':'a'}]}," HI,
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':'text',"
  "'text':'a'}]}," HI_OUT "]", "")
TALK("the last message is the assistant's, its blanks too", (0),
  HI ",{'role':'assistant','content':'{ ','partial':true}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':'text',"
  "'text':'{ '}]}]", "")
TALK("the first one is", (0), "{'role':'assistant','content':'a'}," HI,
  "'messages':[{'role':'assistant','content':[{'type':'text','text':'a'}]},"
  HI_OUT "]", "")

/* calls and results */
TALK("a call keeps the bytes of its arguments", (0),
  HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'call_1',"
  "'type':'function','function':{'name':'get_weather','arguments':'{"
  "\\'z\\': 1.0, \\'a\\':[123456789012345678901234567890,1e-7,-0],\\'s\\':"
  "\\'\345\214\227\344\272\254 \\\\u5317 \\\\\\'q\\\\\\' \\\\\\\\\\',"
  "\\'z\\':1}'}}]},{'role':'tool','tool_call_id':'call_1','content':"
  "'20 \302\260C'}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'call_1','name':'get_weather','input':{'z': 1.0, 'a':["
  "123456789012345678901234567890,1e-7,-0],'s':"
  "'\345\214\227\344\272\254 \\u5317 \\'q\\' \\\\','z':1}}]},{'role':"
  "'user','content':[{'type':'tool_result','tool_use_id':'call_1',"
  "'content':'20 \302\260C'}]}]", "")
TALK("a custom call's text is the only member of its input", (0),
  HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'a','type':"
  "'custom','custom':{'name':'f','input':'*** a\\n\\u4f60','y':1}},{'id':"
  "'b','type':'custom','custom':{'name':'g'}}]},{'role':'tool',"
  "'tool_call_id':'b','content':'B'},{'role':'tool','tool_call_id':'a',"
  "'content':'A'}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{'input':'*** a\\n\\u4f60'}},{"
  "'type':'tool_use','id':'b','name':'g','input':{'input':''}}]},{'role':"
  "'user','content':[{'type':'tool_result','tool_use_id':'b','content':'B'},"
  "{'type':'tool_result','tool_use_id':'a','content':'A'}]}]",
  "messages[].tool_calls[].custom.y")
TALK("escapes of the string are undone once", (0),
  HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'c',"
  "'function':{'name':'f','arguments':'\\u007b\\n\\'\\\\u4f60\\':"
  " \\'\\/\\'}\\n'}}]},{'role':'tool','tool_call_id':'c','content':'ok'}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'c','name':'f','input':{\012'\\u4f60': '/'}}]},{'role':"
  "'user','content':[{'type':'tool_result','tool_use_id':'c','content':"
  "'ok'}]}]", "")
TALK("no arguments", (0),
  HI ",{'role':'assistant','content':'','tool_calls':[{'id':'a','type':"
  "'function','function':{'name':'f','arguments':''}},{'id':'b','type':"
  "'function','function':{'name':'g','arguments':' \\n'}},{'id':'c','type':"
  "'function','function':{'name':'h'}},{'id':'d','function':{'name':'i',"
  "'arguments':null}}]},{'role':'tool','tool_call_id':'a','content':'ok'},{"
  "'role':'tool','tool_call_id':'b','content':'ok'},{'role':'tool',"
  "'tool_call_id':'c','content':'ok'},{'role':'tool','tool_call_id':'d',"
  "'content':'ok'}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{}},{'type':'tool_use','id':'b',"
  "'name':'g','input':{}},{'type':'tool_use','id':'c','name':'h','input':{"
  "}},{'type':'tool_use','id':'d','name':'i','input':{}}]},{'role':'user',"
  "'content':[{'type':'tool_result','tool_use_id':'a','content':'ok'},{"
  "'type':'tool_result','tool_use_id':'b','content':'ok'},{'type':"
  "'tool_result','tool_use_id':'c','content':'ok'},{'type':'tool_result',"
  "'tool_use_id':'d','content':'ok'}]}]", "")
TALK("parallel calls, results in another order, and what the user says", (0),
  HI ",{'role':'assistant','content':'I look','tool_calls':[{'id':'a',"
  "'type':'function','function':{'name':'f','arguments':'{}'}},{'id':'b',"
  "'type':'function','function':{'name':'g','arguments':'{}'}}]},{'role':"
  "'system','content':'s'},{'role':'tool','tool_call_id':'b','content':"
  "'ok'},{'role':'tool','tool_call_id':'a','content':[{'type':'text',"
  "'text':'x'},{'type':'text','text':''}]}," HI,
  "'system':[{'type':'text','text':'s'}],'messages':[" HI_OUT ",{'role':"
  "'assistant','content':[{'type':'text','text':'I look'},{'type':"
  "'tool_use','id':'a','name':'f','input':{}},{'type':'tool_use','id':'b',"
  "'name':'g','input':{}}]},{'role':'user','content':[{'type':"
  "'tool_result','tool_use_id':'b','content':'ok'},{'type':'tool_result',"
  "'tool_use_id':'a','content':[{'type':'text','text':'x'}]},{'type':"
  "'text','text':'hi'}]}]", "")
TALK("results that say nothing", (0),
  HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'a','type':"
  "'function','function':{'name':'f','arguments':'{}'}},{'id':'b','type':"
  "'function','function':{'name':'f','arguments':'{}'}},{'id':'c','type':"
  "'function','function':{'name':'f','arguments':'{}'}},{'id':'d','type':"
  "'function','function':{'name':'f','arguments':'{}'}}]},{'role':'tool',"
  "'tool_call_id':'a','content':''},{'role':'tool','tool_call_id':'b',"
  "'content':null},{'role':'tool','tool_call_id':'c','content':[]},{'role':"
  "'tool','tool_call_id':'d'}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{}},{'type':'tool_use','id':'b',"
  "'name':'f','input':{}},{'type':'tool_use','id':'c','name':'f','input':{"
  "}},{'type':'tool_use','id':'d','name':'f','input':{}}]},{'role':'user',"
  "'content':[{'type':'tool_result','tool_use_id':'a'},{'type':"
  "'tool_result','tool_use_id':'b'},{'type':'tool_result','tool_use_id':"
  "'c'},{'type':'tool_result','tool_use_id':'d'}]}]", "")
TALK("an image in a result, and a marker", (0),
  HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'a','type':"
  "'function','function':{'name':'f','arguments':'{}'}},{'id':'b','type':"
  "'function','function':{'name':'f','arguments':'{}'}}]},{'role':'tool',"
  "'tool_call_id':'a','content':[{'type':'image_url','image_url':{'url':"
  "'data:image/gif;base64,R0lG'}},{'type':'text','text':'x'," EPHEMERAL
  "}]},{'role':'tool','tool_call_id':'b','content':'x'," EPHEMERAL "}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{}},{'type':'tool_use','id':'b',"
  "'name':'f','input':{}}]},{'role':'user','content':[{'type':"
  "'tool_result','tool_use_id':'a','content':[{'type':'image','source':{"
  "'type':'base64','media_type':'image/gif','data':'R0lG'}},{'type':'text',"
  "'text':'x'}]," EPHEMERAL "},{'type':'tool_result','tool_use_id':'b',"
  "'content':'x'," EPHEMERAL "}]}]", "")
TALK("two rounds, and an answer", (0),
  HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'a','type':"
  "'function','function':{'name':'f','arguments':'{}'}}]},{'role':'tool',"
  "'tool_call_id':'a','content':'ok'},{'role':'assistant','content':null,"
  "'tool_calls':[{'id':'b','type':'function','function':{'name':'f',"
  "'arguments':'{}'}}]},{'role':'tool','tool_call_id':'b','content':'ok'},{"
  "'role':'assistant','content':'done'}," HI,
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{}}]},{'role':'user','content':[{"
  "'type':'tool_result','tool_use_id':'a','content':'ok'}]},{'role':"
  "'assistant','content':[{'type':'tool_use','id':'b','name':'f','input':{"
  "}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':'b',"
  "'content':'ok'}]},{'role':'assistant','content':[{'type':'text','text':"
  "'done'}]}," HI_OUT "]", "")
TALK("a result without an id, by its name", (0),
  HI ",{'content':'','role':'assistant','tool_calls':[{'function':{'name':"
  "'get_current_weather','arguments':'{\\'location\\': \\'Singapore\\'}'},"
  "'index':0,'id':'','type':'function'}]},{'name':'get_current_weather',"
  "'role':'tool','content':'Singapore is sunny today.'}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'call_1_0','name':'get_current_weather','input':{"
  "'location': 'Singapore'}}]},{'role':'user','content':[{'type':"
  "'tool_result','tool_use_id':'call_1_0','content':"
  "'Singapore is sunny today.'}]}]", "")
TALK("the oldest of its name", (0),
  HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'a','type':"
  "'function','function':{'name':'f','arguments':'{}'}},{'id':'b','type':"
  "'function','function':{'name':'g','arguments':'{}'}},{'id':'c','type':"
  "'function','function':{'name':'f','arguments':'{}'}}]},{'role':'tool',"
  "'name':'f','content':'1'},{'role':'tool','name':'f','content':'2'},{"
  "'role':'tool','tool_call_id':'','content':'3'}",
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{}},{'type':'tool_use','id':'b',"
  "'name':'g','input':{}},{'type':'tool_use','id':'c','name':'f','input':{"
  "}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':'a',"
  "'content':'1'},{'type':'tool_result','tool_use_id':'c','content':'2'},{"
  "'type':'tool_result','tool_use_id':'b','content':'3'}]}]", "")
TALK("ids of other letters, and ids that come again", (0),
  HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'functions.f:"
  "0','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'call_0','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'call_0','content':'ok'},{'role':'tool',"
  "'tool_call_id':'functions.f:0','content':'ok'},{'role':'assistant',"
  "'content':null,'tool_calls':[{'id':'call_0','type':'function',"
  "'function':{'name':'f','arguments':'{}'}}]},{'role':'tool',"
  "'tool_call_id':'call_0','content':'ok'}," HI,
  "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'call_1_0','name':'f','input':{}},{'type':'tool_use',"
  "'id':'call_0','name':'f','input':{}}]},{'role':'user','content':[{"
  "'type':'tool_result','tool_use_id':'call_0','content':'ok'},{'type':"
  "'tool_result','tool_use_id':'call_1_0','content':'ok'}]},{'role':"
  "'assistant','content':[{'type':'tool_use','id':'call_0_4','name':'f',"
  "'input':{}}]},{'role':'user','content':[{'type':'tool_result',"
  "'tool_use_id':'call_0_4','content':'ok'},{'type':'text','text':'hi'}]}]",
  "")
TALK("the old spelling", (0),
  HI ",{'role':'assistant','content':null,'function_call':{'name':'f',"
  "'arguments':'{\\'a\\':1}'}},{'role':'function','name':'f','content':"
  "'ok'}", "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'call_1_0','name':'f','input':{'a':1}}]},{'role':'user',"
  "'content':[{'type':'tool_result','tool_use_id':'call_1_0','content':"
  "'ok'}]}]", "")
