/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - our own log tags, and the points where tests may kill us.
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

/* In a test build the process kills itself at the point that the file named
 * by the environment variable LLMGW_CRASH names (see crash.c); in any other
 * there is nothing. */
#ifdef GW_CRASH_POINTS
void gw_crash_point(const char *label);
#define GW_CRASH(label) gw_crash_point(label)
#else
#define GW_CRASH(label) ((void)0)
#endif

#endif
