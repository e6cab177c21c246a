/* SPDX-License-Identifier: Apache-2.0 */
/* upstream_tls.c - see upstream_tls.h.
 *
 * mod_ssl takes a name that stands in the subject's CN alone, which a
 * certificate authority need not have checked.  Its optional hook after the
 * handshake lets us look for ourselves.  The library's functions are those
 * that mod_ssl was linked with: it may be another one than ours.
 */
#include "upstream_tls.h"

#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <http_log.h>

#include "call.h"
#include "module_symbol.h"
#include "watch.h"

#define VERIFIED       0        /* X509_V_OK */
#define TLS_1_2        0x0303
#define SAN_ONLY       (0x20 | 0x04)    /* X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
                                           | .._NO_PARTIAL_WILDCARDS */

typedef struct ssl_st peer_t;           /* SSL */
typedef struct x509_st certificate_t;   /* X509 */

static struct {
    long (*verify_result)(const peer_t *);
    int (*version)(const peer_t *);
    certificate_t *(*certificate)(const peer_t *);
    void (*free)(certificate_t *);
    int (*check_host)(certificate_t *, const char *, size_t, unsigned,
                      char **);
    int (*check_ip)(certificate_t *, const char *, unsigned);
    int found;
} tls;

/* How mod_ssl declares it, in a header that not every httpd installs. */
typedef int ssl_HOOK_proxy_post_handshake_t(conn_rec *c, peer_t *peer);

void gw_upstream_tls_bind(const module *ssl)
{
    memset(&tls, 0, sizeof(tls));
    if (ssl == NULL)
        return;
    *(void **)&tls.verify_result = gw_module_symbol(ssl,
                                                    "SSL_get_verify_result");
    *(void **)&tls.version = gw_module_symbol(ssl, "SSL_version");
    *(void **)&tls.certificate = gw_module_symbol(ssl,
                                     "SSL_get1_peer_certificate");
    if (tls.certificate == NULL)        /* before OpenSSL 3.0 */
        *(void **)&tls.certificate = gw_module_symbol(ssl,
                                         "SSL_get_peer_certificate");
    *(void **)&tls.free = gw_module_symbol(ssl, "X509_free");
    *(void **)&tls.check_host = gw_module_symbol(ssl, "X509_check_host");
    *(void **)&tls.check_ip = gw_module_symbol(ssl, "X509_check_ip_asc");
    tls.found = tls.verify_result != NULL && tls.version != NULL
                && tls.certificate != NULL && tls.free != NULL
                && tls.check_host != NULL && tls.check_ip != NULL;
}

int gw_upstream_tls_bound(void)
{
    return tls.found;
}

/* NULL, or what is wrong. */
static const char *trouble_with(const peer_t *peer, const char *host)
{
    certificate_t *cert = tls.certificate(peer);
    int named = 0;

    if (cert != NULL) {
        named = tls.check_host(cert, host, 0, SAN_ONLY, NULL) == 1
                || tls.check_ip(cert, host, 0) == 1;
        tls.free(cert);
    }
    if (cert == NULL || tls.verify_result(peer) != VERIFIED)
        return "its certificate is not verified";
    if (!named)
        return "the subjectAltName of its certificate does not name it";
    return tls.version(peer) < TLS_1_2 ? "it speaks no TLS 1.2" : NULL;
}

static int proxy_post_handshake(conn_rec *c, peer_t *peer)
{
    gw_watch_t *w = gw_watch_current();
    const char *host, *trouble;

    if (w == NULL)
        return DECLINED;
    host = w->host;
    trouble = host == NULL || !tls.found
              ? "the host that it should be is not known"
              : trouble_with(peer, host);
    if (trouble == NULL)
        return OK;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, w->call->r, GW_TAG(0082)
                  "%s: upstream %s at %s is refused: %s", w->call->id_text,
                  w->call->route->upstream->name, host ? host : "?", trouble);
    return HTTP_BAD_GATEWAY;
}

void gw_upstream_tls_register(void)
{
    APR_OPTIONAL_HOOK(ssl, proxy_post_handshake, proxy_post_handshake, NULL,
                      NULL, APR_HOOK_MIDDLE);
}
