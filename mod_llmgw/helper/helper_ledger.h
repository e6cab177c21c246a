/* SPDX-License-Identifier: Apache-2.0 */
/* helper_ledger.h - from cells to rows of the ledger. */
#ifndef GW_HELPER_LEDGER_H
#define GW_HELPER_LEDGER_H

#include "helper_state.h"

/* Settled cells become rows, and intents that are waited for are written, in
 * transactions of 2000 cells at most.  What fails is logged and tried again
 * with the next round. */
void gw_helper_ledger_drain(helper_t *h);

/* Power was lost: intents that have neither a row nor a cell become rows.
 * Once, at the start of httpd; what fails is logged, and tried again at the
 * next one. */
void gw_helper_ledger_recover(helper_t *h);

#endif
