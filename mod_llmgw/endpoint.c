/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint.c - see endpoint.h: a request's life, in order. */
#include "endpoint.h"

#include <apr_strings.h>

#include "auth.h"
#include "body.h"
#include "candidates.h"
#include "count_tokens.h"
#include "dialect.h"
#include "forward.h"
#include "limit.h"
#include "refusals.h"
#include "reply.h"
#include "sent.h"
#include "serves.h"
#include "settle.h"
#include "utf8.h"

/* ---- the model ------------------------------------------------------ */

/* One answer for all reasons: what is not for this key does not exist. */
static gw_problem_kind_t no_model(gw_call_t *call, gw_problem_t *problem)
{
    const char *name = apr_pstrmemdup(call->r->pool, call->req->model.p,
                                      gw_utf8_cut(call->req->model, 128));

    return gw_problem(problem, GW_P_MODEL_NOT_FOUND, "model",
                      apr_psprintf(call->r->pool, "The model '%s' does not "
                                   "exist or you do not have access to it. "
                                   "GET /v1/models lists yours.", name));
}

/* It has a price, but none of its routes can be gone.  Nothing is sent to an
 * upstream that has no credential and wants one. */
static gw_problem_kind_t no_upstream(gw_call_t *call, gw_problem_t *problem,
                                     const gw_model_t *m)
{
    if (m->route_count > 0)
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, call->r, GW_TAG(0204)
                      "%s: model %s is not served: upstream %s %s",
                      call->id_text, m->name, m->routes[0].upstream->name,
                      gw_upstream_idle(m->routes[0].upstream));
    return gw_problem(problem, GW_P_UPSTREAM_UNAVAILABLE, NULL,
                      apr_psprintf(call->r->pool, "Model '%s' has no "
                                   "upstream now: try again later, or ask the "
                                   "administrator of this gateway.",
                                   m->name));
}

/* It is there, and may be used at other endpoints. */
static gw_problem_kind_t not_served(gw_call_t *call, gw_problem_t *problem,
                                    const gw_model_t *m)
{
    apr_pool_t *pool = call->r->pool;
    const char *where = gw_model_endpoints_text(m, pool);

    return gw_problem(problem, GW_P_MODEL_NOT_FOUND, "model",
                      apr_psprintf(pool, "Model '%s' is not served at /v1/%s, "
                                   "but at %s.", m->name,
                                   gw_endpoint_names[call->url.endpoint],
                                   *where ? where : "no endpoint of this "
                                   "version"));
}

/* By which of its model's routes does it go first? */
static void find_first(gw_call_t *call)
{
    gw_candidates_t c;

    gw_candidates_start(&c, call->model, call->url.endpoint, call->req);
    call->first = gw_candidate_next(&c);
}

/* How long events may wait: as the key says, else its team, else the model,
 * else the place. */
static apr_interval_time_t coalesce_of(const gw_call_t *call,
                                       const gw_model_t *m)
{
    const gw_policies_t *p = call->caller.policies;
    int ms = p->key.coalesce >= 0 ? p->key.coalesce
             : p->team.coalesce >= 0 ? p->team.coalesce
             : m->coalesce >= 0 ? m->coalesce : call->conf->coalesce;

    return ms > 0 ? apr_time_from_msec(ms) : 0;
}

