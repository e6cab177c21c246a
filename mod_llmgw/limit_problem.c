/* SPDX-License-Identifier: Apache-2.0 */
/* limit_problem.c - a refusal in words: which limit, how much, what would
 * fit. */
#include "limit_problem.h"

#include <apr_strings.h>

#include "auth.h"
#include "dialect.h"
#include "reserve.h"
#include "rfc3339.h"
#include "sent.h"

static const char *const whose_names[2] = { "API key", "team" };

/* ---- what would fit ------------------------------------------------- */

static const gw_endpoint_row_t *endpoint_of(const gw_call_t *call)
{
    return gw_endpoint_row(call->url.endpoint);
}

/* The reserve if the client asked for this many tokens; -1: unbounded. */
static gw_pico_t reserve_for(const gw_call_t *call, apr_int64_t max_tokens)
{
    gw_bound_t bound;

    if (!gw_sent_bound(&bound, call, max_tokens))
        return -1;
    return gw_reserve_amount(&bound, gw_process.seg, call->price,
                             call->model, call->caller.key_id,
                             gw_id_time(call->id));
}

static apr_int64_t fitting_budget(const gw_call_t *call,
                                  const gw_budget_t *b)
{
    apr_int64_t low = 0, high = call->req->max_tokens >= 0
                                ? call->req->max_tokens : call->model->output;

    while (low < high) {
        apr_int64_t middle = low + (high - low + 1) / 2;
        gw_pico_t reserve = reserve_for(call, middle);

        if (reserve >= 0 && gw_budget_has(b, reserve))
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* The largest max_tokens with which the verdict's meter would not refuse; 0:
 * there is none, or it is no matter of that. */
static apr_int64_t fitting(const gw_call_t *call, const gw_verdict_t *v)
{
    apr_int64_t left;

    switch (v->kind) {
    case GW_ADMIT_RESERVED:
    case GW_ADMIT_BUDGET:
        return fitting_budget(call, &v->meter.u.budget);
    case GW_ADMIT_TOO_LARGE:
        left = v->meter.u.quota.limit - call->cell->prompt;
        return left > 0 ? left / call->req->n : 0;
    default:
        return 0;
    }
}

/* ---- words ---------------------------------------------------------- */

static const char *lower(const gw_call_t *call, apr_int64_t fits)
{
    return fits > 0 ? apr_psprintf(call->r->pool, " It fits with a %s of at "
                                   "most %" APR_INT64_T_FMT ".",
                                   endpoint_of(call)->max_tokens, fits) : "";
}

static const char *counted(apr_int64_t n, const char *what, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%" APR_INT64_T_FMT " %s%s", n, what,
                        n == 1 ? "" : "s");
}

/* "60 requests per minute" */
static const char *rate(const gw_call_t *call, const gw_meter_t *meter)
{
    static const char per[] = "_per_";

    return apr_pstrcat(call->r->pool,
                       counted(meter->u.quota.limit,
                               gw_meter_counts_tokens(meter) ? "token"
                                                             : "request",
                               call->r->pool), " per ",
                       strstr(gw_limit_names[meter->kind], per)
                       + sizeof(per) - 1, NULL);
}

static gw_problem_kind_t slow(gw_problem_t *problem, gw_call_t *call,
                              const gw_verdict_t *v)
{
    int tokens = gw_meter_counts_tokens(&v->meter);
    apr_int64_t seconds = (v->wait + 999999) / 1000000;

    gw_problem(problem, tokens ? GW_P_RATE_LIMIT_TOKENS
                               : GW_P_RATE_LIMIT_REQUESTS, NULL,
               apr_psprintf(call->r->pool, "Rate limit reached for %s: this "
                            "%s may %s %s (%s). Please try again in %"
                            APR_INT64_T_FMT "s.",
                            tokens ? "tokens" : "requests",
                            whose_names[v->whose], tokens ? "use" : "make",
                            rate(call, &v->meter),
                            gw_limit_names[v->meter.kind], seconds));
    problem->retry_after = (int)seconds;
    return problem->kind;
}

static gw_problem_kind_t too_large(gw_problem_t *problem, gw_call_t *call,
                                   const gw_verdict_t *v,
                                   const gw_need_t *need, apr_int64_t fits)
{
    const gw_endpoint_row_t *endpoint = endpoint_of(call);
    const char *param = call->req->max == GW_MAX_NONE ? endpoint->prompt
                                                      : endpoint->max_tokens;

    return gw_problem(problem, GW_P_REQUEST_OVER_LIMIT, param,
                      apr_psprintf(call->r->pool, "Request too large for the "
                                   "tokens of this %s: it asks for %"
                                   APR_INT64_T_FMT ", and %s is %"
                                   APR_INT64_T_FMT ".%s",
                                   whose_names[v->whose], need->tokens,
                                   gw_limit_names[v->meter.kind],
                                   v->meter.u.quota.limit,
                                   lower(call, fits)));
}

static const char *window_end(const gw_budget_t *b, apr_pool_t *pool)
{
    gw_window_kind_t kind = (gw_window_kind_t)b->window;
    char end[GW_RFC3339_TEXT];

    if (kind == GW_WINDOW_TOTAL)
        return "This budget has no window that ends: the administrator of "
               "this gateway can raise it.";
    return apr_psprintf(pool, "The window of this budget ends at %s.",
                        gw_rfc3339_text(end, apr_time_as_msec(
                            gw_window_end(kind, b->zone, b->start))));
}

static gw_problem_kind_t quota(gw_problem_t *problem, gw_call_t *call,
                               const gw_verdict_t *v, const gw_need_t *need,
                               apr_int64_t fits)
{
    const gw_budget_t *b = &v->meter.u.budget;
    gw_sum_t spent = gw_budget_spent(b);
    char limit[GW_MONEY_TEXT], used[GW_MONEY_TEXT], held[GW_MONEY_TEXT],
         most[GW_MONEY_TEXT];

    return gw_problem(problem, GW_P_INSUFFICIENT_QUOTA, NULL,
                      apr_psprintf(call->r->pool, "You exceeded your current "
                                   "quota, please check your plan and "
                                   "billing details: this %s has a budget "
                                   "of %s %s (%s), %s of it is spent and %s "
                                   "reserved, and this request may cost up "
                                   "to %s. %s%s", whose_names[v->whose],
                                   gw_sum_text(limit, &b->limit),
                                   b->currency, gw_window_names[b->window],
                                   gw_sum_text(used, &spent),
                                   gw_sum_text(held, &b->reserved),
                                   gw_money_text(most, need->reserve),
                                   window_end(b, call->r->pool),
                                   lower(call, fits)));
}

/* Room enough, but for what others may still come to. */
static gw_problem_kind_t reserved(gw_problem_t *problem, gw_call_t *call,
                                  const gw_verdict_t *v,
                                  const gw_need_t *need, apr_int64_t fits)
{
    const gw_budget_t *b = &v->meter.u.budget;
    gw_sum_t spent = gw_budget_spent(b);
    char limit[GW_MONEY_TEXT], used[GW_MONEY_TEXT], held[GW_MONEY_TEXT],
         most[GW_MONEY_TEXT];

    gw_problem(problem, GW_P_RATE_LIMIT_REQUESTS, NULL,
               apr_psprintf(call->r->pool, "Rate limit reached for requests: "
                            "this %s has a budget of %s %s (%s), %s of it is "
                            "spent, and requests under way hold %s until they "
                            "end; this one may cost up to %s. Please try "
                            "again in 1s.%s", whose_names[v->whose],
                            gw_sum_text(limit, &b->limit), b->currency,
                            gw_window_names[b->window],
                            gw_sum_text(used, &spent),
                            gw_sum_text(held, &b->reserved),
                            gw_money_text(most, need->reserve),
                            lower(call, fits)));
    problem->retry_after = 1;
    return problem->kind;
}

static gw_problem_kind_t full(gw_problem_t *problem, gw_call_t *call,
                              const gw_verdict_t *v)
{
    return gw_problem(problem, GW_P_RATE_LIMIT_REQUESTS, NULL,
                      apr_psprintf(call->r->pool, "Rate limit reached for "
                                   "requests: this %s may have %s at a time "
                                   "(concurrency). Please try again when one "
                                   "has ended.", whose_names[v->whose],
                                   counted(v->meter.u.quota.limit, "request",
                                           call->r->pool)));
}

static gw_problem_kind_t unbounded(gw_problem_t *problem,
                                   const gw_call_t *call,
                                   const gw_verdict_t *v)
{
    return gw_problem(problem, GW_P_UNBOUNDED_COST, NULL,
                      apr_psprintf(call->r->pool, "This %s has a budget, and "
                                   "what this request may cost has no bound: "
                                   "the server's administrator can set "
                                   "'limit.context' and 'limit.output' of "
                                   "model '%s'.", whose_names[v->whose],
                                   call->model->name));
}

static gw_problem_kind_t no_currency(gw_problem_t *problem,
                                     const gw_call_t *call,
                                     const gw_verdict_t *v,
                                     const gw_need_t *need)
{
    return gw_problem(problem, GW_P_INSUFFICIENT_QUOTA, NULL,
                      apr_psprintf(call->r->pool, "You exceeded your current "
                                   "quota, please check your plan and "
                                   "billing details: model '%s' is priced in "
                                   "%s, and this %s has no budget in %s.",
                                   call->model->name, need->currency,
                                   whose_names[v->whose], need->currency));
}

/* The key, or its place in the segment, is not what it was resolved to. */
static gw_problem_kind_t changed(gw_problem_t *problem, const gw_call_t *call,
                                 gw_verdict_kind_t kind)
{
    if (kind == GW_ADMIT_LOST)
        return gw_problem(problem, GW_P_OVERLOADED, NULL,
                          "The engine is currently overloaded: too many API "
                          "keys are in use at once. Please try again.");
    return gw_auth_refuse(problem, kind == GW_ADMIT_REVOKED
                          ? GW_KEY_WAS_REVOKED : GW_KEY_TEAM_DISABLED,
                          call->caller.public_id, call->r->pool);
}

gw_problem_kind_t gw_limit_problem(gw_problem_t *problem, gw_call_t *call,
                                   const gw_verdict_t *v,
                                   const gw_need_t *need)
{
    apr_int64_t fits = fitting(call, v);

    switch (v->kind) {
    case GW_ADMIT_FULL:
        return full(problem, call, v);
    case GW_ADMIT_WAIT:
        return slow(problem, call, v);
    case GW_ADMIT_TOO_LARGE:
        return too_large(problem, call, v, need, fits);
    case GW_ADMIT_RESERVED:
        return reserved(problem, call, v, need, fits);
    case GW_ADMIT_BUDGET:
        return quota(problem, call, v, need, fits);
    case GW_ADMIT_UNBOUNDED:
        return unbounded(problem, call, v);
    case GW_ADMIT_CURRENCY:
        return no_currency(problem, call, v, need);
    case GW_ADMIT_REVOKED:
    case GW_ADMIT_TEAM_DISABLED:
    case GW_ADMIT_LOST:
        return changed(problem, call, v->kind);
    default:
        return gw_problem(problem, GW_P_OVERLOADED, NULL,
                          "The engine is currently overloaded, please try "
                          "again later.");
    }
}
