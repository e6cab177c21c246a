/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - see check.h. */
#include "check.h"

#include <apr_strings.h>
#include <httpd.h>

#include "check_budgets.h"
#include "check_parameters.h"
#include "check_scalar.h"
#include "field.h"
#include "header.h"
#include "json_text.h"
#include "name.h"
#include "refuse.h"
#include "value.h"

static const char *item_path(gw_admin_t *a, const char *path, size_t i)
{
    return apr_psprintf(a->pool, "%s[%d]", path, (int)i);
}

/* ---- containers ----------------------------------------------------- */

static int check_value(gw_admin_t *a, json_object *v, const gw_field_t *f,
                       const char *path);

static int check_items(gw_admin_t *a, json_object *v, const gw_field_t *f,
                       const char *path, gw_field_type_t item)
{
    gw_field_t each = *f;
    size_t i;

    if (!json_object_is_type(v, json_type_array))
        return gw_check_refuse(a, path, "must be an array");
    if (json_object_array_length(v) > 256)
        return gw_check_refuse(a, path, "must have at most 256 elements");
    if ((f->flags & GW_F_FILLED) && json_object_array_length(v) == 0)
        return gw_check_refuse(a, path, "must not be empty: leave it out to "
                               "allow all");
    each.type = item;
    each.flags = 0;
    for (i = 0; i < json_object_array_length(v); i++) {
        if (!check_value(a, json_object_array_get_idx(v, i), &each,
                         item_path(a, path, i)))
            return 0;
    }
    return 1;
}

/* Headers that belong to the connection, or that are secrets. */
static const char *no_header(const char *name)
{
    static const char *const framing[] = {
        "Connection", "Content-Length", "Expect", "Keep-Alive",
        "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade"
    };
    static const char *const secret[] = {
        "Authorization", "Proxy-Authorization", "x-api-key", "api-key",
        "Cookie"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(framing); i++) {
        if (ap_cstr_casecmp(name, framing[i]) == 0)
            return "is set by the gateway itself";
    }
    for (i = 0; i < GW_COUNT(secret); i++) {
        if (ap_cstr_casecmp(name, secret[i]) == 0)
            return "is a secret: put it into 'credentials', which nobody can "
                   "read back";
    }
    return *name == '\0' || *ap_scan_http_token(name) != '\0'
           ? "is not the name of a header" : NULL;
}

static int check_headers(gw_admin_t *a, json_object *v, const gw_field_t *f,
                         const char *path)
{
    gw_field_t each = *f;

    if (!json_object_is_type(v, json_type_object))
        return gw_check_refuse(a, path, "must be an object of strings");
    if (json_object_object_length(v) > 32)
        return gw_check_refuse(a, path, "must have at most 32 members");
    each.type = GW_F_LINE;
    json_object_object_foreach(v, name, value) {
        const char *p = gw_check_path(a, path, name), *why = no_header(name);

        if (why != NULL)
            return gw_check_refuse(a, p, why);
        if (!gw_check_scalar(a, value, &each, p))
            return 0;
    }
    return 1;
}

/* Strings of any depth; json-c goes 32 levels deep. */
static int check_strings(gw_admin_t *a, json_object *v, const char *path)
{
    size_t i;

    if (json_object_is_type(v, json_type_object)) {
        json_object_object_foreach(v, name, value) {
            if (!check_strings(a, value, gw_check_path(a, path, name)))
                return 0;
        }
    }
    else if (json_object_is_type(v, json_type_array)) {
        for (i = 0; i < json_object_array_length(v); i++) {
            if (!check_strings(a, json_object_array_get_idx(v, i),
                               item_path(a, path, i)))
                return 0;
        }
    }
    return gw_check_no_nul(a, v, path);
}

/* Names of headers, which an upstream's answers may bear. */
static int check_passed(gw_admin_t *a, json_object *v, const gw_field_t *f,
                        const char *path)
{
    size_t i;

    if (!check_items(a, v, f, path, GW_F_TEXT))
        return 0;
    for (i = 0; i < json_object_array_length(v); i++) {
        const char *why = gw_header_refused(json_object_get_string(
                              json_object_array_get_idx(v, i)));

        if (why != NULL)
            return gw_check_refuse(a, item_path(a, path, i), why);
    }
    return 1;
}

static int check_any(gw_admin_t *a, json_object *v, const gw_field_t *f,
                     const char *path)
{
    if (!json_object_is_type(v, json_type_object))
        return gw_check_refuse(a, path, "must be an object");
    if ((apr_int64_t)strlen(gw_admin_line(a, v)) > f->max)
        return gw_check_refuse(a, path, apr_psprintf(a->pool, "must have at "
                               "most %" APR_INT64_T_FMT " bytes as JSON",
                               f->max));
    return check_strings(a, v, path);
}

/* A row of the matrix, or a name that says no more than itself. */
static int check_parameter(gw_admin_t *a, json_object *v, const gw_field_t *f,
                           const char *path)
{
    static const gw_field_t name = { "name", GW_F_PATH, 0, 1, 64 };

    return json_object_is_type(v, json_type_string)
           ? gw_check_scalar(a, v, &name, path)
           : gw_check(a, v, f->fields, path);
}

