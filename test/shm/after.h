/* SPDX-License-Identifier: Apache-2.0 */
/* after.h - what has to be true once processes were killed and the helper has
 * been through what they left. */
#ifndef GW_TEST_AFTER_H
#define GW_TEST_AFTER_H

#include "rows.h"
#include "segment.h"

#define TOLD_ASKS 256

/* What a process says of itself before it can be killed; in memory that all
 * of them share. */
typedef struct told_t {
    unsigned n;                 /* requests that were begun */
    struct {
        apr_int64_t id;
        int opened;             /* or about to be: no point lies between */
    } ask[TOLD_ASKS];
} told_t;

/* n of them, empty. */
told_t *told_new(unsigned n);

/* Requests of n processes that were not opened and have a row, or were and
 * have not one; rows that are nobody's. */
unsigned after_misbilled(const rows_t *rows, const told_t *told, unsigned n);

/* What owners hold although all cells are free. */
apr_int64_t after_held(const gw_segment_t *seg);

/* Meters and owners that are neither in use nor free, or of which another
 * number is counted. */
unsigned after_lost(gw_segment_t *seg);

/* Mutexes that cannot be taken, or that a process died in; gw_owner_lock and
 * the like were called since. */
unsigned after_stuck(gw_segment_t *seg);

#endif
