/* SPDX-License-Identifier: Apache-2.0 */
/* document.c - see document.h. */
#include "document.h"

#include <apr_escape.h>

#include "crypto.h"
#include "json_text.h"
#include "value.h"

/* RFC 7396, section 2.  patch is an object of at most 32 levels, as
 * body_json.h has it. */
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

/* What the trail keeps of a value: of one that is large, how large and which
 * it is.  Who may write metadata could fill the database with it else. */
static json_object *kept(gw_admin_t *a, json_object *value)
{
    const char *text = gw_admin_line(a, value);
    apr_size_t n = strlen(text);
    unsigned char hash[GW_SHA256];
    char hex[2 * GW_SHA256 + 1];
    json_object *o;

    if (n <= GW_AUDIT_VALUE)
        return json_object_get(value);
    gw_sha256(hash, text, n);
    apr_escape_hex(hex, hash, sizeof(hash), 0, NULL);
    o = json_object_new_object();
    json_object_object_add(o, "bytes", json_object_new_int64((int64_t)n));
    json_object_object_add(o, "sha256", json_object_new_string(hex));
    return o;
}

/* Members of `from` that are not so in `in`; NULL: all. */
static json_object *differing(gw_admin_t *a, json_object *from,
                              json_object *in)
{
    json_object *out = json_object_new_object(), *other;

    json_object_object_foreach(from, name, value) {
        if (!json_object_object_get_ex(in, name, &other)
            || !json_object_equal(value, other))
            json_object_object_add(out, name, kept(a, value));
    }
    return out;
}

const char *gw_document_changes(gw_admin_t *a, json_object *before,
                                json_object *after)
{
    json_object *o = gw_admin_own(a, json_object_new_object());

    json_object_object_add(o, "before",
                           before ? differing(a, before, after) : NULL);
    json_object_object_add(o, "after", differing(a, after, before));
    return gw_admin_line(a, o);
}
