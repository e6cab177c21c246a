/* SPDX-License-Identifier: Apache-2.0 */
/* upstream_policy.h - what mod_proxy and mod_ssl do in an attempt.
 *
 * Their words for an attempt are ours alone: no server, virtual host,
 * <Location> or <Proxy> section of anybody else has a say in whom a
 * credential is sent to.  What TLS needs is in <Proxy "llmgw:upstreams">.
 */
#ifndef GW_UPSTREAM_POLICY_H
#define GW_UPSTREAM_POLICY_H

#include "gw.h"

#include <httpd.h>
#include <http_config.h>

#define GW_UPSTREAM_SECTION "llmgw:upstreams"

/* check_config: does each section of this name say all that decides whom we
 * trust?  NULL: yes, or there is none.  Else what is missing, and the
 * remedy; from p. */
const char *gw_upstream_policy_trouble(apr_pool_t *p);

/* What mod_ssl has for upstreams of this virtual host; NULL: there is no
 * section, no mod_ssl, or one that cannot be asked for the peer's
 * certificate.  From post_config on. */
const void *gw_upstream_policy_tls(const server_rec *s);

/* The per-directory configuration of an attempt: the request's own, with
 * mod_proxy's part as we want it and mod_ssl's as tls says, which may be
 * NULL.  From r->pool. */
ap_conf_vector_t *gw_upstream_policy_dir(const request_rec *r,
                                         const void *tls);

/* register_hooks. */
void gw_upstream_policy_register(void);

#endif