static gw_problem_kind_t find_model(gw_call_t *call, gw_problem_t *problem)
{
    apr_status_t rv = call->snapshot != NULL
                      ? APR_SUCCESS : gw_snapshot_hold(&call->snapshot);
    const gw_model_t *m;
    int i;

    if (rv != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, call->r, GW_TAG(0031)
                      "the model catalogue cannot be read, the client gets "
                      "503");
        return gw_problem(problem, GW_P_OVERLOADED, NULL,
                          "The engine is currently overloaded: the model "
                          "catalogue cannot be read now. Please try again "
                          "later.");
    }
    m = gw_catalog_model(call->snapshot->catalog, call->req->model);
    if (m == NULL || !gw_auth_model(call, m->name)
        || !gw_endpoint_allowed(m->endpoints, call->url.endpoint))
        return no_model(call, problem);
    i = gw_model_price(m, apr_time_as_msec(gw_id_time(call->id)));
    if (i < 0)
        return no_model(call, problem);     /* invisible until priced */
    call->model = m;
    call->price = &m->prices[i];
    call->price_free = m->free[i];
    call->abort = call->req->stream ? m->abort_stream : m->abort_plain;
    call->coalesce = coalesce_of(call, m);
    find_first(call);
    if (call->first != NULL)
        return 0;
    if (!gw_model_serves(m))
        return no_upstream(call, problem, m);
    return gw_endpoint_row(call->url.endpoint)->counts
           || gw_model_served(m, call->url.endpoint) != GW_SERVED_NOT
           ? 0 : not_served(call, problem, m);
}

static gw_problem_kind_t check_media(gw_call_t *call, gw_problem_t *problem)
{
    const gw_request_t *req = call->req;
    apr_pool_t *pool = call->r->pool;
    unsigned i;

    for (i = 0; call->model->declares_input && i < GW_MEDIAS; i++) {
        if (req->media[i] == 0 || (call->model->media & 1u << i))
            continue;
        return gw_problem(problem, GW_P_UNSUPPORTED_MODALITY,
                          req->media_at[i],
                          apr_psprintf(pool, "Model '%s' does not take %s "
                                       "input, as in '%s'.",
                                       call->model->name, gw_media_names[i],
                                       req->media_at[i]));
    }
    return 0;
}

/* What is stored at an upstream is its account's, not a caller's: only where
 * one team has the account may a body point at it. */
static gw_problem_kind_t check_stored(gw_call_t *call, gw_problem_t *problem)
{
    if (call->first != NULL
        || (gw_endpoint_row(call->url.endpoint)->counts
            && call->req->stored == NULL))
        return 0;
    return gw_request_refuse_stored(call->req,
                                    gw_endpoint_row(call->url.endpoint)
                                        ->prompt, problem, call->r->pool);
}

/* The prompt is a matter of its model: what an image counts is said there. */
static gw_problem_kind_t check_prompt(gw_call_t *call, gw_problem_t *problem)
{
    const gw_policy_t *policy[2] = { &call->caller.policies->key,
                                     &call->caller.policies->team };
    static const char *const whose[2] = { "API key", "team" };
    apr_int64_t prompt = gw_bound_prompt(call->req, call->model, GW_K_FIRST);
    int i;

    for (i = 0; i < 2; i++) {
        apr_int64_t most = policy[i]->limit[GW_LIMIT_PROMPT];

        if (most > 0 && prompt > most)
            return gw_problem(problem, GW_P_INVALID_PARAMETER,
                              gw_endpoint_row(call->url.endpoint)->prompt,
                              apr_psprintf(call->r->pool, "The prompt is too "
                              "long for this %s: about %" APR_INT64_T_FMT
                              " tokens, and max_prompt_tokens is %"
                              APR_INT64_T_FMT ".", whose[i], prompt, most));
    }
    return 0;
}

/* ---- admission ------------------------------------------------------ */

static gw_problem_kind_t read_request(gw_call_t *call, gw_problem_t *problem)
{
    apr_int64_t max = call->conf->max_body > 0 ? call->conf->max_body
                                               : GW_MAX_BODY;
    gw_problem_kind_t kind = gw_body_read(call, max, problem);

    if (kind == 0) {
        call->req = apr_palloc(call->r->pool, sizeof(*call->req));
        kind = gw_request_read(call->req,
                               gw_endpoint_row(call->url.endpoint)->request,
                               call->body, problem, call->r->pool);
        call->req->relay = call->conf->thinking_relay == 1;
    }
    if (kind == 0 && !gw_endpoint_row(call->url.endpoint)->counts)
        kind = gw_auth_max_tokens(call, problem);
    return kind;
}

