/* SPDX-License-Identifier: Apache-2.0 */
/* settle.c - see settle.h. */
#include "settle.h"

#include <apr_strings.h>

#include "admission.h"
#include "calibrations.h"
#include "cells.h"
#include "commit_wait.h"
#include "crash.h"
#include "limit.h"
#include "reserve.h"
#include "sent.h"
#include "widen.h"

/* ---- a request's life ----------------------------------------------- */

/* *bound comes out wider; -1: there is none. */
static gw_pico_t amount_of(gw_bound_t *bound, const gw_call_t *call)
{
    return gw_reserve_amount(bound, gw_process.seg, call->price, call->model,
                             call->caller.key_id, gw_id_time(call->id));
}

static void reserve(gw_cell_t *cell, gw_call_t *call)
{
    gw_bound_t bound;

    cell->reserve = -1;
    if (!gw_sent_bound(&bound, call, -1))
        return;
    call->bound = bound;
    cell->reserve = amount_of(&bound, call);
}

/* Can what is within a come to no more than what is within b? */
static int within(const gw_bound_t *a, const gw_bound_t *b)
{
    return a->prompt <= b->prompt && a->output <= b->output
           && a->units <= b->units && (a->rates & ~b->rates) == 0;
}

/* Amounts alone do not tell: reserves of the key may be wider by now, and what
 * was admitted needs no more for that. */
const char *gw_settle_cover(gw_call_t *call)
{
    gw_cell_t *cell = call->cell;
    gw_pico_t amount = -1;
    gw_bound_t bound, wider;
    const char *why = NULL;
    int bounded;

    /* a body that is not translated is what was reserved for */
    if (cell->reserve < 0 || call->sent == call->req)
        return NULL;
    bounded = gw_sent_bound(&bound, call, -1);
    if (bounded && within(&bound, &call->bound))
        return NULL;
    if (bounded) {
        wider = bound;
        amount = amount_of(&wider, call);
    }
    if (amount < 0 || amount > cell->reserve)
        why = gw_limit_grow(call, amount);
    if (why == NULL && bounded)
        call->bound = bound;
    return why;
}

/* The bound that goes into a body without one, and what prompt and output
 * take of the token windows then. */
static void foresee(gw_call_t *call, const gw_calibration_t *c)
{
    const gw_policy_t *const policy[2] = { &call->caller.policies->key,
                                           &call->caller.policies->team };
    gw_request_t *req = call->req;
    apr_int64_t prompt = call->cell->prompt, put;

    if (req->max == GW_MAX_NONE) {
        put = gw_bound_put(call->model, policy,
                           gw_bound_most(policy, call->conf->max_tokens),
                           prompt, req->n);
        req->max_tokens = put > 0 ? put : -1;
    }
    call->cell->taken = (apr_int32_t)gw_bound_tokens(
        call->model, policy, req, prompt, gw_calibration_output(c));
}

void gw_settle_foresee(gw_call_t *call)
{
    gw_calibration_t *c = gw_calibrations_find(gw_process.seg,
                                               call->caller.team_id,
                                               call->model->id);
    const gw_calibration_t *k = call->model->fixed ? NULL : c;
    const gw_request_t *req = call->req;
    gw_cell_t *cell = call->cell;
    int i, media = req->open_ended;

    cell->rate = (apr_int16_t)gw_calibration_output_k(k);
    for (i = 0; i < GW_MEDIAS; i++)
        media |= req->media[i] != 0;
    cell->prompt = (apr_int32_t)gw_bound_prompt(req, call->model,
                                                gw_calibration_prompt_k(k));
    cell->prompt_bytes = media ? 0 : (apr_int32_t)req->text;
    cell->prompt_fixed = (apr_int32_t)gw_bound_prompt_fixed(req, call->model);
    foresee(call, k);
}

