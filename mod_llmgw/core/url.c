/* SPDX-License-Identifier: Apache-2.0 */
/* url.c - see url.h. */
#include "url.h"

#include <apr_escape.h>
#include <apr_strings.h>

#include "dialect.h"

/* Does path begin with the segments of `with`?  Returns what follows: "" or
 * "/..."; NULL: no. */
static const char *after(const char *path, const char *with)
{
    apr_size_t n = strlen(with);

    if (strncmp(path, with, n) != 0
        || (path[n] != '\0' && path[n] != '/'))
        return NULL;
    return path + n;
}

int gw_url_of_vhost(const char *path)
{
    return after(path, "/v1") || after(path, "/api/v1")
           || after(path, "/llmgw/admin");
}

int gw_url_is_admin(const char *prefix)
{
    apr_size_t n = strlen(prefix);

    return n >= 12 && strcmp(prefix + n - 12, "/llmgw/admin") == 0;
}

/* NULL: a malformed percent-encoding, or a NUL. */
static const char *decoded(const char *p, apr_size_t n, int decode,
                           apr_pool_t *pool)
{
    const char *text = apr_pstrmemdup(pool, p, n);

    return decode ? apr_punescape_url(pool, text, NULL, NULL, 0) : text;
}

/* Everything after the slash at p is one id, slashes too. */
static int take_id(gw_url_t *url, const char *p, apr_size_t n, int decode,
                   apr_pool_t *pool)
{
    if (n > 0 && p[n - 1] == '/')
        n--;
    if (n <= 1)
        return 1;                       /* the collection itself */
    url->id = decoded(p + 1, n - 1, decode, pool);
    if (url->id == NULL)
        url->hint = "an id is written with percent-encoding (%XX), and has no "
                    "%00";
    return url->id != NULL;
}

static int is_end(const char *rest)
{
    return *rest == '\0' || strcmp(rest, "/") == 0;
}

/* rest: what follows /v1.  Returns whether it is known. */
static int parse_v1(gw_url_t *url, const char *rest, int decode,
                    apr_pool_t *pool)
{
    static const struct { const char *path; gw_url_kind_t kind; int ids; }
    info[] = {
        { "/models", GW_URL_MODELS, 1 },
        { "/model-catalog", GW_URL_MODEL_CATALOG, 1 },
        { "/receipts", GW_URL_RECEIPTS, 1 },
        { "/key", GW_URL_KEY, 0 }, { "/usage", GW_URL_USAGE, 0 }
    };
    const char *tail;
    unsigned i;

    for (i = 0; i < GW_ENDPOINTS; i++) {
        if (*rest == '/' && (tail = after(rest + 1, gw_endpoint_names[i]))
            && is_end(tail)) {
            url->kind = GW_URL_ENDPOINT;
            url->endpoint = (gw_endpoint_t)i;
            return 1;
        }
    }
    for (i = 0; i < GW_COUNT(info); i++) {
        tail = after(rest, info[i].path);
        if (tail == NULL || (!info[i].ids && !is_end(tail)))
            continue;
        url->kind = info[i].kind;
        return take_id(url, tail, strlen(tail), decode, pool);
    }
    return 0;
}

/* The action of a model: ids hold raw slashes, so it is the last segment; an
 * id that ends so is written with %2F.  NULL: there is none. */
static const char *widening_of(const char *ids)
{
    static const char action[] = "/widening";
    apr_size_t n = strlen(ids), m = sizeof(action) - 1;

    if (n > 1 && ids[n - 1] == '/')
        n--;
    return n > m + 1 && memcmp(ids + n - m, action, m) == 0 ? ids + n - m
                                                            : NULL;
}

/* rest: what follows /llmgw/admin.  Of keys, the action is what follows the
 * id. */
static int parse_admin(gw_url_t *url, const char *rest, int decode,
                       apr_pool_t *pool)
{
    const char *p = after(rest, "/v1"), *end, *action;

    if (p == NULL)
        return 0;
    url->kind = GW_URL_ADMIN;
    url->resource = "";         /* the API itself */
    if (is_end(p))
        return 1;
    end = strchr(++p, '/');
    if (end == NULL)
        end = p + strlen(p);
    url->resource = apr_pstrmemdup(pool, p, (apr_size_t)(end - p));
    action = *end != '/' ? NULL
             : strcmp(url->resource, "keys") == 0 ? strchr(end + 1, '/')
             : strcmp(url->resource, "models") == 0 ? widening_of(end)
             : NULL;
    if (action != NULL && action[1] != '\0') {
        apr_size_t n = strlen(action + 1);

        if (action[n] == '/')
            n--;
        url->action = apr_pstrmemdup(pool, action + 1, n);
        return take_id(url, end, (apr_size_t)(action - end), decode, pool);
    }
    return take_id(url, end, strlen(end), decode, pool);
}

/* What a virtual host serves, for people. */
static const char *served(apr_pool_t *pool)
{
    return apr_pstrcat(pool, gw_endpoints_text(pool), ", /v1/models, "
                       "/v1/model-catalog, /v1/key, /v1/usage and "
                       "/v1/receipts", NULL);
}

