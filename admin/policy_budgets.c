/* SPDX-License-Identifier: Apache-2.0 */
/* policy_budgets.c - see policy_budgets.h. */
#include "policy_budgets.h"

#include <apr_strings.h>

#include "spec.h"
#include "spent.h"
#include "value.h"

json_object *gw_admin_budget_json(const gw_budget_t *b)
{
    json_object *o = json_object_new_object();
    gw_window_kind_t kind = (gw_window_kind_t)b->window;
    gw_sum_t spent = gw_budget_spent(b), left = gw_budget_left(b);
    int soft = gw_sum_sign(&b->soft) != 0;
    char zone[7];

    json_object_object_add(o, "amount", gw_admin_sum(&b->limit));
    json_object_object_add(o, "currency",
                           json_object_new_string(b->currency));
    json_object_object_add(o, "window",
                           json_object_new_string(gw_window_names[kind]));
    json_object_object_add(o, "zone", json_object_new_string(
                                          gw_zone_text(zone, b->zone)));
    if (soft)
        json_object_object_add(o, "soft", gw_admin_sum(&b->soft));
    json_object_object_add(o, "spent", gw_admin_sum(&spent));
    json_object_object_add(o, "reserved", gw_admin_sum(&b->reserved));
    json_object_object_add(o, "available", gw_sum_sign(&left) > 0
                           ? gw_admin_sum(&left) : gw_admin_amount(0));
    json_object_object_add(o, "soft_passed", json_object_new_boolean(
                               soft && gw_sum_compare(&spent, &b->soft)
                                       >= 0));
    if (kind != GW_WINDOW_TOTAL) {
        json_object_object_add(o, "from", gw_admin_time(
                                   apr_time_as_msec(b->start)));
        json_object_object_add(o, "to", gw_admin_time(apr_time_as_msec(
                                   gw_window_end(kind, b->zone, b->start))));
    }
    return o;
}

json_object *gw_admin_budgets(gw_admin_t *a, gw_owner_kind_t kind,
                              apr_int64_t id, const gw_policy_t *policy)
{
    json_object *list;
    gw_budget_t budget[GW_BUDGETS];
    gw_spent_t spent = gw_spent_in(a->db);
    unsigned i;

    if (gw_budgets_now(budget, a->seg, &spent, kind, id, policy)
        != APR_SUCCESS)
        return NULL;
    list = json_object_new_array();
    for (i = 0; i < policy->budgets; i++)
        json_object_array_add(list, gw_admin_budget_json(&budget[i]));
    return list;
}

apr_status_t gw_admin_budget_status(gw_admin_t *a, json_object *out,
                                    gw_owner_kind_t kind, apr_int64_t id,
                                    json_object *spec)
{
    gw_policy_t policy;
    json_object *list;
    apr_status_t rv = gw_spec_policy_of(&policy, spec, a->pool);

    if (rv != APR_SUCCESS || policy.budgets == 0)
        return rv;
    list = gw_admin_budgets(a, kind, id, &policy);
    if (list == NULL)
        return APR_EGENERAL;
    json_object_object_add(out, "budget_status", list);
    return APR_SUCCESS;
}
