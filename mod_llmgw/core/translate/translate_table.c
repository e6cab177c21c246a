/* SPDX-License-Identifier: Apache-2.0 */
/* translate_table.c - which translations there are. */
#include "chain.h"
#include "translate_rows.h"

static const gw_translation_t messages = {
    .id = "msg_", .request = gw_messages_request,
    .document = gw_messages_document, .start = gw_messages_start,
    .event = gw_messages_event, .end = gw_messages_end
};

static const gw_translation_t chat = {
    .id = "chatcmpl-", .request = gw_chat_request,
    .document = gw_chat_document, .start = gw_chat_start,
    .event = gw_chat_event, .end = gw_chat_end
};

static const gw_translation_t responses = {
    .id = "resp_", .request = gw_responses_request,
    .document = gw_responses_document, .start = gw_responses_start,
    .event = gw_responses_event, .end = gw_responses_end,
    .fail = gw_responses_fail
};

static const gw_translation_t responses_messages = {
    .id = "resp_", .request = gw_responses_messages_request,
    .document = gw_responses_messages_document,
    .start = gw_responses_messages_start, .event = gw_chain_event,
    .end = gw_chain_end, .fail = gw_chain_fail
};

static const gw_translation_t *const rows[GW_ENDPOINTS][GW_ENDPOINTS] = {
    [GW_EP_CHAT][GW_EP_MESSAGES] = &chat,
    [GW_EP_MESSAGES][GW_EP_CHAT] = &messages,
    [GW_EP_RESPONSES][GW_EP_CHAT] = &responses,
    [GW_EP_RESPONSES][GW_EP_MESSAGES] = &responses_messages
};

const gw_translation_t *gw_translation(unsigned endpoint, unsigned at)
{
    if (endpoint >= GW_ENDPOINTS || at >= GW_ENDPOINTS)
        return NULL;
    return rows[endpoint][at];
}
