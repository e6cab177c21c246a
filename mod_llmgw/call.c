/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - see call.h. */
#include "call.h"

#include <stdlib.h>

#include "clock.h"
#include "segment_clock.h"

gw_call_t *gw_call_of(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &llmgw_module);
}

/* The shape that a client has who asks for what is nobody's own, as
 * /v1/models is. */
static gw_shape_t shape_of_client(const request_rec *r)
{
    const char *mark = gw_shape_row(GW_SHAPE_ANTHROPIC)->mark;

    return apr_table_get(r->headers_in, mark) != NULL ? GW_SHAPE_ANTHROPIC
                                                      : GW_SHAPE_OPENAI;
}

static gw_shape_t shape_of(const request_rec *r, const gw_dir_conf_t *conf,
                           const gw_url_t *url, const char *path)
{
    gw_shape_t shape = gw_url_shape(url, path);
    int envelope = url->envelope || conf->envelope == 1;

    if (url->kind != GW_URL_ENDPOINT && url->kind != GW_URL_ADMIN
        && !envelope && shape == GW_SHAPE_OPENAI)
        shape = shape_of_client(r);
    return shape == GW_SHAPE_OPENAI && url->kind != GW_URL_ADMIN && envelope
           ? GW_SHAPE_ENVELOPE : shape;
}

void gw_call_new_id(gw_call_t *call)
{
    gw_segment_t *seg = gw_process.seg;
    apr_time_t now = gw_wall_now();

    call->began = gw_steady_now();
    if (seg != NULL)
        now = gw_segment_clock(seg, now, call->began, &call->clock_believed);
    call->id = seg != NULL ? gw_segment_new_id(seg, now)
                           : gw_id_make(now, GW_ID_NODE);
    gw_id_text(call->id_text, call->id);
}

apr_int32_t gw_call_ms(const gw_call_t *call)
{
    return (apr_int32_t)((gw_steady_now() - call->began) / 1000);
}

gw_call_t *gw_call_make(request_rec *r, const gw_dir_conf_t *conf,
                        const char *path, const char *prefix, int decode)
{
    gw_call_t *call = apr_pcalloc(r->pool, sizeof(*call));

    call->r = r;
    call->conf = conf;
    call->admin_open = gw_url_is_admin(prefix);
    gw_url_parse(&call->url, path, prefix, decode, r->pool);
    call->shape = shape_of(r, conf, &call->url, path);
    if (conf->envelope == 1)
        call->url.envelope = 1;
    gw_call_new_id(call);
    ap_set_module_config(r->request_config, &llmgw_module, call);
    return call;
}

void gw_call_drop_body(gw_call_t *call)
{
    free(call->body_memory);
    call->body_memory = NULL;
    gw_text_drop(&call->sent_memory);
    call->body.n = 0;
}

void gw_call_drop(gw_call_t *call)
{
    gw_call_drop_body(call);
    if (call->snapshot != NULL)
        gw_snapshot_release(call->snapshot);
    call->snapshot = NULL;
    if (call->caller.policies != NULL)
        gw_policies_release((gw_policies_t *)call->caller.policies);
    call->caller.policies = NULL;
}