/* Other parts of the vendors' APIs.  rest: what follows /v1. */
static const char *not_served(const char *rest, apr_pool_t *pool)
{
    static const char *const names[] = {
        "/assistants", "/audio", "/batches", "/chatkit", "/complete",
        "/containers", "/conversations", "/edits", "/engines", "/evals",
        "/files", "/fine_tuning", "/fine-tunes", "/images",
        "/messages/batches", "/moderations", "/ocr", "/organization",
        "/organizations", "/realtime", "/skills",
        "/threads", "/uploads", "/vector_stores", "/videos"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(names); i++) {
        if (after(rest, names[i]) != NULL)
            return apr_pstrcat(pool, "/v1", names[i], " is not served here; "
                               "what is: ", served(pool), NULL);
    }
    return NULL;
}

static void set_hint(gw_url_t *url, const char *path, const char *rest,
                     apr_pool_t *pool)
{
    if (rest != NULL && (url->hint = not_served(rest, pool)) != NULL)
        return;
    if (strstr(path, "/v1/v1/messages") != NULL)
        url->hint = "base_url must not end in /v1 for Anthropic clients: the "
                    "path is /v1/messages";
    else if (strstr(path, "/llmgw/admin") != NULL)
        url->hint = "the admin API is below /llmgw/admin/v1/";
    else if (strstr(path, "/v1/v1") != NULL)
        url->hint = "the path has /v1 twice";
    else if (rest != NULL && strstr(rest, "completion") != NULL)
        url->hint = "the nearest path is /v1/chat/completions";
    else if (rest != NULL && strstr(rest, "message") != NULL)
        url->hint = "the nearest path is /v1/messages";
    else if (rest != NULL && strstr(rest, "embed") != NULL)
        url->hint = "the nearest path is /v1/embeddings";
    else if (rest != NULL && strstr(rest, "rerank") != NULL)
        url->hint = "the nearest path is /v1/rerank";
    else if (rest != NULL && strstr(rest, "response") != NULL)
        url->hint = "the nearest path is /v1/responses";
    else
        url->hint = "the nearest path is /v1/models";
}

void gw_url_parse(gw_url_t *url, const char *path, const char *prefix,
                  int decode, apr_pool_t *pool)
{
    const char *tail = path, *rest;
    apr_size_t n = strlen(prefix);
    int known;

    memset(url, 0, sizeof(*url));
    if (strncmp(path, prefix, n) == 0)
        tail = path + n;
    if ((rest = after(tail, "/llmgw/admin")) != NULL) {
        known = parse_admin(url, rest, decode, pool);
    }
    else if (gw_url_is_admin(prefix)) {
        known = parse_admin(url, rest = tail, decode, pool);
    }
    else {
        url->envelope = (rest = after(tail, "/api/v1")) != NULL
                        || (n >= 7 && strcmp(prefix + n - 7, "/api/v1") == 0);
        if (rest == NULL && (rest = after(tail, "/v1")) == NULL)
            rest = tail;
        known = parse_v1(url, rest, decode, pool);
        /* below /api/v1 there are but few endpoints */
        if (url->envelope && (url->kind != GW_URL_ENDPOINT
                              || !gw_endpoint_row(url->endpoint)->envelope))
            known = 0;
    }
    if (!known) {
        url->kind = GW_URL_UNKNOWN;
        if (url->hint == NULL)
            set_hint(url, path, rest, pool);
    }
}

/* Does the path hold these segments somewhere? */
static int holds(const char *path, const char *segments)
{
    const char *p = path;

    while ((p = strstr(p, segments)) != NULL) {
        if (p > path && p[-1] == '/')
            return 1;
        p++;
    }
    return 0;
}

gw_shape_t gw_url_shape(const gw_url_t *url, const char *path)
{
    unsigned i;

    if (url->kind == GW_URL_ENDPOINT)
        return gw_endpoint_row(url->endpoint)->shape;
    for (i = 0; url->kind == GW_URL_UNKNOWN && !url->envelope
                && i < GW_ENDPOINTS; i++) {
        gw_shape_t shape = gw_endpoint_row((gw_endpoint_t)i)->shape;

        if (shape != GW_SHAPE_OPENAI && holds(path, gw_endpoint_names[i]))
            return shape;
    }
    return GW_SHAPE_OPENAI;
}

const char *gw_url_without_v1(gw_shape_t *shape, const char *path, int post,
                              apr_pool_t *pool)
{
    const char *tail;
    unsigned i;

    *shape = GW_SHAPE_OPENAI;
    if (!post)
        return after(path, "/models") != NULL ? "/v1/models" : NULL;
    for (i = 0; i < GW_ENDPOINTS; i++) {
        tail = *path == '/' ? after(path + 1, gw_endpoint_names[i]) : NULL;
        if (tail == NULL || !is_end(tail))
            continue;
        *shape = gw_endpoint_row((gw_endpoint_t)i)->shape;
        return apr_pstrcat(pool, "/v1/", gw_endpoint_names[i], NULL);
    }
    tail = after(path, "/api/chat/completions");
    return tail != NULL && is_end(tail) ? "/api/v1/chat/completions" : NULL;
}

const char *gw_url_methods(const gw_url_t *url)
{
    switch (url->kind) {
    case GW_URL_ENDPOINT:
        return "POST, OPTIONS";
    case GW_URL_UNKNOWN:
    case GW_URL_ADMIN:
        return NULL;
    default:
        return "GET, HEAD, OPTIONS";
    }
}
