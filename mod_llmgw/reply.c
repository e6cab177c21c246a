/* SPDX-License-Identifier: Apache-2.0 */
/* reply.c - see reply.h. */
#include "reply.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>

#include "auth.h"
#include "coding.h"
#include "envelope.h"
#include "headers.h"
#include "redact.h"

static ap_filter_rec_t *json_handle;

/* ---- answers -------------------------------------------------------- */

int gw_reply_text(gw_call_t *call, int status, const char *type,
                  const char *text, apr_size_t n)
{
    request_rec *r = call->r;

    r->status = status;
    /* httpd knows no reason for Anthropic's */
    r->status_line = status == 529 ? "529 Site Overloaded" : NULL;
    gw_headers_add(call, r->headers_out, 0);
    ap_set_content_type(r, type);
    ap_set_content_length(r, (apr_off_t)n);
    if (!r->header_only)
        ap_rwrite(text, (int)n, r);
    return OK;
}

int gw_reply_json(gw_call_t *call, int status, const char *json)
{
    if (call->shape == GW_SHAPE_ENVELOPE)
        json = apr_pstrcat(call->r->pool,
                           gw_envelope_head(status, NULL, call->r->pool),
                           json, GW_ENVELOPE_TAIL, NULL);
    return gw_reply_text(call, status, "application/json", json,
                         strlen(json));
}

static void retry_headers(gw_call_t *call, const gw_problem_t *problem)
{
    apr_table_t *out = call->r->headers_out;

    switch (gw_problem_row(problem->kind)->retry) {
    case GW_RETRY_AFTER:
        apr_table_setn(out, "Retry-After",
                       apr_itoa(call->r->pool, problem->retry_after));
        break;
    case GW_RETRY_NEVER:
        apr_table_setn(out, "x-should-retry", "false");
        break;
    default:
        break;
    }
}

int gw_reply_problem(gw_call_t *call, const gw_problem_t *found)
{
    request_rec *r = call->r;
    gw_problem_t copy = *found;
    const gw_problem_t *problem = &copy;
    const char *json;
    int status;

    if (copy.kind == GW_P_INSUFFICIENT_QUOTA && call->conf->quota_status > 0)
        copy.status = call->conf->quota_status;
    status = gw_problem_status(problem, call->shape);
    /* both may repeat what the client sent, in whatever place */
    copy.message = gw_redact(copy.message, r->pool);
    copy.param = gw_redact(copy.param, r->pool);
    json = gw_problem_json(problem, call->shape, call->id_text, r->pool);
    retry_headers(call, problem);
    if (status == HTTP_UNAUTHORIZED)
        apr_table_setn(r->headers_out, "WWW-Authenticate", "Bearer");
    if (status == HTTP_UNSUPPORTED_MEDIA_TYPE)      /* RFC 9110 15.5.16 */
        apr_table_setn(r->headers_out, "Accept-Encoding", GW_CODINGS_TEXT);
    if (problem->allow != NULL)
        apr_table_setn(r->headers_out, "Allow", problem->allow);
    if (status == HTTP_UNAUTHORIZED)
        gw_auth_log(r, problem);
    else
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, GW_TAG(0016)
                      "%s refused: %d %s%s%s", call->id_text, status,
                      gw_problem_row(problem->kind)->code,
                      problem->param ? " " : "",
                      problem->param ? problem->param : "");
    return gw_reply_text(call, status, "application/json", json,
                         strlen(json));
}

int gw_reply_options(gw_call_t *call)
{
    request_rec *r = call->r;
    const char *methods = gw_url_methods(&call->url);
    const char *asked = apr_table_get(r->headers_in,
                                      "Access-Control-Request-Headers");

    gw_headers_add(call, r->headers_out, 0);
    apr_table_setn(r->headers_out, "Allow",
                   methods ? methods : "GET, POST, PUT, PATCH, DELETE, "
                                       "OPTIONS");
    if (gw_headers_origin(call) != NULL && methods != NULL) {
        apr_table_setn(r->headers_out, "Access-Control-Allow-Methods",
                       methods);
        if (asked != NULL)
            apr_table_setn(r->headers_out, "Access-Control-Allow-Headers",
                           asked);
        apr_table_setn(r->headers_out, "Access-Control-Max-Age", "86400");
    }
    r->status = HTTP_NO_CONTENT;
    return OK;
}

/* ---- httpd's own errors --------------------------------------------- */

static apr_status_t json_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    ap_set_content_type(f->r, "application/json");
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

static gw_problem_kind_t problem_of(gw_problem_t *problem,
                                    const gw_call_t *call, int status)
{
    const gw_problem_t *own = &call->auth_problem;

    if (own->kind != 0 && gw_problem_row(own->kind)->status == status) {
        *problem = *own;        /* AuthType llmgw found it */
        return own->kind;
    }
    switch (status) {
    case HTTP_UNAUTHORIZED:
        if (call->resolved)
            return gw_problem(problem, GW_P_INVALID_API_KEY, NULL,
                              "Incorrect API key provided: the server's "
                              "configuration does not let it use this URL.");
        return gw_problem(problem, GW_P_MISSING_API_KEY, NULL,
                          "The server's configuration asks for credentials "
                          "of its own for this URL.");
    case HTTP_FORBIDDEN:
        return gw_problem(problem, GW_P_PERMISSION_DENIED, NULL,
                          "The server's configuration does not let you use "
                          "this URL.");
    case HTTP_SERVICE_UNAVAILABLE:
        return gw_problem(problem, GW_P_OVERLOADED, NULL,
                          "The engine is currently overloaded, please try "
                          "again later.");
    default:
        if (status >= 500)
            return gw_problem(problem, GW_P_INTERNAL_ERROR, NULL,
                              "The server had an error while processing your "
                              "request: its error log says which.");
        return gw_problem(problem, GW_P_INVALID_PARAMETER, NULL,
                          "The server cannot answer this request: see its "
                          "status.");
    }
}

static const char note_404[] = "llmgw-404";

void gw_reply_if_not_found(request_rec *r, const char *path, gw_shape_t shape)
{
    gw_problem_t problem;

    gw_problem(&problem, GW_P_UNKNOWN_URL, NULL,
               apr_psprintf(r->pool, "Unknown request URL: /v1 is missing, "
                            "the path is %s. The base_url of %s.", path,
                            gw_shape_row(shape)->base_url));
    ap_custom_response(r, HTTP_NOT_FOUND,
                       gw_problem_json(&problem, shape, NULL, r->pool));
    apr_table_setn(r->notes, note_404, "1");
}

/* Runs when httpd is about to write its page: our text takes the place of
 * the page, unless an ErrorDocument sent the request elsewhere. */
static void insert_error_filter(request_rec *r)
{
    gw_call_t *call = gw_call_of(r);
    gw_problem_t problem;

    if (call == NULL && r->status == HTTP_NOT_FOUND
        && apr_table_get(r->notes, note_404) != NULL)
        ap_add_output_filter_handle(json_handle, NULL, r, r->connection);
    if (call == NULL || r->status < 400)
        return;
    problem_of(&problem, call, r->status);
    ap_custom_response(r, r->status,
                       gw_problem_json(&problem, call->shape, call->id_text,
                                       r->pool));
    gw_headers_add(call, r->err_headers_out, 0);
    ap_add_output_filter_handle(json_handle, NULL, r, r->connection);
}

void gw_reply_register(void)
{
    json_handle = ap_register_output_filter("LLMGW_JSON", json_filter, NULL,
                                            AP_FTYPE_CONTENT_SET);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL,
                                APR_HOOK_LAST);
}
