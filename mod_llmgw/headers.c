/* SPDX-License-Identifier: Apache-2.0 */
/* headers.c - see headers.h. */
#include "headers.h"

#include "clock.h"
#include "number.h"
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

/* OpenAI's spelling of a duration: 120ms, 1s, 6m0s, 1h0m0s.  At `out`, which
 * grows by what is written with its end; returns where. */
static const char *duration(char **out, apr_interval_time_t us)
{
    apr_int64_t ms = (us + 999) / 1000, s = (ms + 999) / 1000;
    const char *text = *out;
    char *o = *out;

    if (ms < 1000) {
        o = gw_number_text(o, ms);
        *o++ = 'm';
    }
    else {
        if (s >= 3600) {
            o = gw_number_text(o, s / 3600);
            *o++ = 'h';
        }
        if (s >= 60) {
            o = gw_number_text(o, s / 60 % 60);
            *o++ = 'm';
        }
        o = gw_number_text(o, s % 60);
    }
    *o++ = 's';
    *o++ = '\0';
    *out = o;
    return text;
}

static const char *number(char **out, apr_int64_t n)
{
    const char *text = *out;

    *out = gw_number_text(*out, n) + 1;
    return text;
}

/* The whole second at which so much time will have passed. */
static const char *date(char **out, apr_interval_time_t us)
{
    apr_int64_t s = (gw_wall_now() + us + 999999) / 1000000;
    const char *text = gw_rfc3339_text(*out, s * 1000);

    *out += GW_RFC3339_TEXT;
    return text;
}

/* Two numbers, a duration of three with their letters, a date. */
#define WINDOW_TEXT (2 * GW_NUMBER_TEXT + 3 * (GW_NUMBER_TEXT + 1) \
                     + GW_RFC3339_TEXT)

typedef void put_t(apr_table_t *table, const char *name, const char *text);

static void window_headers(gw_call_t *call, apr_table_t *table, put_t *put)
{
    static const char *const names[2][3] = {
        { "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",
          "x-ratelimit-reset-requests" },
        { "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens",
          "x-ratelimit-reset-tokens" }
    };
    const gw_shape_row_t *shape = gw_shape_row(call->shape);
    int i;

    for (i = 0; i < 2; i++) {
        const gw_window_t *w = &call->window[i];
        const char *const *dated = shape->dated[i];
        const char *limit, *left;
        char *out;

        if (w->limit == 0)
            continue;
        out = apr_palloc(call->r->pool, WINDOW_TEXT);
        limit = number(&out, w->limit);
        left = number(&out, w->remaining);
        put(table, names[i][0], limit);
        put(table, names[i][1], left);
        put(table, names[i][2], duration(&out, w->reset));
        if (dated[0] == NULL)
            continue;
        put(table, dated[0], limit);
        put(table, dated[1], left);
        put(table, dated[2], date(&out, w->reset));
    }
}

void gw_headers_add(gw_call_t *call, apr_table_t *table, int fresh)
{
    /* a search for each among the others is most of what they cost */
    put_t *put = fresh ? apr_table_addn : apr_table_setn;
    const char *theirs = gw_shape_row(call->shape)->id_header;

    put(table, "x-request-id", call->id_text);
    if (theirs != NULL)
        put(table, theirs, call->id_text);
    if (call->dropped != NULL)
        apr_table_setn(table, "x-llmgw-dropped", call->dropped);
    window_headers(call, table, put);
    if (call->conf->cors != NULL && call->url.kind != GW_URL_ADMIN)
        cors_headers(call, table);
}
