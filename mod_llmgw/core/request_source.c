/* SPDX-License-Identifier: Apache-2.0 */
/* request_source.c - what a string or value in a body points at: media in
 * place, URLs, and things that are stored at the upstream. */
#include "base64.h"
#include "request_private.h"

#include <apr_lib.h>
#include <apr_strings.h>

int gw_request_nothing(const gw_json_node_t *node, gw_str_t body)
{
    apr_size_t i;

    if (node->kind == GW_JSON_STR)
        return node->end - node->start == 2;
    if (node->kind != GW_JSON_ARRAY)
        return node->kind <= GW_JSON_FALSE;
    for (i = node->start + 1; i < node->end - 1; i++) {
        if (strchr(" \n\r\t", body.p[i]) == NULL)
            return 0;
    }
    return 1;
}

/* ---- strings as their reader sees them ------------------------------- */

/* The string's bytes as written, without the quotes. */
static gw_str_t raw(const gw_json_node_t *node, gw_str_t body)
{
    gw_str_t s = { body.p + node->start + 1, node->end - node->start - 2 };

    return s;
}

#define BEGINNING 200           /* bytes that tell what a string is */

/* Its beginning, unescaped; out holds BEGINNING bytes. */
static gw_str_t beginning(char *out, gw_str_t s)
{
    gw_str_t start = { s.p, 0 };

    while (start.n < s.n && start.n < BEGINNING - 12) {
        apr_size_t step = s.p[start.n] != '\\' ? 1
                        : s.p[start.n + 1] == 'u' ? 6 : 2;

        start.n += step;        /* the reader has seen that they are whole */
    }
    start.p = out;
    start.n = gw_json_unescape(out, (gw_str_t){ s.p, start.n });
    return start;
}

static int begins(gw_str_t s, const char *word)
{
    apr_size_t n = strlen(word), i;

    for (i = 0; i < n && i < s.n; i++) {
        if (apr_tolower(s.p[i]) != word[i])
            return 0;
    }
    return i == n;
}

/* Past blanks, Unicode's too, and marks. */
static gw_str_t past_marks(gw_str_t s)
{
    static const char *const blanks[] = {
        "\xc2\xa0", "\xe2\x80\x8b", "\xe3\x80\x80", "\xef\xbb\xbf"
    };
    apr_size_t i = 0;

    while (i < s.n && !apr_isalnum(s.p[i])) {
        unsigned k = 0;

        if ((unsigned char)s.p[i] < 0x80) {
            i++;
            continue;
        }
        while (k < GW_COUNT(blanks) && !(s.n - i >= strlen(blanks[k])
               && memcmp(s.p + i, blanks[k], strlen(blanks[k])) == 0))
            k++;
        if (k == GW_COUNT(blanks))
            break;
        i += strlen(blanks[k]);
    }
    s.p += i;
    s.n -= i;
    return s;
}

int gw_request_fileid(const gw_json_node_t *node, gw_str_t body)
{
    char out[BEGINNING];
    gw_str_t s = raw(node, body);

    /* most texts begin with another letter */
    if (s.n < 9 || (apr_isalnum(s.p[0]) && (s.p[0] | 0x20) != 'f'))
        return 0;
    return begins(past_marks(beginning(out, s)), "fileid://");
}

/* ---- media ----------------------------------------------------------- */

/* The length of a URL's scheme before "://"; 0: it has none. */
static apr_size_t scheme(gw_str_t s)
{
    apr_size_t i = 0;

    while (i < s.n && (apr_isalnum(s.p[i])
                       || memchr("+.-", s.p[i], 3) != NULL))
        i++;
    return i > 0 && s.n - i >= 3 && memcmp(s.p + i, "://", 3) == 0 ? i : 0;
}

/* Is all of [p, end) base64 as JSON writes it, in lines or not? */
static int is_base64(const char *p, const char *end)
{
    while ((p += gw_base64_run(p, end)) < end) {
        if (*p == '\\' && p + 1 < end && strchr("/nr", p[1]) != NULL)
            p++;
        else if (memchr("=-_", *p, 3) == NULL)
            return 0;
        p++;
    }
    return 1;
}

