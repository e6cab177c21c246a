/* SPDX-License-Identifier: Apache-2.0 */
/* spec_policy.c - what a key or a team may (see spec.h). */
#include "spec.h"

#include <apr_strings.h>

#include "member.h"

/* An amount that was judged before. */
static void amount(gw_sum_t *out, json_t *o, const char *name)
{
    json_t *v = gw_member(o, name);
    gw_str_t s;

    memset(out, 0, sizeof(*out));
    if (v == NULL)
        return;
    s.p = json_object_get_string(v);
    s.n = strlen(s.p);
    gw_money_amount(out, s);
}

static apr_ipsubnet_t **subnets(json_t *o, apr_pool_t *pool)
{
    const char **names = gw_member_list(o, "addresses", pool);
    apr_ipsubnet_t **out;
    unsigned i, n = 0;

    if (names == NULL)
        return NULL;
    for (i = 0; names[i] != NULL; i++)
        ;
    out = apr_pcalloc(pool, (i + 1) * sizeof(*out));
    for (i = 0; names[i] != NULL; i++) {
        char *address = apr_pstrdup(pool, names[i]);
        char *bits = strchr(address, '/');

        if (bits != NULL)
            *bits++ = '\0';
        if (apr_ipsubnet_create(&out[n], address, bits, pool) == APR_SUCCESS)
            n++;
    }
    return out;
}

static void budget(gw_budget_t *b, json_t *o)
{
    gw_str_t zone;

    amount(&b->limit, o, "amount");
    amount(&b->soft, o, "soft");
    apr_cpystrn(b->currency,
                json_object_get_string(gw_member(o, "currency")),
                GW_CURRENCY);
    b->window = (unsigned char)gw_member_choice(o, "window", gw_window_names,
                                                GW_WINDOWS, GW_WINDOW_TOTAL);
    b->flags = GW_BUDGET_DEFAULT_ZONE;
    if (gw_member(o, "zone") != NULL) {
        int minutes = 0;

        zone.p = json_object_get_string(gw_member(o, "zone"));
        zone.n = strlen(zone.p);
        gw_zone_parse(&minutes, zone);
        b->zone = (apr_int16_t)minutes;
        b->flags = 0;
    }
}

static void budgets(gw_policy_t *policy, json_t *list_of)
{
    size_t i, n = list_of != NULL ? json_object_array_length(list_of) : 0;

    for (i = 0; i < n && i < GW_BUDGETS; i++)
        budget(&policy->budget[policy->budgets++],
               json_object_array_get_idx(list_of, i));
}

/* json-c ends the process over a list that is none. */
static int policy_has_types(json_t *o)
{
    static const struct { const char *name; json_type type; } rows[] = {
        { "models", json_type_array }, { "deny_models", json_type_array },
        { "endpoints", json_type_array }, { "addresses", json_type_array },
        { "budgets", json_type_array }, { "limits", json_type_object }
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++) {
        json_t *v = gw_member(o, rows[i].name);

        if (v != NULL && !json_object_is_type(v, rows[i].type))
            return 0;
    }
    return 1;
}

apr_status_t gw_spec_policy_of(gw_policy_t *policy, json_t *o,
                               apr_pool_t *pool)
{
    json_t *limits, *share;
    unsigned i;

    memset(policy, 0, sizeof(*policy));
    if (!json_object_is_type(o, json_type_object) || !policy_has_types(o))
        return GW_SPEC_UNREADABLE;
    policy->models = gw_member_list(o, "models", pool);
    policy->deny_models = gw_member_list(o, "deny_models", pool);
    policy->endpoints = gw_member_mask(o, "endpoints", gw_endpoint_names,
                                       GW_ENDPOINTS);
    policy->addresses = subnets(o, pool);
    policy->coalesce = (int)gw_member_number(o, "coalesce_ms", -1);
    policy->answer_ids = gw_member_flag(o, "answer_ids", 0);
    limits = gw_member(o, "limits");
    for (i = 0; limits != NULL && i < GW_LIMITS; i++)
        policy->limit[i] = gw_member_number(limits, gw_limit_names[i], 0);
    budgets(policy, gw_member(o, "budgets"));
    share = gw_member(o, "share");
    if (share != NULL) {
        policy->share_keys = (unsigned)gw_member_number(share, "keys", 0);
        policy->share_limits = (unsigned)gw_member_number(share, "limits", 0);
    }
    return APR_SUCCESS;
}

apr_status_t gw_spec_policy(gw_policy_t *policy, const char *json,
                            apr_pool_t *pool)
{
    json_t *o = gw_member_tree(json);
    apr_status_t rv = gw_spec_policy_of(policy, o, pool);

    json_object_put(o);
    return rv;
}
