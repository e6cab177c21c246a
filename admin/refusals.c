/* SPDX-License-Identifier: Apache-2.0 */
/* refusals.c - /llmgw/admin/v1/refusals: requests that got no row, counted by
 * key, day and code. */
#include "handlers.h"
#include "key_item.h"
#include "query.h"
#include "refusal_rows.h"
#include "refuse.h"
#include "rfc3339.h"
#include "value.h"

#define DAY_MS APR_INT64_C(86400000)

static json_object *one_json(const gw_refused_t *refused)
{
    json_object *o = json_object_new_object();
    char day[GW_RFC3339_TEXT];

    json_object_object_add(o, "key", gw_admin_text(refused->key));
    json_object_object_add(o, "day", json_object_new_string(
        gw_rfc3339_day(day, refused->day * DAY_MS)));
    json_object_object_add(o, "code", gw_admin_text(refused->code));
    json_object_object_add(o, "count", json_object_new_int64(refused->count));
    return o;
}

static void add(void *data, const gw_refused_t *refused)
{
    json_object_array_add(data, one_json(refused));
}

/* The key that is asked for, as far as the caller may see it. */
static int key_of(gw_admin_t *a, const char *id, apr_int64_t *key_id)
{
    gw_key_row_t row;
    apr_status_t rv;

    *key_id = 0;
    if (id == NULL)
        return 1;
    a->id = id;
    rv = gw_key_find(a, &row);
    if (rv != APR_SUCCESS)
        return gw_key_failed(a, rv);
    *key_id = row.id;
    return 1;
}

int gw_admin_refusals(gw_admin_t *a, json_object **out)
{
    enum { Q_KEY, Q_FROM, Q_TO, Q_COUNT };
    static const gw_param_t params[] = {
        { "key", GW_Q_TEXT, 1, 64 }, { "from", GW_Q_TIME },
        { "to", GW_Q_TIME }, { NULL }
    };
    gw_param_value_t q[Q_COUNT];
    apr_int64_t key_id, from, to;
    json_object *data;
    apr_status_t rv;

    if (!gw_query(a, params, q) || !key_of(a, q[Q_KEY].text, &key_id))
        return 0;
    to = q[Q_TO].text != NULL ? (q[Q_TO].n + DAY_MS - 1) / DAY_MS
                              : a->now_ms / DAY_MS + 1;
    from = q[Q_FROM].text != NULL ? q[Q_FROM].n / DAY_MS : to - 31;
    data = json_object_new_array();
    rv = gw_refusal_rows_list(a->db, key_id, a->call->caller.scope
                                             == GW_SCOPE_ADMIN
                                             ? 0 : a->call->caller.team_id,
                              from, to, add, data, a->pool);
    if (rv != APR_SUCCESS) {
        json_object_put(data);
        return gw_admin_store_trouble(a, rv);
    }
    *out = json_object_new_object();
    json_object_object_add(*out, "object", json_object_new_string("list"));
    json_object_object_add(*out, "data", data);
    return HTTP_OK;
}
