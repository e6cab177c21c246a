/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - see check.h. */
#include "check.h"

#include <apr_strings.h>
#include <apr_uri.h>

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

static int refuse(gw_admin_t *a, const char *path, const char *what)
{
    return gw_admin_refuse(a, GW_P_INVALID_PARAMETER, path,
                           apr_psprintf(a->pool, "'%s' %s.", path, what));
}

/* ---- scalars -------------------------------------------------------- */

static int check_text(gw_admin_t *a, json_object *v, const gw_field_t *f,
                      const char *path)
{
    apr_int64_t n;

    if (!json_object_is_type(v, json_type_string))
        return refuse(a, path, "must be a string");
    n = json_object_get_string_len(v);
    if (n < f->min || n > f->max)
        return refuse(a, path, apr_psprintf(a->pool, "must have %"
                      APR_INT64_T_FMT " to %" APR_INT64_T_FMT " bytes",
                      f->min, f->max));
    if (memchr(json_object_get_string(v), '\0', (apr_size_t)n) != NULL)
        return refuse(a, path, "must not hold a NUL character");
    return 1;
}

static int check_int(gw_admin_t *a, json_object *v, const gw_field_t *f,
                     const char *path)
{
    if (!json_object_is_type(v, json_type_int))
        return refuse(a, path, "must be an integer");
    if (json_object_get_int64(v) < f->min || json_object_get_int64(v) > f->max)
        return refuse(a, path, apr_psprintf(a->pool, "must be between %"
                      APR_INT64_T_FMT " and %" APR_INT64_T_FMT, f->min,
                      f->max));
    return 1;
}

static int check_word(gw_admin_t *a, json_object *v, const gw_field_t *f,
                      const char *path)
{
    const char *all = "", *text = json_object_get_string(v);
    int i;

    for (i = 0; f->words[i] != NULL; i++) {
        if (json_object_is_type(v, json_type_string)
            && strcmp(f->words[i], text) == 0)
            return 1;
        all = apr_pstrcat(a->pool, all, i ? ", " : "", f->words[i], NULL);
    }
    return refuse(a, path, apr_pstrcat(a->pool, "must be one of: ", all,
                                       NULL));
}

static int digits(const char *p, int n, int *out)
{
    for (*out = 0; n > 0; n--, p++) {
        if (*p < '0' || *p > '9')
            return 0;
        *out = *out * 10 + (*p - '0');
    }
    return 1;
}

/* The part after the seconds: fraction and offset. */
static int time_tail(const char *p, int *us, int *offset)
{
    int hours, minutes, scale = 100000, sign;

    *us = *offset = 0;
    if (*p == '.') {
        for (p++; *p >= '0' && *p <= '9'; p++, scale /= 10)
            *us += (*p - '0') * scale;
    }
    if (strcmp(p, "Z") == 0 || strcmp(p, "z") == 0)
        return 1;
    sign = *p == '+' ? 1 : *p == '-' ? -1 : 0;
    if (sign == 0 || strlen(p) != 6 || p[3] != ':'
        || !digits(p + 1, 2, &hours) || !digits(p + 4, 2, &minutes)
        || hours > 23 || minutes > 59)
        return 0;
    *offset = sign * (hours * 3600 + minutes * 60);
    return 1;
}

int gw_check_time(apr_int64_t *ms, const char *text)
{
    apr_time_exp_t t;
    apr_time_t time;
    int year, month, us, offset;

    memset(&t, 0, sizeof(t));
    if (strlen(text) < 20 || text[4] != '-' || text[7] != '-'
        || (text[10] != 'T' && text[10] != 't') || text[13] != ':'
        || text[16] != ':' || !digits(text, 4, &year)
        || !digits(text + 5, 2, &month) || !digits(text + 8, 2, &t.tm_mday)
        || !digits(text + 11, 2, &t.tm_hour)
        || !digits(text + 14, 2, &t.tm_min)
        || !digits(text + 17, 2, &t.tm_sec)
        || !time_tail(text + 19, &us, &offset))
        return 0;
    if (month < 1 || month > 12 || t.tm_mday < 1 || t.tm_mday > 31
        || t.tm_hour > 23 || t.tm_min > 59 || t.tm_sec > 60 || year < 1970)
        return 0;
    t.tm_year = year - 1900;
    t.tm_mon = month - 1;
    t.tm_usec = us;
    t.tm_gmtoff = offset;
    if (apr_time_exp_gmt_get(&time, &t) != APR_SUCCESS)
        return 0;
    *ms = apr_time_as_msec(time);
    return 1;
}

