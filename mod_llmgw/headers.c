/* SPDX-License-Identifier: Apache-2.0 */
/* headers.c - see headers.h. */
#include "headers.h"

#include <apr_strings.h>

#include "clock.h"
#include "rfc3339.h"

const char *gw_headers_origin(const gw_call_t *call)
{
    const apr_array_header_t *list = call->conf->cors;
    const char *origin = apr_table_get(call->r->headers_in, "Origin");
    int i;

    if (list == NULL || origin == NULL)
        return NULL;
    for (i = 0; i < list->nelts; i++) {
        const char *o = APR_ARRAY_IDX(list, i, const char *);

        if (strcmp(o, "*") == 0)
            return "*";
        if (ap_cstr_casecmp(o, origin) == 0)
            return origin;
    }
    return NULL;
}

static void cors_headers(gw_call_t *call, apr_table_t *table)
{
    const char *origin = gw_headers_origin(call);

    if (call->conf->cors != NULL && call->conf->cors->nelts > 0
        && (origin == NULL || strcmp(origin, "*") != 0))
        apr_table_mergen(table, "Vary", "Origin");
    if (origin == NULL)
        return;
    apr_table_setn(table, "Access-Control-Allow-Origin", origin);
    apr_table_setn(table, "Access-Control-Expose-Headers",
                   "x-request-id, request-id, retry-after, "
                   "x-llmgw-dropped, "
                   "x-ratelimit-limit-requests, "
                   "x-ratelimit-remaining-requests, "
                   "x-ratelimit-reset-requests, x-ratelimit-limit-tokens, "
                   "x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens, "
                   "anthropic-ratelimit-requests-limit, "
                   "anthropic-ratelimit-requests-remaining, "
                   "anthropic-ratelimit-requests-reset, "
                   "anthropic-ratelimit-tokens-limit, "
                   "anthropic-ratelimit-tokens-remaining, "
                   "anthropic-ratelimit-tokens-reset");
}

/* OpenAI's spelling of a duration: 120ms, 1s, 6m0s, 1h0m0s. */
static const char *duration(apr_interval_time_t us, apr_pool_t *pool)
{
    apr_int64_t ms = (us + 999) / 1000, s = (ms + 999) / 1000;

    if (ms < 1000)
        return apr_psprintf(pool, "%" APR_INT64_T_FMT "ms", ms);
    if (s < 60)
        return apr_psprintf(pool, "%" APR_INT64_T_FMT "s", s);
    if (s < 3600)
        return apr_psprintf(pool, "%" APR_INT64_T_FMT "m%" APR_INT64_T_FMT
                            "s", s / 60, s % 60);
    return apr_psprintf(pool, "%" APR_INT64_T_FMT "h%" APR_INT64_T_FMT "m%"
                        APR_INT64_T_FMT "s", s / 3600, s / 60 % 60, s % 60);
}

/* The whole second at which so much time will have passed. */
static const char *date(apr_interval_time_t us, apr_pool_t *pool)
{
    apr_int64_t s = (gw_wall_now() + us + 999999) / 1000000;

    return gw_rfc3339_text(apr_palloc(pool, GW_RFC3339_TEXT), s * 1000);
}

static void window_headers(gw_call_t *call, apr_table_t *table)
{
    static const char *const names[2][3] = {
        { "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",
          "x-ratelimit-reset-requests" },
        { "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens",
          "x-ratelimit-reset-tokens" }
    };
    const gw_shape_row_t *shape = gw_shape_row(call->shape);
    apr_pool_t *pool = call->r->pool;
    int i;

    for (i = 0; i < 2; i++) {
        const gw_window_t *w = &call->window[i];
        const char *const *dated = shape->dated[i];
        const char *limit, *left;

        if (w->limit == 0)
            continue;
        limit = apr_off_t_toa(pool, w->limit);
        left = apr_off_t_toa(pool, w->remaining);
        apr_table_setn(table, names[i][0], limit);
        apr_table_setn(table, names[i][1], left);
        apr_table_setn(table, names[i][2], duration(w->reset, pool));
        if (dated[0] == NULL)
            continue;
        apr_table_setn(table, dated[0], limit);
        apr_table_setn(table, dated[1], left);
        apr_table_setn(table, dated[2], date(w->reset, pool));
    }
}

void gw_headers_add(gw_call_t *call, apr_table_t *table)
{
    const char *theirs = gw_shape_row(call->shape)->id_header;

    apr_table_setn(table, "x-request-id", call->id_text);
    if (theirs != NULL)
        apr_table_setn(table, theirs, call->id_text);
    if (call->dropped != NULL)
        apr_table_setn(table, "x-llmgw-dropped", call->dropped);
    window_headers(call, table);
    if (call->conf->cors != NULL && call->url.kind != GW_URL_ADMIN)
        cors_headers(call, table);
}
