/* SPDX-License-Identifier: Apache-2.0 */
/* worker.h - mod_proxy workers of our own, made at run time.
 *
 * A worker is one upstream's pool of connections in this child, for one
 * virtual host (its TLS policy), one endpoint (its URL) and one version of
 * the upstream's row.  It is handed to mod_proxy in its pre_request hook.
 */
#ifndef GW_WORKER_H
#define GW_WORKER_H

#include "call.h"

typedef struct gw_worker_t gw_worker_t;

/* The worker for an upstream, held for the caller; made where it is new.
 * url: of this endpoint there.  Errors: the URL is no URL (APR_EINVAL), its
 * host is one where no upstream may be (APR_EACCES), or mod_proxy makes
 * none. */
apr_status_t gw_worker_hold(gw_worker_t **worker, server_rec *s,
                            const gw_upstream_t *upstream,
                            gw_endpoint_t endpoint, const char *url);
void gw_worker_release(gw_worker_t *worker);

/* Let go of workers whose upstream is not in this catalogue as they know it:
 * their idle connections are closed, those in use when they are free.  And,
 * every 5 s at most, close connections that have rested too long, of whatever
 * upstream.  Each request that is forwarded calls this: no thread of ours
 * runs in a process that gets none. */
void gw_worker_sweep(const gw_catalog_t *catalog);

/* Does the configuration let this worker speak https? */
int gw_worker_tls_ready(const gw_worker_t *worker);

/* The per-directory configuration of an attempt: the request's own, with
 * the parts of mod_proxy and mod_ssl as upstream_policy.h has them. */
ap_conf_vector_t *gw_worker_dir_config(const gw_worker_t *worker,
                                       const request_rec *r);

/* The host of its URL, without a port.  Lives as long as the worker. */
const char *gw_worker_host(const gw_worker_t *worker);

/* Between these two mod_proxy uses this worker for r. */
void gw_worker_offer(request_rec *r, gw_worker_t *worker);
void gw_worker_withdraw(request_rec *r);

/* pre_config: find mod_proxy's functions.  llmgw.load sorts before
 * proxy.load, so they cannot be linked.  Returns NULL, or what is missing. */
const char *gw_worker_bind(void);

/* child_init. */
void gw_worker_child(apr_pool_t *p);

#endif
