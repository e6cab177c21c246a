/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_bad.h - rows of test_chat_request.c:
 * what is refused. */

/* what is refused: texts and media */
BAD("empty content", (0), HEAD_TALK "{'role':'user','content':''}]}",
  INVALID_PARAMETER, "messages[0].content")
BAD("content of blanks", (0),
  HEAD_TALK HI ",{'role':'user','content':[{'type':'text','text':"
  "' \\n'}]}]}", INVALID_PARAMETER, "messages[1].content")
BAD("no content", (0), HEAD_TALK "{'role':'user'}]}", INVALID_PARAMETER,
  "messages[0].content")
BAD("an empty list", (0), HEAD_TALK "{'role':'user','content':[]}]}",
  INVALID_PARAMETER, "messages[0].content")
BAD("an assistant that says nothing", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null}," HI "]}",
  INVALID_PARAMETER, "messages[1].content")
BAD("content that is a number", (0), HEAD_TALK "{'role':'user','content':7}]}",
  INVALID_PARAMETER, "messages[0].content")
BAD("a message that is none", (0), HEAD_TALK "'hi']}", INVALID_PARAMETER,
  "messages[0]")
BAD("no role", (0), HEAD_TALK "{'content':'hi'}]}", INVALID_PARAMETER,
  "messages[0].role")
BAD("an unknown role", (0), HEAD_TALK "{'role':'model','content':'hi'}]}",
  INVALID_PARAMETER, "messages[0].role")
BAD("only a system text", (0), HEAD_TALK "{'role':'system','content':'hi'}]}",
  INVALID_PARAMETER, "messages")
BAD("an unknown part", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'text','text':'a'},{'type':"
  "'hologram','hologram':{}}]}]}", INVALID_PARAMETER,
  "messages[0].content[1].type")
BAD("a part without a type", (0),
  HEAD_TALK "{'role':'user','content':[{'text':'a'}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].type")
BAD("a part that is a string", (0),
  HEAD_TALK "{'role':'user','content':['a']}]}", INVALID_PARAMETER,
  "messages[0].content[0]")
BAD("a text that is none", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'text','text':{'x':1}}]}]}",
  INVALID_PARAMETER, "messages[0].content[0].text")
BAD("a text that is missing", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'text'}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].text")
BAD("input_audio", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'text','text':'a'},{'type':"
  "'input_audio','input_audio':{'data':'QUJD','format':'wav'}}]}]}",
  UNSUPPORTED_MODALITY, "messages[0].content[1]")
BAD("video_url", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'text','text':'a'},{'type':"
  "'video_url','video_url':{'data':'QUJD','format':'wav'}}]}]}",
  UNSUPPORTED_MODALITY, "messages[0].content[1]")
BAD("video", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'text','text':'a'},{'type':"
  "'video','video':{'data':'QUJD','format':'wav'}}]}]}", UNSUPPORTED_MODALITY,
  "messages[0].content[1]")
BAD("audio", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'text','text':'a'},{'type':"
  "'audio','audio':{'data':'QUJD','format':'wav'}}]}]}", UNSUPPORTED_MODALITY,
  "messages[0].content[1]")
BAD("audio_url", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'text','text':'a'},{'type':"
  "'audio_url','audio_url':{'data':'QUJD','format':'wav'}}]}]}",
  UNSUPPORTED_MODALITY, "messages[0].content[1]")
