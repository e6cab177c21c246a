/* SPDX-License-Identifier: Apache-2.0 */
/* claim.c - see claim.h. */
#include "claim.h"

#include <apr_strings.h>
#include <http_request.h>

#include "admin.h"
#include "data.h"
#include "reply.h"

int gw_claim_pre_translate(request_rec *r)
{
    const gw_dir_conf_t *conf = gw_config_dir(r);
    const char *path = r->parsed_uri.path;

    if (conf->enabled != 1 || conf->mount == GW_MOUNT_DIRECTORY
        || path == NULL || r->main != NULL
        || (conf->mount == GW_MOUNT_VHOST && !gw_url_of_vhost(path)))
        return DECLINED;
    /* an internal redirect, an ErrorDocument for one, is not a new call */
    if (r->prev != NULL && gw_call_of(r->prev) != NULL)
        return DECLINED;
    gw_call_make(r, conf, path, 1);
    return DONE;                /* percent-encoding stays: ours to decode */
}

int gw_claim_translate(request_rec *r)
{
    if (gw_call_of(r) == NULL)
        return DECLINED;
    r->filename = apr_pstrcat(r->pool, "llmgw:", r->uri, NULL);
    return OK;
}

int gw_claim_map_to_storage(request_rec *r)
{
    return gw_call_of(r) != NULL ? OK : DECLINED;
}

/* A request that came through the directory walk. */
static gw_call_t *mounted_call(request_rec *r)
{
    const gw_dir_conf_t *conf = gw_config_dir(r);

    if (conf->enabled != 1 || conf->mount != GW_MOUNT_DIRECTORY
        || r->main != NULL)
        return NULL;
    return gw_call_make(r, conf, r->uri, 0);
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
                                            "%s %s; %s.", r->method,
                                            ap_escape_html(r->pool, r->uri),
                                            call->url.hint));
    if (methods == NULL
        || (call->url.kind == GW_URL_ENDPOINT
            ? r->method_number == M_POST : r->method_number == M_GET))
        return 0;
    gw_problem(problem, GW_P_METHOD_NOT_ALLOWED, NULL,
               apr_psprintf(r->pool, "%s does not take %s. Use %s.",
                            ap_escape_html(r->pool, r->uri), r->method,
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
    if (gw_process.trouble != NULL) {
        gw_problem(&problem, GW_P_OVERLOADED, NULL, "The engine is currently "
                   "overloaded: the gateway is not ready. Please try again "
                   "later.");
        return gw_reply_problem(call, &problem);
    }
    if (call->url.kind == GW_URL_ENDPOINT)
        return gw_data_serve(call);
    return gw_admin_serve(call);
}
