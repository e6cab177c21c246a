/* SPDX-License-Identifier: Apache-2.0 */
/* helper_save.h - what is counted in the segment and kept in the database:
 * refusals, calibrations, widenings. */
#ifndef GW_HELPER_SAVE_H
#define GW_HELPER_SAVE_H

#include "helper_state.h"

/* The database was opened: put into the segment what it does not know. */
void gw_helper_save_load(helper_t *h);

/* What fails stays in the segment, and is written with the next call. */
void gw_helper_save_refusals(helper_t *h);
/* Calibrations and widenings, those that changed. */
void gw_helper_save_learnt(helper_t *h);

#endif
