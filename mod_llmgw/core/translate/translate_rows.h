/* SPDX-License-Identifier: Apache-2.0 */
/* translate_rows.h - the parts of the translations, for the table of them in
 * translate_table.c.  Each is what its type in translate.h says. */
#ifndef GW_TRANSLATE_ROWS_H
#define GW_TRANSLATE_ROWS_H

#include "translate.h"

/* /v1/messages, served by an upstream of chat completions:
 * messages_request.c, messages_answer.c, messages_stream.c */
gw_translate_request_fn gw_messages_request;
gw_translate_document_fn gw_messages_document;
gw_translate_start_fn gw_messages_start;
gw_translate_event_fn gw_messages_event;
gw_translate_end_fn gw_messages_end;

/* /v1/chat/completions, served by an upstream of the Messages API:
 * chat_request.c, chat_answer.c, chat_stream.c */
gw_translate_request_fn gw_chat_request;
gw_translate_document_fn gw_chat_document;
gw_translate_start_fn gw_chat_start;
gw_translate_event_fn gw_chat_event;
gw_translate_end_fn gw_chat_end;

/* /v1/responses, served by an upstream of chat completions:
 * responses_request.c, responses_answer.c, responses_stream.c */
gw_translate_request_fn gw_responses_request;
gw_translate_document_fn gw_responses_document;
gw_translate_start_fn gw_responses_start;
gw_translate_event_fn gw_responses_event;
gw_translate_end_fn gw_responses_end;
gw_translate_fail_fn gw_responses_fail;

/* /v1/responses, served by an upstream of the Messages API, with a chat in
 * between: responses_messages.c; its stream goes on with those of chain.h */
gw_translate_request_fn gw_responses_messages_request;
gw_translate_document_fn gw_responses_messages_document;
gw_translate_start_fn gw_responses_messages_start;

#endif
