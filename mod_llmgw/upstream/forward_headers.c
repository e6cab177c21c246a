/* SPDX-License-Identifier: Apache-2.0 */
/* forward_headers.c - the headers that go upstream, in mod_proxy's fixups. */
#include "forward.h"

#include <apr_strings.h>
#include <mod_proxy.h>

#include "redact.h"
#include "upstream_policy.h"

static void credential(const gw_upstream_t *u, apr_table_t *out,
                       const char *secret, apr_pool_t *pool)
{
    if (u->auth == GW_AUTH_BEARER)
        apr_table_setn(out, "Authorization",
                       apr_pstrcat(pool, "Bearer ", secret, NULL));
    else
        apr_table_setn(out, gw_auth_names[u->auth], secret);
}

/* By the first letter: most headers need no comparison at all. */
static int is_known(const char *name)
{
#define IS(text) (ap_cstr_casecmp(name, text) == 0)
    switch (*name | 0x20) {
    case 'a':
        return IS("Accept");
    case 'c':
        return IS("Content-Type");
    case 'h':
        return IS("Host");
    case 't':
        return IS("traceparent") || IS("tracestate");
    case 'u':
        return IS("User-Agent");
    default:
        return 0;
    }
#undef IS
}

/* dialects: whose headers mean something there. */
static int goes_upstream(const char *name, const gw_upstream_t *u,
                         unsigned dialects, apr_pool_t *pool)
{
    const char *own = gw_vendor_row(u->vendor)->headers;

    return is_known(name) || gw_dialect_header(dialects, name)
           || (own != NULL
               && ap_cstr_casecmpn(name, own, strlen(own)) == 0
               && gw_redact(name, pool) == name);
}

/* What is said where the client says nothing, or sends an empty header. */
static void say(apr_table_t *out, const char *name, const char *value)
{
    const char *said = apr_table_get(out, name);

    if (said == NULL || *said == '\0')
        apr_table_setn(out, name, value);
}

/* r->headers_in is a copy that only this attempt sees: what goes in here is
 * never logged. */
static int fixups(request_rec *r)
{
    gw_call_t *call = gw_call_of(r);
    const apr_array_header_t *all = apr_table_elts(r->headers_in);
    const apr_table_entry_t *e = (const apr_table_entry_t *)all->elts;
    const gw_upstream_t *u;
    const char *const *usual;
    apr_table_t *out;
    unsigned dialects;
    int i;

    if (call == NULL || call->route == NULL)
        return DECLINED;
    u = call->route->upstream;
    dialects = call->translation == NULL ? ~0u : 1u << u->dialect;
    usual = gw_dialect_facts(u->dialect)->usual;
    out = apr_table_make(r->pool, 12);
    for (i = 0; i < all->nelts; i++) {
        /* a key of ours may stand in any of them, by mistake or by habit */
        if (goes_upstream(e[i].key, u, dialects, r->pool))
            apr_table_addn(out, e[i].key, gw_redact(e[i].val, r->pool));
    }
    say(out, "Content-Type", "application/json");
    if (usual[0] != NULL)
        say(out, usual[0], usual[1]);
    if (u->headers != NULL)
        apr_table_overlap(out, u->headers, APR_OVERLAP_TABLES_SET);
    if (u->auth != GW_AUTH_NONE && u->credentials > 0
        && u->secrets[0] != NULL)
        credential(u, out, u->secrets[0], r->pool);
    r->headers_in = out;
    return OK;
}

void gw_forward_register(void)
{
    APR_OPTIONAL_HOOK(proxy, fixups, fixups, NULL, NULL, APR_HOOK_LAST);
    gw_upstream_policy_register();
}