BAD("invalid base64", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:image/png;base64,iVBORw0KGgo'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("other letters in it", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:image/png;base64,iVBO*w0KGgo='}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("padding inside", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:image/png;base64,iV==Rw0K'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("the letters of URLs", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:image/png;base64,iV-_Rw0K'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("an empty image", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:image/png;base64,'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("no base64", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:image/png,abcd'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("no comma", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:image/png;base64'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("an image that is none", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:text/plain;base64,QUJD'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("an image of another kind", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'data:image/tiff;base64,QUJD'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("an URL of another kind", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'ftp://h/a.png'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].image_url.url")
BAD("no URL", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "}}]}]}", INVALID_PARAMETER, "messages[0].content[0].image_url.url")
BAD("no image_url", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url'}]}]}",
  INVALID_PARAMETER, "messages[0].content[0].image_url")
BAD("a file that is no PDF", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'file','file':{'file_data':"
  "'data:text/plain;base64,QUJD'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].file.file_data")
BAD("a PDF of invalid base64", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'file','file':{'file_data':"
  "'data:application/pdf;base64,QUJ'}}]}]}", INVALID_PARAMETER,
  "messages[0].content[0].file.file_data")
BAD("a file that is stored", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'file','file':{'file_id':"
  "'file-1'}}]}]}", UNSUPPORTED_PARAMETER,
  "messages[0].content[0].file.file_id")
BAD("no file", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'file','file':null}]}]}",
  INVALID_PARAMETER, "messages[0].content[0].file")
BAD("thoughts of the user", (0),
  HEAD_TALK "{'role':'user','content':[{'type':'thinking','thinking':"
  "'hm'}]}]}", INVALID_PARAMETER, "messages[0].content[0].type")
BAD("an image of the system", (0),
  HEAD_TALK "{'role':'system','content':[{'type':'image_url','image_url':{"
  "'url':'http://h/a'}}]}," HI "]}", INVALID_PARAMETER,
  "messages[0].content[0].type")
BAD("an image of the assistant", (0),
  HEAD_TALK HI ",{'role':'assistant','content':[{'type':'image_url',"
  "'image_url':{'url':'http://h/a'}}]}]}", INVALID_PARAMETER,
  "messages[1].content[0].type")
BAD("sound that is stored", (0),
  HEAD_TALK HI ",{'role':'assistant','content':'a','audio':{'id':"
  "'audio_1'}}," HI "]}", UNSUPPORTED_PARAMETER, "messages[1].audio")

/* what is refused: calls and results */
BAD("arguments that are no JSON", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'{\\'a\\':"
  "'}}]},{'role':'tool','tool_call_id':'x','content':'ok'},{'role':'tool',"
  "'tool_call_id':'y','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[1].function.arguments")
BAD("... a list", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'[1]'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'},{'role':'tool',"
  "'tool_call_id':'y','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[1].function.arguments")
BAD("... a word", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'null'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'},{'role':'tool',"
  "'tool_call_id':'y','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[1].function.arguments")
BAD("... two of them", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'{} {}'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'},{'role':'tool',"
  "'tool_call_id':'y','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[1].function.arguments")
BAD("... of bare names", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'{a:1}'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'},{'role':'tool',"
  "'tool_call_id':'y','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[1].function.arguments")
BAD("... with a line break in a string", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'{\\'a\\':"
  "\\'\\n\\'}'}}]},{'role':'tool','tool_call_id':'x','content':'ok'},{"
  "'role':'tool','tool_call_id':'y','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[1].function.arguments")
BAD("... with a comma too many", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'{\\'a\\':1,"
  "}'}}]},{'role':'tool','tool_call_id':'x','content':'ok'},{'role':'tool',"
  "'tool_call_id':'y','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[1].function.arguments")
BAD("... that are no string", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','function':{'name':'f','arguments':{}}}]},{'role':'tool',"
  "'tool_call_id':'x','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[0].function.arguments")
BAD("... in the old spelling", (0),
  HEAD_TALK HI ",{'role':'assistant','function_call':{'name':'f',"
  "'arguments':'x'}}]}", INVALID_PARAMETER,
  "messages[1].function_call.arguments")
BAD("a call without a result", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'}," HI "]}",
  INVALID_PARAMETER, "messages[1].tool_calls[1]")
BAD("... before the user says something", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]}," HI
  ",{'role':'tool','tool_call_id':'x','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[0]")
BAD("... before the assistant goes on", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'assistant','content':'a'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[0]")
BAD("... at the end", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]}]}",
  INVALID_PARAMETER, "messages[1].tool_calls[0]")
