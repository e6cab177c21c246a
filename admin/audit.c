/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c - /llmgw/admin/v1/audit: who changed what, newest first. */
#include <apr_strings.h>

#include "audit.h"
#include "handlers.h"
#include "query.h"
#include "refuse.h"
#include "value.h"

static json_object *row_json(const gw_audit_row_t *row)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "object", json_object_new_string("audit"));
    json_object_object_add(o, "id", json_object_new_int64(row->id));
    json_object_object_add(o, "at", gw_admin_time(row->at_ms));
    json_object_object_add(o, "actor", gw_admin_text(row->actor));
    json_object_object_add(o, "action", gw_admin_text(row->action));
    json_object_object_add(o, "object_type", gw_admin_text(row->object));
    json_object_object_add(o, "object_id", gw_admin_text(row->object_id));
    json_object_object_add(o, "detail", row->detail != NULL
                           ? json_tokener_parse(row->detail) : NULL);
    return o;
}

/* A cursor is the id of a row, in digits. */
static int after(gw_admin_t *a, const char *text, apr_int64_t *id)
{
    char *end;

    *id = 0;
    if (text == NULL)
        return 1;
    *id = apr_strtoi64(text, &end, 10);
    return *text >= '1' && *text <= '9' && *end == '\0' && strlen(text) < 19
           ? 1 : gw_query_no_cursor(a);
}

static json_object *rows_json(const apr_array_header_t *rows)
{
    json_object *data = json_object_new_array();
    int i;

    for (i = 0; i < rows->nelts; i++)
        json_object_array_add(data, row_json(&APR_ARRAY_IDX(rows, i,
                                                 gw_audit_row_t)));
    return data;
}

int gw_admin_audit_list(gw_admin_t *a, json_object **out)
{
    enum { Q_LIMIT, Q_AFTER, Q_ACTOR, Q_ACTION, Q_OBJECT, Q_OBJECT_ID,
           Q_FROM, Q_TO, Q_COUNT };
    static const gw_param_t params[] = {
        GW_Q_PAGE, { "actor", GW_Q_TEXT, 1, 64 },
        { "action", GW_Q_TEXT, 1, 64 }, { "object", GW_Q_TEXT, 1, 64 },
        { "object_id", GW_Q_TEXT, 1, 400 }, { "from", GW_Q_TIME },
        { "to", GW_Q_TIME }, { NULL }
    };
    gw_param_value_t q[Q_COUNT];
    gw_audit_filter_t f;
    apr_array_header_t *rows;
    apr_int64_t next;
    apr_status_t rv;

    if (!gw_query(a, params, q) || !after(a, q[Q_AFTER].text, &f.before))
        return 0;
    f.actor = q[Q_ACTOR].text;
    f.action = q[Q_ACTION].text;
    f.object = q[Q_OBJECT].text;
    f.object_id = q[Q_OBJECT_ID].text;
    f.from_ms = q[Q_FROM].n;
    f.to_ms = q[Q_TO].text != NULL ? q[Q_TO].n : APR_INT64_MAX;
    if (f.from_ms >= f.to_ms)
        return gw_check_refuse(a, "from", "must be earlier than 'to', which is "
                               "exclusive");
    rv = gw_audit_page(&rows, &next, a->db, &f, (int)q[Q_LIMIT].n, a->pool);
    if (rv == APR_ENOENT)
        return gw_query_no_cursor(a);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    *out = gw_query_page(rows_json(rows),
                         next ? apr_off_t_toa(a->pool, next) : NULL);
    return HTTP_OK;
}