static int check_url(gw_admin_t *a, json_object *v, const char *path)
{
    const char *text = json_object_get_string(v);
    apr_uri_t uri;

    if (!json_object_is_type(v, json_type_string)
        || apr_uri_parse(a->pool, text, &uri) != APR_SUCCESS
        || uri.scheme == NULL || uri.hostname == NULL || *uri.hostname == '\0'
        || (strcmp(uri.scheme, "http") != 0
            && strcmp(uri.scheme, "https") != 0))
        return refuse(a, path, "must be an http:// or https:// URL");
    if (uri.user != NULL || uri.password != NULL || uri.query != NULL
        || uri.fragment != NULL)
        return refuse(a, path, "must not hold a user, a query or a "
                      "fragment");
    return 1;
}

static int check_price(gw_admin_t *a, json_object *v, const char *path)
{
    apr_int64_t rate;
    gw_str_t text;

    if (json_object_is_type(v, json_type_int)
        || json_object_is_type(v, json_type_double))
        return refuse(a, path, "must be a price per million tokens: write it "
                      "as a string, such as \"2.5\"");
    if (!json_object_is_type(v, json_type_string))
        return refuse(a, path, "must be a price per million tokens, such as "
                      "\"2.5\"");
    text.p = json_object_get_string(v);
    text.n = (apr_size_t)json_object_get_string_len(v);
    if (gw_money_rate(&rate, text) != APR_SUCCESS)
        return refuse(a, path, "must be a price per million tokens with at "
                      "most 4 digits and 6 decimals, such as \"2.5\"");
    return 1;
}

static int check_subnet(gw_admin_t *a, json_object *v, const char *path)
{
    apr_ipsubnet_t *subnet;
    char *address, *bits;

    if (json_object_is_type(v, json_type_string)) {
        address = apr_pstrdup(a->pool, json_object_get_string(v));
        bits = strchr(address, '/');
        if (bits != NULL)
            *bits++ = '\0';
        if (apr_ipsubnet_create(&subnet, address, bits, a->pool)
            == APR_SUCCESS)
            return 1;
    }
    return refuse(a, path, "must be an address or a block such as "
                  "192.0.2.0/24");
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
        return refuse(a, path, "must be an array");
    if (json_object_array_length(v) > 256)
        return refuse(a, path, "must have at most 256 elements");
    if ((f->flags & GW_F_FILLED) && json_object_array_length(v) == 0)
        return refuse(a, path, "must not be empty: leave it out to allow all");
    each.type = item;
    each.flags = 0;
    for (i = 0; i < json_object_array_length(v); i++) {
        if (!check_value(a, json_object_array_get_idx(v, i), &each,
                         item_path(a, path, i)))
            return 0;
    }
    return 1;
}

static int check_map(gw_admin_t *a, json_object *v, const gw_field_t *f,
                     const char *path)
{
    gw_field_t each = *f;

    if (!json_object_is_type(v, json_type_object))
        return refuse(a, path, "must be an object of strings");
    each.type = GW_F_TEXT;
    json_object_object_foreach(v, name, value) {
        const char *p = gw_check_path(a, path, name);

        if (!check_text(a, value, &each, p))
            return 0;
        if (strpbrk(name, " :\r\n") != NULL || *name == '\0'
            || strpbrk(json_object_get_string(value), "\r\n") != NULL)
            return refuse(a, p, "is not a header");
    }
    return 1;
}

static int check_any(gw_admin_t *a, json_object *v, const gw_field_t *f,
                     const char *path)
{
    if (!json_object_is_type(v, json_type_object))
        return refuse(a, path, "must be an object");
    if ((apr_int64_t)strlen(json_object_to_json_string_ext(
            v, JSON_C_TO_STRING_PLAIN)) > f->max)
        return refuse(a, path, "is too large");
    return 1;
}

