/* SPDX-License-Identifier: Apache-2.0 */
/* process.h - what one httpd process knows: its segment, its database
 * handles, its snapshot of the catalogue, its policies.
 *
 * The parent fills in the first part in post_config; each child inherits it
 * and adds its own in child_init.  Threads of a child share it.
 */
#ifndef GW_PROCESS_H
#define GW_PROCESS_H

#include "catalog.h"
#include "config.h"
#include "crypto.h"
#include "db.h"
#include "inherited.h"
#include "keys.h"
#include "segment.h"

/* A snapshot of the catalogue with its credentials opened. */
typedef struct gw_snapshot_t {
    gw_catalog_t *catalog;
    apr_uint32_t refs;
} gw_snapshot_t;

/* What a key and its team may do, cached by the versions of their rows. */
typedef struct gw_policies_t {
    apr_int64_t key_id, key_version, team_version;
    gw_policy_t key, team;
    const char *key_name, *team_name;
    apr_pool_t *pool;
    apr_uint32_t refs;
} gw_policies_t;

typedef struct gw_process_t {
    int wanted;                     /* a directive read so far needs it all */
    server_rec *server;             /* the main one */
    const gw_server_conf_t *conf;   /* NULL: the gateway is nowhere On */
    gw_segment_t *seg;              /* NULL: trouble says why */
    const char *trouble;            /* answered as 503 until mended */
    const char *unbound;            /* what of mod_proxy is missing, or NULL */
    const gw_inherited_t *in;       /* from the parent; NULL: nothing */
    const char *db_path;            /* for messages */
    /* of a child */
    apr_pool_t *pool;
    int stop_fd;                    /* readable once this child must stop */
    int stopping;
} gw_process_t;

extern gw_process_t gw_process;

/* child_init: map the segment and take a slot, make the locks. */
void gw_process_child(apr_pool_t *p, server_rec *s);

/* child_stopping: wake every request that waits for an upstream.  May run in
 * a signal handler. */
void gw_process_stopping(apr_pool_t *p, int graceful);

/* A pool of its own: no other thread's pool is its parent.  NULL: there is no
 * memory for one.  Later, inside of it, that ends the process, as it does
 * everywhere in httpd. */
apr_pool_t *gw_pool_make(const char *tag);

/* The database of this child, locked for the calling thread.  GW_DB_READ,
 * GW_DB_WRITE or GW_DB_REPORT, each with a handle of its own: what a report
 * takes, requests do not wait for.  Any error: it cannot be used now (503). */
apr_status_t gw_database_lock(gw_db_t **db, gw_db_mode_t mode);
void gw_database_unlock(gw_db_mode_t mode);

/* The current snapshot, held for the caller.  A child that has to load it
 * makes others wait 2 s at most.  Any error: 503. */
apr_status_t gw_snapshot_hold(gw_snapshot_t **snapshot);
void gw_snapshot_release(gw_snapshot_t *snapshot);

/* The catalogue was written and committed: every process reloads it before
 * its next request. */
void gw_snapshot_changed(void);

/* Policies of a key at these versions, held for the caller, from the cache
 * or from the database. */
apr_status_t gw_policies_hold(gw_policies_t **policies, apr_int64_t key_id,
                              apr_int64_t key_version,
                              apr_int64_t team_version);
/* Put those of a row that was just read into the cache and hold them. */
apr_status_t gw_policies_put(gw_policies_t **policies,
                             const gw_key_row_t *row);
void gw_policies_release(gw_policies_t *policies);

#endif
