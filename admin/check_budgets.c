/* SPDX-License-Identifier: Apache-2.0 */
/* check_budgets.c - see check_budgets.h. */
#include "check_budgets.h"

#include <apr_strings.h>

#include "policy.h"
#include "refuse.h"

static const char *text_of(json_object *budget, const char *name)
{
    json_object *v;

    return json_object_object_get_ex(budget, name, &v)
           ? json_object_get_string(v) : "";
}

static int same(json_object *a, json_object *b)
{
    static const char *const by[] = { "currency", "window", "zone" };
    unsigned i;

    for (i = 0; i < GW_COUNT(by); i++) {
        if (strcmp(text_of(a, by[i]), text_of(b, by[i])) != 0)
            return 0;
    }
    return 1;
}

static int above(json_object *budget)
{
    gw_str_t soft = { text_of(budget, "soft"), 0 };
    gw_str_t amount = { text_of(budget, "amount"), 0 };
    gw_sum_t s, n;

    soft.n = strlen(soft.p);
    amount.n = strlen(amount.p);
    return soft.n > 0 && gw_money_amount(&s, soft) == APR_SUCCESS
           && gw_money_amount(&n, amount) == APR_SUCCESS
           && gw_sum_compare(&s, &n) > 0;
}

int gw_check_budgets(gw_admin_t *a, json_object *list, const char *path)
{
    size_t n = json_object_array_length(list), i, k;

    if (n > GW_BUDGETS)
        return gw_check_refuse(a, path, "must have at most 8 budgets");
    for (i = 0; i < n; i++) {
        json_object *b = json_object_array_get_idx(list, i);
        const char *at = apr_psprintf(a->pool, "%s[%d]", path, (int)i);

        if (above(b))
            return gw_check_refuse(a, gw_check_path(a, at, "soft"),
                                   "must not be above 'amount'");
        for (k = 0; k < i; k++) {
            if (same(b, json_object_array_get_idx(list, k)))
                return gw_check_refuse(a, at, "has the same currency, window "
                                       "and zone as another budget: merge the "
                                       "two");
        }
    }
    return 1;
}
