/* SPDX-License-Identifier: Apache-2.0 */
/* explain.c - /llmgw/admin/v1/explain: would this request be admitted, what
 * binds it, and what would it be billed by?  Nothing is taken. */
#include <apr_strings.h>

#include "bound.h"
#include "calibrations.h"
#include "check.h"
#include "clock.h"
#include "dialect.h"
#include "explain_route.h"
#include "field.h"
#include "handlers.h"
#include "key_item.h"
#include "owners.h"
#include "policy_budgets.h"
#include "refuse.h"
#include "reserve.h"
#include "segment_clock.h"
#include "spec.h"
#include "spent.h"
#include "value.h"
#include "widen.h"
#include "wider_json.h"

static const gw_field_t fields[] = {
    { "key", GW_F_TEXT, GW_F_REQUIRED, 1, 64 },
    { "model", GW_F_TEXT, GW_F_REQUIRED, 1, 200 },
    { "prompt_tokens", GW_F_INT, GW_F_REQUIRED, 0, GW_TOKENS_MAX },
    { "max_tokens", GW_F_INT, 0, 0, GW_TOKENS_MAX },
    { "endpoint", GW_F_WORD, 0, 0, 0, NULL, gw_endpoint_names },
    { NULL }
};

typedef struct explain_t {
    gw_admin_t *a;
    gw_key_row_t key;
    gw_policy_t policy[2];      /* of key and team */
    gw_endpoint_t endpoint;
    const gw_model_t *model;
    const gw_price_t *price;
    int bills_nothing;
    apr_int64_t prompt, max_tokens; /* max_tokens -1: none */
    apr_int64_t put;            /* what is put in its place; 0: nothing */
    apr_int64_t tokens;         /* from the token windows */
    gw_pico_t reserve;          /* -1: unbounded */
    gw_wider_t wider;           /* what it was made wider by */
    const char *currency;
    json_object *limits, *budgets;
    json_object *binding;       /* the one that refuses; borrowed */
    apr_interval_time_t wait;
    const char *code, *why;     /* of the refusal; NULL: it is admitted */
} explain_t;

static void refuse(explain_t *x, const char *code, const char *why)
{
    if (x->code != NULL)
        return;
    x->code = code;
    x->why = why;
}

static const char *const whose[2] = { "key", "team" };

/* ---- limits --------------------------------------------------------- */

static json_object *limit_json(explain_t *x, int who, gw_limit_t kind,
                               apr_int64_t value, apr_int64_t remaining,
                               apr_int64_t needs, int fits)
{
    json_object *o = json_object_new_object();

    json_object_object_add(o, "of", json_object_new_string(whose[who]));
    json_object_object_add(o, "limit",
                           json_object_new_string(gw_limit_names[kind]));
    json_object_object_add(o, "value", json_object_new_int64(value));
    json_object_object_add(o, "remaining", json_object_new_int64(remaining));
    json_object_object_add(o, "needs", json_object_new_int64(needs));
    json_object_object_add(o, "fits", json_object_new_boolean(fits));
    json_object_array_add(x->limits, o);
    return o;
}

static void check_window(explain_t *x, int who, gw_limit_t kind,
                         const gw_quota_t *q, apr_time_t steady)
{
    int tokens = kind == GW_LIMIT_TPM || kind == GW_LIMIT_TPD;
    apr_int64_t needs = tokens ? x->tokens : 1;
    apr_interval_time_t wait = gw_quota_wait(q, needs, steady);
    json_object *o = limit_json(x, who, kind, q->limit,
                                gw_quota_remaining(q, steady), needs,
                                wait == 0);

    json_object_object_add(o, "wait_ms", wait < 0 ? NULL
                           : json_object_new_int64((wait + 999) / 1000));
    if (wait != 0 && (x->binding == NULL || wait > x->wait)) {
        x->binding = o;
        x->wait = wait;
        refuse(x, "rate_limit_exceeded", wait < 0
               ? "It needs more tokens than the limit ever allows at once."
               : "A rate limit is used up for now.");
    }
}