BAD("a result without a call", (0),
  HEAD_TALK HI ",{'role':'tool','tool_call_id':'x','content':'ok'}]}",
  INVALID_PARAMETER, "messages[1].tool_call_id")
BAD("... of another turn", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'},{'role':'assistant',"
  "'content':'a'},{'role':'tool','tool_call_id':'x','content':'ok'}]}",
  INVALID_PARAMETER, "messages[4].tool_call_id")
BAD("... of another id", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'y','content':'ok'}]}", INVALID_PARAMETER,
  "messages[2].tool_call_id")
BAD("a result twice", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'},{'role':'tool',"
  "'tool_call_id':'x','content':'ok'}]}", INVALID_PARAMETER,
  "messages[3].tool_call_id")
BAD("a result after the user", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'}," HI ",{'role':'tool',"
  "'tool_call_id':'x','content':'ok'}]}", INVALID_PARAMETER,
  "messages[4].tool_call_id")
BAD("a result without an id, of two calls", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'y','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','content':'a'}]}", INVALID_PARAMETER,
  "messages[2].tool_call_id")
BAD("... of another name", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','name':'g','content':'a'}]}", INVALID_PARAMETER,
  "messages[2].tool_call_id")
BAD("an id twice in a message", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}},{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'x','content':'ok'},{'role':'tool',"
  "'tool_call_id':'x','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[1].id")
BAD("an id that is none", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':7,"
  "'function':{'name':'f'}}]}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[0].id")
BAD("a call of another kind", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'mcp','mcp':{'name':'f'}}]},{'role':'tool',"
  "'tool_call_id':'x','content':'ok'}]}", UNSUPPORTED_PARAMETER,
  "messages[1].tool_calls[0].type")
BAD("a custom call of nothing", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'custom','function':{'name':'f'}}]},{'role':'tool',"
  "'tool_call_id':'x','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[0].custom")
BAD("a custom call with no text", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'custom','custom':{'name':'f','input':{}}}]},{'role':'tool',"
  "'tool_call_id':'x','content':'ok'}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[0].custom.input")
BAD("a call of nothing", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function'}]},{'role':'tool','tool_call_id':'x','content':"
  "'ok'}]}", INVALID_PARAMETER, "messages[1].tool_calls[0].function")
BAD("a call without a name", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','function':{'arguments':'{}'}}]}]}", INVALID_PARAMETER,
  "messages[1].tool_calls[0].function.name")
BAD("a call of too long a name", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':"
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',"
  "'arguments':'{}'}}]},{'role':'tool','tool_call_id':'x','content':'ok'}]}",
  INVALID_PARAMETER, "messages[1].tool_calls[0].function.name")
BAD("calls that are no list", (0),
  HEAD_TALK HI ",{'role':'assistant','tool_calls':{}}]}", INVALID_PARAMETER,
  "messages[1].tool_calls")
BAD("sound in a result", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'x','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'x','content':[{'type':'input_audio',"
  "'input_audio':{'data':'QUJD'}}]}]}", UNSUPPORTED_MODALITY,
  "messages[2].content[0]")

/* what is refused: tools */
BAD("a name of 65", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'function','function':{'name':"
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}}]}",
  INVALID_PARAMETER, "tools[1].function.name")
BAD("a name of other letters", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'a.b'}}]}",
  INVALID_PARAMETER, "tools[0].function.name")
BAD("an empty name", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':''}}]}",
  INVALID_PARAMETER, "tools[0].function.name")
BAD("no name", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'description':"
  "'d'}}]}", INVALID_PARAMETER, "tools[0].function.name")
BAD("a name twice", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'function','function':{'name':'g'}},{'type':'function',"
  "'function':{'name':'\\u0066'}}]}", INVALID_PARAMETER,
  "tools[2].function.name")
BAD("... in both spellings", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}}],"
  "'functions':[{'name':'f'}]}", INVALID_PARAMETER, "functions[0].name")