static int check_time_field(gw_admin_t *a, json_object *v, const char *path)
{
    apr_int64_t ms;

    if (json_object_is_type(v, json_type_string)
        && gw_check_time(&ms, json_object_get_string(v)))
        return 1;
    return refuse(a, path, "must be a time such as 2027-01-01T00:00:00Z");
}

static int check_value(gw_admin_t *a, json_object *v, const gw_field_t *f,
                       const char *path)
{
    if (v == NULL && (f->flags & GW_F_NULLABLE))
        return 1;
    switch (f->type) {
    case GW_F_TEXT:
        return check_text(a, v, f, path);
    case GW_F_INT:
        return check_int(a, v, f, path);
    case GW_F_BOOL:
        return json_object_is_type(v, json_type_boolean)
               ? 1 : refuse(a, path, "must be true or false");
    case GW_F_WORD:
        return check_word(a, v, f, path);
    case GW_F_TIME:
        return check_time_field(a, v, path);
    case GW_F_URL:
        return check_url(a, v, path);
    case GW_F_PRICE:
        return check_price(a, v, path);
    case GW_F_OBJECT:
        return gw_check(a, v, f->fields, path);
    case GW_F_TEXTS:
        return check_items(a, v, f, path, GW_F_TEXT);
    case GW_F_WORDS:
        return check_items(a, v, f, path, GW_F_WORD);
    case GW_F_OBJECTS:
        return check_items(a, v, f, path, GW_F_OBJECT);
    case GW_F_MAP:
        return check_map(a, v, f, path);
    case GW_F_SUBNETS:
        return check_items(a, v, f, path, GW_F_SUBNET);
    case GW_F_SUBNET:
        return check_subnet(a, v, path);
    case GW_F_ANY:
        return check_any(a, v, f, path);
    case GW_F_NOT_YET:
        return refuse(a, path, "is not enforced by this version: leave it "
                      "out");
    default:
        return 1;
    }
}

int gw_check(gw_admin_t *a, json_object *object, const gw_field_t *fields,
             const char *path)
{
    const gw_field_t *f;

    if (!json_object_is_type(object, json_type_object))
        return refuse(a, *path ? path : "body", "must be an object");
    json_object_object_foreach(object, name, value) {
        const char *p = gw_check_path(a, path, name);

        for (f = fields; f->name != NULL && strcmp(f->name, name) != 0; f++)
            ;
        if (f->name == NULL)
            return refuse(a, p, "is not known here");
        if (!check_value(a, value, f, p))
            return 0;
    }
    for (f = fields; f->name != NULL; f++) {
        if ((f->flags & GW_F_REQUIRED)
            && !json_object_object_get_ex(object, f->name, NULL))
            return gw_admin_refuse(a, GW_P_MISSING_PARAMETER,
                                   gw_check_path(a, path, f->name),
                                   apr_psprintf(a->pool, "'%s' is missing.",
                                       gw_check_path(a, path, f->name)));
    }
    return 1;
}

/* ---- the body ------------------------------------------------------- */

static void ignore(void *baton, const gw_json_node_t *node)
{
}

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

int gw_check_read_body(gw_admin_t *a)
{
    static const gw_json_context_t none[2] = { { NULL, 0 }, { NULL, 0 } };
    static const gw_json_schema_t schema = { none, 0 };
    gw_dir_conf_t conf = *a->call->conf;
    const gw_dir_conf_t *kept = a->call->conf;
    gw_problem_kind_t kind;
    gw_json_t *j = apr_palloc(a->pool, sizeof(*j));
    char *text;

    conf.max_body = GW_ADMIN_BODY;
    a->call->conf = &conf;
    kind = gw_body_read(a->call, &a->problem);
    a->call->conf = kept;
    if (kind != 0)
        return 0;
    gw_json_start(j, &schema, GW_JSON_JUDGE, ignore, NULL);
    if (gw_json_feed(j, a->call->body.p, a->call->body.n) != APR_SUCCESS
        || gw_json_end(j) != APR_SUCCESS)
        return invalid_json(a, gw_json_error_text(j->error));
    text = apr_pstrmemdup(a->pool, a->call->body.p, a->call->body.n);
    a->body = json_tokener_parse(text);
    if (!json_object_is_type(a->body, json_type_object))
        return invalid_json(a, "must be a JSON object");
    if (count_tree(a->body) != j->values)
        return invalid_json(a, "has a member twice");
    return 1;
}
