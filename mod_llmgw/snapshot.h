/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot.h - the catalogue as one child has read it last. */
#ifndef GW_SNAPSHOT_H
#define GW_SNAPSHOT_H

#include "catalog.h"

/* A snapshot of the catalogue with its credentials opened. */
typedef struct gw_snapshot_t {
    gw_catalog_t *catalog;
    apr_uint32_t refs;
} gw_snapshot_t;

/* Any thread of a child.  A snapshot that is held does not change. */

/* The current snapshot, held for the caller: release it.  A child that has to
 * load it makes others wait 2 s at most (APR_TIMEUP); it takes the catalogue's
 * lock, and the database's read lock inside of it (lock_order.h), so the
 * caller must hold neither.  Any error: 503. */
apr_status_t gw_snapshot_hold(gw_snapshot_t **snapshot);
void gw_snapshot_release(gw_snapshot_t *snapshot);

/* The catalogue was written and committed: every process reloads it before
 * its next request. */
void gw_snapshot_changed(void);

#endif
