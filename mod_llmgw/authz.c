/* SPDX-License-Identifier: Apache-2.0 */
/* authz.c - see authz.h. */
#include "authz.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_auth.h>

#include "auth.h"
#include "key.h"

static const char auth_type[] = "llmgw";

/* ---- who it is ------------------------------------------------------ */

/* Of a request that is not the gateway's, or not known to be so yet. */
static const char identity_key[] = "llmgw-identity";

static apr_status_t release_policies(void *policies)
{
    gw_policies_release(policies);
    return APR_SUCCESS;
}

/* Who came with this request, or with the one that led to it: an internal
 * redirect and a subrequest are the same client's. */
static const gw_caller_t *caller_of(const request_rec *r)
{
    const gw_call_t *call = gw_call_of(r);
    void *found = NULL;

    if (call != NULL && call->resolved)
        return call->auth_problem.kind == 0 ? &call->caller : NULL;
    for (; r != NULL && found == NULL; r = r->main ? r->main : r->prev)
        apr_pool_userdata_get(&found, identity_key, r->pool);
    return found;
}

static void remember(request_rec *r, const gw_caller_t *caller)
{
    gw_caller_t *kept = apr_pmemdup(r->pool, caller, sizeof(*caller));

    apr_pool_cleanup_register(r->pool, caller->policies, release_policies,
                              apr_pool_cleanup_null);
    apr_pool_userdata_setn(kept, identity_key, NULL, r->pool);
}

/* Whatever serves the URL learns who called, REMOTE_USER, and not the key:
 * a script could keep it, a server behind mod_proxy would get it. */
static void hide_key(request_rec *r)
{
    const gw_dir_conf_t *conf = gw_config_dir(r);

    if (conf->enabled == 1 && conf->mount == GW_MOUNT_DIRECTORY)
        return;                 /* the gateway itself looks again */
    apr_table_unset(r->headers_in, "Authorization");
    apr_table_unset(r->headers_in, "x-api-key");
    apr_table_unset(r->headers_in, "api-key");
}

static gw_problem_kind_t identify(request_rec *r, gw_problem_t *problem)
{
    gw_call_t *call = gw_call_of(r);
    gw_caller_t caller;
    gw_problem_kind_t kind;

    if (call != NULL)
        return gw_auth_resolve(call, problem);
    memset(&caller, 0, sizeof(caller));
    kind = gw_auth_identify(r, &caller, problem);
    if (kind == 0) {
        remember(r, &caller);
        hide_key(r);
    }
    return kind;
}

/* A key that was taken for the request before, and is hidden since, still
 * has to be of this place's team. */
static int taken_before(const request_rec *r)
{
    const gw_caller_t *caller = caller_of(r);
    const char *team = gw_config_dir(r)->team;

    return caller != NULL
           && (team == NULL
               || strcmp(team, caller->policies->team_name) == 0);
}

static int refuse(request_rec *r, const gw_problem_t *problem)
{
    if (problem->kind == GW_P_OVERLOADED) {
        apr_table_setn(r->err_headers_out, "Retry-After", "1");
        if (gw_process.conf == NULL)
            ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, GW_TAG(0022)
                          "AuthType llmgw, but the gateway does not run: "
                          "have LLMGateway On or Require llmgw-key in the "
                          "server's configuration");
        return HTTP_SERVICE_UNAVAILABLE;
    }
    gw_auth_log(r, problem);
    ap_note_auth_failure(r);
    return HTTP_UNAUTHORIZED;
}

static int check_authn(request_rec *r)
{
    const char *type = ap_auth_type(r);
    const gw_caller_t *caller;
    gw_problem_t problem;
    gw_problem_kind_t kind;

    if (type == NULL || ap_cstr_casecmp(type, auth_type) != 0)
        return DECLINED;
    kind = taken_before(r) ? 0 : identify(r, &problem);
    if (kind != 0)
        return refuse(r, &problem);
    caller = caller_of(r);
    r->user = apr_pstrdup(r->pool, caller->public_id);
    r->ap_auth_type = (char *)auth_type;
    return gw_auth_address(caller, r) ? OK : HTTP_FORBIDDEN;
}

static int note_auth_failure(request_rec *r, const char *type)
{
    const char *realm = ap_auth_name(r);

    if (ap_cstr_casecmp(type, auth_type) != 0)
        return DECLINED;
    apr_table_setn(r->err_headers_out, r->proxyreq == PROXYREQ_PROXY
                   ? "Proxy-Authenticate" : "WWW-Authenticate",
                   apr_pstrcat(r->pool, "Bearer realm=\"",
                               realm ? realm : "llmgw", "\"", NULL));
    return OK;
}

