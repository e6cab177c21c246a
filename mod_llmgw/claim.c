/* SPDX-License-Identifier: Apache-2.0 */
/* claim.c - see claim.h. */
#include "claim.h"

#include <apr_strings.h>
#include <http_request.h>

#include "admin.h"
#include "cleartext_key.h"
#include "endpoint.h"
#include "readiness.h"
#include "redact_log.h"
#include "reply.h"

int gw_claim_pre_translate(request_rec *r)
{
    const gw_dir_conf_t *conf = gw_config_dir(r);
    const char *path = r->parsed_uri.path;

    if (gw_process.conf != NULL && r->main == NULL && r->prev == NULL)
        gw_cleartext_key_warn(r);
    if (conf->enabled != 1 || conf->mount == GW_MOUNT_DIRECTORY
        || path == NULL || r->main != NULL
        || (conf->mount == GW_MOUNT_VHOST && !gw_url_of_vhost(path)))
        return DECLINED;
    /* an internal redirect, an ErrorDocument for one, is not a new call */
    if (r->prev != NULL && gw_call_of(r->prev) != NULL)
        return DECLINED;
    gw_redact_log_url(r);
    gw_call_make(r, conf, r->parsed_uri.path, conf->prefix, 1);
    return DONE;                /* percent-encoding stays: ours to decode */
}

int gw_claim_translate(request_rec *r)
{
    if (gw_call_of(r) == NULL)
        return DECLINED;
    r->filename = apr_pstrcat(r->pool, "llmgw:", r->uri, NULL);
    r->handler = "llmgw";       /* else mod_dir's FallbackResource has it */
    return OK;
}

int gw_claim_map_to_storage(request_rec *r)
{
    return gw_call_of(r) != NULL ? OK : DECLINED;
}

/* There is no file: the end of a URL tells mod_mime neither language nor
 * compression of our answer, and mod_negotiation has nothing to look for. */
int gw_claim_type_checker(request_rec *r)
{
    return gw_call_of(r) != NULL ? OK : DECLINED;
}

int gw_claim_fixups(request_rec *r)
{
    const gw_dir_conf_t *conf = gw_config_dir(r);
    int post = r->method_number == M_POST;
    gw_shape_t shape;
    const char *path;

    if (conf->enabled != 1 || conf->mount != GW_MOUNT_VHOST
        || gw_call_of(r) != NULL || r->main != NULL || r->prev != NULL
        || r->uri == NULL || (!post && r->method_number != M_GET))
        return DECLINED;
    path = gw_url_without_v1(&shape, r->uri, post, r->pool);
    if (path != NULL)
        gw_reply_if_not_found(r, path, shape);
    return DECLINED;
}

/* The URL at which the directory that serves us is found: what the request's
 * path and its file have in common at their ends is below it. */
static const char *url_of_directory(const request_rec *r, const char *dir)
{
    const char *file = apr_pstrcat(r->pool, r->filename,
                                   r->path_info ? r->path_info : "", NULL);
    apr_size_t n = strlen(dir), below, whole = strlen(r->uri);

    if (strncmp(file, dir, n) != 0)
        return "";
    below = strlen(file + n);
    if (below > whole || strcmp(r->uri + whole - below, file + n) != 0)
        return "";
    return apr_pstrmemdup(r->pool, r->uri, whole - below);
}

/* A request that came through the directory walk. */
static gw_call_t *mounted_call(request_rec *r)
{
    const gw_dir_conf_t *conf = gw_config_dir(r);

    if (conf->enabled != 1 || conf->mount != GW_MOUNT_DIRECTORY
        || r->main != NULL || r->filename == NULL)
        return NULL;
    gw_redact_log_url(r);
    return gw_call_make(r, conf, r->uri, url_of_directory(r, conf->prefix),
                        0);
}

/* httpd itself would act on these: cut the answer, count down to a refusal.
 * To an API they mean nothing. */
static void drop_headers(request_rec *r)
{
    static const char *const names[] = {
        "Range", "If-Range", "Request-Range", "Max-Forwards"
    };
    unsigned i;

    for (i = 0; i < GW_COUNT(names); i++)
        apr_table_unset(r->headers_in, names[i]);
}

/* Problems that need no key. */
static int early_problem(gw_call_t *call, gw_problem_t *problem)
{
    request_rec *r = call->r;
    const char *methods = gw_url_methods(&call->url);

    if (call->url.kind == GW_URL_UNKNOWN)
        return (int)gw_problem(problem, GW_P_UNKNOWN_URL, NULL,
                               apr_psprintf(r->pool, "Unknown request URL: "
                                            "%s %s; %s.", r->method, r->uri,
                                            call->url.hint));
    if (methods == NULL
        || (call->url.kind == GW_URL_ENDPOINT
            ? r->method_number == M_POST : r->method_number == M_GET))
        return 0;
    gw_problem(problem, GW_P_METHOD_NOT_ALLOWED, NULL,
               apr_psprintf(r->pool, "%s does not take %s. Use %s.",
                            r->uri, r->method,
                            call->url.kind == GW_URL_ENDPOINT ? "POST"
                                                              : "GET"));
    problem->allow = methods;
    return (int)problem->kind;
}

int gw_claim_handler(request_rec *r)
{
    gw_call_t *call = gw_call_of(r);
    gw_problem_t problem;

    /* the nested run for mod_proxy is not ours */
    if (r->proxyreq != PROXYREQ_NONE)
        return DECLINED;
    if (call == NULL)
        call = mounted_call(r);
    if (call == NULL)
        return DECLINED;
    drop_headers(r);
    if (r->method_number == M_OPTIONS)
        return gw_reply_options(call);
    if (early_problem(call, &problem))
        return gw_reply_problem(call, &problem);
    if (gw_readiness_problem(r->request_time) != NULL) {
        gw_problem(&problem, GW_P_OVERLOADED, NULL, "The engine is currently "
                   "overloaded: the gateway is not ready. Please try again "
                   "later.");
        return gw_reply_problem(call, &problem);
    }
    if (call->url.kind == GW_URL_ENDPOINT)
        return gw_endpoint_serve(call, &problem);
    return gw_admin_serve(call);
}
