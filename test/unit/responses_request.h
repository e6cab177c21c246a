/* SPDX-License-Identifier: Apache-2.0 */
/* responses_request.h - rows of bodies for /v1/responses. */
#ifndef GW_TEST_RESPONSES_REQUEST_H
#define GW_TEST_RESPONSES_REQUEST_H

#define TRANSLATE gw_responses_request

#include "request_to_chat.h"

#define IN(items) "{'model':'m','input':[" items "]}"
#define WITH(members) "{'model':'m','input':'q'," members "}"
#define OUT(messages) "{'model':'m','messages':[" messages "]}"
#define CAME(members) \
    "{'model':'m','messages':[{'role':'user','content':'q'}]" members "}"

/* Messages of the chat. */
#define S(text) "{'role':'system','content':" text "}"
#define U(text) "{'role':'user','content':" text "}"
#define A(text) "{'role':'assistant','content':" text "}"
#define TOOL(id, text) \
    "{'role':'tool','tool_call_id':'" id "','content':" text "}"
#define CALL(id, name, arguments) \
    "{'id':'" id "','type':'function','function':{'name':'" name "'," \
    "'arguments':'" arguments "'}}"
#define CALLS(calls) \
    "{'role':'assistant','content':null,'tool_calls':[" calls "]}"

/* Items. */
#define IU(content) "{'type':'message','role':'user','content':" content "}"
#define IA(content) \
    "{'type':'message','id':'msg_1','status':'completed','phase':'commentary'," \
    "'role':'assistant','content':" content "}"
#define ID(content) \
    "{'type':'message','role':'developer','content':" content "}"
#define IT(text) "{'type':'input_text','text':'" text "'}"
#define OT(text) "{'type':'output_text','text':'" text "','annotations':[]}"
#define FC(id) \
    "{'type':'function_call','id':'fc_1','call_id':'" id "','name':'f'," \
    "'arguments':'{}','status':'completed'}"
#define FO(id, output) \
    "{'type':'function_call_output','id':'fco_1','call_id':'" id \
    "','output':" output "}"

#endif
