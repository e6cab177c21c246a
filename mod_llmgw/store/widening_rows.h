/* SPDX-License-Identifier: Apache-2.0 */
/* widening_rows.h - how much wider reserves are, kept over a reboot. */
#ifndef GW_WIDENING_ROWS_H
#define GW_WIDENING_ROWS_H

#include "db.h"
#include "widening.h"

/* How much wider reserves are, kept over a reboot.  clear: of a model, 0: all;
 * inside the caller's transaction. */
apr_status_t gw_widening_rows_clear(gw_db_t *db, apr_int64_t model_id);
apr_status_t gw_widening_rows_add(gw_db_t *db, const gw_widening_t *w);
typedef void gw_widening_fn(void *data, const gw_widening_t *w);
apr_status_t gw_widening_rows_load(gw_db_t *db, gw_widening_fn *each,
                                   void *data);

#endif
