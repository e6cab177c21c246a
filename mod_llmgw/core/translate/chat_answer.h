/* SPDX-License-Identifier: Apache-2.0 */
/* chat_answer.h - what a chat completion and its chunks have in common, made of
 * an answer of the Messages API.
 *
 * Strings are given as they stand in the upstream's JSON, quotes and escapes
 * too, and are written so.
 */
#ifndef GW_CHAT_ANSWER_H
#define GW_CHAT_ANSWER_H

#include "translate.h"

/* Why an answer cannot be translated, as sentences for the client. */
extern const char gw_chat_no_json[], gw_chat_too_long[];

/* How an answer ended. */
typedef enum {
    GW_FINISH_STOP, GW_FINISH_LENGTH, GW_FINISH_CALLS, GW_FINISH_FILTER
} gw_finish_t;

/* What a stop_reason means, its text without quotes; one that nobody knows
 * is GW_FINISH_STOP. */
gw_finish_t gw_chat_finish(gw_str_t stop_reason);

/* The finish_reason of an answer with so many calls of tools.  One that has
 * calls does not just stop, and one without does not wait for them, whatever
 * the upstream says: agents go by this word. */
const char *gw_chat_finish_word(gw_finish_t finish, unsigned calls);

/* Write what both forms begin with: "id", "object", "created" and "model" with
 * a comma behind.  model: n is 0: the upstream names none, it is the client's
 * word. */
void gw_chat_head(gw_text_t *out, const char *object, gw_str_t model,
                  const gw_translate_about_t *about);

/* Write the members of a call up to its arguments, which come next: a string,
 * and then "}}".  k: it is so many-th; id: n is 0, or it is "": it gets one
 * of ours.  Returns whether it is one of a custom tool: the string is
 * gw_chat_custom_text() of its arguments then. */
int gw_chat_call(gw_text_t *out, gw_str_t id, gw_str_t name, unsigned k,
                  const gw_translate_about_t *about);

/* Write the usage object; usage->usage is not NULL. */
void gw_chat_usage(gw_text_t *out, const gw_translate_usage_t *usage);

/* Is this JSON nothing that a tool could be called with: nothing, null, an
 * empty string or object? */
int gw_chat_no_input(gw_str_t json);

#endif
