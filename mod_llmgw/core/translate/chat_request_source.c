/* SPDX-License-Identifier: Apache-2.0 */
/* chat_request_source.c - see chat_request.h: URLs of images and files become
 * sources. */
#include "chat_request.h"

#include "base64.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* ---- data: URIs (RFC 2397) ------------------------------------------- */

/* Does s begin with this word, in any letter case?  Then it is taken off. */
static int starts(gw_str_t *s, const char *word)
{
    apr_size_t n = strlen(word);

    if (s->n < n || strncasecmp(s->p, word, n) != 0)
        return 0;
    s->p += n;
    s->n -= n;
    return 1;
}

typedef struct data_uri_t {
    gw_str_t type;              /* "image/png" */
    gw_str_t data;              /* what stands behind the comma */
    int base64;
} data_uri_t;

/* s: what stands behind "data:". */
static int read_uri(data_uri_t *uri, gw_str_t s)
{
    const char *comma = memchr(s.p, ',', s.n), *semicolon;
    gw_str_t head = s;
    static const char base64[] = ";base64";
    const apr_size_t n = sizeof(base64) - 1;

    if (comma == NULL)
        return 0;
    head.n = (apr_size_t)(comma - s.p);
    uri->data.p = comma + 1;
    uri->data.n = s.n - head.n - 1;
    uri->base64 = head.n >= n
                  && strncasecmp(head.p + head.n - n, base64, n) == 0;
    semicolon = memchr(head.p, ';', head.n);
    if (semicolon != NULL)
        head.n = (apr_size_t)(semicolon - head.p);
    uri->type = head;
    return 1;
}

static int is_type(gw_str_t type, const char *word)
{
    return type.n == strlen(word) && strncasecmp(type.p, word, type.n) == 0;
}

/* ---- base64 ---------------------------------------------------------- */

/* Without the line breaks that some encoders put in. */
static gw_str_t in_one_line(gw_str_t s, apr_pool_t *pool)
{
    gw_str_t out = { NULL, 0 };
    apr_size_t i;
    char *p;

    out.p = p = apr_palloc(pool, s.n);
    for (i = 0; i < s.n; i++) {
        if (!apr_isspace(s.p[i]))
            p[out.n++] = s.p[i];
    }
    return out;
}

static void put_base64(gw_chat_t *ch, const data_uri_t *uri, const char *type,
                       const gw_node_t *in, const char *member)
{
    gw_str_t data = uri->data;
    int good = uri->base64 && gw_base64_is(data);

    if (uri->base64 && !good) {
        data = in_one_line(data, ch->pool);
        good = gw_base64_is(data);
    }
    if (!good) {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, member,
                       "is a data: URI that holds no valid base64.");
        return;
    }
    gw_text_put(ch->body, "{\"type\":\"base64\",\"media_type\":\"");
    gw_text_put(ch->body, type);
    gw_text_put(ch->body, "\",\"data\":\"");
    gw_text_add(ch->body, data);        /* nothing in it is to be escaped */
    gw_text_put(ch->body, "\"}");
}

/* ---- sources --------------------------------------------------------- */

/* What the API takes, and how it wants it called. */
static const char *image_type(gw_str_t type)
{
    static const char *const types[] = {
        "image/jpeg", "image/png", "image/gif", "image/webp"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(types); i++) {
        if (is_type(type, types[i]))
            return types[i];
    }
    return is_type(type, "image/jpg") ? types[0] : NULL;
}

static void inline_image(gw_chat_t *ch, gw_str_t s, const gw_node_t *in,
                         const char *member)
{
    data_uri_t uri;
    const char *type = read_uri(&uri, s) ? image_type(uri.type) : NULL;

    if (type == NULL)
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, member,
                       "is a data: URI of no image that this model takes: "
                       "they are image/jpeg, image/png, image/gif and "
                       "image/webp, in base64.");
    else
        put_base64(ch, &uri, type, in, member);
}

void gw_chat_image(gw_chat_t *ch, const gw_node_t *url, const gw_node_t *in,
                   const char *member)
{
    gw_str_t s = { "", 0 }, rest;

    if (url != NULL && url->kind == GW_JSON_STR)
        s = gw_tree_string(&ch->tree, url, ch->pool);
    rest = s;
    if (starts(&rest, "data:")) {
        inline_image(ch, rest, in, member);
    }
    else if (starts(&rest, "https://") || starts(&rest, "http://")) {
        gw_text_put(ch->body, "{\"type\":\"url\",\"url\":");
        gw_chat_copy(ch, url);
        gw_text_put(ch->body, "}");
    }
    else {
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, member,
                       "must be the URL of an image, which begins with "
                       "https:, http: or data:.");
    }
}

void gw_chat_pdf(gw_chat_t *ch, const gw_node_t *data, const gw_node_t *in,
                 const char *member)
{
    gw_str_t s = { "", 0 };
    data_uri_t uri;

    if (data != NULL && data->kind == GW_JSON_STR)
        s = gw_tree_string(&ch->tree, data, ch->pool);
    if (!starts(&s, "data:") || !read_uri(&uri, s)
        || !is_type(uri.type, "application/pdf"))
        gw_chat_refuse(ch, GW_P_INVALID_PARAMETER, in, member,
                       "must be a PDF as a data: URI, which begins with "
                       "\"data:application/pdf;base64,\".");
    else
        put_base64(ch, &uri, "application/pdf", in, member);
}
