/* SPDX-License-Identifier: Apache-2.0 */
/* auth.c - see auth.h. */
#include "auth.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "clock.h"
#include "crypto.h"
#include "key.h"
#include "key_hash.h"
#include "key_load.h"
#include "log_rate.h"
#include "owner_index.h"
#include "owner_lock.h"
#include "owner_room.h"
#include "readiness.h"
#include "segment_clock.h"

static gw_problem_kind_t store_trouble(gw_problem_t *problem)
{
    return gw_problem(problem, GW_P_OVERLOADED, NULL,
                      "The engine is currently overloaded: the key cannot be "
                      "looked up now. Please try again later.");
}

/* The key as sent: Authorization first, then x-api-key, then api-key. */
static int find_key(const request_rec *r, gw_str_t *key)
{
    static const char *const headers[] = { "x-api-key", "api-key" };
    const char *text = apr_table_get(r->headers_in, "Authorization");
    unsigned i;

    if (text != NULL && ap_cstr_casecmpn(text, "Bearer", 6) == 0
        && (text[6] == ' ' || text[6] == '\t')) {
        text += 7;
        while (*text == ' ' || *text == '\t')
            text++;
    }
    else {
        text = NULL;
    }
    for (i = 0; i < GW_COUNT(headers) && (text == NULL || *text == '\0'); i++)
        text = apr_table_get(r->headers_in, headers[i]);
    if (text == NULL || *text == '\0')
        return 0;
    key->p = text;
    key->n = strlen(text);
    while (key->n > 0 && (text[key->n - 1] == ' '
                          || text[key->n - 1] == '\t'))
        key->n--;
    return 1;
}

/* ---- resolving ------------------------------------------------------ */

/* Owner locked.  until: of the secret. */
static gw_key_state_t state_of(const gw_owner_t *o, apr_time_t until,
                               apr_time_t now)
{
    return o->status != GW_KEY_LIVE ? GW_KEY_WAS_REVOKED
         : o->expires && o->expires <= now ? GW_KEY_EXPIRED
         : until != 0 && until <= now ? GW_KEY_REPLACED : GW_KEY_GOOD;
}

/* The key gives nobody access: which is no error, and no status that
 * something below could end with. */
#define NOT_GOOD (APR_OS_START_USERERR + 2)

/* Read the owner, under its mutex.  APR_ENOENT: it is another's by now.
 * NOT_GOOD: *state says why. */
static apr_status_t read_owner(gw_caller_t *caller, gw_key_state_t *state,
                               apr_int64_t *version,
                               apr_uint32_t number, const unsigned char *hash,
                               apr_time_t now, apr_pool_t *pool)
{
    gw_segment_t *seg = gw_process.seg;
    gw_owner_t *o = gw_owner_at(seg, number);
    apr_status_t rv = APR_SUCCESS;
    apr_time_t until = 0;

    gw_owner_lock(seg, number);
    if (!gw_index_is(seg, number, hash, &until) || o->stale) {
        rv = APR_ENOENT;
    }
    else if ((*state = state_of(o, until, now)) != GW_KEY_GOOD) {
        rv = NOT_GOOD;
    }
    else {
        o->met = gw_steady_now();   /* it stays until it is counted in */
        caller->key_owner = number;
        caller->team_owner = o->team_owner;
        caller->key_id = o->id;
        caller->team_id = o->team_id;
        caller->scope = (gw_scope_t)o->scope;
        caller->public_id = apr_pstrdup(pool, o->public_id);
        *version = o->version;
    }
    gw_owner_unlock(seg, number);
    return rv;
}

/* APR_EAGAIN: it is stale, or went since the key was read. */
static apr_status_t team_state(gw_key_state_t *state, apr_int64_t *version,
                               const gw_caller_t *caller)
{
    apr_uint32_t number = caller->team_owner;
    gw_owner_t *o = gw_owner_at(gw_process.seg, number);
    apr_status_t rv;

    gw_owner_lock(gw_process.seg, number);
    *version = o->version;
    rv = o->stale || o->kind != GW_OWNER_TEAM || o->id != caller->team_id
         ? APR_EAGAIN
       : o->status == GW_KEY_LIVE ? APR_SUCCESS : NOT_GOOD;
    gw_owner_unlock(gw_process.seg, number);
    if (rv == NOT_GOOD)
        *state = GW_KEY_TEAM_DISABLED;
    return rv;
}

/* It was just loaded, and its team, which may be another owner now. */
static apr_status_t read_again(gw_caller_t *caller, gw_key_state_t *state,
                               apr_int64_t *version,
                               const unsigned char *hash, apr_pool_t *pool)
{
    apr_uint32_t number = gw_index_find(gw_process.seg, hash);

    return number == 0 ? APR_EAGAIN
           : read_owner(caller, state, version, number, hash,
                        gw_segment_now(gw_process.seg), pool);
}

