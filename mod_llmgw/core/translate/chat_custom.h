/* SPDX-License-Identifier: Apache-2.0 */
/* chat_custom.h - calls of custom tools in answers of the Messages API, which
 * was given functions in their place (chat_request_custom.c). */
#ifndef GW_CHAT_CUSTOM_H
#define GW_CHAT_CUSTOM_H

#include "translate.h"

/* Is this the name of a custom tool of the request?  As it is written in JSON,
 * with its quotes. */
int gw_chat_is_custom(const gw_translate_about_t *about, gw_str_t name);

/* Write what such a tool was called with, whole, as a JSON string: of
 * {"input":"..."} the string; of all else the JSON itself (responses_input.h,
 * which a stream uses). */
void gw_chat_custom_text(gw_text_t *out, gw_str_t json, apr_pool_t *pool);

#endif
