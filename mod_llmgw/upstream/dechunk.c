/* SPDX-License-Identifier: Apache-2.0 */
/* dechunk.c - see dechunk.h. */
#include "dechunk.h"

#include <http_core.h>
#include <mod_core.h>
#include <util_filter.h>

#include "chunked.h"
#include "watch.h"

#define MOST 32768              /* bytes that are asked for at once */

static ap_filter_rec_t *dechunk_handle;

typedef struct dechunk_t {
    gw_chunked_t chunked;
    gw_chunked_result_t got;    /* of the last read */
    ap_filter_t *below;         /* where chunks are read */
    apr_bucket_brigade *in;
    unsigned decided:1;         /* the first bytes of the body were asked for */
} dechunk_t;

/* The filter below HTTP_IN, if that is next and the answer is in chunks. */
static ap_filter_t *below(const ap_filter_t *f)
{
    const core_server_config *conf = ap_get_core_module_config(
                                         f->r->server->module_config);
    const char *coding = apr_table_get(f->r->headers_in, "Transfer-Encoding");

    if (coding == NULL || ap_cstr_casecmp(coding, "chunked") != 0
        || conf->http_conformance == AP_HTTP_CONFORMANCE_UNSAFE
        || f->next->frec != ap_http_input_filter_handle)
        return NULL;
    return f->next->next;
}

static void decide(dechunk_t *d, const ap_filter_t *f)
{
    d->decided = 1;
    d->below = below(f);
    if (d->below == NULL)
        return;
    d->in = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    gw_chunked_start(&d->chunked,
                     (apr_size_t)f->r->server->limit_req_fieldsize);
}

/* ---- one bucket ----------------------------------------------------- */

/* Put the bucket's only piece, which begins behind `before` bytes, into bb.  It
 * is in memory: what is around it is cut off as APR's own split would, but
 * without buckets for that. */
static void pass_piece(apr_bucket_brigade *bb, apr_bucket *e,
                       apr_size_t before, apr_size_t n)
{
    e->start += (apr_off_t)before;
    e->length = n;
    APR_BUCKET_REMOVE(e);
    APR_BRIGADE_INSERT_TAIL(bb, e);
}

/* The pieces of a body that are in one bucket: a first one, or all of them
 * copied. */
typedef struct pieces_t {
    gw_str_t first;
    char *copy;
    apr_size_t n;               /* bytes in it */
} pieces_t;

static void add_piece(pieces_t *all, gw_str_t piece, apr_size_t room,
                      apr_bucket_alloc_t *alloc)
{
    if (all->first.p == NULL) {
        all->first = piece;
        return;
    }
    if (all->copy == NULL) {
        all->copy = apr_bucket_alloc(room, alloc);
        memcpy(all->copy, all->first.p, all->first.n);
        all->n = all->first.n;
    }
    memcpy(all->copy + all->n, piece.p, piece.n);
    all->n += piece.n;
}

/* What of e, which is taken, belongs to the body goes to bb. */
static apr_status_t bucket(dechunk_t *d, ap_filter_t *f, apr_bucket_brigade *bb,
                           apr_bucket *e)
{
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;
    pieces_t all = { { NULL, 0 }, NULL, 0 };
    gw_str_t in, piece;
    const char *data;
    apr_status_t rv = apr_bucket_read(e, &data, &in.n, APR_BLOCK_READ);

    if (rv != APR_SUCCESS)
        return rv;
    in.p = data;
    while ((d->got = gw_chunked_next(&d->chunked, &in, &piece))
           == GW_CHUNKED_DATA)
        add_piece(&all, piece, (apr_size_t)(piece.p - data) + piece.n + in.n,
                  alloc);
    if (d->got == GW_CHUNKED_END && in.n > 0)
        f->c->keepalive = AP_CONN_CLOSE;
    if (all.copy == NULL && all.first.p != NULL) {
        pass_piece(bb, e, (apr_size_t)(all.first.p - data), all.first.n);
        return APR_SUCCESS;
    }
    if (all.copy != NULL)
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_heap_create(all.copy, all.n,
                                        apr_bucket_free, alloc));
    apr_bucket_delete(e);
    return APR_SUCCESS;
}

/* ---- one read ------------------------------------------------------- */

/* Take off what was read. */
static apr_status_t take_off(dechunk_t *d, ap_filter_t *f,
                             apr_bucket_brigade *bb)
{
    apr_status_t rv = APR_SUCCESS;

    while (!APR_BRIGADE_EMPTY(d->in) && rv == APR_SUCCESS) {
        apr_bucket *e = APR_BRIGADE_FIRST(d->in);

        if (!APR_BUCKET_IS_METADATA(e)) {
            rv = bucket(d, f, bb, e);
            continue;
        }
        if (APR_BUCKET_IS_EOS(e) && d->got != GW_CHUNKED_END)
            d->got = GW_CHUNKED_BAD;
        apr_bucket_delete(e);
    }
    if (rv != APR_SUCCESS)
        apr_brigade_cleanup(d->in);
    return rv;
}

/* Read until a part of the body was there, or its end. */
static apr_status_t read_chunks(dechunk_t *d, ap_filter_t *f,
                                apr_bucket_brigade *bb, apr_read_type_e block)
{
    apr_status_t rv;

    while (APR_BRIGADE_EMPTY(bb) && d->got == GW_CHUNKED_MORE) {
        rv = ap_get_brigade(d->below, d->in, AP_MODE_READBYTES, block, MOST);
        if (rv != APR_SUCCESS)
            return APR_STATUS_IS_EOF(rv) ? APR_INCOMPLETE : rv;
        if (APR_BRIGADE_EMPTY(d->in))
            return block == APR_NONBLOCK_READ ? APR_EAGAIN : APR_INCOMPLETE;
        rv = take_off(d, f, bb);
        if (rv != APR_SUCCESS)
            return rv;
    }
    if (d->got == GW_CHUNKED_END)
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(
                                        f->c->bucket_alloc));
    else if (!APR_BRIGADE_EMPTY(bb) && gw_watch_is_dry())
        /* mod_proxy would, in a round of its own */
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_flush_create(
                                        f->c->bucket_alloc));
    return APR_BRIGADE_EMPTY(bb) ? APR_EGENERAL : APR_SUCCESS;
}

static apr_status_t dechunk_filter(ap_filter_t *f, apr_bucket_brigade *bb,
                                   ap_input_mode_t mode, apr_read_type_e block,
                                   apr_off_t readbytes)
{
    dechunk_t *d = f->ctx;

    if (mode == AP_MODE_READBYTES && !d->decided)
        decide(d, f);
    if (mode != AP_MODE_READBYTES || d->below == NULL)
        return ap_get_brigade(f->next, bb, mode, block, readbytes);
    return read_chunks(d, f, bb, block);
}

void gw_dechunk_add(request_rec *rp)
{
    dechunk_t *d = apr_pcalloc(rp->pool, sizeof(*d));

    (void)ap_add_input_filter_handle(dechunk_handle, d, rp, rp->connection);
}

void gw_dechunk_register(void)
{
    /* above HTTP_IN, which mod_proxy adds once the head was read */
    dechunk_handle = ap_register_input_filter("LLMGW_DECHUNK", dechunk_filter,
                                              NULL, AP_FTYPE_PROTOCOL - 1);
}
