/* SPDX-License-Identifier: Apache-2.0 */
/* document.c - see document.h. */
#include "document.h"

/* RFC 7396, section 2.  patch is an object of at most 32 levels: check.h. */
static void merge(json_object *target, json_object *patch)
{
    json_object_object_foreach(patch, name, value) {
        json_object *old = NULL;

        if (value == NULL) {
            json_object_object_del(target, name);
            continue;
        }
        if (!json_object_is_type(value, json_type_object)) {
            json_object_object_add(target, name, json_object_get(value));
            continue;
        }
        json_object_object_get_ex(target, name, &old);
        if (!json_object_is_type(old, json_type_object)) {
            old = json_object_new_object();
            json_object_object_add(target, name, old);
        }
        merge(old, value);
    }
}

json_object *gw_document_patched(gw_admin_t *a, json_object *document,
                                 json_object *patch)
{
    json_object *out = NULL;

    json_object_deep_copy(document, &out, NULL);
    merge(out, patch);
    return gw_admin_own(a, out);
}

/* Members of `from` that are not so in `in`. */
static json_object *differing(json_object *from, json_object *in)
{
    json_object *out = json_object_new_object(), *other;

    json_object_object_foreach(from, name, value) {
        if (!json_object_object_get_ex(in, name, &other)
            || !json_object_equal(value, other))
            json_object_object_add(out, name, json_object_get(value));
    }
    return out;
}

const char *gw_document_changes(gw_admin_t *a, json_object *before,
                                json_object *after)
{
    json_object *o = gw_admin_own(a, json_object_new_object());

    json_object_object_add(o, "before",
                           before ? differing(before, after) : NULL);
    json_object_object_add(o, "after", before ? differing(after, before)
                                              : json_object_get(after));
    return gw_admin_line(a, o);
}