/* ---- authorization -------------------------------------------------- */

/* Words after Require, and what they need: the gateway runs where the
 * server's configuration has one.  (An .htaccess is read while it runs.) */
static const char *parse_words(cmd_parms *cmd, const char *line,
                               const void **parsed)
{
    apr_array_header_t *words = apr_array_make(cmd->pool, 2, sizeof(line));
    const char *word;

    while (*(word = ap_getword_conf(cmd->pool, &line)) != '\0')
        APR_ARRAY_PUSH(words, const char *) = word;
    *parsed = words;
    if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_RUN_MPM)
        gw_config_use(cmd);
    return NULL;
}

static const char *parse_key(cmd_parms *cmd, const char *line,
                             const void **parsed)
{
    const apr_array_header_t *words;
    const char *p;
    int i;

    parse_words(cmd, line, parsed);
    words = *parsed;
    for (i = 0; i < words->nelts; i++) {
        for (p = APR_ARRAY_IDX(words, i, const char *); apr_isalnum(*p); p++)
            ;
        if (*p != '\0' || p - APR_ARRAY_IDX(words, i, const char *)
                          != GW_KEY_PUBLIC)
            return "Require llmgw-key: public ids of keys have 10 letters "
                   "and digits; none stands for every key";
    }
    return NULL;
}

static const char *parse_scope(cmd_parms *cmd, const char *line,
                               const void **parsed)
{
    const apr_array_header_t *words;
    const char *word;

    parse_words(cmd, line, parsed);
    words = *parsed;
    word = words->nelts == 1 ? APR_ARRAY_IDX(words, 0, const char *) : "";
    if (strcmp(word, "admin") != 0 && strcmp(word, "team") != 0)
        return apr_psprintf(cmd->pool, "Require llmgw-scope %s: must be admin "
                            "or team", line);
    return NULL;
}

static const char *parse_team(cmd_parms *cmd, const char *line,
                              const void **parsed)
{
    parse_words(cmd, line, parsed);
    if (((const apr_array_header_t *)*parsed)->nelts == 0)
        return "Require llmgw-team: the names of teams are missing";
    return NULL;
}

static int among(const apr_array_header_t *words, const char *text)
{
    int i;

    for (i = 0; i < words->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(words, i, const char *), text) == 0)
            return 1;
    }
    return 0;
}

/* What all three begin with; -1: go on and judge the caller.  A browser asks
 * with OPTIONS whether it may call, and cannot send a key with that. */
static int before_judging(const request_rec *r, const gw_caller_t **caller)
{
    if (r->method_number == M_OPTIONS)
        return AUTHZ_GRANTED;
    if (r->user == NULL)
        return AUTHZ_DENIED_NO_USER;
    *caller = caller_of(r);
    return *caller == NULL ? AUTHZ_DENIED : -1;
}

static authz_status grant(int yes)
{
    return yes ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

static authz_status check_key(request_rec *r, const char *line,
                              const void *parsed)
{
    const apr_array_header_t *words = parsed;
    const gw_caller_t *caller;
    int early = before_judging(r, &caller);

    return early != -1 ? (authz_status)early
           : grant(words->nelts == 0 || among(words, caller->public_id));
}

static authz_status check_scope(request_rec *r, const char *line,
                                const void *parsed)
{
    const apr_array_header_t *words = parsed;
    const gw_caller_t *caller;
    int early = before_judging(r, &caller);

    return early != -1 ? (authz_status)early
           : grant(caller->scope >= (among(words, "admin") ? GW_SCOPE_ADMIN
                                                           : GW_SCOPE_TEAM));
}

static authz_status check_team(request_rec *r, const char *line,
                               const void *parsed)
{
    const gw_caller_t *caller;
    int early = before_judging(r, &caller);

    return early != -1 ? (authz_status)early
           : grant(among(parsed, caller->policies->team_name));
}

void gw_authz_register(apr_pool_t *p)
{
    static const authz_provider key = { check_key, parse_key };
    static const authz_provider scope = { check_scope, parse_scope };
    static const authz_provider team = { check_team, parse_team };

    ap_hook_check_authn(check_authn, NULL, NULL, APR_HOOK_MIDDLE,
                        AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_note_auth_failure(note_auth_failure, NULL, NULL,
                              APR_HOOK_MIDDLE);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "llmgw-key",
                              AUTHZ_PROVIDER_VERSION, &key,
                              AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "llmgw-scope",
                              AUTHZ_PROVIDER_VERSION, &scope,
                              AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "llmgw-team",
                              AUTHZ_PROVIDER_VERSION, &team,
                              AP_AUTH_INTERNAL_PER_CONF);
}
