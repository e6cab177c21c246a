/* SPDX-License-Identifier: Apache-2.0 */
/* key_load.h - a key that is not in the segment: from its row in the database
 * to an owner. */
#ifndef GW_KEY_LOAD_H
#define GW_KEY_LOAD_H

#include "keys.h"
#include "owners.h"

/* The owner row of a key's row; hash, until and team_owner stay unset. */
void gw_key_load_owner_row(gw_owner_row_t *out, const gw_key_row_t *row,
                           const gw_policy_t *policy);

/* Read the key from the database and put it into the segment, and its team.
 * hash: GW_SHA256 bytes, of the whole key; pool: for the row as it is read.
 * Any thread of a child; takes the database's read lock and, when that is
 * free again, the mutexes of the segment's table and of the owners.
 * APR_ENOENT: there is none.  APR_ENOSPC: the segment has no room for it;
 * GW_ROOM_SHARE (owner_room.h): its team has no more of it.
 * GW_SPEC_UNREADABLE (store/spec.h): what is stored of it; logged.  APR_EAGAIN:
 * keys are written all the time.  Else: the database cannot be read now. */
apr_status_t gw_key_load(const unsigned char *hash, apr_pool_t *pool);

#endif
