/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_thinking.h - rows of test_chat_request.c:
 * thinking and cache markers. */

/* thinking */
SAYS("effort by a budget", (0), "'reasoning_effort':'low','n':1",
  ",'thinking':{'type':'enabled','budget_tokens':1638}", "")
SAYS("medium", (0), "'reasoning_effort':'medium'",
  ",'thinking':{'type':'enabled','budget_tokens':4096}", "")
SAYS("high", (0), "'reasoning_effort':'high'",
  ",'thinking':{'type':'enabled','budget_tokens':6553}", "")
SAYS("max", (0), "'reasoning_effort':'max'",
  ",'thinking':{'type':'enabled','budget_tokens':7782}", "")
SAYS("minimal", (0), "'reasoning_effort':'minimal'",
  ",'thinking':{'type':'enabled','budget_tokens':1024}", "")
SAYS("a word that came later", (0), "'reasoning_effort':'extreme'",
  ",'thinking':{'type':'enabled','budget_tokens':4096}", "")
SAYS("none", (0), "'reasoning_effort':'none'",
  ",'thinking':{'type':'disabled'}", "")
SAYS("effort where the model takes it", (EFFORT), "'reasoning_effort':'xhigh'",
  ",'thinking':{'type':'adaptive'},'output_config':{'effort':'xhigh'}", "")
SAYS("minimal is low there", (EFFORT),
  "'reasoning_effort':'minimal','response_format':{'type':'json_schema',"
  "'json_schema':{'schema':{}}}",
  ",'thinking':{'type':'adaptive'},'output_config':{'effort':'low',"
  "'format':{'type':'json_schema','schema':{}}}", "")
SAYS("none there", (EFFORT), "'reasoning_effort':'none'",
  ",'thinking':{'type':'disabled'}", "")
SAYS("a model that cannot think", (.thinks = -1), "'reasoning_effort':'high'",
  "", "reasoning_effort")
SAYS("... need not be told so", (.thinks = -1), "'reasoning_effort':'none'",
  "", "")
SAYS("at most what the model thinks", (.thinking_most = 2000),
  "'reasoning_effort':'high'",
  ",'thinking':{'type':'enabled','budget_tokens':2000}", "")
WHOLE("too little room to think", (0),
  HEAD_TALK HI "],'max_tokens':1024,'reasoning_effort':'high'}",
  "{'model':'m','max_tokens':1024,'messages':[" HI_OUT "]}",
  "reasoning_effort")
WHOLE("a little more", (0),
  HEAD_TALK HI "],'max_tokens':1025,'reasoning_effort':'low'}",
  "{'model':'m','max_tokens':1025,'messages':[" HI_OUT "],'thinking':{"
  "'type':'enabled','budget_tokens':1024}}", "")
SAYS("the bool", (ENABLE), "'enable_thinking':true",
  ",'thinking':{'type':'enabled','budget_tokens':4096}", "")
SAYS("... with a budget", (ENABLE),
  "'enable_thinking':true,'thinking_budget':3000",
  ",'thinking':{'type':'enabled','budget_tokens':3000}", "")
SAYS("... with one that is too small", (ENABLE),
  "'enable_thinking':true,'thinking_budget':100",
  ",'thinking':{'type':'enabled','budget_tokens':1024}", "thinking_budget")
SAYS("... with one that is too large", (ENABLE),
  "'enable_thinking':true,'thinking_budget':9000",
  ",'thinking':{'type':'enabled','budget_tokens':7782}", "thinking_budget")
SAYS("... where the model takes an effort", (ENABLE, EFFORT),
  "'enable_thinking':true,'thinking_budget':3000",
  ",'thinking':{'type':'adaptive'}", "thinking_budget")
SAYS("... off", (ENABLE), "'llmgw_thinking':false,'enable_thinking':true",
  ",'thinking':{'type':'disabled'}", "")
SAYS("... by an object", (.thinking = GW_THINKING_OBJECT),
  "'llmgw_thinking':true",
  ",'thinking':{'type':'enabled','budget_tokens':4096}", "")
SAYS("... relayed", (0), "'llmgw_thinking':false,'enable_thinking':true",
  ",'thinking':{'type':'enabled','budget_tokens':4096}", "")
SAYS("... relayed for all", (ENABLE, .relay = 1), "'llmgw_thinking':true", "",
  "")
SAYS("... of no effect", (NONE),
  "'llmgw_thinking':true,'enable_thinking':true,'thinking_budget':2000", "",
  "thinking_budget")
WHOLE("... as a word", (.thinking = GW_THINKING_INSTRUCTION),
  HEAD_TALK "{'role':'user','content':'a'},{'role':'user','content':[{"
  "'type':'text','text':'b'},{'type':'text','text':'c\\n'}]}],"
  "'llmgw_thinking':false}",
  MAX "'messages':[{'role':'user','content':[{'type':'text','text':'a'},{"
  "'type':'text','text':'b'},{'type':'text','text':'c\\n /no_think'}]}]}", "")
