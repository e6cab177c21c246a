/* SPDX-License-Identifier: Apache-2.0 */
/* object.c - see object.h. */
#include "object.h"

#include <apr_strings.h>

#include "check.h"
#include "document.h"
#include "json_text.h"
#include "query.h"
#include "refuse.h"
#include "transaction.h"
#include "value.h"

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
                               const gw_object_row_t *row)
{
    const char *why = NULL;
    apr_status_t rv = kind->idle(&why, a, row);

    if (rv != APR_SUCCESS)
        return rv;
    json_object_object_add(o, "serves", json_object_new_boolean(why == NULL));
    if (why != NULL)
        json_object_object_add(o, "why", gw_admin_text(why));
    return APR_SUCCESS;
}

apr_status_t gw_object_json(json_object **out, gw_admin_t *a,
                            const gw_resource_t *kind,
                            const gw_object_row_t *row, gw_view_t view)
{
    int shown = view == GW_VIEW_LISTED || view == GW_VIEW_WHOLE;
    json_object *o = json_object_new_object();
    apr_status_t rv = APR_SUCCESS;

    if (shown)
        json_object_object_add(o, "object",
                               json_object_new_string(kind->name));
    if (view != GW_VIEW_DOCUMENT)
        json_object_object_add(o, "id", json_object_new_string(row->name));
    gw_admin_add_spec(o, row->spec);
    add_flag(o, row, view);
    if (kind->show != NULL)
        rv = kind->show(a, o, row, view);
    if (rv == APR_SUCCESS && shown && kind->idle != NULL)
        rv = add_serves(a, o, kind, row);
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
    gw_object_row_t row;
    apr_status_t rv = gw_object_get(&row, a->db, kind->stored, a->id,
                                    a->pool);

    if (rv == APR_ENOENT)
        return gw_object_not_found(a, kind);
    if (rv == APR_SUCCESS)
        rv = gw_object_json(out, a, kind, &row, GW_VIEW_WHOLE);
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
    rv = gw_object_get(&row, a->db, kind->stored, *after, a->pool);
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
    rv = gw_object_list(&rows, a->db, kind->stored, after, limit + 1,
                        a->pool);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    data = json_object_new_array();
    for (i = 0; i < rows->nelts && i < limit && rv == APR_SUCCESS; i++) {
        rv = gw_object_json(&o, a, kind, &APR_ARRAY_IDX(rows, i,
                                              gw_object_row_t),
                            GW_VIEW_LISTED);
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

/* ---- writing one ---------------------------------------------------- */

apr_status_t gw_item_load(gw_admin_t *a, gw_item_t *item)
{
    apr_status_t rv = gw_object_get(&item->row, a->db, item->kind->stored,
                                    item->id, a->pool);

    item->before = NULL;
    if (rv == APR_ENOENT) {
        memset(&item->row, 0, sizeof(item->row));
        return APR_SUCCESS;
    }
    if (rv == APR_SUCCESS)
        rv = gw_object_json(&item->before, a, item->kind, &item->row,
                            GW_VIEW_DOCUMENT);
    if (rv == APR_SUCCESS)
        gw_admin_own(a, item->before);
    return rv;
}

static int wants_disabled(const gw_item_t *item)
{
    json_object *v;

    return json_object_object_get_ex(item->doc, "disabled", &v)
           && json_object_get_boolean(v);
}

/* Is the spec what stands already? */
static int same_spec(gw_admin_t *a, const gw_item_t *item, json_object *spec)
{
    json_object *old;

    if (item->before == NULL
        || (item->row.disabled_ms != 0) != wants_disabled(item))
        return 0;
    old = json_tokener_parse(item->row.spec);
    if (old == NULL)
        return 0;
    return json_object_equal(gw_admin_own(a, old), spec);
}

/* Upstreams cannot be compared: their secrets are sealed. */
static int brings_secrets(const gw_item_t *item)
{
    return json_object_object_get_ex(item->doc, "credentials", NULL);
}

apr_status_t gw_item_write(gw_admin_t *a, gw_item_t *item)
{
    const gw_resource_t *kind = item->kind;
    json_object *spec;
    apr_status_t rv;

    if (kind->judge != NULL && !kind->judge(a, item))
        return APR_EINVAL;
    spec = gw_check_spec(a, item->doc, kind->fields);
    item->changed = !item->import || brings_secrets(item)
                    || !same_spec(a, item, spec);
    if (item->changed) {
        item->row.name = item->id;
        item->row.spec = gw_admin_line(a, spec);
        item->row.disabled_ms = wants_disabled(item);
        rv = gw_object_put(&item->row, a->db, kind->stored, a->now_ms);
        if (rv != APR_SUCCESS)
            return rv;
    }
    return kind->save != NULL ? kind->save(a, item) : APR_SUCCESS;
}

/* What the audit trail says: no secret, but that there are others. */
static apr_status_t audit_of(const char **detail, gw_admin_t *a,
                             const gw_item_t *item)
{
    gw_object_row_t row;
    json_object *after;
    apr_status_t rv = gw_object_get(&row, a->db, item->kind->stored, item->id,
                                    a->pool);

    if (rv == APR_SUCCESS)
        rv = gw_object_json(&after, a, item->kind, &row, GW_VIEW_DOCUMENT);
    if (rv != APR_SUCCESS)
        return rv;
    gw_admin_own(a, after);
    if (brings_secrets(item))
        json_object_object_add(after, "credentials",
                               json_object_new_string("replaced"));
    *detail = gw_document_changes(a, item->before, after);
    return APR_SUCCESS;
}

typedef enum { PUT, PATCH, DISABLE } write_t;

static const char *const actions[] = { "put", "patch", "disable" };

/* The document of the write.  APR_EINVAL: refused. */
static apr_status_t make_doc(gw_admin_t *a, gw_item_t *item, write_t write)
{
    if (write == PUT) {
        item->doc = a->body;
        return item->before != NULL
               || gw_check_id(a, item->id, "id", item->kind->id_most)
               ? APR_SUCCESS : APR_EINVAL;
    }
    if (item->before == NULL) {
        gw_object_not_found(a, item->kind);
        return APR_EINVAL;
    }
    if (!gw_check_cleared(a, a->body, item->kind->fields, ""))
        return APR_EINVAL;
    item->doc = gw_document_patched(a, item->before, a->body);
    if (item->kind->patched != NULL)
        item->kind->patched(a, item);
    return gw_check_patched(a, item->doc, a->body, item->kind->fields)
           ? APR_SUCCESS : APR_EINVAL;
}

static apr_status_t write_item(gw_admin_t *a, gw_item_t *item, write_t write)
{
    const char *detail = NULL;
    apr_status_t rv = gw_admin_begin(a);

    if (rv == APR_SUCCESS)
        rv = gw_item_load(a, item);
    if (rv == APR_SUCCESS)
        rv = make_doc(a, item, write);
    if (rv == APR_SUCCESS)
        rv = gw_item_write(a, item);
    if (rv == APR_SUCCESS)
        rv = audit_of(&detail, a, item);
    return gw_admin_commit(a, rv, actions[write], item->kind->name, item->id,
                           detail);
}

/* The answer says it, too; a script may not look. */
static void log_idle(gw_admin_t *a, const gw_item_t *item)
{
    const char *why = NULL;

    if (item->kind->idle != NULL && item->row.disabled_ms == 0
        && item->kind->idle(&why, a, &item->row) == APR_SUCCESS
        && why != NULL)
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, a->call->r, GW_TAG(0203)
                      "the %s %s is saved, but serves nothing: it %s",
                      item->kind->name, item->id, why);
}

static int write_one(gw_admin_t *a, const gw_resource_t *kind, write_t write,
                     json_object **out)
{
    gw_item_t item;
    apr_status_t rv;

    memset(&item, 0, sizeof(item));
    item.kind = kind;
    item.id = a->id;
    item.path = "";
    rv = write_item(a, &item, write);
    if (rv == APR_EINVAL && a->problem.kind != GW_PROBLEM_NONE)
        return 0;
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    if (kind->publish != NULL)
        kind->publish(a, &item);
    log_idle(a, &item);
    return gw_object_get_one(a, kind, out);
}

int gw_object_put_one(gw_admin_t *a, const gw_resource_t *kind,
                      json_object **out)
{
    if (!gw_check(a, a->body, kind->fields, ""))
        return 0;
    return write_one(a, kind, PUT, out);
}

int gw_object_patch_one(gw_admin_t *a, const gw_resource_t *kind,
                        json_object **out)
{
    return write_one(a, kind, PATCH, out);
}

int gw_object_disable_one(gw_admin_t *a, const gw_resource_t *kind,
                          json_object **out)
{
    a->body = json_object_new_object();
    json_object_object_add(a->body, "disabled", json_object_new_boolean(1));
    return write_one(a, kind, DISABLE, out);
}
