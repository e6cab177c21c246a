/* SPDX-License-Identifier: Apache-2.0 */
/* body.c - see body.h. */
#include "body.h"

#include <stdlib.h>

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "inflate.h"

#define STEP 8192               /* first guess where no length is given */

/* A body that is being read. */
typedef struct reading_t {
    gw_call_t *call;
    gw_problem_t *problem;
    int refused;                /* the problem is filled in */
    apr_int64_t max;            /* of the body, plain */
    apr_int64_t wire;           /* what may still come of it, as sent */
    apr_size_t size;            /* of call->body_memory */
    int begun;                  /* its coding is known */
    gw_coding_t coding;
    gw_inflate_t *inflate;      /* NULL: it is plain */
} reading_t;

static ap_filter_rec_t *guard_handle;

static gw_problem_kind_t too_large(gw_call_t *call, gw_problem_t *problem,
                                   apr_int64_t max)
{
    const apr_off_t core = ap_get_limit_req_body(call->r);

    if (core > 0 && core < max)
        max = core;
    return gw_problem(problem, GW_P_REQUEST_TOO_LARGE, NULL,
                      apr_psprintf(call->r->pool, "The request body is "
                                   "larger than %" APR_INT64_T_FMT " bytes, "
                                   "the most this gateway takes.", max));
}

static gw_problem_kind_t unreadable(gw_call_t *call, gw_problem_t *problem)
{
    call->r->connection->keepalive = AP_CONN_CLOSE;
    return gw_problem(problem, GW_P_INVALID_PARAMETER, NULL,
                      "The request body could not be read to its end: the "
                      "connection broke off, or its Content-Length or chunks "
                      "are wrong. Send it again.");
}

/* The most that a coded body may have on its way: what does not compress
 * becomes a little longer. */
static apr_int64_t max_coded(apr_int64_t max)
{
    return max + max / 16 + 1024;
}

static void refuse_coding(reading_t *b)
{
    b->refused = 1;
    gw_problem(b->problem, GW_P_UNSUPPORTED_ENCODING, NULL,
               b->coding == GW_CODING_SEVERAL
               ? "Content-Encoding names several codings: send the request "
                 "body in one of them, " GW_CODINGS_TEXT ", or plain."
               : "Content-Encoding names a coding that is not known here: "
                 "send the request body plain, or in one of "
                 GW_CODINGS_TEXT ".");
}

static void refuse_coded(reading_t *b)
{
    b->refused = 1;
    gw_problem(b->problem, GW_P_INVALID_ENCODING, NULL,
               apr_psprintf(b->call->r->pool, "The request body %s: it must "
                            "be what Content-Encoding says, whole and "
                            "nothing else.", gw_inflate_error(b->inflate)));
}

/* httpd's own reader answers by itself where the framing is broken or
 * LimitRequestBody is passed: it sends an error bucket down the answer's
 * filters, which becomes a page of HTML.  While we read, nothing else goes
 * there; so this filter takes the bucket's status and lets nothing through. */
static apr_status_t guard_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    int *status = f->ctx;
    apr_bucket *e;

    for (e = APR_BRIGADE_FIRST(bb); e != APR_BRIGADE_SENTINEL(bb);
         e = APR_BUCKET_NEXT(e)) {
        if (AP_BUCKET_IS_ERROR(e))
            *status = ((ap_bucket_error *)e->data)->status;
    }
    apr_brigade_cleanup(bb);
    return AP_FILTER_ERROR;
}

/* Room for n more bytes, and never for more than one above max: the buffer at
 * least doubles until then. */
static apr_status_t grow(reading_t *b, apr_size_t n)
{
    gw_call_t *call = b->call;
    apr_size_t wanted = b->size * 2;
    char *bigger;

    if (call->body.n + n <= b->size)
        return APR_SUCCESS;
    if (wanted < call->body.n + n)
        wanted = call->body.n + n;
    if ((apr_int64_t)wanted > b->max + 1)
        wanted = (apr_size_t)b->max + 1;
    bigger = realloc(call->body_memory, wanted);
    if (bigger == NULL)
        return APR_ENOMEM;
    call->body_memory = bigger;
    b->size = wanted;
    return APR_SUCCESS;
}

static apr_status_t append_plain(reading_t *b, const char *data, apr_size_t n)
{
    gw_call_t *call = b->call;
    apr_status_t rv;

    if ((apr_int64_t)(call->body.n + n) > b->max)
        return APR_ENOSPC;
    rv = grow(b, n);
    if (rv != APR_SUCCESS)
        return rv;
    memcpy(call->body_memory + call->body.n, data, n);
    call->body.n += n;
    return APR_SUCCESS;
}

/* What goes beyond max is seen by the one byte above it, and no more of it is
 * inflated. */
static apr_status_t append_coded(reading_t *b, const char *data, apr_size_t n)
{
    gw_call_t *call = b->call;
    gw_str_t in = { data, n };
    gw_inflate_result_t result;
    apr_size_t got;

    do {
        if (grow(b, 1) != APR_SUCCESS)
            return APR_ENOMEM;
        result = gw_inflate_feed(b->inflate, &in,
                                 call->body_memory + call->body.n,
                                 b->size - call->body.n, &got);
        call->body.n += got;
        if ((apr_int64_t)call->body.n > b->max)
            return APR_ENOSPC;
    } while (result == GW_INFLATE_FULL);
    if (result == GW_INFLATE_NO_MEMORY)
        return APR_ENOMEM;
    if (result == GW_INFLATE_BROKEN)
        refuse_coded(b);
    return APR_SUCCESS;
}

