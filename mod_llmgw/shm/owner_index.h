/* SPDX-License-Identifier: Apache-2.0 */
/* owner_index.h - the index of owners: by the hash of a secret, and by id.
 *
 * What searches it is in owners.h.  What changes it is called with
 * header.table_mutex and the owner locked.
 */
#ifndef GW_OWNER_INDEX_H
#define GW_OWNER_INDEX_H

#include "segment.h"

/* The hash under which an owner's id is in the index; no SHA-256 is likely
 * to be it.  out: of GW_INDEX_HASH bytes. */
void gw_index_id(unsigned char *out, gw_owner_kind_t kind, apr_int64_t id);

/* Enter it for this owner; the oldest secret makes room for a third one.
 * 0: there is no place near where it belongs. */
int gw_index_add(gw_segment_t *seg, apr_uint32_t number,
                 const unsigned char *hash, apr_time_t until);

/* Take out what stands in a slot of the owner's `entry`, if anything. */
void gw_index_remove(gw_segment_t *seg, apr_uint32_t number, unsigned slot);

#endif
