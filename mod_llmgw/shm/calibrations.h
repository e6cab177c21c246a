/* SPDX-License-Identifier: Apache-2.0 */
/* calibrations.h - what models count, learnt from rows, by team.
 *
 * Any process, any thread, no mutex.  A place is taken by one atomic word, and
 * stays its model's and team's.  Its sums are added to one by one, so a reader
 * may see a part of a row.
 */
#ifndef GW_CALIBRATIONS_H
#define GW_CALIBRATIONS_H

#include "segment.h"

/* The calibration of a model by the rows of a team; NULL: there is no room for
 * another one. */
gw_calibration_t *gw_calibrations_find(gw_segment_t *seg,
                                       apr_int64_t team_id,
                                       apr_int64_t model_id);

/* ... by all teams' rows. */
void gw_calibrations_sum(gw_calibration_t *sum, const gw_segment_t *seg,
                         apr_int64_t model_id);

#endif
