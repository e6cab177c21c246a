/* SPDX-License-Identifier: Apache-2.0 */
/* json_mend.c - see json_mend.h. */
#include "json_mend.h"

#include "utf8.h"

/* How json.p[i], which is inside a string and no quote or backslash, has to be
 * written: into as (8 bytes), of *taken bytes.  Returns how many; 0: as it
 * is. */
static apr_size_t mended(char *as, apr_size_t *taken, gw_str_t json,
                         apr_size_t i)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char c = (unsigned char)json.p[i];
    apr_size_t n;

    if (c < 0x20) {
        memcpy(as, "\\u00", 4);
        as[4] = hex[c >> 4];
        as[5] = hex[c & 15];
        return 6;
    }
    if (c < 0x80)
        return 0;
    n = gw_utf8_put(as, taken, json, i);
    return n == *taken && memcmp(as, json.p + i, n) == 0 ? 0 : n;
}

void gw_json_mend(gw_text_t *out, gw_str_t json)
{
    apr_size_t i, from = 0, taken;
    int inside = 0;

    for (i = 0; i < json.n; i += taken) {
        gw_str_t before = { json.p + from, i - from }, as;
        char bytes[8];

        taken = 1;
        if (json.p[i] == '"')
            inside = !inside;
        if (inside && json.p[i] == '\\' && i + 1 < json.n)
            taken = 2;
        if (!inside || json.p[i] == '"' || json.p[i] == '\\')
            continue;
        as.p = bytes;
        as.n = mended(bytes, &taken, json, i);
        if (as.n == 0)
            continue;
        gw_text_add(out, before);
        gw_text_add(out, as);
        from = i + taken;
    }
    gw_text_add(out, (gw_str_t){ json.p + from, json.n - from });
}

apr_size_t gw_json_half_at_end(gw_str_t s)
{
    apr_size_t from = s.n - GW_JSON_HALF, slashes = 0;
    const char *p;

    if (s.n < GW_JSON_HALF || s.p[from] != '\\')
        return 0;
    p = s.p + from;
    if (p[1] != 'u' || (p[2] | 0x20) != 'd' || strchr("89abAB", p[3]) == NULL)
        return 0;
    while (slashes < from && s.p[from - 1 - slashes] == '\\')
        slashes++;
    return slashes % 2 == 0 ? GW_JSON_HALF : 0;
}

static apr_status_t read_as(gw_json_t *j, const gw_json_schema_t *schema,
                            unsigned mode, gw_json_visit_fn *visit,
                            void *baton, gw_str_t json)
{
    gw_json_start(j, schema, mode, visit, baton);
    if (gw_json_feed(j, json.p, json.n) != APR_SUCCESS)
        return APR_EINVAL;
    return gw_json_end(j);
}

apr_status_t gw_json_read_mended(gw_json_t *j, const gw_json_schema_t *schema,
                                 gw_json_visit_fn *visit, void *baton,
                                 gw_str_t *json, gw_text_t *room)
{
    if (read_as(j, schema, 0, visit, baton, *json) == APR_SUCCESS)
        return APR_SUCCESS;
    gw_text_clear(room);
    gw_json_mend(room, *json);
    if (room->full)
        return APR_EINVAL;
    *json = gw_text_str(room);
    return read_as(j, schema, GW_JSON_LENIENT, visit, baton, *json);
}

apr_status_t gw_tree_read_mended(gw_tree_t *tree, gw_str_t json,
                                 const gw_json_schema_t *schema,
                                 apr_size_t most, apr_pool_t *pool)
{
    apr_status_t rv = gw_tree_read(tree, json, schema, 0, pool);
    gw_text_t room;

    if (rv != APR_EINVAL)
        return rv;
    gw_text_init(&room, most, pool);
    gw_json_mend(&room, json);
    if (room.full)
        return APR_EINVAL;
    return gw_tree_read(tree, gw_text_str(&room), schema, GW_JSON_LENIENT,
                        pool);
}
