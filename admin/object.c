/* SPDX-License-Identifier: Apache-2.0 */
/* object.c - see object.h. */
#include "object.h"

#include <apr_strings.h>

#include "query.h"
#include "refuse.h"
#include "value.h"

apr_status_t gw_object_load(gw_object_t *object, gw_admin_t *a,
                            const gw_resource_t *kind)
{
    json_object *spec = json_tokener_parse(object->row.spec);

    object->spec = NULL;
    object->prices = NULL;
    object->credentials = 0;
    if (spec != NULL)
        gw_admin_own(a, spec);
    if (json_object_is_type(spec, json_type_object))
        object->spec = spec;
    return kind->load != NULL ? kind->load(a, object) : APR_SUCCESS;
}

apr_status_t gw_object_read(gw_object_t *object, gw_admin_t *a,
                            const gw_resource_t *kind, const char *name)
{
    apr_status_t rv = gw_objects_get(&object->row, a->db, kind->stored, name,
                                     a->pool);

    return rv == APR_SUCCESS ? gw_object_load(object, a, kind) : rv;
}

/* ---- showing -------------------------------------------------------- */

static void add_flag(json_object *o, const gw_object_row_t *row,
                     gw_view_t view)
{
    if (row->disabled_ms != 0 || view == GW_VIEW_LISTED
        || view == GW_VIEW_WHOLE)
        json_object_object_add(o, "disabled",
                               json_object_new_boolean(row->disabled_ms
                                                       != 0));
}

/* "serves", and "why" it does not. */
static apr_status_t add_serves(gw_admin_t *a, json_object *o,
                               const gw_resource_t *kind,
                               const gw_object_t *object)
{
    const char *why = NULL;
    apr_status_t rv = kind->idle(&why, a, object);

    if (rv != APR_SUCCESS)
        return rv;
    json_object_object_add(o, "serves", json_object_new_boolean(why == NULL));
    if (why != NULL)
        json_object_object_add(o, "why", gw_admin_text(why));
    return APR_SUCCESS;
}

apr_status_t gw_object_json(json_object **out, gw_admin_t *a,
                            const gw_resource_t *kind,
                            const gw_object_t *object, gw_view_t view)
{
    const gw_object_row_t *row = &object->row;
    int shown = view == GW_VIEW_LISTED || view == GW_VIEW_WHOLE;
    json_object *o = json_object_new_object();
    apr_status_t rv = APR_SUCCESS;

    if (shown)
        json_object_object_add(o, "object",
                               json_object_new_string(kind->name));
    if (view != GW_VIEW_DOCUMENT)
        json_object_object_add(o, "id", json_object_new_string(row->name));
    gw_admin_add_members(o, object->spec);
    add_flag(o, row, view);
    if (kind->show != NULL)
        rv = kind->show(a, o, object, view);
    if (rv == APR_SUCCESS && shown && kind->idle != NULL)
        rv = add_serves(a, o, kind, object);
    if (rv != APR_SUCCESS) {
        json_object_put(o);
        return rv;
    }
    if (shown) {
        json_object_object_add(o, "version",
                               json_object_new_int64(row->version));
        json_object_object_add(o, "created_at",
                               gw_admin_time(row->created_ms));
        json_object_object_add(o, "disabled_at",
                               gw_admin_time_or_null(row->disabled_ms));
    }
    *out = o;
    return APR_SUCCESS;
}

int gw_object_not_found(gw_admin_t *a, const gw_resource_t *kind)
{
    return gw_admin_refuse(a, GW_P_NOT_FOUND, NULL,
                           apr_psprintf(a->pool, "There is no %s '%s'.",
                                        kind->name, a->id));
}

int gw_object_get_one(gw_admin_t *a, const gw_resource_t *kind,
                      json_object **out)
{
    gw_object_t object;
    apr_status_t rv = gw_object_read(&object, a, kind, a->id);

    if (rv == APR_ENOENT)
        return gw_object_not_found(a, kind);
    if (rv == APR_SUCCESS)
        rv = gw_object_json(out, a, kind, &object, GW_VIEW_WHOLE);
    return rv == APR_SUCCESS ? HTTP_OK : gw_admin_store_trouble(a, rv);
}

/* ---- lists ---------------------------------------------------------- */

/* ?limit= and ?after= (the id of the object before). */
static int page(gw_admin_t *a, const gw_resource_t *kind, int *limit,
                const char **after)
{
    gw_query_t query[] = { { "limit" }, { "after" } };
    gw_object_row_t row;
    apr_status_t rv;

    *after = "";
    if (!gw_query_read(a, query, GW_COUNT(query))
        || !gw_query_limit(a, query[0].value, limit))
        return 0;
    if (query[1].value == NULL)
        return 1;
    *after = query[1].value;
    rv = gw_objects_get(&row, a->db, kind->stored, *after, a->pool);
    if (rv == APR_ENOENT)
        return gw_query_no_cursor(a);
    return rv == APR_SUCCESS ? 1 : gw_admin_store_trouble(a, rv);
}

int gw_object_list_all(gw_admin_t *a, const gw_resource_t *kind,
                       json_object **out)
{
    apr_array_header_t *rows;
    json_object *data, *o;
    const char *after;
    apr_status_t rv;
    int limit = 0, i;

    if (!page(a, kind, &limit, &after))
        return 0;
    rv = gw_objects_list(&rows, a->db, kind->stored, after, limit + 1,
                         a->pool);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    data = json_object_new_array();
    for (i = 0; i < rows->nelts && i < limit && rv == APR_SUCCESS; i++) {
        gw_object_t object;

        object.row = APR_ARRAY_IDX(rows, i, gw_object_row_t);
        rv = gw_object_load(&object, a, kind);
        if (rv == APR_SUCCESS)
            rv = gw_object_json(&o, a, kind, &object, GW_VIEW_LISTED);
        if (rv == APR_SUCCESS)
            json_object_array_add(data, o);
    }
    if (rv != APR_SUCCESS) {
        json_object_put(data);
        return gw_admin_store_trouble(a, rv);
    }
    *out = gw_query_page(data, rows->nelts > limit
                         ? APR_ARRAY_IDX(rows, limit - 1,
                                         gw_object_row_t).name : NULL);
    return HTTP_OK;
}