WHOLE("... as a text of its own", (.thinking = GW_THINKING_INSTRUCTION),
  HEAD_TALK "{'role':'user','content':[{'type':'image_url','image_url':{"
  "'url':'http://h/a'}}]}],'enable_thinking':true}",
  MAX "'messages':[{'role':'user','content':[{'type':'image','source':{"
  "'type':'url','url':'http://h/a'}},{'type':'text','text':' /think'}]}]}", "")
WHOLE("the object wins", (ENABLE, .output = 4096),
  HEAD_TALK HI "],'thinking': {'budget_tokens':2000, 'type':'enabled'},"
  "'enable_thinking':false,'reasoning_effort':'none'}",
  "{'model':'m','max_tokens':4096,'messages':[" HI_OUT "],'thinking':{"
  "'budget_tokens':2000, 'type':'enabled'}}", "")
SAYS("... disabled", (0), "'thinking':{'type':'disabled'}",
  ",'thinking':{'type':'disabled'}", "")
SAYS("... with members of others", (0),
  "'thinking':{'clear_thinking':true,'type':'disabled'}",
  ",'thinking':{'type':'disabled'}", "")
SAYS("... with an effort", (EFFORT),
  "'thinking':{'type':'adaptive','display':'omitted'},'reasoning_effort':"
  "'high'",
  ",'thinking':{'type':'adaptive','display':'omitted'},'output_config':{"
  "'effort':'high'}", "")
WHOLE("... with one that the model does not take", (0),
  HEAD_TALK HI "],'max_tokens':2000,'thinking':{'type':'enabled',"
  "'budget_tokens':1024},'reasoning_effort':'high'}",
  "{'model':'m','max_tokens':2000,'messages':[" HI_OUT "],'thinking':{"
  "'type':'enabled','budget_tokens':1024}}", "reasoning_effort")
SAYS("... without its budget", (0), "'thinking':{'type':'enabled'}",
  ",'thinking':{'type':'enabled','budget_tokens':4096}", "")
WHOLE("... leaves room for an answer", (0),
  HEAD_TALK HI "],'thinking':{'type':'enabled','budget_tokens':32000}}",
  "{'model':'m','max_tokens':40192,'messages':[" HI_OUT "],'thinking':{"
  "'type':'enabled','budget_tokens':32000}}", "")
WHOLE("... is made smaller with max_tokens", (.output = 2000),
  HEAD_TALK HI "],'max_tokens':9000,'thinking':{'type':'enabled',"
  "'budget_tokens':4000}}",
  "{'model':'m','max_tokens':2000,'messages':[" HI_OUT "],'thinking':{"
  "'type':'enabled','budget_tokens':1900}}", "thinking.budget_tokens")
SAYS("sampling while it thinks", (0),
  "'reasoning_effort':'medium','temperature':0.5,'top_p':0.9,'top_k':3",
  ",'thinking':{'type':'enabled','budget_tokens':4096}",
  "temperature, top_p, top_k")
SAYS("... at 1", (0), "'reasoning_effort':'medium','temperature':1.0",
  ",'thinking':{'type':'enabled','budget_tokens':4096},'temperature':1.0", "")
SAYS("... too hot", (0), "'reasoning_effort':'medium','temperature':1.5",
  ",'thinking':{'type':'enabled','budget_tokens':4096}", "temperature")
SAYS("a forced call leaves no thinking", (0),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':'required','reasoning_effort':"
  "'high'", ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'any'}", "reasoning_effort")
SAYS("... nor the adaptive one", (EFFORT),
  "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function',"
  "'function':{'name':'g'}}],'tool_choice':'required','reasoning_effort':"
  "'high'", ",'tools':[{'name':'f'," NO_SCHEMA "},{'name':'g'," NO_SCHEMA
  "}],'tool_choice':{'type':'any'},'output_config':{'effort':'high'}", "")
WHOLE("not in a loop of tools, whose signatures are lost", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'a','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'a','content':'ok'}],'reasoning_effort':"
  "'high','temperature':0.5}",
  MAX "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{}}]},{'role':'user','content':[{"
  "'type':'tool_result','tool_use_id':'a','content':'ok'}]}],'temperature':"
  "0.5}", "reasoning_effort")
WHOLE("... an effort goes on", (EFFORT),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'a','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'a','content':'ok'}],'reasoning_effort':"
  "'high'}",
  MAX "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{}}]},{'role':'user','content':[{"
  "'type':'tool_result','tool_use_id':'a','content':'ok'}]}],"
  "'output_config':{'effort':'high'}}", "")
