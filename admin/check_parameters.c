/* SPDX-License-Identifier: Apache-2.0 */
/* check_parameters.c - see check_parameters.h. */
#include "check_parameters.h"

#include <apr_strings.h>

#include "decimal.h"
#include "refuse.h"

static json_object *member(json_object *o, const char *name)
{
    json_object *v = NULL;

    if (json_object_is_type(o, json_type_object))
        json_object_object_get_ex(o, name, &v);
    return v;
}

static const char *name_of(json_object *parameter)
{
    return json_object_get_string(
               json_object_is_type(parameter, json_type_string)
               ? parameter : member(parameter, "name"));
}

static int too_many(gw_admin_t *a, json_object *list, const char *path)
{
    if (json_object_array_length(list) <= GW_PARAMETERS)
        return 0;
    gw_check_refuse(a, path, apr_psprintf(a->pool, "must have at most %d "
                                          "elements", GW_PARAMETERS));
    return 1;
}

static gw_str_t text_of(json_object *number)
{
    gw_str_t s;

    s.p = json_object_to_json_string_ext(number, JSON_C_TO_STRING_PLAIN);
    s.n = strlen(s.p);
    return s;
}

static int check_excludes(gw_admin_t *a, json_object *parameter,
                          const char *path)
{
    json_object *list = member(parameter, "excludes");
    size_t n = list != NULL ? json_object_array_length(list) : 0, i, k;

    path = gw_check_path(a, path, "excludes");
    if (n > 0 && too_many(a, list, path))
        return 0;
    for (i = 0; i < n; i++) {
        const char *at = apr_psprintf(a->pool, "%s[%d]", path, (int)i);
        const char *name = json_object_get_string(
                               json_object_array_get_idx(list, i));

        if (strcmp(name, name_of(parameter)) == 0)
            return gw_check_refuse(a, at, "is the parameter itself");
        for (k = 0; k < i; k++) {
            if (strcmp(name, json_object_get_string(
                                 json_object_array_get_idx(list, k))) == 0)
                return gw_check_refuse(a, at, "is given twice");
        }
    }
    return 1;
}

static int check_one(gw_admin_t *a, json_object *list, size_t i,
                     const char *path)
{
    json_object *parameter = json_object_array_get_idx(list, i);
    json_object *low = member(parameter, "min");
    json_object *high = member(parameter, "max");
    size_t k;

    for (k = 0; k < i; k++) {
        if (strcmp(name_of(parameter),
                   name_of(json_object_array_get_idx(list, k))) == 0)
            return gw_check_refuse(a, gw_check_path(a, path, "name"),
                                   "is given twice");
    }
    if (low != NULL && high != NULL
        && gw_decimal_compare(text_of(low), text_of(high)) > 0)
        return gw_check_refuse(a, gw_check_path(a, path, "min"),
                               "must not be above 'max'");
    return check_excludes(a, parameter, path);
}

int gw_check_parameters(gw_admin_t *a, json_object *list, const char *path)
{
    size_t n = json_object_array_length(list), i;

    if (too_many(a, list, path))
        return 0;
    for (i = 0; i < n; i++) {
        if (!check_one(a, list, i, apr_psprintf(a->pool, "%s[%d]", path,
                                                (int)i)))
            return 0;
    }
    return 1;
}
