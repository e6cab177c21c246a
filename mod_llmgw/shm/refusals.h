/* SPDX-License-Identifier: Apache-2.0 */
/* refusals.h - refusals that are counted and not yet in the database. */
#ifndef GW_REFUSALS_H
#define GW_REFUSALS_H

#include "segment.h"

/* Count a refusal of a kind (gw_problem_kind_t) on a day since 1970, UTC; where
 * there is no room it is lost.  Any process, any thread; takes refusal_mutex
 * alone. */
void gw_refusals_count(gw_segment_t *seg, apr_int64_t key_id, int day,
                       int kind);

#endif
