/* SPDX-License-Identifier: Apache-2.0 */
/* upstream_tls.h - is it the upstream that we shook hands with?
 *
 * After mod_ssl's own checks, and whatever its directives say, the peer of
 * an attempt must have a certificate that verified, bear the host of the URL
 * in the certificate's subjectAltName, and speak TLS 1.2 or later.
 */
#ifndef GW_UPSTREAM_TLS_H
#define GW_UPSTREAM_TLS_H

#include <httpd.h>
#include <http_config.h>

/* post_config: find the TLS library that mod_ssl uses; NULL: no mod_ssl. */
void gw_upstream_tls_bind(const module *ssl);
/* Was it found?  If not, no upstream with https can be used. */
int gw_upstream_tls_bound(void);

/* register_hooks. */
void gw_upstream_tls_register(void);

#endif
