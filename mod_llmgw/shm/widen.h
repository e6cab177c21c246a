/* SPDX-License-Identifier: Apache-2.0 */
/* widen.h - the segment's table of widenings: by how much the reserves of a
 * key for a model are made wider.
 *
 * It has a fixed size.  Where a key and model would stand are eight places;
 * when all are taken, one goes that the team has which holds most of them, the
 * least wide first.  Any process, any thread; gw_widen_read takes no mutex, the
 * others take header.widen_mutex.
 */
#ifndef GW_WIDEN_H
#define GW_WIDEN_H

#include "segment.h"

/* Tokens, as they are at a time; 0 and 0: no wider. */
typedef struct gw_wider_t {
    apr_int64_t prompt, output;
} gw_wider_t;

void gw_widen_read(gw_wider_t *out, const gw_segment_t *seg,
                   apr_int64_t key_id, apr_int64_t model_id, apr_time_t now);

/* A reserve was too small: prompt and output by so many tokens (or less than
 * none).  context: of the model; 0: not known. */
void gw_widen_see(gw_segment_t *seg, const gw_widening_t *seen,
                  apr_int64_t context);

/* Bring back a saved one, unless the table has one of its key and model. */
void gw_widen_restore(gw_segment_t *seg, const gw_widening_t *saved);

/* Forget all of a model. */
void gw_widen_reset(gw_segment_t *seg, apr_int64_t model_id);

/* Copies, of this model or key (0: any) with what is left of them now, in
 * pool: the widest first, at most n.  changes, if not NULL: the state of the
 * table that was copied. */
apr_array_header_t *gw_widen_list(gw_segment_t *seg, apr_int64_t key_id,
                                  apr_int64_t model_id, int n,
                                  apr_uint64_t *changes, apr_pool_t *pool);

#endif