void gw_settle_intend(gw_call_t *call)
{
    gw_cell_t *cell = call->cell;
    gw_row_t *row = &cell->row;

    gw_cell_set_id(cell, call->id);
    row->kind = GW_KIND_REQUEST;
    row->team_id = call->caller.team_id;
    row->key_id = call->caller.key_id;
    row->model_id = call->model->id;
    row->price_id = call->price->id;
    row->currency_id = (apr_int16_t)call->price->currency;
    row->endpoint = (unsigned char)call->url.endpoint;
    row->stream = call->req->stream != 0;
    row->first_ms = -1;
    gw_counts_clear(&cell->counts);
    cell->bills_nothing = call->price_free != 0;
    apr_cpystrn(cell->currency,
                gw_catalog_currency(call->snapshot->catalog,
                                    call->price->currency), GW_CURRENCY);
    reserve(cell, call);
    GW_CRASH("intent");
}

gw_problem_kind_t gw_settle_open(gw_call_t *call, gw_problem_t *problem)
{
    gw_cell_open(gw_process.seg, call->cell);
    GW_CRASH("opened");
    if (gw_commit_wait_intent(gw_process.seg, call->cell))
        return 0;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, call->r, GW_TAG(0052)
                  "%s: its intent could not be written in %d s, the client "
                  "gets 503", call->id_text, GW_COMMIT_WAIT_MS / 1000);
    gw_problem(problem, GW_P_OVERLOADED, NULL,
               "The engine is currently overloaded: the ledger cannot be "
               "written now. Please try again later.");
    call->cell->row.status = (apr_int16_t)gw_problem_status(problem,
                                                            call->shape);
    gw_settle(call, GW_END_FAILED);
    return problem->kind;
}

void gw_settle_attempt(gw_call_t *call, const gw_route_t *route)
{
    gw_cell_t *cell = call->cell;

    cell->row.route_id = route->id;
    cell->row.upstream_id = route->upstream->id;
    cell->row.dialect = (unsigned char)route->upstream->dialect;
    cell->row.attempts++;
    cell->row.upstream_request[0] = '\0';
    cell->row.answer_hash = 0;
    gw_counts_clear(&cell->counts);
    cell->reasoning = 0;
    cell->usage_cache = (unsigned char)route->upstream->usage_cache;
    cell->usage_total = route->upstream->usage_output_total != 0;
    cell->marked = call->sent->cache_control != 0;
    cell->phase = GW_PHASE_SENDING;
    GW_CRASH("sending");
}

void gw_settle_sent(gw_call_t *call)
{
    gw_cell_t *cell = call->cell;

    if (cell != NULL && cell->phase < GW_PHASE_SENT)
        cell->phase = GW_PHASE_SENT;
    if (cell != NULL)
        cell->row.reached = 1;
    GW_CRASH("sent");
}

void gw_settle_failed_attempt(gw_call_t *call, gw_reason_t reason, int status,
                              apr_interval_time_t took)
{
    gw_row_t *row = &call->cell->row;
    gw_attempt_t *a;

    if (row->failed_count == GW_ROW_ATTEMPTS)
        return;
    a = &row->failed[row->failed_count];
    a->upstream_id = row->upstream_id;
    a->status = (apr_int16_t)status;
    a->reason = (apr_int16_t)reason;
    a->ms = (apr_int32_t)(took / 1000);
    row->failed_count++;
}

/* How it ended, beside what was counted, which the cell has already. */
static void note_end(gw_call_t *call, gw_end_t end)
{
    gw_row_t *row = &call->cell->row;

    row->end_ms = gw_call_ms(call);
    if (end == GW_END_CLIENT
        || (end != GW_END_COMPLETE && gw_exchange_reads_on(&call->exchange)))
        row->usage.flags |= GW_ROW_CLIENT_LEFT;
    if (end == GW_END_CUT || end == GW_END_STOPPED)
        row->usage.flags |= GW_ROW_CUT;
}

/* Counts end at 10^8. */
static apr_int32_t beyond(apr_int64_t count, apr_int64_t bound)
{
    return count > bound ? (apr_int32_t)(count - bound) : 0;
}

/* What the settled row teaches for its team's next estimates. */
static void calibrate(const gw_cell_t *cell)
{
    const gw_row_t *row = &cell->row;
    gw_calibration_t *c = gw_calibrations_find(gw_process.seg, row->team_id,
                                               row->model_id);
    apr_int64_t prompt = gw_usage_prompt(&row->usage);
    gw_sample_t sample;

    if (c == NULL || row->state == GW_STATE_FAILED
        || row->source != GW_SOURCE_REPORTED || row->usage.search_units > 0)
        return;
    sample.prompt_bytes = cell->prompt_bytes;
    sample.prompt_tokens = prompt - cell->prompt_fixed;
    if (sample.prompt_tokens < 0)
        sample.prompt_tokens = 0;
    sample.prompt_estimate = cell->prompt - cell->prompt_fixed;
    sample.answer_bytes = (row->usage.flags & (GW_ROW_CUT
                                               | GW_ROW_CLIENT_LEFT))
                          ? 0 : cell->text;
    sample.output = gw_usage_output(&row->usage);
    gw_calibration_add(c, &sample);
}