WHOLE("... nor is the object sent", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'a','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'a','content':'ok'}],'thinking':{'type':"
  "'enabled','budget_tokens':2000}}",
  "{'model':'m','max_tokens':10192,'messages':[" HI_OUT
  ",{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'f',"
  "'input':{}}]},{'role':'user','content':[{'type':'tool_result',"
  "'tool_use_id':'a','content':'ok'}]}]}", "thinking")
WHOLE("... but after its answer", (0),
  HEAD_TALK HI ",{'role':'assistant','content':null,'tool_calls':[{'id':"
  "'a','type':'function','function':{'name':'f','arguments':'{}'}}]},{"
  "'role':'tool','tool_call_id':'a','content':'ok'},{'role':'assistant',"
  "'content':'x'}," HI "],'reasoning_effort':'medium'}",
  MAX "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'tool_use','id':'a','name':'f','input':{}}]},{'role':'user','content':[{"
  "'type':'tool_result','tool_use_id':'a','content':'ok'}]},{'role':"
  "'assistant','content':[{'type':'text','text':'x'}]}," HI_OUT
  "],'thinking':{'type':'enabled','budget_tokens':4096}}", "")
WHOLE("nor where the assistant goes on", (0),
  HEAD_TALK HI ",{'role':'assistant','content':'x'}],'reasoning_effort':"
  "'medium'}",
  MAX "'messages':[" HI_OUT ",{'role':'assistant','content':[{'type':"
  "'text','text':'x'}]}]}", "reasoning_effort")

/* cache markers */
WHOLE("the last system block", (.cache = 1),
  HEAD_TALK "{'role':'system','content':'a'},{'role':'system','content':"
  "'b'}," HI "],'enable_context_caching':true}",
  MAX "'system':[{'type':'text','text':'a'},{'type':'text','text':'b',"
  EPHEMERAL "}],'messages':[" HI_OUT "]}", "")
WHOLE("in a stream the end, too", (.cache = 1),
  HEAD_TALK "{'role':'system','content':'a'},{'role':'system','content':"
  "'b'}," HI ",{'role':'assistant','content':null,'tool_calls':[{'id':'a',"
  "'type':'function','function':{'name':'f','arguments':'{}'}}]},{'role':"
  "'tool','tool_call_id':'a','content':'ok'}],'enable_context_caching':"
  "true,'stream':true}",
  MAX "'system':[{'type':'text','text':'a'},{'type':'text','text':'b',"
  EPHEMERAL "}],'messages':[" HI_OUT ",{'role':'assistant','content':[{"
  "'type':'tool_use','id':'a','name':'f','input':{}}]},{'role':'user',"
  "'content':[{'type':'tool_result','tool_use_id':'a','content':'ok',"
  EPHEMERAL "}]}],'stream':true}", "")
WHOLE("not beside those of the client", (.cache = 1),
  HEAD_TALK "{'role':'system','content':'a'},{'role':'system','content':"
  "'b'},{'role':'user','content':[{'type':'text','text':'a'," EPHEMERAL
  "}]}],'enable_context_caching':true,'stream':true}",
  MAX "'system':[{'type':'text','text':'a'},{'type':'text','text':'b'}],"
  "'messages':[{'role':'user','content':[{'type':'text','text':'a',"
  EPHEMERAL "}]}],'stream':true}", "")
WHOLE("nor where the model has none", (0),
  HEAD_TALK "{'role':'system','content':'a'},{'role':'system','content':"
  "'b'}," HI "],'enable_context_caching':true,'stream':true}",
  MAX "'system':[{'type':'text','text':'a'},{'type':'text','text':'b'}],"
  "'messages':[" HI_OUT "],'stream':true}", "")
WHOLE("nor where it is not asked for", (.cache = 1),
  HEAD_TALK "{'role':'system','content':'a'},{'role':'system','content':"
  "'b'}," HI "],'enable_context_caching':false,'stream':true}",
  MAX "'system':[{'type':'text','text':'a'},{'type':'text','text':'b'}],"
  "'messages':[" HI_OUT "],'stream':true}", "")
WHOLE("a marker for all beside four is one too many", (0),
  HEAD_TALK "{'role':'system','content':[{'type':'text','text':'s',"
  EPHEMERAL "}]},{'role':'user','content':[{'type':'text','text':'a',"
  EPHEMERAL "},{'type':'text','text':'b'," EPHEMERAL "},{'type':'text',"
  "'text':'c'," EPHEMERAL "}]}]," EPHEMERAL "}",
  MAX "'system':[{'type':'text','text':'s'," EPHEMERAL "}],'messages':[{"
  "'role':'user','content':[{'type':'text','text':'a'," EPHEMERAL "},{"
  "'type':'text','text':'b'," EPHEMERAL "},{'type':'text','text':'c',"
  EPHEMERAL "}]}]}", "cache_control")
