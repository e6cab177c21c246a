/* SPDX-License-Identifier: Apache-2.0 */
/* value.c - see value.h. */
#include "value.h"

#include "rfc3339.h"

static apr_status_t let_go(void *o)
{
    json_object_put(o);
    return APR_SUCCESS;
}

json_object *gw_admin_own(gw_admin_t *a, json_object *o)
{
    apr_pool_cleanup_register(a->pool, o, let_go, apr_pool_cleanup_null);
    return o;
}

json_object *gw_admin_text(const char *text)
{
    return text != NULL ? json_object_new_string(text) : NULL;
}

json_object *gw_admin_amount(gw_pico_t amount)
{
    char text[GW_MONEY_TEXT];

    return json_object_new_string(gw_money_text(text, amount));
}

json_object *gw_admin_sum(const gw_sum_t *sum)
{
    char text[GW_MONEY_TEXT];

    return json_object_new_string(gw_sum_text(text, sum));
}

json_object *gw_admin_time(apr_int64_t ms)
{
    char text[GW_RFC3339_TEXT];

    return json_object_new_string(gw_rfc3339_text(text, ms));
}

json_object *gw_admin_time_or_null(apr_int64_t ms)
{
    return ms != 0 ? gw_admin_time(ms) : NULL;
}

void gw_admin_add_members(json_object *out, json_object *from)
{
    if (!json_object_is_type(from, json_type_object))
        return;
    json_object_object_foreach(from, name, value) {
        json_object_object_add(out, name, json_object_get(value));
    }
}