/* The reserve was too small: those to come of this key are wider. */
static void widen(gw_call_t *call, const gw_cell_t *cell)
{
    const gw_row_t *row = &cell->row;
    gw_widening_t seen;

    if (!(row->usage.flags & GW_ROW_RESERVE_SHORT))
        return;
    seen.key_id = row->key_id;
    seen.team_id = row->team_id;
    seen.model_id = row->model_id;
    seen.seen = gw_id_time(row->id);
    seen.prompt = beyond(gw_usage_prompt(&row->usage), call->bound.prompt);
    seen.output = beyond(gw_usage_output(&row->usage), call->bound.output);
    if (seen.prompt > 0 || seen.output > 0)
        gw_widen_see(gw_process.seg, &seen, call->model->context);
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, call->r, GW_TAG(0050)
                  "%s cost more than was reserved: see the limits of "
                  "model %s", call->id_text, call->model->name);
}

static void say_soft(gw_call_t *call, const gw_budget_t *b)
{
    char text[GW_MONEY_TEXT], limit[GW_MONEY_TEXT];
    gw_sum_t spent = gw_budget_spent(b);

    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, call->r, GW_TAG(0051)
                  "a budget of key %s or of its team has passed its soft "
                  "threshold: %s of %s %s are spent (%s)",
                  call->caller.public_id,
                  gw_sum_text(text, &spent), gw_sum_text(limit, &b->limit),
                  b->currency,
                  gw_window_names[b->window]);
}

/* Of one prompt and one choice it gives the most; there may be more. */
static gw_price_t price_of(const gw_call_t *call)
{
    gw_price_t price = *call->price;

    price.prompt_most *= call->req->prompts;
    price.output_most *= call->req->n;
    return price;
}

int gw_settle_counted(const gw_call_t *call, gw_usage_t *usage)
{
    gw_price_t price = price_of(call);

    return call->cell != NULL && gw_bill_counted(usage, call->cell, &price);
}

static void settle_row(gw_call_t *call, gw_end_t end)
{
    gw_cell_t *cell = call->cell;
    gw_budget_t soft;
    gw_price_t price = price_of(call);
    unsigned flags;
    gw_row_t *row;

    note_end(call, end);
    flags = cell->row.usage.flags;
    row = apr_pmemdup(call->r->pool, &cell->row, sizeof(*row));
    gw_bill_decide(row, cell, &price, end);
    row->usage.flags |= flags;
    GW_CRASH("settling");
    gw_bill_store(cell, row);
    GW_CRASH("decided");
    call->row = row;
    call->log_model = ap_escape_logitem(call->r->pool, call->model->name);
    if (call->route != NULL)
        call->log_upstream = ap_escape_logitem(call->r->pool,
                                               call->route->upstream->name);
    calibrate(cell);
    widen(call, cell);
    if (gw_admission_leave(gw_process.seg, cell, &soft))
        say_soft(call, &soft);
    GW_CRASH("left");
    call->cell = NULL;
    gw_exchange_on(&call->exchange, GW_X_SETTLE);
    if (!gw_commit_wait_settle(gw_process.seg, cell))
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, call->r, GW_TAG(0053)
                      "%s: its row could not be written in %d s; it waits in "
                      "the segment", call->id_text, GW_COMMIT_WAIT_MS / 1000);
    GW_CRASH("settled");
}

void gw_settle(gw_call_t *call, gw_end_t end)
{
    if (call->cell == NULL)
        return;
    if (!gw_endpoint_row(call->url.endpoint)->counts) {
        settle_row(call, end);
        return;
    }
    call->cell = NULL;          /* it is none of the segment's */
    gw_exchange_on(&call->exchange, GW_X_SETTLE);
}
