/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_import.c - PUT /llmgw/admin/v1/catalog: many upstreams and models
 * in one transaction.
 *
 * Each that is named is created or replaced as its own PUT would; those that
 * are not named stay as they are.  An alias may move from one model to
 * another: all models of the document let go of theirs first. */
#include <apr_hash.h>
#include <apr_strings.h>

#include "alias.h"
#include "check.h"
#include "field.h"
#include "handlers.h"
#include "json_text.h"
#include "model_idle.h"
#include "models.h"
#include "object.h"
#include "object_write.h"
#include "query.h"
#include "refuse.h"
#include "thinking.h"
#include "transaction.h"
#include "upstreams.h"
#include "value.h"

#define ERRORS 100              /* that a dry run tells at most */

static const char *const modes[] = {
    "relay", "enable_thinking", "object", "instruction", "none", NULL
};

static const gw_field_t thinking_fields[] = {
    { "pattern", GW_F_NAME, GW_F_REQUIRED, 1, 200 },
    { "mode", GW_F_WORD, GW_F_REQUIRED, 0, 0, NULL, modes },
    { NULL }
};

/* upstreams and models are checked one by one */
static const gw_field_t fields[] = {
    { "upstreams", GW_F_READ_ONLY, GW_F_ELSEWHERE },
    { "models", GW_F_READ_ONLY, GW_F_ELSEWHERE },
    { "thinking", GW_F_OBJECTS, 0, 0, 0, thinking_fields },
    { "object", GW_F_READ_ONLY },
    { NULL }
};

typedef struct import_t {
    gw_admin_t *a;
    int dry_run;
    json_object *report;        /* the answer, and what the audit keeps */
    json_object *created, *updated, *unchanged, *idle, *errors;
} import_t;

static const char *const members[] = { "upstreams", "models", "thinking" };

/* {"upstreams":[],"models":[],"thinking":[]} in the report. */
static json_object *new_part(import_t *im, const char *name)
{
    json_object *o = json_object_new_object();
    unsigned i;

    for (i = 0; i < 2; i++)
        json_object_object_add(o, members[i], json_object_new_array());
    json_object_object_add(im->report, name, o);
    return o;
}

static void note(json_object *part, const gw_resource_t *kind, const char *id)
{
    json_object *list;

    json_object_object_get_ex(part, kind == &gw_resource_upstream ? members[0]
                                                              : members[1],
                              &list);
    json_object_array_add(list, json_object_new_string(id));
}

/* a->problem becomes an error of the report.  Returns whether to go on: a
 * real import ends at the first. */
static int go_on(import_t *im)
{
    const gw_problem_t *p = &im->a->problem;
    json_object *o;

    if (!im->dry_run || json_object_array_length(im->errors) >= ERRORS)
        return 0;
    o = json_object_new_object();
    json_object_object_add(o, "code", json_object_new_string(
                               gw_problem_row(p->kind)->code));
    json_object_object_add(o, "param", gw_admin_text(p->param));
    json_object_object_add(o, "message", gw_admin_text(p->message));
    json_object_array_add(im->errors, o);
    im->a->problem.kind = GW_PROBLEM_NONE;
    return 1;
}

/* ---- items ---------------------------------------------------------- */

/* Check what is at item->path by its table; its id is new in `seen`. */
static int check_item(import_t *im, gw_item_t *item, apr_hash_t *seen)
{
    gw_admin_t *a = im->a;
    const char *path = gw_check_path(a, item->path, "id");
    json_object *id;

    if (!gw_check(a, item->doc, item->kind->import_fields, item->path))
        return 0;
    json_object_object_get_ex(item->doc, "id", &id);
    item->id = json_object_get_string(id);
    if (apr_hash_get(seen, item->id, APR_HASH_KEY_STRING) != NULL)
        return gw_check_refuse(a, path, "is given twice: another object in "
                               "this document has the same id");
    apr_hash_set(seen, item->id, APR_HASH_KEY_STRING, item);
    return 1;
}

/* The items of a member that fit their table: an array of gw_item_t.
 * APR_EINVAL: refused. */
