/* SPDX-License-Identifier: Apache-2.0 */
/* owner_index.h - the index of owners: by the hash of a secret, and by id.
 *
 * Any process, any thread.  A search takes no mutex.  What changes it is
 * called with header.table_mutex and the owner's.
 */
#ifndef GW_OWNER_INDEX_H
#define GW_OWNER_INDEX_H

#include "segment.h"

/* The owner of a key by the SHA-256 of the key; 0: not in the segment.  No
 * lock is taken: lock the owner, then call gw_index_is. */
apr_uint32_t gw_index_find(const gw_segment_t *seg,
                           const unsigned char *hash);

/* The owner of a key or team by its id in the database; 0: as above. */
apr_uint32_t gw_index_by_id(const gw_segment_t *seg, gw_owner_kind_t kind,
                            apr_int64_t id);

/* Under the owner's mutex: is it (still) what this hash leads to?  *until
 * gets the end of the secret's grace, 0: none. */
int gw_index_is(const gw_segment_t *seg, apr_uint32_t number,
                const unsigned char *hash, apr_time_t *until);

/* The hash under which an owner's id is in the index; no SHA-256 is likely
 * to be it.  out: of GW_INDEX_HASH bytes. */
void gw_index_id_hash(unsigned char *out, gw_owner_kind_t kind,
                      apr_int64_t id);

/* Enter it for this owner; the oldest secret makes room for a third one.
 * 0: there is no place near where it belongs. */
int gw_index_add(gw_segment_t *seg, apr_uint32_t number,
                 const unsigned char *hash, apr_time_t until);

/* Take out what stands in a slot of the owner's `entry`, if anything. */
void gw_index_remove(gw_segment_t *seg, apr_uint32_t number, unsigned slot);

#endif
