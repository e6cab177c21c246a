/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - our own log tags.
 *
 * Every message from debug up bears a tag that is never reused;
 * docs/log-tags.md says what an administrator does about each.  No message
 * holds a key, a prompt, an answer or a header's value.
 */
#ifndef GW_LOG_H
#define GW_LOG_H

#include <httpd.h>
#include <http_config.h>
#include <http_log.h>

extern module AP_MODULE_DECLARE_DATA llmgw_module;
APLOG_USE_MODULE(llmgw);

#define GW_TAG(number) "LG" #number ": "

#endif