BAD("a tool of the vendor", (0),
  HEAD_TALK HI "],'tools':[{'type':'web_search'}]}", UNSUPPORTED_PARAMETER,
  "tools[0].type")
BAD("a custom tool of nothing", (0),
  HEAD_TALK HI "],'tools':[{'type':'custom','function':{'name':'f'}}]}",
  INVALID_PARAMETER, "tools[0].custom")
BAD("a custom tool without a name", (0),
  HEAD_TALK HI "],'tools':[{'type':'custom','custom':{}}]}",
  INVALID_PARAMETER, "tools[0].custom.name")
BAD("a custom tool of a function's name", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'custom','custom':{'name':'f'}}]}", INVALID_PARAMETER,
  "tools[1].custom.name")
BAD("a custom tool described by a number", (0),
  HEAD_TALK HI "],'tools':[{'type':'custom','custom':{'name':'f',"
  "'description':1}}]}", INVALID_PARAMETER, "tools[0].custom.description")
BAD("a format that is none", (0),
  HEAD_TALK HI "],'tools':[{'type':'custom','custom':{'name':'f',"
  "'format':'text'}}]}", INVALID_PARAMETER, "tools[0].custom.format")
BAD("a format of another kind", (0),
  HEAD_TALK HI "],'tools':[{'type':'custom','custom':{'name':'f',"
  "'format':{'type':'json'}}}]}", INVALID_PARAMETER,
  "tools[0].custom.format")
BAD("a grammar without its text", (0),
  HEAD_TALK HI "],'tools':[{'type':'custom','custom':{'name':'f',"
  "'format':{'type':'grammar','grammar':{'syntax':'lark'}}}}]}",
  INVALID_PARAMETER, "tools[0].custom.format")
BAD("a tool that is none", (0), HEAD_TALK HI "],'tools':['f']}",
  INVALID_PARAMETER, "tools[0]")
BAD("tools that are no list", (0), HEAD_TALK HI "],'tools':{}}",
  INVALID_PARAMETER, "tools")
BAD("no function", (0), HEAD_TALK HI "],'tools':[{'type':'function'}]}",
  INVALID_PARAMETER, "tools[0].function")
BAD("parameters that are no schema", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f',"
  "'parameters':[]}}]}", INVALID_PARAMETER, "tools[0].function.parameters")
BAD("a description that is none", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f',"
  "'description':1}}]}", INVALID_PARAMETER, "tools[0].function.description")
BAD("strict that is no bool", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f',"
  "'strict':'yes'}}]}", INVALID_PARAMETER, "tools[0].function.strict")
BAD("the choice of an unknown tool", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'function','function':{'name':'g'}}],'tool_choice':{'type':"
  "'function','function':{'name':'h'}}}", INVALID_PARAMETER,
  "tool_choice.function.name")
BAD("an unknown choice", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'function','function':{'name':'g'}}],'tool_choice':'any'}",
  INVALID_PARAMETER, "tool_choice")
BAD("a choice of another kind", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'function','function':{'name':'g'}}],'tool_choice':{'type':"
  "'custom','custom':{'name':'f'}}}", INVALID_PARAMETER,
  "tool_choice.custom.name")
BAD("a choice of no kind", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}}],"
  "'tool_choice':{'type':'mcp','function':{'name':'f'}}}",
  INVALID_PARAMETER, "tool_choice")
BAD("allowed is one of another kind", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}}],"
  "'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'auto',"
  "'tools':[{'type':'custom','custom':{'name':'f'}}]}}}", INVALID_PARAMETER,
  "tool_choice.allowed_tools.tools[0]")
BAD("unknown tools allowed", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'function','function':{'name':'g'}}],'tool_choice':{'type':"
  "'allowed_tools','allowed_tools':{'mode':'auto','tools':[{'type':"
  "'function','function':{'name':'h'}}]}}}", INVALID_PARAMETER,
  "tool_choice.allowed_tools.tools[0]")
