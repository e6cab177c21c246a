/* SPDX-License-Identifier: Apache-2.0 */
/* vendor.h - who sells what an upstream serves, and how that differs.
 *
 * The name in an upstream's spec becomes an id when the catalogue is loaded;
 * nobody else compares names.  What is known is tbl/vendors.h and, of models
 * that differ wherever they are served, tbl/model_families.h.  Constants: any
 * process and thread may read them.
 */
#ifndef GW_VENDOR_H
#define GW_VENDOR_H

#include "gw.h"

typedef enum {
    GW_VENDOR_NONE,             /* not said, or not known */
    GW_VENDOR_ANY = GW_VENDOR_NONE, /* in tables: whoever it is */
#define V(id, ...) GW_VENDOR_##id,
#include "tbl/vendors.h"
#undef V
    GW_VENDORS
} gw_vendor_t;

typedef struct gw_vendor_row_t {
    const char *name;           /* "": GW_VENDOR_NONE */
    const char *headers;        /* how its own request headers begin, which
                                   clients may send; NULL: it has none */
    unsigned endpoints;         /* mask of those that it serves by itself, where
                                   nobody says; 0: not known */
    unsigned sells:1;           /* nobody is served without a credential */
    unsigned thinking_beside:1; /* max_tokens does not bound the thinking */
    unsigned enable_thinking:1; /* all of its models take enable_thinking */
    unsigned file_texts:1;      /* a text "fileid://..." is replaced by a file
                                   that its account has stored */
    unsigned max_completion:1;  /* knows max_completion_tokens, and some of
                                   its models refuse max_tokens */
    unsigned max_tokens_only:1; /* does not know max_completion_tokens: drops
                                   or refuses it */
    unsigned output_total:1;    /* leaves the thoughts out of the completion
                                   that it counts, but not out of the total */
    unsigned any_ids:1;         /* its Messages API takes calls of tools
                                   whatever letters their ids have */
    /* of chat completions, for what is translated to them: */
    unsigned cache_markers:1;   /* parts may bear cache_control */
    unsigned top_k:1;           /* takes top_k */
    unsigned thinking_budget:1; /* takes thinking_budget, but not beside
                                   reasoning_effort */
    unsigned partial:1;         /* goes on with a last assistant message that
                                   says "partial": true */
    unsigned thinking_alone:1;  /* refuses, while it thinks, a forced choice of
                                   a tool, a response_format, and partial */
    unsigned verbosity:1;       /* takes verbosity */
    unsigned strict_messages:1; /* refuses members of messages that it does
                                   not know, as reasoning_content */
} gw_vendor_row_t;

const gw_vendor_row_t *gw_vendor_row(gw_vendor_t vendor);

/* The vendor of this name; GW_VENDOR_NONE: none that is known. */
gw_vendor_t gw_vendor_by_name(const char *name);

typedef struct gw_family_t {
    const char *begin;              /* of the model's name */
    unsigned text_without_tools:1;  /* content that is an array of parts is
                                       dropped unless there are tools */
    unsigned reasoning_in_loops:1;  /* while it thinks, it refuses a message
                                       with tool calls that has no
                                       reasoning_content */
} gw_family_t;

/* What is known of the models that this one belongs to, by the upstream's
 * name for it, in any letter case, with or without its owner's before a '/';
 * never NULL. */
const gw_family_t *gw_family(const char *model);

#endif
