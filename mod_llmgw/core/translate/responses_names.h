/* SPDX-License-Identifier: Apache-2.0 */
/* responses_names.h - what the functions that a chat was given are to a client
 * of /v1/responses, whose tools have more kinds and longer names.
 *
 * Who translates the request adds each tool that is sent; who translates the
 * answer looks up the function that the model calls.  Names are plain text,
 * without JSON's escapes, and copies: the client's body may be gone.  One
 * thread at a time while names are added.
 */
#ifndef GW_RESPONSES_NAMES_H
#define GW_RESPONSES_NAMES_H

#include "gw.h"

/* What a call is, on its way back. */
typedef enum {
    GW_TOOL_FUNCTION,           /* function_call {name, namespace} */
    GW_TOOL_CUSTOM,             /* custom_tool_call {name, namespace}: its
                                   arguments are {"input": "..."}, of which
                                   the string is the item's `input` */
    GW_TOOL_SEARCH              /* tool_search_call, without a name, execution
                                   "client"; its arguments are an object */
} gw_tool_kind_t;

typedef struct gw_tool_name_t {
    gw_tool_kind_t kind;
    gw_str_t chat;              /* the function's name in the chat */
    gw_str_t space;             /* the client's namespace; empty: none, and
                                   the item has no such member */
    gw_str_t name;              /* its name there; of a search: "tool_search" */
} gw_tool_name_t;

typedef struct gw_tool_names_t gw_tool_names_t;

#define GW_TOOL_CHAT_NAME 64    /* OpenAI, a function's name: bytes */

/* The function that a tool is in a chat: its name, behind its namespace and
 * "__" if it has one that is not "functions".  What is longer than a function's
 * name or has other letters than [A-Za-z0-9_-] has those replaced, is cut, and
 * ends in a hash of both: the same two words always become the same name.  In
 * the pool, or name itself. */
gw_str_t gw_tool_chat_name(gw_str_t space, gw_str_t name, apr_pool_t *pool);

/* None yet; in the pool. */
gw_tool_names_t *gw_tool_names_make(apr_pool_t *pool);

/* Add a tool.  The namespace "functions" is none.  Returns the tool that has
 * its name in the chat now: if one had it before, that one, and nothing was
 * added (gw_tool_is: is it the same?). */
const gw_tool_name_t *gw_tool_names_add(gw_tool_names_t *names,
                                        gw_tool_kind_t kind, gw_str_t space,
                                        gw_str_t name);

/* Is it this tool? */
int gw_tool_is(const gw_tool_name_t *tool, gw_tool_kind_t kind, gw_str_t space,
               gw_str_t name);

/* The tool that this function of the chat is; NULL: none that was sent, or
 * names is NULL.  To the client it is a function of that name then. */
const gw_tool_name_t *gw_tool_names_find(const gw_tool_names_t *names,
                                         gw_str_t chat);

#endif