/* NOT_GOOD: the key is refused, *state says why. */
static apr_status_t find_caller(gw_caller_t *caller, gw_key_state_t *state,
                                const unsigned char *hash, apr_pool_t *pool)
{
    apr_int64_t version = 0, team_version = 0;
    gw_policies_t *policies;
    apr_status_t rv = APR_ENOENT;
    int tries;

    for (tries = 0; tries < 3 && rv == APR_ENOENT; tries++) {
        apr_uint32_t number = gw_index_find(gw_process.seg, hash);

        if (number != 0)
            rv = read_owner(caller, state, &version, number, hash,
                            gw_segment_now(gw_process.seg), pool);
        if (rv == APR_ENOENT && (number == 0 || tries > 0)) {
            rv = gw_key_load(hash, pool);
            if (rv != APR_SUCCESS)
                return rv == APR_ENOENT ? NOT_GOOD : rv;
            rv = APR_ENOENT;    /* it is there now: read it */
        }
    }
    if (rv == APR_SUCCESS)
        rv = team_state(state, &team_version, caller);
    if (APR_STATUS_IS_EAGAIN(rv)) {
        rv = gw_key_load(hash, pool);
        if (rv == APR_SUCCESS)
            rv = read_again(caller, state, &version, hash, pool);
        if (rv == APR_SUCCESS)
            rv = team_state(state, &team_version, caller);
    }
    if (rv == APR_SUCCESS)
        rv = gw_policies_hold(&policies, caller->key_id, version,
                              team_version);
    if (rv == APR_SUCCESS)
        caller->policies = policies;
    return rv;
}

/* A client with many keys must not fill the log, either. */
static gw_problem_kind_t no_room(gw_problem_t *problem, request_rec *r,
                                 int share)
{
    static gw_log_rate_t rate;
    apr_uint32_t hidden;

    if (gw_log_rate(&rate, 1, apr_time_from_sec(10), &hidden))
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, GW_TAG(0033)
                      "the shared segment has no room for another key or its "
                      "limits, the client gets 503: %s", share
                      ? "its team has all of its share, and none of its keys "
                        "rests; raise LLMGatewaySegment or the team's share"
                      : "raise LLMGatewaySegment");
    if (!share)
        return store_trouble(problem);
    return gw_problem(problem, GW_P_OVERLOADED, NULL,
                      "The engine is currently overloaded: too many keys of "
                      "your team, or limits and budgets of them, are in use "
                      "at once. Please try again later.");
}

/* Only one team's keys may be taken here. */
static int wrong_team(const request_rec *r, const gw_caller_t *caller)
{
    const char *team = gw_config_dir(r)->team;

    return team != NULL && strcmp(team, caller->policies->team_name) != 0;
}

/* What may be logged of a key: the public part, if it has the form of ours as
 * far as that; else NULL. */
static const char *public_part(gw_str_t key, apr_pool_t *pool)
{
    gw_str_t id = gw_key_public(key);
    apr_size_t i;

    if (key.n != GW_KEY_LENGTH
        || strncmp(key.p, GW_KEY_PREFIX, sizeof(GW_KEY_PREFIX) - 1) != 0)
        return NULL;
    for (i = 0; i < id.n; i++) {
        if (!apr_isalnum(id.p[i]))
            return NULL;
    }
    return apr_pstrmemdup(pool, id.p, id.n);
}

const char *gw_auth_sent(const request_rec *r)
{
    gw_str_t key;

    return find_key(r, &key) ? public_part(key, r->pool) : NULL;
}

static gw_problem_kind_t refuse(request_rec *r, gw_problem_t *problem,
                                gw_key_state_t state, gw_str_t key)
{
    return gw_auth_refuse(problem, state, public_part(key, r->pool),
                          r->pool);
}

gw_problem_kind_t gw_auth_identify(request_rec *r, gw_caller_t *caller,
                                   gw_problem_t *problem)
{
    gw_key_state_t state = GW_KEY_UNKNOWN;
    unsigned char hash[GW_SHA256];
    gw_str_t key;
    apr_status_t rv;
    int known;

    problem->kind = GW_PROBLEM_NONE;
    if (!find_key(r, &key))
        return gw_auth_refuse(problem, GW_KEY_NONE, NULL, r->pool);
    known = gw_key_hash_find(hash, key);
    if (!known && !gw_key_valid(key))
        return refuse(r, problem, public_part(key, r->pool) != NULL
                      ? GW_KEY_CHECKSUM : GW_KEY_FOREIGN, key);
    if (gw_process.conf == NULL
        || gw_readiness_problem(r->request_time) != NULL)
        return store_trouble(problem);
    if (!known)
        gw_sha256(hash, key.p, key.n);
    rv = find_caller(caller, &state, hash, r->pool);
    if (rv == NOT_GOOD)
        return refuse(r, problem, state, key);
    if (rv == APR_ENOSPC || rv == GW_ROOM_SHARE)
        return no_room(problem, r, rv == GW_ROOM_SHARE);
    if (rv != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, r, GW_TAG(0020)
                      "a key cannot be looked up, the client gets 503");
        return store_trouble(problem);
    }
    if (wrong_team(r, caller)) {
        gw_policies_release((gw_policies_t *)caller->policies);
        memset(caller, 0, sizeof(*caller));
        return refuse(r, problem, GW_KEY_ELSEWHERE, key);
    }
    if (!known && caller->scope != GW_SCOPE_ADMIN)
        gw_key_hash_keep(hash, key);
    return 0;
}

