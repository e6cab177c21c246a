/* SPDX-License-Identifier: Apache-2.0 */
/* said_end.h - how an answer of chat completions stopped, and why one cannot
 * be translated. */
#ifndef GW_SAID_END_H
#define GW_SAID_END_H

#include "gw.h"

#define GW_SAID_NO_OBJECT \
    "The model called a tool with arguments that are no JSON object."
#define GW_SAID_NO_NAME "The model called a tool without naming it."
#define GW_SAID_NO_JSON "The upstream's answer is no JSON."
#define GW_SAID_BROKEN "The upstream broke its answer off before it was whole."
#define GW_SAID_TOO_LONG "The upstream's answer is too long to be translated."

/* How an answer stopped: a table of each target has a word for all but the
 * last. */
typedef enum {
    GW_SAID_END_TURN, GW_SAID_MAX_TOKENS, GW_SAID_TOOL_USE, GW_SAID_FILTERED,
    GW_SAID_WINDOW,             /* the model's context is full */
    GW_SAID_FAILED              /* it broke off */
} gw_said_end_t;

/* Of a finish_reason, as written; one that is not known, or empty, is the end
 * of a turn. */
gw_said_end_t gw_said_end(gw_str_t finish);

/* Was the answer cut off, so that what came last may not be whole? */
int gw_said_is_cut(gw_said_end_t end);

#endif
