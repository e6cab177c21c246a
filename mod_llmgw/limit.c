/* SPDX-License-Identifier: Apache-2.0 */
/* limit.c - see limit.h. */
#include "limit.h"

#include <apr_strings.h>

#include "auth.h"
#include "owners.h"

static const gw_meter_t *meter_at(apr_uint32_t number)
{
    return &gw_process.seg->meters[number - 1];
}

static int counts_tokens(const gw_meter_t *m)
{
    return m->kind == GW_LIMIT_TPM || m->kind == GW_LIMIT_TPD;
}

/* ---- judging, owner locked ------------------------------------------ */

/* The meter that makes the request wait longest; NULL: none does. */
static const gw_meter_t *refusing(const gw_owner_t *o, apr_time_t now,
                                  apr_interval_time_t *wait)
{
    const gw_meter_t *worst = NULL;
    apr_uint32_t m;

    for (m = o->meters; m != 0; m = meter_at(m)->next) {
        apr_interval_time_t w;

        if (counts_tokens(meter_at(m)))
            continue;
        w = gw_quota_wait(&meter_at(m)->quota, 1, now);
        if (w > 0 && (worst == NULL || w > *wait)) {
            worst = meter_at(m);
            *wait = w;
        }
    }
    return worst;
}

static void take(gw_owner_t *o, apr_time_t now)
{
    apr_uint32_t m;

    for (m = o->meters; m != 0; m = meter_at(m)->next) {
        if (!counts_tokens(meter_at(m)))
            gw_quota_take(&gw_process.seg->meters[m - 1].quota, 1, now);
    }
}

/* Keep the window that has the least left. */
static void show(gw_window_t *window, const gw_owner_t *o, apr_time_t now)
{
    apr_uint32_t m;

    for (m = o->meters; m != 0; m = meter_at(m)->next) {
        const gw_quota_t *q = &meter_at(m)->quota;
        gw_window_t *w = &window[counts_tokens(meter_at(m))];
        apr_int64_t left = gw_quota_remaining(q, now);

        if (w->limit != 0 && left >= w->remaining)
            continue;
        w->limit = q->limit;
        w->remaining = left;
        w->reset = gw_quota_reset(q, now);
    }
}

static int full(const gw_owner_t *o)
{
    return o->concurrency > 0 && o->in_flight >= o->concurrency;
}

/* ---- problems ------------------------------------------------------- */

static gw_problem_kind_t too_many(gw_call_t *call, gw_problem_t *problem,
                                  const char *whose, const gw_meter_t *m,
                                  apr_interval_time_t wait)
{
    apr_int64_t seconds = (wait + 999999) / 1000000;

    gw_problem(problem, GW_P_RATE_LIMIT_REQUESTS, NULL,
               apr_psprintf(call->r->pool, "Rate limit reached for requests: "
                            "this %s may make %" APR_INT64_T_FMT " (%s). "
                            "Please try again in %" APR_INT64_T_FMT "s.",
                            whose, m->quota.limit, gw_limit_names[m->kind],
                            seconds));
    problem->retry_after = (int)seconds;
    return problem->kind;
}

static gw_problem_kind_t too_wide(gw_call_t *call, gw_problem_t *problem,
                                  const char *whose, const gw_owner_t *o)
{
    return gw_problem(problem, GW_P_RATE_LIMIT_REQUESTS, NULL,
                      apr_psprintf(call->r->pool, "Rate limit reached for "
                                   "requests: this %s may have %d at a time "
                                   "(concurrency). Please try again when one "
                                   "has ended.", whose, o->concurrency));
}

/* Its place in the segment went to another since the key was resolved. */
static gw_problem_kind_t lost(gw_problem_t *problem)
{
    return gw_problem(problem, GW_P_OVERLOADED, NULL,
                      "The engine is currently overloaded: too many API keys "
                      "are in use at once. Please try again.");
}

/* ---- both owners ---------------------------------------------------- */

typedef struct pair_t {
    apr_uint32_t number[2];
    gw_owner_t *owner[2];
} pair_t;

static const char *const whose[2] = { "API key", "team" };

static void lock_pair(pair_t *p, gw_call_t *call)
{
    int i;

    p->number[0] = call->caller.key_owner;
    p->number[1] = call->caller.team_owner;
    for (i = 0; i < 2; i++) {
        gw_owner_lock(gw_process.seg, p->number[i]);
        p->owner[i] = gw_owner_at(gw_process.seg, p->number[i]);
    }
}

