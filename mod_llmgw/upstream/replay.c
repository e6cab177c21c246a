/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - see replay.h.
 *
 * mod_proxy_http sends a body of known length without a temporary file only
 * if it is the protocol's input filters that it reads from; so ours takes
 * the place of all request-level filters, which have done their work by
 * then, and is declared to be the first of the protocol's.
 */
#include "replay.h"

#include <apr_strings.h>
#include <util_filter.h>

static ap_filter_rec_t *replay_handle;

typedef struct replay_t {
    const gw_str_t *pieces;
    unsigned count, at;         /* the piece that is next ... */
    apr_size_t offset;          /* ... and how much of it is gone */
    int sent;
} replay_t;

static apr_status_t replay_filter(ap_filter_t *f, apr_bucket_brigade *bb,
                                  ap_input_mode_t mode, apr_read_type_e block,
                                  apr_off_t readbytes)
{
    replay_t *rp = f->ctx;
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;
    apr_off_t left = readbytes;

    if (mode != AP_MODE_READBYTES)
        return APR_ENOTIMPL;
    while (rp->at < rp->count && left > 0) {
        const gw_str_t *piece = &rp->pieces[rp->at];
        apr_size_t n = piece->n - rp->offset;

        if ((apr_off_t)n > left)
            n = (apr_size_t)left;
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_immortal_create(
                                        piece->p + rp->offset, n, alloc));
        left -= (apr_off_t)n;
        rp->offset += n;
        if (rp->offset == piece->n) {
            rp->at++;
            rp->offset = 0;
        }
    }
    if (rp->at == rp->count) {
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(alloc));
        rp->sent = 1;
    }
    return APR_SUCCESS;
}

static ap_filter_t *find_replay(const request_rec *r)
{
    ap_filter_t *f;

    for (f = r->input_filters; f != NULL; f = f->next) {
        if (f->frec == replay_handle)
            return f;
    }
    return NULL;
}

void gw_replay(gw_call_t *call, const gw_str_t *pieces, unsigned count,
                    apr_size_t length)
{
    request_rec *r = call->r;
    ap_filter_t *f = find_replay(r);
    replay_t *rp;

    if (f == NULL) {
        r->input_filters = r->proto_input_filters;
        f = ap_add_input_filter_handle(replay_handle,
                                       apr_palloc(r->pool, sizeof(*rp)), r,
                                       r->connection);
        r->proto_input_filters = r->input_filters;
    }
    rp = f->ctx;
    memset(rp, 0, sizeof(*rp));
    rp->pieces = pieces;
    rp->count = count;
    apr_table_unset(r->headers_in, "Transfer-Encoding");
    apr_table_unset(r->headers_in, "Content-Encoding");
    apr_table_setn(r->headers_in, "Content-Length",
                   apr_off_t_toa(r->pool, (apr_off_t)length));
}

int gw_replay_sent(const gw_call_t *call)
{
    const ap_filter_t *f = find_replay(call->r);

    return f != NULL && ((const replay_t *)f->ctx)->sent;
}

void gw_replay_register(void)
{
    replay_handle = ap_register_input_filter("LLMGW_BODY", replay_filter,
                                             NULL, AP_FTYPE_PROTOCOL - 1);
}