static void check_sizes(explain_t *x, int who)
{
    const apr_int64_t *limit = x->policy[who].limit;
    apr_int64_t have[2] = { x->prompt, x->max_tokens };
    static const char *const codes[2] = { "invalid_parameter",
                                          "max_tokens_exceeded" };
    int i;

    for (i = 0; i < 2; i++) {
        gw_limit_t kind = i == 0 ? GW_LIMIT_PROMPT : GW_LIMIT_OUTPUT;
        json_object *o;

        if (limit[kind] == 0 || have[i] < 0)
            continue;
        o = limit_json(x, who, kind, limit[kind], limit[kind], have[i],
                       have[i] <= limit[kind]);
        if (have[i] > limit[kind] && x->binding == NULL) {
            x->binding = o;
            refuse(x, codes[i], "It is larger than one request is allowed to "
                                "be.");
        }
    }
}

static void check_limits(explain_t *x, int who)
{
    gw_owner_kind_t kind = who ? GW_OWNER_TEAM : GW_OWNER_KEY;
    const gw_policy_t *policy = &x->policy[who];
    apr_int64_t most = policy->limit[GW_LIMIT_CONCURRENCY];
    apr_time_t steady = gw_steady_now();
    gw_use_t use;
    int i;

    gw_owners_use(&use, x->a->seg, kind,
                  who ? x->key.team_id : x->key.id, policy);
    check_sizes(x, who);
    for (i = 0; i < GW_LIMIT_WINDOWS; i++) {
        if (use.quota[i].limit != 0)
            check_window(x, who, (gw_limit_t)i, &use.quota[i], steady);
    }
    if (most != 0) {
        json_object *o = limit_json(x, who, GW_LIMIT_CONCURRENCY, most,
                                    most - use.in_flight, 1,
                                    use.in_flight < most);

        if (use.in_flight >= most && x->binding == NULL) {
            x->binding = o;
            refuse(x, "rate_limit_exceeded", "As many requests as "
                                             "'concurrency' allows are under "
                                             "way.");
        }
    }
}

/* ---- budgets -------------------------------------------------------- */

static void check_budget(explain_t *x, json_object *o, const gw_budget_t *b)
{
    gw_sum_t left = gw_budget_left(b), short_by = gw_sum_of(x->reserve);
    int fits = x->reserve >= 0 && gw_budget_has(b, x->reserve);
    char text[GW_MONEY_TEXT];

    json_object_object_add(o, "fits", json_object_new_boolean(fits));
    if (x->reserve < 0) {
        x->binding = o;
        refuse(x, "unbounded_cost", "Its cost has no upper bound: set the "
               "model's limit.context and limit.output.");
    }
    else if (!fits) {
        gw_budget_take(&short_by, &left);
        json_object_object_add(o, "short_by", gw_admin_sum(&short_by));
        x->binding = o;
        if (gw_budget_would_fit(b, x->reserve))
            refuse(x, "rate_limit_exceeded", "The budget would cover it, but "
                   "requests under way have reserved too much of it.");
        else
            refuse(x, "insufficient_quota", apr_psprintf(x->a->pool,
                   "The budget has %s left.", gw_sum_sign(&left) > 0
                   ? gw_sum_text(text, &left) : "0"));
    }
}

