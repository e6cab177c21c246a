/* SPDX-License-Identifier: Apache-2.0 */
/* meters.h - which rate windows and budgets an owner has.
 *
 * Everything here runs inside the owner's mutex and calls nothing that could
 * wait.  What takes or frees meters is called with table_mutex as well.
 */
#ifndef GW_METERS_H
#define GW_METERS_H

#include "segment.h"

static inline gw_meter_t *gw_meter_at(const gw_segment_t *seg,
                                      apr_uint32_t number)
{
    return &seg->meters[number - 1];
}

static inline int gw_meter_counts_tokens(const gw_meter_t *m)
{
    return m->kind == GW_LIMIT_TPM || m->kind == GW_LIMIT_TPD;
}

/* Does the request of this cell count in this meter, a budget? */
int gw_meter_counts(const gw_meter_t *m, const gw_cell_t *cell);

/* The owner's limits and budgets are these now; those that stay keep what
 * was used.  table_mutex is held too.  0: there are not enough meters. */
int gw_meters_set(gw_segment_t *seg, gw_owner_t *o,
                  const gw_policy_t *policy);
/* table_mutex is held too. */
void gw_meters_drop(gw_segment_t *seg, gw_owner_t *o);

/* How many it has; how many this policy needs. */
apr_uint32_t gw_meters_count(const gw_segment_t *seg, const gw_owner_t *o);
apr_uint32_t gw_meters_wanted(const gw_policy_t *policy);

/* The microseconds until all windows are full, so that nothing is lost if the
 * owner is forgotten; -1: one is in debt, for longer than it takes to fill. */
apr_interval_time_t gw_meters_refill(const gw_segment_t *seg,
                                     const gw_owner_t *o, apr_time_t steady);

/* What was committed is not known any more: budgets are to be read. */
void gw_meters_distrust(gw_segment_t *seg, gw_owner_t *o);

/* table_mutex is held: meters that no owner has are free. */
void gw_meters_collect(gw_segment_t *seg);

/* What an answer shows of the windows: [0] of requests, [1] of tokens, each
 * the one nearest its end; limit 0: there is none (yet). */
typedef struct gw_window_t {
    apr_int64_t limit, remaining;
    apr_interval_time_t reset;
} gw_window_t;

void gw_meters_show(gw_window_t *window, const gw_segment_t *seg,
                    const gw_owner_t *o, apr_time_t steady);

#endif