/* Data as it was sent.  What is refused is read to its end all the same: many
 * clients look for an answer only when they have sent everything. */
static apr_status_t take(reading_t *b, const char *data, apr_size_t n)
{
    if (b->coding == GW_CODING_PLAIN)
        return append_plain(b, data, n);
    if ((apr_int64_t)n > b->wire)
        return APR_ENOSPC;
    b->wire -= (apr_int64_t)n;
    return b->refused ? APR_SUCCESS : append_coded(b, data, n);
}

/* Append a brigade's data to call->body.  *end: EOS was in it. */
static apr_status_t append(reading_t *b, apr_bucket_brigade *bb, int *end)
{
    apr_bucket *e;

    for (e = APR_BRIGADE_FIRST(bb); e != APR_BRIGADE_SENTINEL(bb);
         e = APR_BUCKET_NEXT(e)) {
        const char *data;
        apr_size_t n;
        apr_status_t rv;

        if (APR_BUCKET_IS_EOS(e)) {
            *end = 1;
            break;
        }
        if (APR_BUCKET_IS_METADATA(e))
            continue;
        rv = apr_bucket_read(e, &data, &n, APR_BLOCK_READ);
        if (rv == APR_SUCCESS && n > 0)
            rv = take(b, data, n);
        if (rv != APR_SUCCESS)
            return rv;
    }
    return APR_SUCCESS;
}

static gw_coding_t coding_of(request_rec *r)
{
    /* most have none: to put several lines together costs more */
    if (apr_table_get(r->headers_in, "Content-Encoding") == NULL)
        return GW_CODING_PLAIN;
    return gw_coding_of(apr_table_getm(r->pool, r->headers_in,
                                       "Content-Encoding"));
}

/* Known once the first bytes are there: mod_deflate, where it inflates, takes
 * the header away then. */
static apr_status_t begin(reading_t *b)
{
    if (b->begun)
        return APR_SUCCESS;
    b->begun = 1;
    b->coding = coding_of(b->call->r);
    if (b->coding == GW_CODING_PLAIN)
        return APR_SUCCESS;
    if (b->coding >= GW_CODING_UNKNOWN) {
        refuse_coding(b);
        return APR_SUCCESS;
    }
    b->inflate = gw_inflate_start(b->coding);
    return b->inflate != NULL ? APR_SUCCESS : APR_ENOMEM;
}

static apr_status_t read_all(reading_t *b)
{
    request_rec *r = b->call->r;
    apr_bucket_brigade *bb = apr_brigade_create(r->pool,
                                                r->connection->bucket_alloc);
    apr_status_t rv = APR_SUCCESS;
    int end = 0;

    b->call->body_memory = malloc(b->size);
    if (b->call->body_memory == NULL)
        return APR_ENOMEM;
    while (rv == APR_SUCCESS && !end) {
        rv = ap_get_brigade(r->input_filters, bb, AP_MODE_READBYTES,
                            APR_BLOCK_READ, 65536);
        if (rv == APR_SUCCESS)
            rv = begin(b);
        if (rv == APR_SUCCESS)
            rv = append(b, bb, &end);
        apr_brigade_cleanup(bb);
    }
    apr_brigade_destroy(bb);
    b->call->body.p = b->call->body_memory;
    if (rv == APR_SUCCESS && !b->refused && b->inflate != NULL
        && !gw_inflate_whole(b->inflate))
        refuse_coded(b);
    return rv;
}

/* The same, with httpd kept from answering.  APR_ENOSPC: too large, for us
 * or for LimitRequestBody. */
static apr_status_t read_guarded(reading_t *b)
{
    request_rec *r = b->call->r;
    int status = 0;
    ap_filter_t *guard = ap_add_output_filter_handle(guard_handle, &status, r,
                                                     r->connection);
    apr_status_t rv = read_all(b);

    ap_remove_output_filter(guard);
    gw_inflate_free(b->inflate);
    if (status != 0)
        r->eos_sent = 0;        /* an EOS came behind the error bucket */
    return status == HTTP_REQUEST_ENTITY_TOO_LARGE ? APR_ENOSPC : rv;
}

gw_problem_kind_t gw_body_read(gw_call_t *call, apr_int64_t max,
                               gw_problem_t *problem)
{
    request_rec *r = call->r;
    const char *length = apr_table_get(r->headers_in, "Content-Length");
    reading_t b = { call, problem, 0, max, max_coded(max), STEP };
    apr_off_t expected = 0;

    if (length != NULL && ap_parse_strict_length(&expected, length)
        && expected > (coding_of(r) == GW_CODING_PLAIN ? max : b.wire))
        return too_large(call, problem, max);
    if (expected > 0)
        b.size = expected <= max ? (apr_size_t)expected : (apr_size_t)max + 1;
    switch (read_guarded(&b)) {
    case APR_SUCCESS:
        return b.refused ? problem->kind : 0;
    case APR_ENOSPC:
        return too_large(call, problem, max);
    case APR_ENOMEM:
        return gw_problem_no_memory(problem);
    default:
        return unreadable(call, problem);
    }
}

void gw_body_register(void)
{
    /* above HTTP_IN, which has the type PROTOCOL */
    guard_handle = ap_register_output_filter("LLMGW_BODY_GUARD", guard_filter,
                                             NULL, AP_FTYPE_RESOURCE - 1);
}
