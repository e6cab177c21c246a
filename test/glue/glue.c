/* SPDX-License-Identifier: Apache-2.0 */
/* glue.c - see glue.h. */
#include "glue.h"

#include <apr_buckets.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cells.h"
#include "child.h"
#include "clock.h"
#include "segment_clock.h"
#include "takeover.h"

#include "tap.h"

#define SIZE GW_SEGMENT_LEAST

static void make_segment(void)
{
    int fd = memfd_create("segment", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, SIZE) != 0
        || gw_segment_map(&gw_process.seg, fd, SIZE, -1, tap_pool())
           != APR_SUCCESS
        || gw_takeover(gw_process.seg, "/a", SIZE, tap_pool()) != NULL
        || gw_child_enter(gw_process.seg) != APR_SUCCESS)
        abort();
}

static request_rec *make_request(void)
{
    apr_pool_t *pool = tap_pool();
    request_rec *r = apr_pcalloc(pool, sizeof(*r));

    r->pool = pool;
    r->connection = apr_pcalloc(pool, sizeof(*r->connection));
    r->connection->pool = pool;
    r->connection->bucket_alloc = apr_bucket_alloc_create(pool);
    r->server = apr_pcalloc(pool, sizeof(*r->server));
    r->connection->base_server = r->server;
    r->server->timeout = apr_time_from_sec(60);
    r->headers_in = apr_table_make(pool, 4);
    r->headers_out = apr_table_make(pool, 4);
    r->err_headers_out = apr_table_make(pool, 4);
    r->trailers_out = apr_table_make(pool, 4);
    r->subprocess_env = apr_table_make(pool, 4);
    r->notes = apr_table_make(pool, 4);
    apr_table_setn(r->notes, "proxy-status", "200");
    r->status = 200;
    return r;
}

static gw_price_t *make_price(void)
{
    gw_tier_t *tier = apr_pcalloc(tap_pool(), sizeof(*tier));
    gw_price_t *price = apr_pcalloc(tap_pool(), sizeof(*price));

    tier->up_to = tier->output_up_to = GW_NO_BOUND;
    tier->rate[GW_INPUT] = GLUE_INPUT;
    tier->rate[GW_OUTPUT] = GLUE_OUTPUT;
    price->tiers = 1;
    price->tier = tier;
    return price;
}

static gw_route_t *make_route(void)
{
    gw_upstream_t *u = apr_pcalloc(tap_pool(), sizeof(*u));
    gw_route_t *route = apr_pcalloc(tap_pool(), sizeof(*route));

    u->name = "upstream";
    u->base_url = "http://127.0.0.1/v1";
    route->upstream = u;
    route->model = "model";
    return route;
}

gw_call_t *glue_call(void)
{
    apr_pool_t *pool = tap_pool();
    gw_call_t *call = apr_pcalloc(pool, sizeof(*call));
    gw_model_t *model = apr_pcalloc(pool, sizeof(*model));
    gw_server_conf_t *conf = apr_pcalloc(pool, sizeof(*conf));

    if (gw_process.seg == NULL)
        make_segment();
    conf->drain_tokens = 1000;
    gw_process.conf = conf;
    model->name = "model";
    call->r = make_request();
    call->conf = apr_pcalloc(pool, sizeof(gw_dir_conf_t));
    call->caller.policies = apr_pcalloc(pool, sizeof(gw_policies_t));
    call->req = apr_pcalloc(pool, sizeof(*call->req));
    call->req->n = 1;
    call->req->stream = 1;
    call->sent = call->req;
    call->model = model;
    call->price = make_price();
    call->route = make_route();
    call->dialect = gw_dialect_row(GW_EP_CHAT);
    call->began = gw_steady_now();
    call->cell = gw_cell_claim(gw_process.seg);
    if (call->cell == NULL)
        abort();
    call->id = gw_segment_new_id(gw_process.seg,
                                 gw_segment_now(gw_process.seg));
    call->cell->row.id = call->id;
    call->cell->reserve = -1;
    call->cell->rate = 300;
    gw_counts_clear(&call->cell->counts);
    gw_cell_open(gw_process.seg, call->cell);
    return call;
}

gw_cell_state_t glue_state(const gw_cell_t *cell)
{
    apr_uint32_t i, child;

    for (i = 0; gw_cell_at(gw_process.seg, i) != cell; i++)
        continue;
    return gw_cell_state(gw_process.seg, i, &child);
}
