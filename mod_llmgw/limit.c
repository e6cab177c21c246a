/* SPDX-License-Identifier: Apache-2.0 */
/* limit.c - see limit.h.  What is said to the client is in limit_problem.c. */
#include "limit.h"

#include "auth.h"
#include "budgets.h"
#include "clock.h"
#include "crash.h"
#include "database.h"
#include "drains.h"
#include "owners.h"

/* Its place in the segment went to another since the key was resolved. */
static gw_problem_kind_t lost(gw_problem_t *problem)
{
    return gw_problem(problem, GW_P_OVERLOADED, NULL,
                      "The engine is currently overloaded: too many API keys "
                      "are in use at once. Please try again.");
}

static gw_problem_kind_t unread(gw_call_t *call, gw_problem_t *problem,
                                apr_status_t rv)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, call->r, GW_TAG(0032)
                  "what was spent of a budget cannot be read, the client "
                  "gets 503");
    return gw_problem(problem, GW_P_OVERLOADED, NULL,
                      "The engine is currently overloaded: what was spent of "
                      "your budget cannot be read now. Please try again "
                      "later.");
}

/* ---- both owners ---------------------------------------------------- */

typedef struct pair_t {
    apr_uint32_t number[2];
    gw_owner_t *owner[2];
} pair_t;

static void lock_pair(pair_t *p, const gw_caller_t *caller)
{
    int i;

    p->number[0] = caller->key_owner;
    p->number[1] = caller->team_owner;
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

/* Are they still what the key was resolved to? */
static gw_problem_kind_t same(const pair_t *p, const gw_call_t *call,
                              gw_problem_t *problem)
{
    const gw_caller_t *caller = &call->caller;

    if (p->owner[0]->kind != GW_OWNER_KEY
        || p->owner[0]->id != caller->key_id
        || p->owner[0]->team_owner != p->number[1]
        || p->owner[0]->doubt || p->owner[1]->doubt)
        return lost(problem);
    if (p->owner[0]->status != GW_KEY_LIVE
        || p->owner[1]->status != GW_KEY_LIVE)
        return gw_auth_refuse(problem, p->owner[0]->status != GW_KEY_LIVE
                              ? GW_KEY_WAS_REVOKED : GW_KEY_TEAM_DISABLED,
                              caller->public_id, call->r->pool);
    return 0;
}

static void judge(gw_verdict_t *v, const pair_t *p, const gw_need_t *need,
                  int places)
{
    int i;

    memset(v, 0, sizeof(*v));
    for (i = 0; i < 2; i++) {
        gw_meters_judge(v, gw_process.seg, p->owner[i], i, need);
        if (places && v->kind == GW_V_FITS && p->owner[i]->concurrency > 0
            && p->owner[i]->in_flight >= p->owner[i]->concurrency) {
            v->kind = GW_V_FULL;
            v->whose = i;
            v->meter.u.quota.limit = p->owner[i]->concurrency;
        }
    }
}

static void show(gw_call_t *call, const pair_t *p, apr_time_t steady)
{
    memset(call->window, 0, sizeof(call->window));
    gw_meters_show(call->window, gw_process.seg, p->owner[0], steady);
    gw_meters_show(call->window, gw_process.seg, p->owner[1], steady);
}

/* ---- entering ------------------------------------------------------- */

static gw_cell_t *claim(gw_call_t *call, gw_problem_t *problem)
{
    gw_cell_t *cell = gw_cell_claim(gw_process.seg);

    if (cell == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, call->r, GW_TAG(0030)
                      "no free cell in the shared segment, the client gets "
                      "503: raise LLMGatewaySegment");
        gw_problem(problem, GW_P_OVERLOADED, NULL,
                   "The engine is currently overloaded, please try again "
                   "later.");
        return NULL;
    }
    cell->owner[0] = call->caller.key_owner;
    cell->owner[1] = call->caller.team_owner;
    return cell;
}

gw_problem_kind_t gw_limit_enter(gw_call_t *call, gw_problem_t *problem)
{
    gw_need_t need = { gw_steady_now(), 0, 1, 0, 0, "" };
    gw_cell_t *cell = claim(call, problem);
    gw_problem_kind_t kind;
    gw_verdict_t v;
    pair_t p;
    int i;

    if (cell == NULL)
        return problem->kind;
    GW_CRASH("claimed");
    lock_pair(&p, &call->caller);
    kind = same(&p, call, problem);
    judge(&v, &p, &need, 1);
    for (i = 0; i < 2 && kind == 0 && v.kind == GW_V_FITS; i++) {
        p.owner[i]->in_flight++;
        p.owner[i]->pins++;
        GW_CRASH("entering");
        cell->marks[i] = GW_MARK_PLACE | GW_MARK_PIN;
    }
    show(call, &p, need.steady);
    unlock_pair(&p);
    if (kind == 0 && v.kind != GW_V_FITS)
        kind = gw_limit_problem(problem, call, &v, &need, 0);
    if (kind != 0)
        gw_cell_release(gw_process.seg, cell);
    else
        call->cell = cell;
    GW_CRASH("entered");
    return kind;
}

/* ---- admission ------------------------------------------------------ */

void gw_limit_need(gw_need_t *need, const gw_cell_t *cell, int bills)
{
    need->steady = gw_steady_now();
    need->admitted = gw_id_time(cell->row.id);
    need->tokens = cell->taken;
    need->reserve = cell->reserve;
    need->bills = bills;
    memcpy(need->currency, cell->currency, GW_CURRENCY);
}