/* What the first route is sent: where it cannot be put to it, no other one is
 * asked. */
static gw_problem_kind_t make_sent(gw_call_t *call, gw_problem_t *problem)
{
    call->sent_for = NULL;      /* the bound that is put may be another */
    return gw_sent_make(call, call->first, problem);
}

/* Everything that depends on the time of the admission. */
static gw_limit_outcome_t admit_now(gw_call_t *call, gw_problem_t *problem)
{
    gw_problem_kind_t kind = find_model(call, problem);

    if (kind == 0)
        kind = check_stored(call, problem);
    if (kind == 0)
        kind = check_media(call, problem);
    if (kind == 0)
        kind = check_prompt(call, problem);
    if (kind == 0) {
        gw_settle_foresee(call);
        kind = make_sent(call, problem);
    }
    if (kind != 0)
        return GW_REFUSED;
    gw_settle_intend(call);
    return gw_limit_admit(call, problem);
}

/* Windows, prices and the row's own id go by the date. */
static gw_problem_kind_t check_clock(const gw_call_t *call,
                                     gw_problem_t *problem)
{
    if (call->clock_believed)
        return 0;
    gw_problem(problem, GW_P_OVERLOADED, NULL,
               "The engine is currently overloaded: the clock of the server "
               "has jumped ahead, and nothing is billed by it until its "
               "administrator has confirmed it. Please try again later.");
    problem->retry_after = 60;
    return problem->kind;
}

static gw_problem_kind_t admit_in_time(gw_call_t *call, gw_problem_t *problem)
{
    gw_limit_outcome_t outcome;

    while ((outcome = admit_now(call, problem)) == GW_RETRY_ID) {
        gw_call_new_id(call);   /* a window ended since its id */
        if (check_clock(call, problem) != 0)
            return problem->kind;
    }
    return outcome == GW_ADMITTED ? 0 : problem->kind;
}

/* What is free of charge. */
static gw_problem_kind_t admit_count(gw_call_t *call, gw_problem_t *problem)
{
    gw_problem_kind_t kind = read_request(call, problem);

    if (kind == 0)
        kind = find_model(call, problem);
    if (kind == 0)
        kind = check_stored(call, problem);
    return kind == 0 ? check_media(call, problem) : kind;
}

static gw_problem_kind_t admit(gw_call_t *call, gw_problem_t *problem)
{
    gw_problem_kind_t kind = gw_auth_resolve(call, problem);

    if (kind == 0)
        kind = gw_auth_permit(call, problem);
    if (kind == 0)
        kind = check_clock(call, problem);
    if (kind == 0 && gw_endpoint_row(call->url.endpoint)->counts)
        return admit_count(call, problem);
    if (kind == 0)
        kind = gw_limit_enter(call, problem);
    if (kind == 0)
        kind = read_request(call, problem);
    if (kind == 0)
        kind = admit_in_time(call, problem);
    if (kind == 0)
        return gw_settle_open(call, problem);
    gw_limit_cancel(call);
    return kind;
}

/* A refusal leaves no row, but it is counted. */
static void count_refusal(const gw_call_t *call, gw_problem_kind_t kind)
{
    if (call->caller.key_id != 0)
        gw_refusals_count(gw_process.seg, call->caller.key_id,
                          (int)(gw_id_time(call->id)
                                / apr_time_from_sec(86400)), (int)kind);
}

int gw_endpoint_serve(gw_call_t *call, gw_problem_t *problem)
{
    gw_problem_kind_t kind = admit(call, problem);
    int rc = OK, counts = gw_endpoint_row(call->url.endpoint)->counts;

    if (kind == 0 && counts)
        kind = gw_count_tokens(call, problem);
    if (kind != 0 && call->row == NULL)
        count_refusal(call, kind);
    if (kind == 0 && !counts)
        kind = gw_forward(call, problem);
    if (kind != 0)
        rc = gw_reply_problem(call, problem);
    else if (call->r->connection->aborted)
        rc = DONE;
    gw_call_drop(call);
    return rc;
}
