/* SPDX-License-Identifier: Apache-2.0 */
/* rewrite.h - the body that goes upstream: the client's bytes, spliced for the
 * route (edits.h). */
#ifndef GW_REWRITE_H
#define GW_REWRITE_H

#include "edits.h"

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
    unsigned max_tokens_only:1;
    unsigned store:1;           /* `store` goes as it is; else as false */
    apr_int64_t max_tokens;     /* the bound to put where the client sent
                                   none; 0: nothing */
} gw_rewrite_t;

/* Which edits make the client's body the one for this route?  Texts come
 * from pool.  Sources: CONTRACT section 3; for the cache markers Alibaba's
 * "context cache" page, explicit cache, limits of markers. */
void gw_rewrite(gw_edits_t *edits, const gw_request_t *req,
                const gw_rewrite_t *how, apr_pool_t *pool);

/* ---- rules that the rewriting of all dialects shares ------------------ */

/* The upstream's name of the model, where it has another. */
void gw_rewrite_model(gw_edits_t *edits, const gw_request_t *req,
                      const char *name, apr_pool_t *pool);

/* The bound of ours where the client sent none: in the member at, which is one
 * of those that bound the output. */
void gw_rewrite_max_tokens(gw_edits_t *edits, const gw_request_t *req,
                           const gw_rewrite_t *how, gw_member_id_t at,
                           apr_pool_t *pool);

/* Nothing of one caller stays where others could come by it. */
void gw_rewrite_store(gw_edits_t *edits, const gw_request_t *req);

/* The switch of thinking, as a route wants it.  text: the type of a part that
 * is text.  Returns whether enable_thinking is to be removed. */
int gw_rewrite_thinking(gw_edits_t *edits, const gw_request_t *req,
                        gw_thinking_t how, const char *text,
                        apr_pool_t *pool);

/* " /think" or " /no_think" behind what the user said last.  text: as
 * before. */
void gw_rewrite_instruction(gw_edits_t *edits, const gw_request_t *req,
                            const char *text, apr_pool_t *pool);

#endif