BAD("allowed in no mode", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'function','function':{'name':'g'}}],'tool_choice':{'type':"
  "'allowed_tools','allowed_tools':{'tools':[]}}}", INVALID_PARAMETER,
  "tool_choice.allowed_tools")
BAD("parallel_tool_calls that is no bool", (0),
  HEAD_TALK HI "],'tools':[{'type':'function','function':{'name':'f'}},{"
  "'type':'function','function':{'name':'g'}}],'parallel_tool_calls':'no'}",
  INVALID_PARAMETER, "parallel_tool_calls")

/* what is refused: the rest */
BAD("two choices", (0), HEAD_TALK HI "],'n':2}", UNSUPPORTED_PARAMETER, "n")
BAD("choices that are none", (0), HEAD_TALK HI "],'n':'1'}",
  UNSUPPORTED_PARAMETER, "n")
BAD("ids of tokens", (0), HEAD_TALK HI "],'stop':['a',13]}", INVALID_PARAMETER,
  "stop[1]")
BAD("lists of them", (0), HEAD_TALK HI "],'stop':[[13,14]]}",
  INVALID_PARAMETER, "stop[0]")
BAD("one of them", (0), HEAD_TALK HI "],'stop':13}", INVALID_PARAMETER, "stop")
BAD("a bound that is none", (0), HEAD_TALK HI "],'max_tokens':-1.5}",
  INVALID_PARAMETER, "max_tokens")
BAD("a bound as a text", (0), HEAD_TALK HI "],'max_completion_tokens':'100'}",
  INVALID_PARAMETER, "max_completion_tokens")
BAD("a temperature as a text", (0), HEAD_TALK HI "],'temperature':'hot'}",
  INVALID_PARAMETER, "temperature")
BAD("top_p as a list", (0), HEAD_TALK HI "],'top_p':[]}", INVALID_PARAMETER,
  "top_p")
BAD("sound to be written", (0),
  HEAD_TALK HI "],'modalities':['text','audio']}", UNSUPPORTED_MODALITY,
  "modalities")
BAD("a search", (0), HEAD_TALK HI "],'enable_search':true}",
  UNSUPPORTED_PARAMETER, "enable_search")
BAD("a search by default", (0), HEAD_TALK HI "],'web_search_options':{}}",
  UNSUPPORTED_PARAMETER, "web_search_options")
BAD("a grammar", (0), HEAD_TALK HI "],'guided_json':{'type':'object'}}",
  UNSUPPORTED_PARAMETER, "guided_json")
BAD("an unknown form", (0),
  HEAD_TALK HI "],'response_format':{'type':'grammar'}}", INVALID_PARAMETER,
  "response_format.type")
BAD("a form that is none", (0),
  HEAD_TALK HI "],'response_format':'json_object'}", INVALID_PARAMETER,
  "response_format.type")
BAD("no schema", (0),
  HEAD_TALK HI "],'response_format':{'type':'json_schema','json_schema':{"
  "'name':'n'}}}", INVALID_PARAMETER, "response_format.json_schema.schema")
BAD("no json_schema", (0),
  HEAD_TALK HI "],'response_format':{'type':'json_schema'}}",
  INVALID_PARAMETER, "response_format.json_schema.schema")
BAD("an effort that is none", (0), HEAD_TALK HI "],'reasoning_effort':3}",
  INVALID_PARAMETER, "reasoning_effort")
BAD("thinking that is none", (0), HEAD_TALK HI "],'thinking':true}",
  INVALID_PARAMETER, "thinking")
BAD("thinking of two minds", (0),
  HEAD_TALK HI "],'thinking':{'type':'disabled','type':'enabled'}}",
  INVALID_PARAMETER, "thinking")
BAD("... in other letters", (0),
  HEAD_TALK HI "],'thinking':{'type':'disabled','Budget_tok\\u0065ns':"
  "5000}}", INVALID_PARAMETER, "thinking")
