/* SPDX-License-Identifier: Apache-2.0 */
/* local_client.c - see local_client.h. */
#include "local_client.h"

#include <apr_tables.h>

#include "gw.h"

static int in_loopback(const request_rec *r, const char *net,
                       const char *bits)
{
    apr_ipsubnet_t *loop;

    return apr_ipsubnet_create(&loop, net, bits, r->pool) == APR_SUCCESS
           && apr_ipsubnet_test(loop, r->useragent_addr);
}

static int is_here(const request_rec *r)
{
    return apr_sockaddr_equal(r->connection->local_addr, r->useragent_addr)
           || in_loopback(r, "127.0.0.0", "8")
           || in_loopback(r, "::1", NULL);
}

/* Headers with which proxies and load balancers say for whom they ask. */
static int tells_of_a_proxy(const char *header)
{
    static const char *const names[] = {
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "Client-IP",
        "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP",
        "CF-Connecting-IPv6", "Fastly-Client-IP", "X-Appengine-User-IP",
        "X-Azure-ClientIP", "X-Azure-SocketIP", "X-Remote-IP",
        "X-Remote-Addr", "X-Originating-IP", "X-ProxyUser-IP",
        "Proxy-Client-IP", "WL-Proxy-Client-IP", "X-HTTP-Via",
        "X-Original-For", "X-Original-Host", "X-Envoy-External-Address"
    };
    static const char *const begins[] = {
        "X-Forwarded", "X-Original-Forwarded"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(names); i++) {
        if (ap_cstr_casecmp(header, names[i]) == 0)
            return 1;
    }
    for (i = 0; i < GW_COUNT(begins); i++) {
        if (ap_cstr_casecmpn(header, begins[i], strlen(begins[i])) == 0)
            return 1;
    }
    return 0;
}

gw_local_client_t gw_local_client(const request_rec *r, const char **header)
{
    const apr_array_header_t *all = apr_table_elts(r->headers_in);
    const apr_table_entry_t *e = (const apr_table_entry_t *)all->elts;
    int i;

    if (!is_here(r))
        return GW_LOCAL_NO;
    if (r->useragent_addr != r->connection->client_addr)
        return GW_LOCAL_YES;    /* mod_remoteip's: who really asks is here */
    for (i = 0; i < all->nelts; i++) {
        if (tells_of_a_proxy(e[i].key)) {
            *header = e[i].key;
            return GW_LOCAL_PROXIED;
        }
    }
    return GW_LOCAL_YES;
}
