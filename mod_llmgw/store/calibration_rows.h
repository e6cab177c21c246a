/* SPDX-License-Identifier: Apache-2.0 */
/* calibration_rows.h - what the rows of models taught, kept over a reboot. */
#ifndef GW_CALIBRATION_ROWS_H
#define GW_CALIBRATION_ROWS_H

#include "calibration.h"
#include "db.h"

/* What models' rows taught: kept over a reboot. */
apr_status_t gw_calibration_rows_save(gw_db_t *db, const gw_calibration_t *c);
typedef void gw_calibration_fn(void *data, const gw_calibration_t *c);
apr_status_t gw_calibration_rows_load(gw_db_t *db, gw_calibration_fn *each,
                                      void *data);

#endif