static apr_status_t read_items(apr_array_header_t **out, import_t *im,
                               const gw_resource_t *kind, const char *member)
{
    gw_admin_t *a = im->a;
    apr_hash_t *seen = apr_hash_make(a->pool);
    json_object *list;
    size_t i;

    *out = apr_array_make(a->pool, 64, sizeof(gw_item_t));
    if (!json_object_object_get_ex(a->body, member, &list))
        return APR_SUCCESS;
    if (!json_object_is_type(list, json_type_array)) {
        gw_check_refuse(a, member, "must be an array");
        return go_on(im) ? APR_SUCCESS : APR_EINVAL;
    }
    for (i = 0; i < json_object_array_length(list); i++) {
        gw_item_t item;

        memset(&item, 0, sizeof(item));
        item.kind = kind;
        item.import = 1;
        item.doc = json_object_array_get_idx(list, i);
        item.path = apr_psprintf(a->pool, "%s[%d]", member, (int)i);
        if (check_item(im, &item, seen))
            APR_ARRAY_PUSH(*out, gw_item_t) = item;
        else if (!go_on(im))
            return APR_EINVAL;
    }
    return APR_SUCCESS;
}

static apr_status_t write_item(import_t *im, gw_item_t *item)
{
    int is_new = item->before == NULL;
    apr_status_t rv = APR_EINVAL;

    if (!is_new || gw_check_id(im->a, item->id,
                               gw_check_path(im->a, item->path, "id"),
                               item->kind->id_most))
        rv = gw_item_write(im->a, item);

    if (rv == APR_EINVAL && im->a->problem.kind != GW_PROBLEM_NONE)
        return go_on(im) ? APR_SUCCESS : APR_EINVAL;
    if (rv == APR_SUCCESS)
        note(is_new ? im->created : item->changed ? im->updated
                                                  : im->unchanged,
             item->kind, item->id);
    return rv;
}

static apr_status_t load_item(gw_admin_t *a, gw_item_t *item)
{
    const char *taken;
    apr_status_t rv = gw_item_load(a, item);

    if (rv == APR_SUCCESS && item->kind == &gw_resource_model
        && item->before != NULL)
        rv = gw_alias_put(&taken, a->db, item->object.row.id, NULL);
    return rv;
}

/* The models of the document that serve nothing, and why. */
static apr_status_t tell_idle(import_t *im)
{
    gw_admin_t *a = im->a;
    apr_status_t rv = APR_SUCCESS;
    json_object *list, *v, *o;
    gw_object_t model;
    const char *why;
    size_t i;

    if (!json_object_object_get_ex(a->body, members[1], &list)
        || !json_object_is_type(list, json_type_array))
        return APR_SUCCESS;
    for (i = 0; i < json_object_array_length(list) && rv == APR_SUCCESS;
         i++) {
        why = NULL;
        if (!json_object_object_get_ex(json_object_array_get_idx(list, i),
                                       "id", &v))
            continue;           /* of a dry run: refused */
        rv = gw_object_read(&model, a, &gw_resource_model,
                            json_object_get_string(v));
        if (rv == APR_SUCCESS && model.row.disabled_ms == 0)
            rv = gw_model_stored_idle(&why, a, &model);
        if (rv == APR_ENOENT)
            rv = APR_SUCCESS;
        if (why == NULL)
            continue;
        o = json_object_new_object();
        json_object_object_add(o, "id", gw_admin_text(model.row.name));
        json_object_object_add(o, "why", gw_admin_text(why));
        json_object_array_add(im->idle, o);
    }
    return rv;
}

static apr_status_t import_kind(import_t *im, const gw_resource_t *kind,
                                const char *member)
{
    apr_array_header_t *items;
    apr_status_t rv = read_items(&items, im, kind, member);
    int i;

    for (i = 0; i < items->nelts && rv == APR_SUCCESS; i++)
        rv = load_item(im->a, &APR_ARRAY_IDX(items, i, gw_item_t));
    for (i = 0; i < items->nelts && rv == APR_SUCCESS; i++)
        rv = write_item(im, &APR_ARRAY_IDX(items, i, gw_item_t));
    return rv;
}

/* ---- spellings ------------------------------------------------------ */

static int same_rows(const apr_array_header_t *x, const apr_array_header_t *y)
{
    int i;

    for (i = 0; i < x->nelts && i < y->nelts; i++) {
        const gw_thinking_row_t *p = &APR_ARRAY_IDX(x, i, gw_thinking_row_t);
        const gw_thinking_row_t *q = &APR_ARRAY_IDX(y, i, gw_thinking_row_t);

        if (strcmp(p->pattern, q->pattern) != 0
            || strcmp(p->mode, q->mode) != 0)
            return 0;
    }
    return x->nelts == y->nelts;
}

