/* SPDX-License-Identifier: Apache-2.0 */
/* object_write.c - see object_write.h. */
#include "object_write.h"

#include <apr_strings.h>

#include "check.h"
#include "document.h"
#include "json_text.h"
#include "object.h"
#include "refuse.h"
#include "transaction.h"
#include "value.h"

apr_status_t gw_item_load(gw_admin_t *a, gw_item_t *item)
{
    apr_status_t rv = gw_object_read(&item->object, a, item->kind, item->id);

    item->before = NULL;
    if (rv == APR_ENOENT) {
        memset(&item->object, 0, sizeof(item->object));
        return APR_SUCCESS;
    }
    if (rv == APR_SUCCESS)
        rv = gw_object_json(&item->before, a, item->kind, &item->object,
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

/* Is the spec what is stored already? */
static int same_spec(const gw_item_t *item, json_object *spec)
{
    const gw_object_t *old = &item->object;

    return item->before != NULL && old->spec != NULL
           && (old->row.disabled_ms != 0) == wants_disabled(item)
           && json_object_equal(old->spec, spec);
}

/* Upstreams cannot be compared: their secrets are sealed. */
static int brings_secrets(const gw_item_t *item)
{
    return json_object_object_get_ex(item->doc, "credentials", NULL);
}

apr_status_t gw_item_write(gw_admin_t *a, gw_item_t *item)
{
    const gw_resource_t *kind = item->kind;
    gw_object_row_t *row = &item->object.row;
    json_object *spec;
    apr_status_t rv;

    if (kind->validate != NULL && !kind->validate(a, item))
        return APR_EINVAL;
    spec = gw_check_spec(a, item->doc, kind->fields);
    item->changed = !item->import || brings_secrets(item)
                    || !same_spec(item, spec);
    if (item->changed) {
        item->object.spec = spec;
        row->name = item->id;
        row->spec = gw_admin_line(a, spec);
        row->disabled_ms = wants_disabled(item);
        rv = gw_objects_put(row, a->db, kind->stored, a->now_ms);
        if (rv != APR_SUCCESS)
            return rv;
    }
    return kind->save != NULL ? kind->save(a, item) : APR_SUCCESS;
}

/* What the audit trail says: no secret, but that there are others. */
static apr_status_t audit_of(const char **detail, gw_admin_t *a,
                             const gw_item_t *item)
{
    json_object *after;
    apr_status_t rv = gw_object_json(&after, a, item->kind, &item->object,
                                     GW_VIEW_DOCUMENT);

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
static void log_idle(gw_admin_t *a, const gw_item_t *item,
                     json_object *answer)
{
    json_object *why;

    if (item->object.row.disabled_ms == 0
        && json_object_object_get_ex(answer, "why", &why))
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, a->call->r, GW_TAG(0203)
                      "the %s %s is saved, but serves nothing: it %s",
                      item->kind->name, item->id,
                      json_object_get_string(why));
}

/* The answer is what was stored: nothing is read again but what is in other
 * objects' rows. */
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
    rv = gw_object_json(out, a, kind, &item.object, GW_VIEW_WHOLE);
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    log_idle(a, &item, *out);
    return HTTP_OK;
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
