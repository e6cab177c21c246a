/* SPDX-License-Identifier: Apache-2.0 */
/* helper_sweep.h - what children that died have left. */
#ifndef GW_HELPER_SWEEP_H
#define GW_HELPER_SWEEP_H

#include "helper_state.h"

/* Settle the cells of dead children, and free their slots. */
void gw_helper_sweep(helper_t *h);

/* Does any child live? */
int gw_helper_sweep_live(const helper_t *h);

#endif
