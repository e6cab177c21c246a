/* SPDX-License-Identifier: Apache-2.0 */
/* translate.c - see translate.h: what translations share. */
#include "translate.h"

#include <apr_lib.h>
#include <apr_strings.h>

const char *gw_translate_id(const char *prefix, const char *request_id,
                            apr_pool_t *pool)
{
    const char *digits = strchr(request_id, '_');

    return apr_pstrcat(pool, prefix, digits != NULL ? digits + 1 : request_id,
                       NULL);
}

/* ---- what is dropped ------------------------------------------------- */

/* Without indices, and nothing that is no text of a header; NULL: that is
 * too much. */
static const char *plain_path(const char *path, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, strlen(path) + 1);
    apr_size_t n = 0;

    for (; *path != '\0'; path++) {
        if (!apr_isgraph(*path) || *path == ',')
            return NULL;
        if (apr_isdigit(*path) && n > 0 && out[n - 1] == '[') {
            while (apr_isdigit(path[1]))
                path++;
            continue;
        }
        out[n++] = *path;
    }
    out[n] = '\0';
    return out;
}

static int is_listed(gw_str_t list, const char *path)
{
    apr_size_t n = strlen(path), i;

    for (i = 0; i + n <= list.n; i++) {
        if (memcmp(list.p + i, path, n) == 0
            && (i == 0 || list.p[i - 1] == ' ')
            && (i + n == list.n || list.p[i + n] == ','))
            return 1;
    }
    return 0;
}

void gw_translate_drop(gw_translated_t *out, const char *path,
                       apr_pool_t *pool)
{
    const char *plain = plain_path(path, pool);

    if (plain == NULL || *plain == '\0'
        || out->dropped.n + strlen(plain) + 2 > out->dropped.most
        || is_listed(gw_text_str(&out->dropped), plain))
        return;
    if (out->dropped.n > 0)
        gw_text_put(&out->dropped, ", ");
    gw_text_put(&out->dropped, plain);
}

/* ---- the table of members -------------------------------------------- */

typedef struct row_t {
    gw_str_t member;
    gw_member_fate_t fate;
} row_t;

static const row_t members[] = {
#define G(from, where, count)
#define R(from, where, member, fate) { GW_STR(member), GW_MEMBER_##fate },
#include "translation_table.h"
#undef G
#undef R
};

static const struct {
    gw_endpoint_t from;
    const char *where;
    unsigned count;             /* of its rows, which stand together */
} places[] = {
#define G(from, where, count) { GW_EP_##from, where, count },
#define R(from, where, member, fate)
#include "translation_table.h"
#undef G
#undef R
};

gw_member_fate_t gw_translate_fate(gw_endpoint_t from, const char *where,
                                   gw_str_t member)
{
    const row_t *row = members, *end;
    unsigned i;

    for (i = 0; i < GW_COUNT(places); row += places[i++].count) {
        if (places[i].from == from && strcmp(places[i].where, where) == 0)
            break;
    }
    if (i == GW_COUNT(places))
        return GW_MEMBER_UNKNOWN;
    for (end = row + places[i].count; row < end; row++) {
        if (row->member.n == member.n
            && memcmp(row->member.p, member.p, member.n) == 0)
            return row->fate;
    }
    return GW_MEMBER_UNKNOWN;
}
