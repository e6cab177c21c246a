/* SPDX-License-Identifier: Apache-2.0 */
/* helper_work.h - the helper's work, from an opened database on. */
#ifndef GW_HELPER_WORK_H
#define GW_HELPER_WORK_H

#include "helper_state.h"

/* Open the database and get to work; again, if it was lost.  first: at the
 * start of httpd, when nobody uses the segment.  NULL, or what is wrong, until
 * scratch is cleared. */
const char *gw_helper_work_begin(helper_t *h, int first);

/* Settled cells into rows, dead children's too, and what else is due. */
void gw_helper_work_round(helper_t *h);

/* Once, after the last round. */
void gw_helper_work_end(helper_t *h);

#endif
