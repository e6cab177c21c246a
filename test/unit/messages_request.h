/* SPDX-License-Identifier: Apache-2.0 */
/* messages_request.h - rows of bodies for /v1/messages. */
#ifndef GW_TEST_MESSAGES_REQUEST_H
#define GW_TEST_MESSAGES_REQUEST_H

#define TRANSLATE gw_messages_request

#include "request_to_chat.h"

#define IN(messages) \
    "{'model':'m','max_tokens':10,'messages':[" messages "]}"
#define WITH(members) \
    "{'model':'m','max_tokens':10,'messages':[{'role':'user','content':'q'}]" \
    "," members "}"
#define OUT(messages) \
    "{'model':'m','messages':[" messages "],'max_tokens':10}"
#define CAME(members) \
    "{'model':'m','messages':[{'role':'user','content':'q'}]" members "}"

#endif