/* The first pattern that matches wins: the list is replaced as a whole. */
static apr_status_t import_thinking(import_t *im)
{
    gw_admin_t *a = im->a;
    apr_array_header_t *old, *rows;
    json_object *list, *v;
    apr_status_t rv;
    size_t i;

    if (!json_object_object_get_ex(a->body, "thinking", &list))
        return APR_SUCCESS;
    rows = apr_array_make(a->pool, 32, sizeof(gw_thinking_row_t));
    for (i = 0; i < json_object_array_length(list); i++) {
        json_object *o = json_object_array_get_idx(list, i);
        gw_thinking_row_t *row = apr_array_push(rows);

        json_object_object_get_ex(o, "pattern", &v);
        row->pattern = json_object_get_string(v);
        json_object_object_get_ex(o, "mode", &v);
        row->mode = json_object_get_string(v);
    }
    rv = gw_thinking_get(&old, a->db, a->pool);
    if (rv != APR_SUCCESS)
        return rv;
    json_object_object_add(same_rows(old, rows) ? im->unchanged : im->updated,
                           "thinking", json_object_new_boolean(1));
    return gw_thinking_put(a->db, rows);
}

/* ---- the whole ------------------------------------------------------ */

static apr_status_t import_all(import_t *im)
{
    gw_admin_t *a = im->a;
    apr_status_t rv = APR_SUCCESS;

    if (gw_check(a, a->body, fields, ""))
        rv = import_thinking(im);
    else if (!go_on(im))
        rv = APR_EINVAL;
    if (rv == APR_SUCCESS)
        rv = import_kind(im, &gw_resource_upstream, members[0]);
    if (rv == APR_SUCCESS)
        rv = import_kind(im, &gw_resource_model, members[1]);
    if (rv == APR_SUCCESS)
        rv = tell_idle(im);
    /* a dry run that has told enough */
    if (rv == APR_EINVAL && im->dry_run
        && json_object_array_length(im->errors) >= ERRORS) {
        a->problem.kind = GW_PROBLEM_NONE;
        rv = APR_SUCCESS;
    }
    return rv;
}

/* What changed, without what did not. */
static const char *audit_detail(import_t *im)
{
    json_object *o = gw_admin_own(im->a, json_object_new_object());

    json_object_object_add(o, "created", json_object_get(im->created));
    json_object_object_add(o, "updated", json_object_get(im->updated));
    return gw_admin_line(im->a, o);
}

static void start(import_t *im, gw_admin_t *a, int dry_run)
{
    im->a = a;
    im->dry_run = dry_run;
    im->report = gw_admin_own(a, json_object_new_object());
    json_object_object_add(im->report, "object",
                           json_object_new_string("catalog.import"));
    json_object_object_add(im->report, "dry_run",
                           json_object_new_boolean(dry_run));
    im->created = new_part(im, "created");
    im->updated = new_part(im, "updated");
    im->unchanged = new_part(im, "unchanged");
    im->idle = json_object_new_array();
    json_object_object_add(im->report, "not_serving", im->idle);
    im->errors = json_object_new_array();
    json_object_object_add(im->report, "errors", im->errors);
}

static const char *first_idle(const import_t *im)
{
    json_object *v;

    json_object_object_get_ex(json_object_array_get_idx(im->idle, 0), "id",
                              &v);
    return json_object_get_string(v);
}

int gw_admin_catalog_import(gw_admin_t *a, json_object **out)
{
    gw_query_t query[] = { { "dry_run" } };
    import_t im;
    apr_status_t rv;
    int dry_run;

    if (!gw_query_read(a, query, GW_COUNT(query))
        || !gw_query_flag(a, "dry_run", query[0].value, 0, &dry_run))
        return 0;
    start(&im, a, dry_run);
    rv = gw_admin_begin(a);
    if (rv == APR_SUCCESS)
        rv = import_all(&im);
    if (dry_run)
        gw_db_rollback(a->db);
    else
        rv = gw_admin_commit(a, rv, "import", "catalog", "catalog",
                             audit_detail(&im));
    if (rv == APR_EINVAL && a->problem.kind != GW_PROBLEM_NONE)
        return 0;
    if (rv != APR_SUCCESS)
        return gw_admin_store_trouble(a, rv);
    if (!dry_run)
        gw_snapshot_changed();
    if (!dry_run && json_object_array_length(im.idle) > 0)
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, a->call->r, GW_TAG(0205)
                      "%d models of the catalogue that was imported serve "
                      "nothing, %s among them: see GET /models",
                      (int)json_object_array_length(im.idle),
                      first_idle(&im));
    *out = json_object_get(im.report);
    return HTTP_OK;
}
