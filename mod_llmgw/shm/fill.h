/* SPDX-License-Identifier: Apache-2.0 */
/* fill.h - how full the segment is. */
#ifndef GW_FILL_H
#define GW_FILL_H

#include "segment.h"

typedef enum {
    GW_FILL_OWNERS,             /* live keys and teams */
    GW_FILL_METERS,             /* rate windows and budgets of them */
    GW_FILL_CELLS,              /* requests, until they are in the ledger */
    GW_FILLS
} gw_fill_kind_t;

/* "owners", "meters", "cells". */
extern const char *const gw_fill_names[GW_FILLS];

typedef struct gw_fill_t {
    apr_uint32_t used, all;
} gw_fill_t;

/* As it is at about this moment.  Any process, any thread; here and below no
 * mutex is taken. */
void gw_fill_read(gw_fill_t *fill, const gw_segment_t *seg);

/* What a team and its keys have of it.  keys and limits: in the segment now;
 * most: its share. */
typedef struct gw_fill_team_t {
    apr_int64_t id;
    apr_uint32_t keys, most_keys, limits, most_limits;
} gw_fill_team_t;

/* Of the team of this id; 0: it is not in the segment. */
int gw_fill_team(gw_fill_team_t *out, const gw_segment_t *seg,
                 apr_int64_t id);

/* Those that have most, at most n of them, the greediest first.  Returns how
 * many. */
unsigned gw_fill_greediest(gw_fill_team_t *out, unsigned n,
                           const gw_segment_t *seg);

#endif
