/* SPDX-License-Identifier: Apache-2.0 */
/* body_json.c - see body_json.h. */
#include "body_json.h"

#include <apr_strings.h>

#include "body.h"
#include "json.h"
#include "refuse.h"

static const gw_json_context_t nothing[2] = { { NULL, 0 }, { NULL, 0 } };
static const gw_json_schema_t any_json = { nothing, 0 };

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
    gw_json_t *j = apr_palloc(a->pool, sizeof(*j));
    int deep;

    if (gw_body_read(a->call, (apr_int64_t)most, &a->problem) != 0)
        return 0;
    gw_json_start(j, &any_json, GW_JSON_VALIDATE, ignore, NULL);
    if (gw_json_feed(j, a->call->body.p, a->call->body.n) != APR_SUCCESS
        || gw_json_end(j) != APR_SUCCESS)
        return invalid_json(a, gw_json_error_text(j->error));
    a->body = parse(a->call->body, &deep);
    if (deep)
        return invalid_json(a, "is nested deeper than 32 levels");
    if (!json_object_is_type(a->body, json_type_object))
        return invalid_json(a, "must be a JSON object");
    if (count_tree(a->body) != j->values)
        return invalid_json(a, "has an object in which a member is given "
                               "twice");
    return 1;
}
