/* SPDX-License-Identifier: Apache-2.0 */
/* json_text.c - a tree as JSON: what the admin API answers and stores.
 *
 * Strings go through gw_json_quote, as those of all errors do, so what an
 * upstream or an old database says cannot break a document. */
#include "json_text.h"

#include "buffer.h"
#include "json.h"

static void write_string(gw_buffer_t *b, const char *text, apr_size_t n)
{
    gw_str_t s = { text, n };

    b->n += gw_json_quote(gw_buffer_room(b, 6 * n + 2), s);
}

static void write_value(gw_buffer_t *b, json_object *v);

static void write_object(gw_buffer_t *b, json_object *v)
{
    const char *between = "";

    gw_buffer_puts(b, "{");
    json_object_object_foreach(v, name, value) {
        gw_buffer_puts(b, between);
        write_string(b, name, strlen(name));
        gw_buffer_puts(b, ":");
        write_value(b, value);
        between = ",";
    }
    gw_buffer_puts(b, "}");
}

static void write_array(gw_buffer_t *b, json_object *v)
{
    size_t i;

    gw_buffer_puts(b, "[");
    for (i = 0; i < json_object_array_length(v); i++) {
        if (i > 0)
            gw_buffer_puts(b, ",");
        write_value(b, json_object_array_get_idx(v, i));
    }
    gw_buffer_puts(b, "]");
}

/* Trees come from bodies of at most 32 levels, or are ours. */
static void write_value(gw_buffer_t *b, json_object *v)
{
    switch (json_object_get_type(v)) {
    case json_type_object:
        write_object(b, v);
        break;
    case json_type_array:
        write_array(b, v);
        break;
    case json_type_string:
        write_string(b, json_object_get_string(v),
                     (apr_size_t)json_object_get_string_len(v));
        break;
    default:
        gw_buffer_puts(b, json_object_to_json_string_ext(
                              v, JSON_C_TO_STRING_PLAIN));
        break;
    }
}

const char *gw_admin_line(gw_admin_t *a, json_object *o)
{
    gw_buffer_t b = { NULL, 0, 0 };

    write_value(&b, o);
    return gw_buffer_take(&b, a->pool);
}