/* Which types a medium of this kind may have; "": none need be said. */
static int is_kind(gw_str_t type, gw_media_t kind)
{
    static const char *const types[GW_MEDIAS] = {
        "image/", "audio/", "video/", "application/pdf"
    };

    return begins(type, types[kind])
           || (kind == GW_MEDIA_VIDEO && begins(type, "image/"))
           || (kind == GW_MEDIA_AUDIO && type.n > 0 && type.p[0] == ';');
}

/* s: behind "data:". */
static gw_source_t data_url(apr_size_t *payload, gw_str_t s, gw_str_t all,
                            gw_media_t kind, unsigned how)
{
    const char *comma = memchr(all.p, ',', all.n);
    const char *head = memchr(s.p, ',', s.n);

    if (begins(s, "text/") || begins(s, "application/json"))
        return GW_SOURCE_TEXT;
    if (comma == NULL || head == NULL || kind == GW_MEDIAS
        || !is_kind(s, kind))
        return GW_SOURCE_OTHER;
    if (head - s.p < 7 || memcmp(head - 7, ";base64", 7) != 0
        || !(how & GW_SOURCE_KNOWN
             || is_base64(comma + 1, all.p + all.n)))
        return GW_SOURCE_TEXT;
    *payload = (apr_size_t)(all.p + all.n - comma - 1);
    return GW_SOURCE_PAYLOAD;
}

gw_source_t gw_request_source(apr_size_t *payload, const gw_json_node_t *node,
                              gw_str_t body, gw_media_t kind,
                              unsigned how)
{
    char out[BEGINNING];
    gw_str_t all = raw(node, body), s = beginning(out, all);

    while (s.n > 0 && (unsigned char)s.p[0] <= ' ') {
        s.p++;
        s.n--;
    }
    if (begins(s, "data:")) {
        s.p += 5;
        s.n -= 5;
        return data_url(payload, s, all, kind, how);
    }
    if (begins(s, "http://") || begins(s, "https://"))
        return GW_SOURCE_URL;
    if (scheme(s) > 0)
        return GW_SOURCE_STORED;
    if (!(how & GW_SOURCE_BARE)
        || !(how & GW_SOURCE_KNOWN || is_base64(all.p, all.p + all.n)))
        return GW_SOURCE_TEXT;
    *payload = all.n;
    return GW_SOURCE_PAYLOAD;
}

/* ---- paths ----------------------------------------------------------- */

#define PATH_NAME 64            /* bytes of one name */

/* The member's name as it is written, without its quotes. */
static gw_str_t name_at(gw_str_t body, apr_size_t at)
{
    gw_str_t name = { body.p + at + 1, 0 };

    while (name.p[name.n] != '"')
        name.n += name.p[name.n] == '\\' ? 2 : 1;
    if (name.n > PATH_NAME) {
        name.p = "...";
        name.n = 3;
    }
    return name;
}

static const char *step(const char *path, const gw_json_level_t *in,
                        unsigned index, apr_size_t name_start, gw_str_t body,
                        apr_pool_t *pool)
{
    gw_str_t name;

    if (in->array)
        return apr_psprintf(pool, "%s[%u]", path, index);
    name = name_at(body, name_start);
    return apr_psprintf(pool, "%s%s%.*s", path, *path ? "." : "",
                        (int)name.n, name.p);
}

const char *gw_request_path(const gw_json_t *json, const gw_json_node_t *node,
                            gw_str_t body, apr_pool_t *pool)
{
    const char *path = "";
    unsigned d;

    for (d = 2; d <= json->depth; d++)
        path = step(path, &json->level[d - 1], json->level[d].index,
                    json->level[d].name_start, body, pool);
    return step(path, &json->level[json->depth], node->index,
                node->name_start, body, pool);
}
