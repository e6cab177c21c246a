/* SPDX-License-Identifier: Apache-2.0 */
/* spec_upstream.c - an upstream (see spec.h). */
#include "spec.h"

#include "dialect.h"
#include "member.h"
#include "serves.h"

static apr_table_t *headers(json_t *o, apr_pool_t *pool)
{
    json_t *h = gw_member(o, "headers");
    apr_table_t *out;

    if (h == NULL || json_object_object_length(h) == 0)
        return NULL;
    out = apr_table_make(pool, 4);
    json_object_object_foreach(h, name, value) {
        apr_table_set(out, name, json_object_get_string(value));
    }
    return out;
}

/* Where nobody says, what its vendor is known for, as far as the dialect has
 * it; 0, all that the dialect has, where that is nothing. */
static unsigned endpoints(const gw_upstream_t *u, json_t *o)
{
    if (gw_member(o, "endpoints") != NULL)
        return gw_member_mask(o, "endpoints", gw_endpoint_names,
                              GW_ENDPOINTS);
    return gw_vendor_row(u->vendor)->endpoints
           & gw_dialect_endpoints(u->dialect);
}

/* How it counts; usage is NULL where nobody says. */
static void read_usage(gw_upstream_t *u, json_t *usage)
{
    static const char *const places[] = { "auto", "inside", "outside" };
    static const char *const outputs[] = { "auto", "total" };

    u->usage_output_total = gw_vendor_row(u->vendor)->output_total;
    if (usage == NULL)
        return;
    u->usage_cache = gw_member_choice(usage, "cache", places, 3,
                                      GW_CACHE_AUTO);
    u->usage_output_total = gw_member_choice(usage, "output", outputs, 2,
                                             u->usage_output_total);
}

apr_status_t gw_spec_upstream_of(gw_upstream_t *u, json_t *o,
                                 apr_pool_t *pool)
{
    static const char *const asks[] = { "auto", "never" };
    static const char *const stored[] = { "refuse", "allow" };
    json_t *paths;
    unsigned i;

    if (!json_object_is_type(o, json_type_object))
        return GW_SPEC_UNREADABLE;
    u->base_url = gw_member_text(o, "base_url", "", pool);
    u->vendor = gw_vendor_by_name(gw_member_text(o, "vendor", "", pool));
    u->query = gw_member_text(o, "query", "", pool);
    u->dialect = gw_member_choice(o, "dialect", gw_dialect_names, GW_DIALECTS,
                                  0);
    u->endpoints = endpoints(u, o);
    u->auth = gw_member_choice(o, "auth", gw_auth_names, 4,
                               (int)gw_dialect_facts(u->dialect)->auth);
    u->wants_credential = gw_wants_credential(u, gw_member(o, "auth")
                                                 != NULL);
    u->headers = headers(o, pool);
    u->pass_headers = gw_member_list(o, "pass_headers", pool);
    u->include_usage = gw_member_choice(o, "include_usage", asks, 2, 0) == 0;
    u->stored_ids = gw_member_choice(o, "stored_ids", stored, 2, 0);
    u->retry_sent = gw_member_flag(o, "retry_sent", 0);
    read_usage(u, gw_member(o, "usage"));
    paths = gw_member(o, "paths");
    for (i = 0; paths != NULL && i < GW_ENDPOINTS; i++)
        u->paths[i] = gw_member_text(paths, gw_endpoint_names[i], NULL, pool);
    gw_member_deadlines(&u->deadlines, o);
    return APR_SUCCESS;
}

apr_status_t gw_spec_upstream(gw_upstream_t *u, const char *json,
                              apr_pool_t *pool)
{
    json_t *o = gw_member_tree(json);
    apr_status_t rv = gw_spec_upstream_of(u, o, pool);

    json_object_put(o);
    return rv;
}