static apr_status_t check_budgets(explain_t *x, int who)
{
    gw_owner_kind_t kind = who ? GW_OWNER_TEAM : GW_OWNER_KEY;
    apr_int64_t id = who ? x->key.team_id : x->key.id;
    const gw_policy_t *policy = &x->policy[who];
    gw_budget_t budget[GW_BUDGETS];
    unsigned i, matching = 0;
    gw_spent_t spent = gw_spent_in(x->a->db);
    apr_status_t rv = gw_budgets_now(budget, x->a->seg, &spent, kind, id,
                                     policy);

    for (i = 0; i < policy->budgets && rv == APR_SUCCESS; i++) {
        json_object *o = gw_admin_budget_json(&budget[i]);

        json_object_object_add(o, "of", json_object_new_string(whose[who]));
        json_object_array_add(x->budgets, o);
        if (x->bills_nothing || strcmp(budget[i].currency, x->currency) != 0)
            continue;
        matching++;
        check_budget(x, o, &budget[i]);
    }
    if (policy->budgets > 0 && matching == 0 && !x->bills_nothing)
        refuse(x, "insufficient_quota", apr_psprintf(x->a->pool, "The %s has "
               "budgets, but none in %s.", whose[who], x->currency));
    return rv;
}

/* ---- what it would be ----------------------------------------------- */

/* The key, the model and its price.  0: a->problem says what does not
 * exist. */
static int look_up(explain_t *x)
{
    gw_admin_t *a = x->a;
    gw_str_t name;
    json_object *v;
    apr_status_t rv;
    int i;

    json_object_object_get_ex(a->body, "key", &v);
    a->id = json_object_get_string(v);
    rv = gw_key_find(a, &x->key);
    if (rv != APR_SUCCESS)
        return gw_key_failed(a, rv);
    json_object_object_get_ex(a->body, "model", &v);
    name.p = json_object_get_string(v);
    name.n = strlen(name.p);
    x->model = gw_catalog_model(a->call->snapshot->catalog, name);
    i = x->model == NULL ? -1 : gw_model_price(x->model, a->now_ms);
    if (i < 0)
        return gw_admin_refuse(a, GW_P_NOT_FOUND, "model",
                               apr_psprintf(a->pool, "There is no model "
                                            "'%s' with a price.", name.p));
    x->price = &x->model->prices[i];
    x->bills_nothing = x->model->free[i];
    x->currency = gw_catalog_currency(a->call->snapshot->catalog,
                                      x->price->currency);
    if (gw_spec_policy(&x->policy[0], x->key.spec, a->pool) != APR_SUCCESS
        || gw_spec_policy(&x->policy[1], x->key.team_spec, a->pool)
           != APR_SUCCESS)
        return gw_admin_store_trouble(a, APR_EGENERAL);
    return 1;
}

/* The bound of a request whose prompt is known. */
static void compute_reserve(explain_t *x)
{
    gw_segment_t *seg = x->a->seg;
    gw_calibration_t *c = gw_calibrations_find(seg, x->key.team_id,
                                               x->model->id);
    const gw_policy_t *const policy[2] = { &x->policy[0], &x->policy[1] };
    gw_request_t req;
    gw_bound_t bound;

    if (gw_endpoint_row(x->endpoint)->no_output)
        x->max_tokens = 0;
    memset(&req, 0, sizeof(req));
    req.n = req.prompts = 1;
    req.text = (apr_size_t)x->prompt;
    req.max = x->max_tokens >= 0 ? GW_MAX_GIVEN : GW_MAX_NONE;
    req.thinking = GW_ABSENT;
    req.thinking_budget = -1;
    if (x->max_tokens < 0)
        x->put = gw_bound_put(x->model, policy, gw_bound_most(policy, 0),
                              x->prompt, 1);
    req.max_tokens = x->put > 0 ? x->put : x->max_tokens;
    x->tokens = gw_bound_tokens(x->model, policy, &req, x->prompt,
                                gw_calibration_output(x->model->fixed ? NULL
                                                                      : c));
    gw_endpoint_row(x->endpoint)->bound(&bound, &req, x->model);
    bound.prompt = x->prompt;
    gw_widen_read(&x->wider, seg, x->key.id, x->model->id,
                  gw_segment_time(seg));
    x->reserve = bound.output < 0 ? -1
                 : gw_reserve_amount(&bound, seg, x->price, x->model,
                                     x->key.id, gw_segment_time(seg));
}

