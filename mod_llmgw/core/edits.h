/* SPDX-License-Identifier: Apache-2.0 */
/* edits.h - a text with some of its bytes exchanged.
 *
 * Nothing is re-serialised.  An edit cuts some bytes and puts others; what
 * lies between the edits is the text's own memory.
 */
#ifndef GW_EDITS_H
#define GW_EDITS_H

#include "request.h"

#define GW_EDITS 24             /* more than all rules can make */

typedef struct gw_edit_t {
    apr_size_t at, cut;         /* cut this many bytes at this offset */
    gw_str_t put;
} gw_edit_t;

typedef struct gw_edits_t {
    gw_edit_t edit[GW_EDITS];
    unsigned count;
} gw_edits_t;

/* Edits are kept in order of their place; those at one place in the order
 * in which they came. */
void gw_edit_add(gw_edits_t *edits, apr_size_t at, apr_size_t cut,
                 gw_str_t put);

/* Another value of a member. */
void gw_edit_replace(gw_edits_t *edits, const gw_member_t *m, const char *put);

/* A new first member of the document, which is never empty: with its comma. */
void gw_edit_insert(gw_edits_t *edits, const gw_request_t *req,
                    const char *member);

#define GW_EDIT_REMOVES 4       /* members that are removed at once, at most */

/* Remove those of these members of the document that are there. */
void gw_edit_remove(gw_edits_t *edits, const gw_request_t *req,
                    const gw_member_id_t *ids, unsigned count);

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
