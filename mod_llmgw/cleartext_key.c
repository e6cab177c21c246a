/* SPDX-License-Identifier: Apache-2.0 */
/* cleartext_key.c - see cleartext_key.h. */
#include "cleartext_key.h"

#include <http_ssl.h>

#include "auth.h"
#include "log_rate.h"

/* It is looked at for every request: no call of a library. */
static int is_loopback(const apr_sockaddr_t *a)
{
    if (a->family == APR_INET)
        return ((const unsigned char *)&a->sa.sin.sin_addr)[0] == 127;
#if APR_HAVE_IPV6
    if (a->family == APR_INET6) {
        const unsigned char *p = (const unsigned char *)
                                 &a->sa.sin6.sin6_addr;

        return IN6_IS_ADDR_LOOPBACK(&a->sa.sin6.sin6_addr)
               || (IN6_IS_ADDR_V4MAPPED(&a->sa.sin6.sin6_addr)
                   && p[12] == 127);
    }
#endif
    return 1;                   /* a Unix socket */
}

/* The connection of HTTP/2 streams is their master's. */
static conn_rec *connection_of(const request_rec *r)
{
    return r->connection->master ? r->connection->master : r->connection;
}

void gw_cleartext_key_warn(request_rec *r)
{
    static gw_log_rate_t rate;
    conn_rec *c = connection_of(r);
    apr_uint32_t hidden = 0;
    const char *key;

    if (is_loopback(c->client_addr)
        || apr_sockaddr_equal(c->client_addr, c->local_addr)
        || ap_ssl_conn_is_ssl(c))
        return;
    key = gw_auth_sent(r);
    if (key == NULL || !APLOG_R_IS_LEVEL(r, APLOG_WARNING)
        || !gw_log_rate(&rate, 1, apr_time_from_sec(3600), &hidden))
        return;
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, GW_TAG(0017)
                  "the key %s came in clear from %s to port %u (and %u more "
                  "such requests before): whoever listens there has it now",
                  key, c->client_ip, c->local_addr->port, hidden);
}
