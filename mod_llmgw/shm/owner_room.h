/* SPDX-License-Identifier: Apache-2.0 */
/* owner_room.h - which keys and teams get the segment's owners and meters, and
 * which are evicted when there are none left.
 *
 * - A team's keys take no more than its share of either: what its spec says,
 *   or seven eighths.
 * - 1/64 of each is for admin keys and their teams alone.
 * - Idle owners make room: keys and teams of which nothing would be lost,
 *   first those of the team that has most.
 * - Where none is idle, a team that has less than an equal part, or an admin
 *   key, gets the place of a key whose team has more than that.  What the
 *   windows of that key counted is lost, so those of keys that come back to
 *   its team begin used up, for as long as the lost ones would have taken to
 *   fill.
 *
 * All of it is called with header.table_mutex, and perhaps the mutex of the
 * owner that room is made for.  Other owners are tried, not waited for: one
 * that is in use just then stays.  gw_room_keys and gw_room_most only read,
 * and may be called without, for figures that are shown.
 */
#ifndef GW_OWNER_ROOM_H
#define GW_OWNER_ROOM_H

#include "segment.h"

/* What room is asked for. */
typedef struct gw_asker_t {
    apr_uint32_t team;          /* the owner of its team; 0: it has none yet */
    int key;                    /* a key: the share of its team bounds it */
    int admin;                  /* an admin key, or the team of one */
} gw_asker_t;

/* Status: the team has its whole share, and none of its keys is idle. */
#define GW_ROOM_SHARE (APR_OS_START_USERERR + 1)

/* The number of a free owner, made free if need be.  GW_ROOM_SHARE, or
 * APR_ENOSPC: all are busy.  gw_room_take when it has its kind and team. */
apr_status_t gw_room_owner(apr_uint32_t *number, gw_segment_t *seg,
                           const gw_asker_t *who);
void gw_room_take(gw_segment_t *seg, apr_uint32_t number);

/* ... and it is free again; it is locked. */
void gw_room_give(gw_segment_t *seg, apr_uint32_t number);

/* See to it that so many more meters can be had.  Status as above. */
apr_status_t gw_room_meters(gw_segment_t *seg, const gw_asker_t *who,
                            apr_uint32_t more);

/* Let one owner go of which nothing is lost; 0: there is none. */
int gw_room_evict(gw_segment_t *seg);

/* What a team may take of all keys, and of all meters. */
apr_uint32_t gw_room_keys(const gw_segment_t *seg, const gw_owner_t *team);
apr_uint32_t gw_room_most(const gw_segment_t *seg, const gw_owner_t *team);

/* Count again what each team has: a process died inside. */
void gw_room_recount(gw_segment_t *seg);

#endif