gw_problem_kind_t gw_auth_resolve(gw_call_t *call, gw_problem_t *problem)
{
    if (!call->resolved) {
        call->resolved = 1;
        if (gw_auth_identify(call->r, &call->caller, &call->auth_problem)
            == 0)
            call->r->user = (char *)call->caller.public_id;
    }
    *problem = call->auth_problem;
    return call->auth_problem.kind;
}

int gw_auth_public(const gw_call_t *call)
{
    gw_str_t key;

    return call->conf->public_catalog == 1
           && (call->url.kind == GW_URL_MODELS
               || call->url.kind == GW_URL_MODEL_CATALOG)
           && !find_key(call->r, &key);
}

/* ---- rights --------------------------------------------------------- */

static int address_in(const gw_policy_t *policy, apr_sockaddr_t *address)
{
    apr_ipsubnet_t **s = policy->addresses;

    if (s == NULL)
        return 1;
    for (; *s != NULL; s++) {
        if (apr_ipsubnet_test(*s, address))
            return 1;
    }
    return 0;
}

static int endpoint_in(const gw_policy_t *policy, const gw_url_t *url)
{
    return url->kind != GW_URL_ENDPOINT
           || gw_endpoint_allowed(policy->endpoints, url->endpoint);
}

int gw_auth_address(const gw_caller_t *caller, const request_rec *r)
{
    return address_in(&caller->policies->key, r->useragent_addr)
           && address_in(&caller->policies->team, r->useragent_addr);
}

gw_problem_kind_t gw_auth_permit(const gw_call_t *call, gw_problem_t *problem)
{
    const gw_policies_t *p = call->caller.policies;

    if (!gw_auth_address(&call->caller, call->r))
        return gw_problem(problem, GW_P_ADDRESS_NOT_ALLOWED, NULL,
                          "This API key must not be used from your address: "
                          "the administrator of this gateway can allow it "
                          "('addresses').");
    if (!endpoint_in(&p->key, &call->url)
        || !endpoint_in(&p->team, &call->url))
        return gw_problem(problem, GW_P_ENDPOINT_NOT_ALLOWED, NULL,
                          "This API key must not be used for this endpoint: "
                          "the administrator of this gateway can allow it "
                          "('endpoints').");
    return 0;
}

int gw_auth_model(const gw_call_t *call, const char *model)
{
    const gw_policies_t *p = call->caller.policies;

    return gw_config_model(call->conf, model)
           && (p == NULL || (gw_policy_model(&p->key, model)
                             && gw_policy_model(&p->team, model)));
}

/* Which member is meant; NULL: no bound was sent. */
static const char *max_tokens_member(const gw_call_t *call)
{
    switch (gw_request_max_member(call->req)) {
    case GW_M_MAX_OUTPUT_TOKENS:
        return "max_output_tokens";
    case GW_M_MAX_COMPLETION_TOKENS:
        return "max_completion_tokens";
    case GW_M_MAX_TOKENS:
        return "max_tokens";
    default:        /* under a name that is none here */
        return call->req->max == GW_MAX_UNREADABLE
               ? gw_endpoint_row(call->url.endpoint)->max_tokens : NULL;
    }
}

/* most 0: no limit.  whose: behind "at most N". */
static gw_problem_kind_t too_many_tokens(const gw_call_t *call,
                                         gw_problem_t *problem,
                                         apr_int64_t most, const char *whose)
{
    const char *member;

    if (most <= 0
        || (call->req->max_tokens != -1 && call->req->max_tokens <= most))
        return 0;
    member = max_tokens_member(call);
    if (member == NULL)
        return 0;
    return gw_problem(problem, GW_P_MAX_TOKENS_EXCEEDED, member,
                      apr_psprintf(call->r->pool, "'%s' must be a whole "
                                   "number, at most %" APR_INT64_T_FMT " %s.",
                                   member, most, whose));
}

gw_problem_kind_t gw_auth_max_tokens(const gw_call_t *call,
                                     gw_problem_t *problem)
{
    const gw_policies_t *p = call->caller.policies;
    gw_problem_kind_t kind = too_many_tokens(call, problem,
                                             call->conf->max_tokens, "here");

    if (kind == 0)
        kind = too_many_tokens(call, problem, p->key.limit[GW_LIMIT_OUTPUT],
                               "for this API key (max_output_tokens)");
    if (kind == 0)
        kind = too_many_tokens(call, problem, p->team.limit[GW_LIMIT_OUTPUT],
                               "for this team (max_output_tokens)");
    return kind;
}