static void check_key(explain_t *x)
{
    const char *code, *why;

    if (x->key.revoked_ms != 0 || x->key.team_disabled
        || (x->key.expires_ms != 0 && x->key.expires_ms <= x->a->now_ms))
        refuse(x, "invalid_api_key", "The key is revoked or expired, or its "
               "team is disabled.");
    else if (!gw_policy_model(&x->policy[0], x->model->name)
             || !gw_policy_model(&x->policy[1], x->model->name))
        refuse(x, "model_not_found", "The key or its team is not allowed to "
                                     "use this model.");
    else if ((why = gw_explain_barred(&code, x->model, x->policy,
                                      x->endpoint)) != NULL)
        refuse(x, code, why);
}

static json_object *explain_json(explain_t *x)
{
    json_object *o = json_object_new_object();
    apr_int64_t most = x->put > 0 ? x->put : x->max_tokens;
    unsigned tier = gw_tariff_tier(x->price, x->prompt, most > 0 ? most : 0);

    json_object_object_add(o, "object",
                           json_object_new_string("explanation"));
    json_object_object_add(o, "allowed",
                           json_object_new_boolean(x->code == NULL));
    json_object_object_add(o, "code", gw_admin_text(x->code));
    json_object_object_add(o, "reason", gw_admin_text(x->why));
    json_object_object_add(o, "binding", json_object_get(x->binding));
    json_object_object_add(o, "model",
                           json_object_new_string(x->model->name));
    json_object_object_add(o, "endpoint", json_object_new_string(
                                              gw_endpoint_names[x->endpoint]));
    json_object_object_add(o, "route",
                           gw_explain_route(x->model, x->endpoint));
    json_object_object_add(o, "price", json_object_new_int64(x->price->id));
    json_object_object_add(o, "currency",
                           json_object_new_string(x->currency));
    json_object_object_add(o, "free",
                           json_object_new_boolean(x->bills_nothing));
    json_object_object_add(o, "tier", json_object_new_int((int)tier + 1));
    json_object_object_add(o, "tokens", json_object_new_int64(x->tokens));
    json_object_object_add(o, "max_tokens_put", x->put == 0 ? NULL
                           : json_object_new_int64(x->put));
    json_object_object_add(o, "reserve", x->reserve < 0 ? NULL
                           : gw_admin_amount(x->bills_nothing ? 0
                                             : x->reserve));
    json_object_object_add(o, "widened_by",
                           gw_wider_json(x->wider.prompt, x->wider.output));
    json_object_object_add(o, "limits", x->limits);
    json_object_object_add(o, "budgets", x->budgets);
    return o;
}

int gw_admin_explain(gw_admin_t *a, json_object **out)
{
    explain_t x;
    json_object *v;
    apr_status_t rv;

    memset(&x, 0, sizeof(x));
    x.a = a;
    if (!gw_check(a, a->body, fields, "")
        || !gw_explain_endpoint(&x.endpoint, a) || !look_up(&x))
        return 0;
    json_object_object_get_ex(a->body, "prompt_tokens", &v);
    x.prompt = json_object_get_int64(v);
    x.max_tokens = json_object_object_get_ex(a->body, "max_tokens", &v)
                   && json_object_get_int64(v) > 0
                   ? json_object_get_int64(v) : -1;
    compute_reserve(&x);
    check_key(&x);
    x.limits = json_object_new_array();
    x.budgets = json_object_new_array();
    rv = check_budgets(&x, 0);
    if (rv == APR_SUCCESS)
        rv = check_budgets(&x, 1);
    if (rv != APR_SUCCESS) {
        json_object_put(x.limits);
        json_object_put(x.budgets);
        return gw_admin_store_trouble(a, rv);
    }
    check_limits(&x, 0);
    check_limits(&x, 1);
    *out = explain_json(&x);
    return HTTP_OK;
}
