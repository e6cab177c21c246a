/* SPDX-License-Identifier: Apache-2.0 */
/* catalog.h - models, routes, upstreams and prices: a snapshot.
 *
 * Built whole from the database (store/catalog.c) into a pool of its own and
 * never changed; a change of the catalogue makes a new snapshot.  A request
 * keeps the one it was admitted with.
 */
#ifndef GW_CATALOG_H
#define GW_CATALOG_H

#include <apr_hash.h>
#include <apr_tables.h>

#include "dialect_names.h"
#include "leak.h"
#include "policy.h"
#include "rewrite.h"
#include "tariff.h"
#include "vendor.h"

typedef enum {
    GW_AUTH_BEARER, GW_AUTH_X_API_KEY, GW_AUTH_API_KEY, GW_AUTH_NONE
} gw_auth_t;
typedef enum { GW_ABORT_CANCEL, GW_ABORT_DRAIN } gw_abort_t;

/* "image_tokens", ...: the members of a model's limit. */
extern const char *const gw_limit_media_names[GW_MEDIAS];

extern const char *const gw_auth_names[4];      /* "bearer", ... "none" */
extern const char *const gw_thinking_names[5];  /* by gw_thinking_t */
extern const char *const gw_abort_names[2];     /* "cancel", "drain" */

/* Deadlines in µs; 0: not given here. */
typedef struct gw_deadlines_t {
    apr_interval_time_t connect;
    apr_interval_time_t first_byte;  /* 0: by default 300 s, 600 s if plain */
    apr_interval_time_t idle;
    apr_interval_time_t total;
    apr_interval_time_t write;  /* of the client; 0: by default Timeout */
} gw_deadlines_t;

typedef struct gw_sealed_t {
    const unsigned char *bytes;
    apr_size_t length;
} gw_sealed_t;

typedef struct gw_upstream_t {
    apr_int64_t id, version;    /* the version changes with each write */
    const char *name, *base_url;
    gw_vendor_t vendor;
    gw_dialect_t dialect;
    gw_auth_t auth;
    int wants_credential;       /* serves.h */
    apr_table_t *headers;       /* static ones; NULL: none */
    const char *query;          /* without '?'; "": none */
    const char **pass_headers;  /* of its answers, NULL-ended; NULL: none */
    const char *paths[GW_ENDPOINTS]; /* whole URLs that replace base + path */
    gw_cache_place_t usage_cache;
    int usage_output_total;
    int include_usage;          /* ask for usage in streams */
    int stored_ids;             /* requests may point at what is stored there */
    int retry_sent;             /* send again what may have been read */
    unsigned endpoints;         /* mask that it serves by itself; 0: all that
                                   its dialect has */
    gw_deadlines_t deadlines;
    gw_sealed_t *sealed;        /* credentials as stored */
    unsigned credentials;
    const char **secrets;       /* opened by the glue; never logged */
    gw_needle_t needle;         /* the one that is sent, in its answers */
    int disabled;
} gw_upstream_t;

typedef struct gw_route_t {
    apr_int64_t id;
    const gw_upstream_t *upstream;
    const char *model;          /* the upstream's name */
    int priority, weight;
    gw_thinking_t thinking;
    int text_without_tools;     /* vendor.h */
} gw_route_t;

/* Parameters that a model's `parameters` says it supports, as bits of
 * gw_model_t.declares: those whose absence changes how a request is put. */
#define GW_DECLARES_EFFORT      0x01    /* "reasoning_effort" */
#define GW_DECLARES_JSON_SCHEMA 0x02    /* "response_format.json_schema" */

typedef struct gw_model_t {
    apr_int64_t id, version, created;  /* created: epoch seconds */
    const char *name, *display, *owned_by, *spec; /* spec: JSON as saved */
    gw_route_t *routes;         /* by priority, then as written */
    unsigned route_count;
    const char **modalities[2]; /* words for input, for output, NULL-ended;
                                   NULL: nothing was said of it */
    int declares_input;         /* modalities.input is given */
    unsigned media;             /* mask 1 << gw_media_t that it takes */
    unsigned endpoints;         /* mask; 0: all */
    apr_int64_t context, output, thinking;  /* 0: unknown */
    apr_int64_t media_tokens[GW_MEDIAS];    /* of a part; 0: unknown */
    apr_int64_t image_tokens_high; /* where the body asks for more; 0:
                                      unknown */
    int thinks;                 /* 1: it can think; -1: it cannot; 0: not
                                   said */
    int thinks_by_default;      /* where the request does not say */
    int cache_implicit, cache_explicit;
    unsigned declares;          /* GW_DECLARES_* */
    gw_abort_t abort_stream, abort_plain;
    int coalesce;               /* as a policy's (policy.h) */
    gw_deadlines_t deadlines;
    int fixed;                  /* estimates are not calibrated */
    gw_price_t *prices;         /* by from_ms, then id */
    int *free;                  /* free[i]: prices[i] bills nothing */
    unsigned price_count;
    int disabled;
} gw_model_t;

typedef struct gw_catalog_t {
    apr_uint64_t generation;
    apr_pool_t *pool;
    gw_model_t **models;        /* by name */
    unsigned model_count;
    apr_hash_t *by_name;        /* names and aliases to gw_model_t */
    gw_upstream_t **upstreams;  /* by id */
    unsigned upstream_count;
    const char **currencies;    /* code by id */
    unsigned currency_count;    /* largest id + 1 */
} gw_catalog_t;

/* The model of this name or alias; NULL: none, or disabled. */
const gw_model_t *gw_catalog_model(const gw_catalog_t *catalog,
                                   gw_str_t name);

/* May this request go by this route?  Not if it points at something stored at
 * the upstream and the upstream does not allow that. */
int gw_route_takes(const gw_route_t *route, const gw_request_t *req);

/* The index of the price in force at `now` (epoch ms), BILLING B7; -1: none
 * yet. */
int gw_model_price(const gw_model_t *model, apr_int64_t now_ms);

/* "CNY"; "" for an id that is not known. */
const char *gw_catalog_currency(const gw_catalog_t *catalog, apr_int64_t id);

#endif