static int check_value(gw_admin_t *a, json_object *v, const gw_field_t *f,
                       const char *path)
{
    if (v == NULL && (f->flags & GW_F_NULLABLE))
        return 1;
    switch (f->type) {
    case GW_F_OBJECT:
        return gw_check(a, v, f->fields, path);
    case GW_F_NAMES:
        return check_items(a, v, f, path, GW_F_NAME);
    case GW_F_IDS:
        return check_items(a, v, f, path, GW_F_ID);
    case GW_F_PATHS:
        return check_items(a, v, f, path, GW_F_PATH);
    case GW_F_WORDS:
        return check_items(a, v, f, path, GW_F_WORD);
    case GW_F_OBJECTS:
        return check_items(a, v, f, path, GW_F_OBJECT);
    case GW_F_BUDGETS:
        return check_items(a, v, f, path, GW_F_OBJECT)
               && gw_check_budgets(a, v, path);
    case GW_F_PARAMETERS:
        return check_items(a, v, f, path, GW_F_PARAMETER)
               && gw_check_parameters(a, v, path);
    case GW_F_PARAMETER:
        return check_parameter(a, v, f, path);
    case GW_F_SUBNETS:
        return check_items(a, v, f, path, GW_F_SUBNET);
    case GW_F_HEADERS:
        return check_headers(a, v, f, path);
    case GW_F_PASSED:
        return check_passed(a, v, f, path);
    case GW_F_ANY:
        return check_any(a, v, f, path);
    default:
        return gw_check_scalar(a, v, f, path);
    }
}

static const gw_field_t *find_field(const gw_field_t *f, const char *name)
{
    const gw_field_t *found;

    for (; f->name != NULL; f++) {
        if (f->type == GW_F_ALSO) {
            found = find_field(f->fields, name);
            if (found != NULL)
                return found;
        }
        else if (strcmp(f->name, name) == 0) {
            return f;
        }
    }
    return NULL;
}

static int check_required(gw_admin_t *a, json_object *object,
                          const gw_field_t *f, const char *path)
{
    for (; f->name != NULL; f++) {
        if (f->type == GW_F_ALSO
            && !check_required(a, object, f->fields, path))
            return 0;
        if ((f->flags & GW_F_REQUIRED)
            && !json_object_object_get_ex(object, f->name, NULL))
            return gw_admin_refuse(a, GW_P_MISSING_PARAMETER,
                                   gw_check_path(a, path, f->name),
                                   apr_psprintf(a->pool, "'%s' is missing.",
                                       gw_check_path(a, path, f->name)));
    }
    return 1;
}

/* The members that a caller may set, with commas. */
static const char *names_of(gw_admin_t *a, const gw_field_t *f)
{
    const char *all = "", *one;

    for (; f->name != NULL; f++) {
        one = f->type == GW_F_ALSO ? names_of(a, f->fields)
            : f->type == GW_F_READ_ONLY && !(f->flags & GW_F_ELSEWHERE)
              ? "" : f->name;
        if (*one != '\0')
            all = apr_pstrcat(a->pool, all, *all ? ", " : "", one, NULL);
    }
    return all;
}

static int unknown(gw_admin_t *a, const char *path, const gw_field_t *fields)
{
    return gw_check_refuse(a, path, apr_pstrcat(a->pool, "is not known here. "
                           "Known are: ", names_of(a, fields), NULL));
}

/* only: an object; members that it has not are not checked.  NULL: all are. */
static int check_members(gw_admin_t *a, json_object *object,
                         const gw_field_t *fields, const char *path,
                         json_object *only)
{
    if (!json_object_is_type(object, json_type_object))
        return gw_check_refuse(a, *path ? path : "body", "must be an object");
    json_object_object_foreach(object, name, value) {
        const char *p = gw_check_path(a, path, name);
        const gw_field_t *f = find_field(fields, name);

        if (only != NULL && !json_object_object_get_ex(only, name, NULL))
            continue;
        if (f == NULL)
            return unknown(a, p, fields);
        if (!check_value(a, value, f, p))
            return 0;
    }
    return check_required(a, object, fields, path);
}

int gw_check(gw_admin_t *a, json_object *object, const gw_field_t *fields,
             const char *path)
{
    return check_members(a, object, fields, path, NULL);
}

int gw_check_patched(gw_admin_t *a, json_object *object, json_object *patch,
                     const gw_field_t *fields)
{
    return check_members(a, object, fields, "", patch);
}

int gw_check_cleared(gw_admin_t *a, json_object *patch,
                     const gw_field_t *fields, const char *path)
{
    json_object_object_foreach(patch, name, value) {
        const char *p = gw_check_path(a, path, name);
        const gw_field_t *f = find_field(fields, name);

        if (f == NULL)
            return unknown(a, p, fields);
        if (f->type == GW_F_OBJECT
            && json_object_is_type(value, json_type_object)
            && !gw_check_cleared(a, value, f->fields, p))
            return 0;
    }
    return 1;
}

json_object *gw_check_spec(gw_admin_t *a, json_object *doc,
                           const gw_field_t *fields)
{
    json_object *spec = gw_admin_own(a, json_object_new_object());

    json_object_object_foreach(doc, name, value) {
        const gw_field_t *f = find_field(fields, name);

        if (f != NULL && f->type != GW_F_READ_ONLY
            && !(f->flags & GW_F_APART))
            json_object_object_add(spec, name, json_object_get(value));
    }
    return spec;
}

/* ---- the id --------------------------------------------------------- */

/* It comes percent-encoded, and may hold any byte but NUL. */
int gw_check_id(gw_admin_t *a, const char *id, const char *path,
                apr_size_t most)
{
    gw_str_t text = { id, strlen(id) };
    const char *why = gw_name_wrong(text, GW_NAME_ID);

    if (text.n > most)
        why = apr_psprintf(a->pool, "must have at most %" APR_SIZE_T_FMT
                           " bytes", most);
    return why == NULL ? 1 : gw_check_refuse(a, path, why);
}
