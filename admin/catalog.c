/* SPDX-License-Identifier: Apache-2.0 */
/* catalog.c - GET /llmgw/admin/v1/catalog: all upstreams and models in one
 * document, which PUT takes (catalog_import.c).  Secrets are not in it. */
#include "handlers.h"
#include "models.h"
#include "object.h"
#include "query.h"
#include "refuse.h"
#include "thinking.h"
#include "upstreams.h"
#include "value.h"

#define AT_ONCE 500             /* rows of one read */

static apr_status_t add_rows(gw_admin_t *a, const gw_resource_t *kind,
                             json_object *data,
                             const apr_array_header_t *rows)
{
    apr_status_t rv = APR_SUCCESS;
    gw_object_t object;
    json_object *o;
    int i;

    for (i = 0; i < rows->nelts && rv == APR_SUCCESS; i++) {
        object.row = APR_ARRAY_IDX(rows, i, gw_object_row_t);
        rv = gw_object_load(&object, a, kind);
        if (rv == APR_SUCCESS)
            rv = gw_object_json(&o, a, kind, &object, GW_VIEW_EXPORT);
        if (rv == APR_SUCCESS)
            json_object_array_add(data, o);
    }
    return rv;
}

static apr_status_t add_all(gw_admin_t *a, const gw_resource_t *kind,
                            json_object *out, const char *member)
{
    json_object *data = json_object_new_array();
    apr_array_header_t *rows;
    const char *after = "";
    apr_status_t rv;

    json_object_object_add(out, member, data);
    do {
        rv = gw_objects_list(&rows, a->db, kind->stored, after, AT_ONCE,
                             a->pool);
        if (rv == APR_SUCCESS)
            rv = add_rows(a, kind, data, rows);
        if (rv == APR_SUCCESS && rows->nelts > 0)
            after = APR_ARRAY_IDX(rows, rows->nelts - 1,
                                  gw_object_row_t).name;
    } while (rv == APR_SUCCESS && rows->nelts == AT_ONCE);
    return rv;
}

static apr_status_t add_thinking(gw_admin_t *a, json_object *out)
{
    json_object *data = json_object_new_array(), *o;
    apr_array_header_t *rows;
    apr_status_t rv = gw_thinking_get(&rows, a->db, a->pool);
    int i;

    json_object_object_add(out, "thinking", data);
    for (i = 0; rv == APR_SUCCESS && i < rows->nelts; i++) {
        const gw_thinking_row_t *row = &APR_ARRAY_IDX(rows, i,
                                                      gw_thinking_row_t);

        o = json_object_new_object();
        json_object_object_add(o, "pattern", gw_admin_text(row->pattern));
        json_object_object_add(o, "mode", gw_admin_text(row->mode));
        json_object_array_add(data, o);
    }
    return rv;
}

int gw_admin_catalog_export(gw_admin_t *a, json_object **out)
{
    json_object *o;
    apr_status_t rv;

    if (!gw_query_read(a, NULL, 0))
        return 0;
    o = json_object_new_object();
    json_object_object_add(o, "object", json_object_new_string("catalog"));
    rv = gw_db_begin_read(a->db);
    if (rv == APR_SUCCESS)
        rv = add_all(a, &gw_resource_upstream, o, "upstreams");
    if (rv == APR_SUCCESS)
        rv = add_all(a, &gw_resource_model, o, "models");
    if (rv == APR_SUCCESS)
        rv = add_thinking(a, o);
    gw_db_rollback(a->db);
    if (rv != APR_SUCCESS) {
        json_object_put(o);
        return gw_admin_store_trouble(a, rv);
    }
    *out = o;
    return HTTP_OK;
}