/* A budget of this owner has to be read from the ledger first. */
static apr_status_t read_budgets(const pair_t *p, int whose)
{
    gw_db_t *db;
    apr_status_t rv = gw_database_lock(&db, GW_DB_READ);

    if (rv == APR_SUCCESS) {
        rv = gw_budgets_read(gw_process.seg, p->number[whose], db);
        gw_database_unlock(GW_DB_READ);
    }
    return rv;
}

static void take(const pair_t *p, int whose, const gw_need_t *need,
                 gw_cell_t *cell)
{
    gw_meters_take(gw_process.seg, p->owner[whose], whose, need, cell);
    GW_CRASH("admitting");
}

#define READS 4                 /* both owners, and a change meanwhile */

gw_problem_kind_t gw_limit_admit(gw_call_t *call, gw_problem_t *problem)
{
    gw_cell_t *cell = call->cell;
    gw_problem_kind_t kind;
    gw_verdict_t v;
    gw_need_t need;
    pair_t p;
    int i, tries;

    gw_limit_need(&need, cell, !cell->free_);
    for (tries = 0; ; tries++) {
        apr_status_t rv;

        lock_pair(&p, &call->caller);
        kind = same(&p, call, problem);
        judge(&v, &p, &need, 0);
        for (i = 0; i < 2 && kind == 0 && v.kind == GW_V_FITS; i++)
            take(&p, i, &need, cell);
        show(call, &p, need.steady);
        unlock_pair(&p);
        GW_CRASH("admitted");
        if (kind != 0 || v.kind != GW_V_UNREAD)
            break;
        rv = tries < READS ? read_budgets(&p, v.whose) : APR_EBUSY;
        if (rv != APR_SUCCESS)
            return unread(call, problem, rv);
    }
    if (kind == 0 && v.kind == GW_V_STALE)
        return GW_LIMIT_STALE;
    if (kind == 0 && v.kind != GW_V_FITS)
        kind = gw_limit_problem(problem, call, &v, &need,
                                gw_limit_fitting(call, &v));
    return kind;
}

/* ---- leaving -------------------------------------------------------- */

static void unplace(gw_segment_t *seg, gw_cell_t *cell, int whose)
{
    gw_drains_over(seg, cell, whose);
    if (!(cell->marks[whose] & GW_MARK_PLACE))
        return;
    gw_owner_at(seg, cell->owner[whose])->in_flight--;
    GW_CRASH("unplacing");
    cell->marks[whose] &= (unsigned char)~GW_MARK_PLACE;
}

static void unpin(gw_segment_t *seg, gw_cell_t *cell, int whose)
{
    gw_owner_t *o = gw_owner_at(seg, cell->owner[whose]);

    unplace(seg, cell, whose);
    if (cell->marks[whose] & GW_MARK_PIN)
        o->pins--;
    cell->marks[whose] = 0;
}

void gw_limit_unplace(gw_segment_t *seg, gw_cell_t *cell)
{
    int i;

    for (i = 0; i < 2; i++) {
        if (cell->owner[i] == 0 || cell->marks[i] == 0)
            continue;
        gw_owner_lock(seg, cell->owner[i]);
        unplace(seg, cell, i);
        gw_owner_unlock(seg, cell->owner[i]);
    }
}

int gw_limit_leave(gw_segment_t *seg, gw_cell_t *cell, gw_budget_t *soft)
{
    apr_time_t steady = gw_steady_now();
    int i, passed = 0;

    for (i = 0; i < 2; i++) {
        gw_owner_t *o;

        if (cell->owner[i] == 0 || cell->marks[i] == 0)
            continue;
        o = gw_owner_at(seg, cell->owner[i]);
        gw_owner_lock(seg, cell->owner[i]);
        unplace(seg, cell, i);
        passed |= gw_meters_settle(seg, o, i, cell, 1, steady, soft);
        gw_owner_unlock(seg, cell->owner[i]);
        GW_CRASH("leaving");
    }
    return passed;
}

void gw_limit_written(gw_segment_t *seg, gw_cell_t *cell)
{
    int i;

    for (i = 0; i < 2; i++) {
        if (cell->owner[i] == 0 || cell->marks[i] == 0)
            continue;
        gw_owner_lock(seg, cell->owner[i]);
        gw_meters_written(seg, gw_owner_at(seg, cell->owner[i]), i, cell);
        unpin(seg, cell, i);
        gw_owner_unlock(seg, cell->owner[i]);
    }
}

void gw_limit_undo(gw_segment_t *seg, gw_cell_t *cell)
{
    gw_budget_t unused;
    int i;

    for (i = 0; i < 2; i++) {
        if (cell->owner[i] == 0 || cell->marks[i] == 0)
            continue;
        gw_owner_lock(seg, cell->owner[i]);
        gw_meters_settle(seg, gw_owner_at(seg, cell->owner[i]), i, cell, 0,
                         gw_steady_now(), &unused);
        unpin(seg, cell, i);
        gw_owner_unlock(seg, cell->owner[i]);
        GW_CRASH("undoing");
    }
    gw_cell_release(seg, cell);
}

void gw_limit_cancel(gw_call_t *call)
{
    if (call->cell == NULL)
        return;
    gw_limit_undo(gw_process.seg, call->cell);
    call->cell = NULL;
}
