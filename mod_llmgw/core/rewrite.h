/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite.h - the body that goes upstream: the client's bytes, spliced.
 *
 * Nothing is re-serialised.  An edit cuts some bytes and puts others; what
 * lies between the edits is the client's own memory.
 */
#ifndef GW_REWRITE_H
#define GW_REWRITE_H

#include "request.h"

#define GW_EDITS 24             /* more than all rules below can make */

typedef struct gw_edit_t {
    apr_size_t at, cut;         /* cut this many bytes at this offset */
    gw_str_t put;
} gw_edit_t;

typedef struct gw_edits_t {
    gw_edit_t edit[GW_EDITS];
    unsigned count;
} gw_edits_t;

/* How a route wants the thinking switch (CONTRACT 3). */
typedef enum {
    GW_THINKING_RELAY,          /* enable_thinking as the client wrote it */
    GW_THINKING_ENABLE,         /* enable_thinking: bool */
    GW_THINKING_OBJECT,         /* thinking: {"type": "enabled|disabled"} */
    GW_THINKING_INSTRUCTION,    /* " /think" or " /no_think" in the text */
    GW_THINKING_NONE            /* no switch: both bools are removed */
} gw_thinking_t;

typedef struct gw_rewrite_t {
    const char *model;          /* the upstream's name for the model */
    gw_thinking_t thinking;
    unsigned include_usage:1;   /* ask for usage in a stream */
    unsigned explicit_cache:1;  /* the model has explicit caching */
    unsigned text_without_tools:1;  /* vendor.h, of the model ... */
    unsigned max_completion:1;  /* ... and of the vendor */
    unsigned store:1;           /* `store` goes as it is; else as false */
    apr_int64_t max_tokens;     /* the bound to put where the client sent
                                   none; 0: nothing */
} gw_rewrite_t;

/* Which edits make the client's body the one for this route?  Texts come
 * from pool.  Sources: CONTRACT section 3; for the cache markers Alibaba's
 * "context cache" page, explicit cache, limits of markers. */
void gw_rewrite(gw_edits_t *edits, const gw_request_t *req,
                const gw_rewrite_t *how, apr_pool_t *pool);

/* Bytes [from, to) of a text. */
typedef struct gw_cut_t {
    apr_size_t from, to;
} gw_cut_t;

/* What to cut so that the members m[0..n) of one object, sorted by place, are
 * gone and the rest is still JSON.  Neighbours go as one run; a run at the
 * end of the object takes the comma before it, any other the comma behind
 * it.  cuts holds n of them; returns how many, sorted. */
unsigned gw_members_cut(gw_cut_t *cuts, gw_str_t text,
                        const gw_member_t *const *m, unsigned n);

/* Apply edits to text as a list of pieces, at most 2 * count + 1 of them.
 * Returns how many; *length is the length of all.  Pieces point into text
 * and into the edits. */
unsigned gw_edits_apply(gw_str_t *pieces, apr_size_t *length,
                        const gw_edits_t *edits, gw_str_t text);

#endif
