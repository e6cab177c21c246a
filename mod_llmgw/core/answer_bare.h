/* SPDX-License-Identifier: Apache-2.0 */
/* answer_bare.h - a usage event that comes with choices nobody needs. */
#ifndef GW_ANSWER_BARE_H
#define GW_ANSWER_BARE_H

#include "gw.h"

/* Is this event, in so many pieces, one whose choices hold nothing: no
 * finish_reason, and deltas without a member that says anything (null, "",
 * {} and [] do not)?  Some servers send their usage so.  0 for one without a
 * choice, and for what cannot be read. */
int gw_answer_bare(const gw_str_t *pieces, unsigned count);

#endif
