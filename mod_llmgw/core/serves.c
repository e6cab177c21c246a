/* SPDX-License-Identifier: Apache-2.0 */
/* serves.c - see serves.h. */
#include "serves.h"

#include "address.h"
#include "dialect.h"

static int ends_in(gw_str_t host, const char *end)
{
    apr_size_t n = strlen(end);

    return host.n >= n && memcmp(host.p + host.n - n, end, n) == 0;
}

/* Is the host of this URL one of this machine or of one's own network: by
 * its address, or by a name that no public name server has? */
static int is_own_host(const char *url)
{
    static const char *const ends[] = {
        ".local", ".localhost", ".internal", ".intranet", ".lan", ".home",
        ".corp", ".private", ".home.arpa", ".svc", ".test"
    };
    const char *p = strstr(url, "://");
    gw_str_t host;
    unsigned i;

    host.p = p != NULL ? p + 3 : url;
    if (*host.p == '[') {
        host.p++;
        host.n = strcspn(host.p, "]");
        return gw_host_is_private(host);
    }
    host.n = strcspn(host.p, ":/");
    if (memchr(host.p, '.', host.n) == NULL || gw_host_is_private(host))
        return 1;
    for (i = 0; i < GW_COUNT(ends); i++) {
        if (ends_in(host, ends[i]))
            return 1;
    }
    return 0;
}

int gw_wants_credential(const gw_upstream_t *u, int auth_said)
{
    if (u->auth == GW_AUTH_NONE)
        return 0;
    if (auth_said || gw_vendor_row(u->vendor)->sells)
        return 1;
    return strncmp(u->base_url, "https:", 6) == 0
           && !is_own_host(u->base_url);
}

const char *gw_upstream_idle(const gw_upstream_t *u)
{
    if (u->disabled)
        return "is disabled";
    if (u->endpoints != 0
        && (u->endpoints & gw_dialect_endpoints(u->dialect)) == 0)
        return "serves nothing that its dialect has: mend 'endpoints'";
    if (u->auth == GW_AUTH_NONE)
        return NULL;
    if (u->credentials == 0)
        return u->wants_credential ? "has no credential: give it "
               "'credentials', or \"auth\": \"none\" if it wants none" : NULL;
    return u->secrets == NULL || u->secrets[0] != NULL
           ? NULL : "has a credential that cannot be opened: save it again";
}

int gw_model_serves(const gw_model_t *m)
{
    unsigned i;

    for (i = 0; i < m->route_count && !m->disabled; i++) {
        if (gw_upstream_idle(m->routes[i].upstream) == NULL)
            return 1;
    }
    return 0;
}
