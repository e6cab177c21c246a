/* SPDX-License-Identifier: Apache-2.0 */
/* json_mend.h - JSON of an upstream whose strings have bytes that may not
 * stand there.
 *
 * A relay passes such bytes on as they are.  Who writes them into JSON of its
 * own, and into a line of an event, must not.
 */
#ifndef GW_JSON_MEND_H
#define GW_JSON_MEND_H

#include "json_tree.h"
#include "text.h"

/* Copy a document: inside its strings, a raw control byte is written as an
 * escape, and a byte that begins no character as U+FFFD.  All else is copied,
 * be it JSON or not. */
void gw_json_mend(gw_text_t *out, gw_str_t json);

#define GW_JSON_HALF 6          /* bytes of half a pair, as \ud83d */

/* Bytes at the end of a string, as JSON writes it without its quotes, that are
 * the first half of a pair of surrogates: 0 or GW_JSON_HALF.  A reader that
 * reads deltas one by one could do nothing with either half. */
apr_size_t gw_json_half_at_end(gw_str_t string);

/* Read a document: strictly, or, where that finds a fault, mended and
 * leniently; *json is then the text in room that was read, which is valid
 * until room is written to.  APR_EINVAL: it is no JSON, or longer than room
 * may come to. */
apr_status_t gw_json_read_mended(gw_json_t *j, const gw_json_schema_t *schema,
                                 gw_json_visit_fn *visit, void *baton,
                                 gw_str_t *json, gw_text_t *room);

/* The same, as a tree; most: bytes that it may come to. */
apr_status_t gw_tree_read_mended(gw_tree_t *tree, gw_str_t json,
                                 const gw_json_schema_t *schema,
                                 apr_size_t most, apr_pool_t *pool);

#endif
