/* SPDX-License-Identifier: Apache-2.0 */
/* member.c - see member.h. */
#include "member.h"

#include <apr_strings.h>

json_t *gw_member(json_t *o, const char *name)
{
    json_t *v = NULL;

    json_object_object_get_ex(o, name, &v);
    return v;
}

const char *gw_member_text(json_t *o, const char *name, const char *otherwise,
                           apr_pool_t *pool)
{
    json_t *v = gw_member(o, name);

    return v == NULL ? otherwise
                     : apr_pstrdup(pool, json_object_get_string(v));
}

apr_int64_t gw_member_number(json_t *o, const char *name, apr_int64_t otherwise)
{
    json_t *v = gw_member(o, name);

    return v == NULL ? otherwise : json_object_get_int64(v);
}

int gw_member_flag(json_t *o, const char *name, int otherwise)
{
    json_t *v = gw_member(o, name);

    return v == NULL ? otherwise : json_object_get_boolean(v);
}

/* A list of strings as a NULL-ended array; NULL: no such list. */
const char **gw_member_list(json_t *o, const char *name, apr_pool_t *pool)
{
    json_t *v = gw_member(o, name);
    const char **out;
    size_t i, n;

    if (v == NULL)
        return NULL;
    n = json_object_array_length(v);
    out = apr_pcalloc(pool, (n + 1) * sizeof(*out));
    for (i = 0; i < n; i++)
        out[i] = apr_pstrdup(pool, json_object_get_string(
                             json_object_array_get_idx(v, i)));
    return out;
}

/* A list of names as a mask of their indices. */
unsigned gw_member_mask(json_t *o, const char *name, const char *const *names,
                        unsigned n)
{
    json_t *v = gw_member(o, name);
    unsigned out = 0;
    size_t i;

    for (i = 0; v != NULL && i < json_object_array_length(v); i++) {
        int k = gw_index_of(names, n, json_object_get_string(
                                json_object_array_get_idx(v, i)));

        if (k >= 0)
            out |= 1u << k;
    }
    return out;
}

int gw_member_choice(json_t *o, const char *name, const char *const *names,
                     unsigned n, int otherwise)
{
    json_t *v = gw_member(o, name);
    int k = v == NULL ? -1
          : gw_index_of(names, n, json_object_get_string(v));

    return k < 0 ? otherwise : k;
}

int gw_member_supports(json_t *spec, const char *parameter)
{
    json_t *list = gw_member(spec, "parameters");
    size_t i;

    for (i = 0; list != NULL && i < json_object_array_length(list); i++) {
        json_t *p = json_object_array_get_idx(list, i);
        json_t *name = json_object_is_type(p, json_type_object)
                       ? gw_member(p, "name") : p;

        if (name != NULL
            && strcmp(json_object_get_string(name), parameter) == 0)
            return p == name || gw_member_flag(p, "supported", 1);
    }
    return 0;
}

json_t *gw_member_tree(const char *json)
{
    return json == NULL ? NULL : json_tokener_parse(json);
}

void gw_member_deadlines(gw_deadlines_t *out, json_t *o)
{
    json_t *d = gw_member(o, "deadlines");

    if (d == NULL)
        return;
    out->connect = apr_time_from_sec(gw_member_number(d, "connect", 0));
    out->first_byte = apr_time_from_sec(gw_member_number(d, "first_byte", 0));
    out->idle = apr_time_from_sec(gw_member_number(d, "idle", 0));
    out->total = apr_time_from_sec(gw_member_number(d, "total", 0));
    out->write = apr_time_from_sec(gw_member_number(d, "write", 0));
}
