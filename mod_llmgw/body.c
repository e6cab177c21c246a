/* SPDX-License-Identifier: Apache-2.0 */
/* body.c - see body.h. */
#include "body.h"

#include <stdlib.h>

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <util_filter.h>

#define STEP 8192               /* first guess where no length is given */

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

/* Room for n more bytes; the buffer at least doubles. */
static apr_status_t grow(gw_call_t *call, apr_size_t *size, apr_size_t n)
{
    apr_size_t wanted = *size;
    char *bigger;

    if (call->body.n + n <= *size)
        return APR_SUCCESS;
    while (wanted < call->body.n + n)
        wanted *= 2;
    bigger = realloc(call->body_memory, wanted);
    if (bigger == NULL)
        return APR_ENOMEM;
    call->body_memory = bigger;
    *size = wanted;
    return APR_SUCCESS;
}

/* Append a brigade's data to call->body.  *end: EOS was in it. */
static apr_status_t append(gw_call_t *call, apr_size_t *size,
                           apr_bucket_brigade *bb, apr_int64_t max, int *end)
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
        if (rv != APR_SUCCESS)
            return rv;
        if ((apr_int64_t)(call->body.n + n) > max)
            return APR_ENOSPC;
        rv = grow(call, size, n);
        if (rv != APR_SUCCESS)
            return rv;
        memcpy(call->body_memory + call->body.n, data, n);
        call->body.n += n;
    }
    return APR_SUCCESS;
}

static apr_status_t read_all(gw_call_t *call, apr_size_t expected,
                             apr_int64_t max)
{
    request_rec *r = call->r;
    apr_bucket_brigade *bb = apr_brigade_create(r->pool,
                                                r->connection->bucket_alloc);
    apr_size_t size = expected > 0 ? expected : STEP;
    apr_status_t rv = APR_SUCCESS;
    int end = 0;

    call->body_memory = malloc(size);
    if (call->body_memory == NULL)
        return APR_ENOMEM;
    while (rv == APR_SUCCESS && !end) {
        rv = ap_get_brigade(r->input_filters, bb, AP_MODE_READBYTES,
                            APR_BLOCK_READ, 65536);
        if (rv == APR_SUCCESS)
            rv = append(call, &size, bb, max, &end);
        apr_brigade_cleanup(bb);
    }
    apr_brigade_destroy(bb);
    call->body.p = call->body_memory;
    return rv;
}

/* The same, with httpd kept from answering.  APR_ENOSPC: too large, for us
 * or for LimitRequestBody. */
static apr_status_t read_guarded(gw_call_t *call, apr_size_t expected,
                                 apr_int64_t max)
{
    request_rec *r = call->r;
    int status = 0;
    ap_filter_t *guard = ap_add_output_filter_handle(guard_handle, &status, r,
                                                     r->connection);
    apr_status_t rv = read_all(call, expected, max);

    ap_remove_output_filter(guard);
    if (status != 0)
        r->eos_sent = 0;        /* an EOS came behind the error bucket */
    return status == HTTP_REQUEST_ENTITY_TOO_LARGE ? APR_ENOSPC : rv;
}

static gw_problem_kind_t compressed(gw_problem_t *problem)
{
    return gw_problem(problem, GW_P_UNSUPPORTED_ENCODING, NULL,
                      "The request body is compressed: send it without "
                      "Content-Encoding.");
}

gw_problem_kind_t gw_body_read(gw_call_t *call, apr_int64_t max,
                               gw_problem_t *problem)
{
    request_rec *r = call->r;
    const char *length = apr_table_get(r->headers_in, "Content-Length");
    const char *encoding;
    apr_off_t expected = 0;
    apr_status_t rv;

    if (length != NULL && ap_parse_strict_length(&expected, length)
        && expected > max)
        return too_large(call, problem, max);
    rv = read_guarded(call, (apr_size_t)expected, max);
    if (rv == APR_ENOSPC)
        return too_large(call, problem, max);
    if (rv != APR_SUCCESS)
        return unreadable(call, problem);
    /* mod_deflate, where it inflates, has taken the header away */
    encoding = apr_table_get(r->headers_in, "Content-Encoding");
    if (encoding != NULL && ap_cstr_casecmp(encoding, "identity") != 0)
        return compressed(problem);
    return 0;
}

void gw_body_register(void)
{
    /* above HTTP_IN, which has the type PROTOCOL */
    guard_handle = ap_register_output_filter("LLMGW_BODY_GUARD", guard_filter,
                                             NULL, AP_FTYPE_RESOURCE - 1);
}
