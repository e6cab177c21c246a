/* SPDX-License-Identifier: Apache-2.0 */
/* limit.c - see limit.h.  What is said to the client is in limit_problem.c. */
#include "limit.h"

#include "admission.h"
#include "cells.h"
#include "clock.h"
#include "crash.h"
#include "database.h"
#include "limit_problem.h"
#include "spent.h"

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
    gw_cell_set_owners(cell, call->caller.key_owner, call->caller.team_owner);
    return cell;
}

gw_problem_kind_t gw_limit_enter(gw_call_t *call, gw_problem_t *problem)
{
    gw_need_t need = { 0, 0, 1, 0, 0, "" };
    gw_cell_t *cell = claim(call, problem);
    gw_problem_kind_t kind = 0;
    gw_verdict_t v;

    if (cell == NULL)
        return problem->kind;
    GW_CRASH("claimed");
    gw_admission_enter(&v, call->window, gw_process.seg, cell,
                       call->caller.key_id);
    if (v.kind != GW_ADMIT_FITS) {
        gw_cell_release(gw_process.seg, cell);
        kind = gw_limit_problem(problem, call, &v, &need);
    }
    else {
        call->cell = cell;
    }
    GW_CRASH("entered");
    return kind;
}

/* ---- admission ------------------------------------------------------ */

/* A budget of this owner has to be read from the ledger first. */
static apr_status_t read_budgets(apr_uint32_t owner)
{
    gw_db_t *db;
    apr_status_t rv = gw_database_lock(&db, GW_DB_READ);

    if (rv == APR_SUCCESS) {
        gw_spent_t spent = gw_spent_in(db);

        rv = gw_budgets_read(gw_process.seg, owner, &spent);
        gw_database_unlock(GW_DB_READ);
    }
    return rv;
}

#define READS 4                 /* both owners, and a change meanwhile */

gw_limit_outcome_t gw_limit_admit(gw_call_t *call, gw_problem_t *problem)
{
    gw_cell_t *cell = call->cell;
    gw_verdict_t v;
    gw_need_t need;
    int tries;

    gw_admission_need(&need, cell);
    for (tries = 0; ; tries++) {
        apr_status_t rv;

        gw_admission_take(&v, call->window, gw_process.seg, cell,
                          call->caller.key_id, &need);
        if (v.kind != GW_ADMIT_UNREAD)
            break;
        rv = tries < READS ? read_budgets(cell->owner[v.whose]) : APR_EBUSY;
        if (rv != APR_SUCCESS) {
            unread(call, problem, rv);
            return GW_REFUSED;
        }
    }
    if (v.kind == GW_ADMIT_FITS)
        return GW_ADMITTED;
    if (v.kind == GW_ADMIT_OLD_ID)
        return GW_RETRY_ID;
    gw_limit_problem(problem, call, &v, &need);
    return GW_REFUSED;
}

const char *gw_limit_grow(gw_call_t *call, gw_pico_t reserve)
{
    gw_cell_t *cell = call->cell;
    gw_verdict_t v;
    int tries;

    for (tries = 0; ; tries++) {
        gw_admission_grow(&v, gw_process.seg, cell, reserve);
        if (v.kind != GW_ADMIT_UNREAD)
            break;
        if (tries == READS
            || read_budgets(cell->owner[v.whose]) != APR_SUCCESS)
            return "may cost more than was reserved, and what was spent of "
                   "its budgets cannot be read now";
    }
    switch (v.kind) {
    case GW_ADMIT_FITS:
        return NULL;
    case GW_ADMIT_UNBOUNDED:
        return "has no bound for its cost, and there is a budget";
    case GW_ADMIT_OLD_ID:
        return "may cost more than was reserved, and the window of its budget "
               "has ended";
    default:
        return "may cost more than was reserved, and its budgets do not hold "
               "the difference";
    }
}

gw_problem_kind_t gw_limit_count(gw_call_t *call, gw_cell_t *cell,
                                 gw_problem_t *problem)
{
    gw_need_t need = { gw_steady_now(), gw_id_time(call->id), -1, 0, 0, "" };
    gw_verdict_t v;

    gw_cell_set_owners(cell, call->caller.key_owner, call->caller.team_owner);
    gw_admission_take(&v, call->window, gw_process.seg, cell,
                      call->caller.key_id, &need);
    return v.kind == GW_ADMIT_FITS
           ? 0 : gw_limit_problem(problem, call, &v, &need);
}

void gw_limit_cancel(gw_call_t *call)
{
    if (call->cell == NULL)
        return;
    gw_admission_undo(gw_process.seg, call->cell);
    call->cell = NULL;
}
