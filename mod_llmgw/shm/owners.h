/* SPDX-License-Identifier: Apache-2.0 */
/* owners.h - live keys and teams in the segment: put in, change, distrust.
 *
 * Children on any thread, and the helper; the caller holds no mutex of the
 * segment unless one is named.  Taken inside: table_mutex, then one owner's.
 */
#ifndef GW_OWNERS_H
#define GW_OWNERS_H

#include "segment.h"

/* With table_mutex, after a process died inside it: owners that are not in the
 * index, and meters that no owner has, are free again. */
void gw_owners_mend(gw_segment_t *seg);

/* The counter to read before reading a key from the database.  No mutex. */
apr_uint64_t gw_owners_writes(const gw_segment_t *seg);

/* What of a key's or team's row concerns the segment. */
typedef struct gw_owner_row_t {
    gw_owner_kind_t kind;
    apr_int64_t id, version, team_id;
    apr_time_t expires, until;  /* until: of the secret `hash` */
    gw_key_status_t status;
    gw_scope_t scope;
    const char *public_id;      /* of a key */
    const unsigned char *hash;  /* of the secret that was met, or NULL */
    const gw_policy_t *policy;  /* its limits and budgets */
    apr_uint32_t team_owner;    /* of a key */
    int admin;                  /* an admin key, or the team of one: the room
                                   that is kept for those is its */
    int forget_secrets;         /* its secrets changed: look them up anew */
} gw_owner_row_t;

/* Put an owner in, or bring it up to date; *number gets where it is.
 * APR_EAGAIN: keys were written since the counter was `writes`, or the team is
 * no longer in row->team_owner: read both rows again.  GW_ROOM_SHARE
 * (owner_room.h): its team has its share.  APR_ENOSPC: the segment is full of
 * busy owners.  What is left of it then is stale: no request is served by half
 * of its limits. */
apr_status_t gw_owners_put(apr_uint32_t *number, gw_segment_t *seg,
                           const gw_owner_row_t *row, apr_uint64_t writes);

/* A key or team was written and committed: count it, and bring its owner up
 * to date if it is in the segment.  From here on every process sees it. */
void gw_owners_changed(gw_segment_t *seg, const gw_owner_row_t *row);

/* How much of its limits a key or team uses now.  quota: on the steady
 * clock. */
typedef struct gw_use_t {
    apr_int32_t in_flight;
    gw_quota_t quota[GW_LIMIT_WINDOWS];     /* limit 0: none */
} gw_use_t;

/* Copy it, with the owner's mutex; an owner that is not in the segment uses
 * nothing. */
void gw_owners_use(gw_use_t *use, gw_segment_t *seg, gw_owner_kind_t kind,
                   apr_int64_t id, const gw_policy_t *policy);

/* It is not known whether the owners are still what the database says: all
 * are stale, and each is read again before it is believed. */
void gw_owners_invalidate(gw_segment_t *seg);

/* Helper: the zone of budgets that name none, minutes east of UTC.  Takes the
 * owners' mutexes alone, one at a time. */
void gw_owners_set_zone(gw_segment_t *seg, int minutes);

#endif
