/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - see check.h. */
#include "check.h"

#include <apr_strings.h>
#include <httpd.h>

#include "body.h"
#include "json.h"

const char *gw_check_path(gw_admin_t *a, const char *path, const char *name)
{
    return *path == '\0' ? name
                         : apr_pstrcat(a->pool, path, ".", name, NULL);
}

static const char *item_path(gw_admin_t *a, const char *path, size_t i)
{
    return apr_psprintf(a->pool, "%s[%d]", path, (int)i);
}

int gw_check_refuse(gw_admin_t *a, const char *path, const char *what)
{
    return gw_admin_refuse(a, GW_P_INVALID_PARAMETER, path,
                           apr_psprintf(a->pool, "'%s' %s.", path, what));
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

static int check_any(gw_admin_t *a, json_object *v, const gw_field_t *f,
                     const char *path)
{
    if (!json_object_is_type(v, json_type_object))
        return gw_check_refuse(a, path, "must be an object");
    if ((apr_int64_t)strlen(json_object_to_json_string_ext(
            v, JSON_C_TO_STRING_PLAIN)) > f->max)
        return gw_check_refuse(a, path, "is too large");
    return 1;
}

static int check_value(gw_admin_t *a, json_object *v, const gw_field_t *f,
                       const char *path)
{
    if (v == NULL && (f->flags & GW_F_NULLABLE))
        return 1;
    switch (f->type) {
    case GW_F_OBJECT:
        return gw_check(a, v, f->fields, path);
    case GW_F_TEXTS:
        return check_items(a, v, f, path, GW_F_TEXT);
    case GW_F_LINES:
        return check_items(a, v, f, path, GW_F_LINE);
    case GW_F_WORDS:
        return check_items(a, v, f, path, GW_F_WORD);
    case GW_F_OBJECTS:
        return check_items(a, v, f, path, GW_F_OBJECT);
    case GW_F_BUDGETS:
        return check_items(a, v, f, path, GW_F_OBJECT)
               && gw_check_budgets(a, v, path);
    case GW_F_SUBNETS:
        return check_items(a, v, f, path, GW_F_SUBNET);
    case GW_F_HEADERS:
        return check_headers(a, v, f, path);
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

int gw_check(gw_admin_t *a, json_object *object, const gw_field_t *fields,
             const char *path)
{
    if (!json_object_is_type(object, json_type_object))
        return gw_check_refuse(a, *path ? path : "body", "must be an object");
    json_object_object_foreach(object, name, value) {
        const char *p = gw_check_path(a, path, name);
        const gw_field_t *f = find_field(fields, name);

        if (f == NULL)
            return gw_check_refuse(a, p, "is not known here");
        if (!check_value(a, value, f, p))
            return 0;
    }
    return check_required(a, object, fields, path);
}

int gw_check_cleared(gw_admin_t *a, json_object *patch,
                     const gw_field_t *fields, const char *path)
{
    json_object_object_foreach(patch, name, value) {
        const char *p = gw_check_path(a, path, name);
        const gw_field_t *f = find_field(fields, name);

        if (f == NULL)
            return gw_check_refuse(a, p, "is not known here");
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

static const gw_json_context_t nothing[2] = { { NULL, 0 }, { NULL, 0 } };
static const gw_json_schema_t any_json = { nothing, 0 };

static void ignore(void *baton, const gw_json_node_t *node)
{
}

/* It comes percent-encoded and may hold any byte, but will stand in JSON, in
 * logs and in clients' requests: what is no JSON string between quotes is
 * refused. */
int gw_check_id(gw_admin_t *a, const char *id, const char *path,
                apr_size_t most)
{
    gw_json_t *j = apr_palloc(a->pool, sizeof(*j));
    apr_size_t n = strlen(id);

    gw_json_start(j, &any_json, GW_JSON_JUDGE, ignore, NULL);
    if (n > 0 && n <= most && strchr(id, '\\') == NULL
        && gw_json_feed(j, "\"", 1) == APR_SUCCESS
        && gw_json_feed(j, id, n) == APR_SUCCESS
        && gw_json_feed(j, "\"", 1) == APR_SUCCESS
        && gw_json_end(j) == APR_SUCCESS)
        return 1;
    return gw_check_refuse(a, path, apr_psprintf(a->pool, "must have at most "
                           "%" APR_SIZE_T_FMT " bytes of UTF-8, without "
                           "control characters, quotes and backslashes",
                           most));
}

/* ---- the body ------------------------------------------------------- */

/* Names and values in a tree, as the reader counts them: fewer than were
 * read means that a member was there twice. */
static unsigned count_tree(json_object *v)
{
    unsigned n = 1;
    size_t i;

    if (json_object_is_type(v, json_type_object)) {
        json_object_object_foreach(v, name, value) {
            (void)name;
            n += 1 + count_tree(value);
        }
    }
    else if (json_object_is_type(v, json_type_array)) {
        for (i = 0; i < json_object_array_length(v); i++)
            n += count_tree(json_object_array_get_idx(v, i));
    }
    return n;
}

static int invalid_json(gw_admin_t *a, const char *why)
{
    return gw_admin_refuse(a, GW_P_INVALID_JSON, NULL,
                           apr_psprintf(a->pool, "The body %s.", why));
}

/* json-c goes 32 levels deep, and reads what is stored as deep.  *deep: it
 * is deeper. */
static json_object *parse(gw_str_t text, int *deep)
{
    json_tokener *t = json_tokener_new();
    json_object *o = t ? json_tokener_parse_ex(t, text.p, (int)text.n) : NULL;

    *deep = t && json_tokener_get_error(t) == json_tokener_error_depth;
    json_tokener_free(t);
    return o;
}

int gw_check_read_body(gw_admin_t *a, apr_size_t most)
{
    gw_dir_conf_t conf = *a->call->conf;
    const gw_dir_conf_t *kept = a->call->conf;
    gw_problem_kind_t kind;
    gw_json_t *j = apr_palloc(a->pool, sizeof(*j));
    int deep;

    conf.max_body = (apr_int64_t)most;
    a->call->conf = &conf;
    kind = gw_body_read(a->call, &a->problem);
    a->call->conf = kept;
    if (kind != 0)
        return 0;
    gw_json_start(j, &any_json, GW_JSON_JUDGE, ignore, NULL);
    if (gw_json_feed(j, a->call->body.p, a->call->body.n) != APR_SUCCESS
        || gw_json_end(j) != APR_SUCCESS)
        return invalid_json(a, gw_json_error_text(j->error));
    a->body = parse(a->call->body, &deep);
    if (deep)
        return invalid_json(a, "is nested deeper than 32 levels");
    if (!json_object_is_type(a->body, json_type_object))
        return invalid_json(a, "must be a JSON object");
    if (count_tree(a->body) != j->values)
        return invalid_json(a, "has a member twice");
    return 1;
}