static void unlock_pair(const pair_t *p)
{
    gw_owner_unlock(gw_process.seg, p->number[1]);
    gw_owner_unlock(gw_process.seg, p->number[0]);
}

static gw_problem_kind_t judge(gw_call_t *call, const pair_t *p,
                               apr_time_t now, int places,
                               gw_problem_t *problem)
{
    apr_interval_time_t wait = 0;
    int i;

    if (p->owner[0]->kind != GW_OWNER_KEY
        || p->owner[0]->id != call->caller.key_id)
        return lost(problem);
    if (p->owner[0]->status != GW_KEY_LIVE
        || p->owner[1]->status != GW_KEY_LIVE)
        return gw_auth_invalid(problem);
    for (i = 0; i < 2; i++) {
        const gw_meter_t *m = refusing(p->owner[i], now, &wait);

        if (m != NULL)
            return too_many(call, problem, whose[i], m, wait);
        if (places && full(p->owner[i]))
            return too_wide(call, problem, whose[i], p->owner[i]);
    }
    return 0;
}

gw_problem_kind_t gw_limit_enter(gw_call_t *call, gw_problem_t *problem)
{
    gw_cell_t *cell = gw_cell_claim(gw_process.seg);
    apr_time_t now = call->r->request_time;
    gw_problem_kind_t kind;
    pair_t p;

    if (cell == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, call->r, GW_TAG(0030)
                      "no free cell in the shared segment, the client gets "
                      "503: raise LLMGatewaySegment");
        return gw_problem(problem, GW_P_OVERLOADED, NULL,
                          "The engine is currently overloaded, please try "
                          "again later.");
    }
    GW_CRASH("claimed");
    cell->key_owner = call->caller.key_owner;
    cell->team_owner = call->caller.team_owner;
    lock_pair(&p, call);
    kind = judge(call, &p, now, 1, problem);
    if (kind == 0) {
        p.owner[0]->in_flight++;
        p.owner[0]->pins++;
        p.owner[1]->in_flight++;
        p.owner[1]->pins++;
        cell->marks = GW_MARK_KEY_PLACE | GW_MARK_TEAM_PLACE
                      | GW_MARK_KEY_PIN | GW_MARK_TEAM_PIN;
    }
    show(call->window, p.owner[0], now);
    show(call->window, p.owner[1], now);
    unlock_pair(&p);
    if (kind != 0)
        gw_cell_release(gw_process.seg, cell);
    else
        call->cell = cell;
    GW_CRASH("entered");
    return kind;
}

gw_problem_kind_t gw_limit_admit(gw_call_t *call, gw_problem_t *problem)
{
    apr_time_t now = apr_time_now();
    gw_problem_kind_t kind;
    pair_t p;
    int i;

    lock_pair(&p, call);
    kind = judge(call, &p, now, 0, problem);
    memset(call->window, 0, sizeof(call->window));
    for (i = 0; i < 2; i++) {
        if (kind == 0)
            take(p.owner[i], now);
        show(call->window, p.owner[i], now);
    }
    unlock_pair(&p);
    return kind;
}

/* ---- leaving -------------------------------------------------------- */

static void uncount(gw_segment_t *seg, gw_cell_t *cell, apr_uint32_t number,
                    unsigned char place, unsigned char pin)
{
    gw_owner_t *o;

    if (number == 0 || !(cell->marks & (place | pin)))
        return;
    o = gw_owner_at(seg, number);
    gw_owner_lock(seg, number);
    if (cell->marks & place)
        o->in_flight--;
    if (cell->marks & pin)
        o->pins--;
    cell->marks &= (unsigned char)~(place | pin);
    gw_owner_unlock(seg, number);
}

void gw_limit_leave(gw_segment_t *seg, gw_cell_t *cell)
{
    uncount(seg, cell, cell->key_owner, GW_MARK_KEY_PLACE, 0);
    uncount(seg, cell, cell->team_owner, GW_MARK_TEAM_PLACE, 0);
}

void gw_limit_unpin(gw_segment_t *seg, gw_cell_t *cell)
{
    uncount(seg, cell, cell->key_owner, GW_MARK_KEY_PLACE, GW_MARK_KEY_PIN);
    uncount(seg, cell, cell->team_owner, GW_MARK_TEAM_PLACE,
            GW_MARK_TEAM_PIN);
}

void gw_limit_cancel(gw_call_t *call)
{
    if (call->cell == NULL)
        return;
    gw_limit_unpin(gw_process.seg, call->cell);
    gw_cell_release(gw_process.seg, call->cell);
    call->cell = NULL;
}
