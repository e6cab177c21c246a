/* SPDX-License-Identifier: Apache-2.0 */
/* widening.h - by how much the reserves of one key for one model were too
 * small, and so are made wider (BILLING B9).
 *
 * It is the most that was seen, not the sum, and half of it is forgotten in a
 * day of the clock that admissions are counted by.  Callers hold the lock
 * that guards it.
 */
#ifndef GW_WIDENING_H
#define GW_WIDENING_H

#include <apr_time.h>

#include "gw.h"

#define GW_WIDENING_HALF (APR_INT64_C(86400) * 1000000)     /* µs */

/* For models that do not say their context: what is beyond is an error of
 * theirs. */
#define GW_WIDENING_MOST 262144

typedef struct gw_widening_t {
    apr_int64_t key_id;         /* 0: free */
    apr_int64_t team_id, model_id;
    apr_time_t seen;            /* the figures are those of then */
    apr_int32_t prompt, output; /* tokens */
} gw_widening_t;

/* What remains of n tokens that were seen then: half after each
 * GW_WIDENING_HALF, and between on a straight line. */
apr_int64_t gw_widening_left(apr_int64_t n, apr_time_t seen, apr_time_t now);

/* A reserve was so many tokens too small; negative: it was not.  most: 0, or
 * the model's context. */
void gw_widening_see(gw_widening_t *w, apr_int64_t prompt,
                     apr_int64_t output, apr_int64_t most, apr_time_t now);

/* A bound that is `by` wider, but not above a context that is known. */
apr_int64_t gw_widening_apply(apr_int64_t bound, apr_int64_t by,
                              apr_int64_t context);

#endif
