/* SPDX-License-Identifier: Apache-2.0 */
/* url.h - which of our URLs is meant by a path.
 *
 * The path comes undecoded, as httpd normalised it, so that an id may hold
 * an encoded slash; ids are decoded here, once.
 */
#ifndef GW_URL_H
#define GW_URL_H

#include "dialect_names.h"
#include "problem.h"

typedef enum {
    GW_URL_UNKNOWN,         /* below our prefix, but nothing of ours */
    GW_URL_ENDPOINT,        /* a POST of the data plane; endpoint says which */
    GW_URL_MODELS,          /* /v1/models[/ID] */
    GW_URL_MODEL_CATALOG,   /* /v1/model-catalog[/ID] */
    GW_URL_KEY,             /* /v1/key */
    GW_URL_USAGE,           /* /v1/usage */
    GW_URL_RECEIPTS,        /* /v1/receipts[/ID] */
    GW_URL_ADMIN            /* /llmgw/admin/v1[/RESOURCE[/ID[/ACTION]]]; the
                               API itself has the resource "" */
} gw_url_kind_t;

typedef struct gw_url_t {
    gw_url_kind_t kind;
    gw_endpoint_t endpoint;
    int envelope;           /* below /api/v1 */
    const char *resource;   /* ADMIN: "keys", "models", ... */
    const char *id;         /* decoded; NULL: none */
    const char *action;     /* ADMIN: what follows the id; NULL: nothing */
    const char *hint;       /* UNKNOWN: what may have been meant */
} gw_url_t;

/* Is this path ours where a virtual host says LLMGateway On: below /v1,
 * /api/v1 or /llmgw/admin? */
int gw_url_of_vhost(const char *path);

/* Is this the prefix of a place for the admin API alone?  It ends in
 * /llmgw/admin. */
int gw_url_is_admin(const char *prefix);

/* What is meant?  path: the whole URL path; prefix: the Location that serves
 * us, without a slash at its end ("" in a virtual host).  Below a prefix both
 * PREFIX/v1/... and, as if the prefix held the /v1, PREFIX/... are known.
 * decode: percent-encoding is still there.  Strings come from pool. */
void gw_url_parse(gw_url_t *url, const char *path, const char *prefix,
                  int decode, apr_pool_t *pool);

/* The shape of errors that a client of this URL expects, but for the envelope.
 * path: as in gw_url_parse. */
gw_shape_t gw_url_shape(const gw_url_t *url, const char *path);

/* Is this the path of an endpoint (post) or of /v1/models without its /v1?
 * Returns the path as it should be, or NULL; *shape: of its errors.  path:
 * decoded. */
const char *gw_url_without_v1(gw_shape_t *shape, const char *path, int post,
                              apr_pool_t *pool);

/* The methods a URL takes, as for Allow: "GET, HEAD, OPTIONS". */
const char *gw_url_methods(const gw_url_t *url);

#endif
