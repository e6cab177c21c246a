/* SPDX-License-Identifier: Apache-2.0 */
/* settle.c - see settle.h; the rules are BILLING B4 to B6. */
#include "settle.h"

#include <apr_strings.h>

#include "limit.h"
#include "tap.h"
#include "watch.h"

/* ---- usage and amount ----------------------------------------------- */

/* What the row is made from, in a child or in the helper. */
typedef struct facts_t {
    const gw_cell_t *cell;
    const gw_price_t *price;    /* NULL: it cannot be read */
    gw_end_t end;
} facts_t;

static void rule_of(gw_usage_rule_t *rule, const gw_cell_t *cell)
{
    memset(rule, 0, sizeof(*rule));
    rule->cache = (gw_cache_place_t)cell->usage_cache;
    rule->output_total = cell->usage_total;
    rule->reasoning = cell->reasoning;
}

/* The output that was counted so far; 0: none. */
static apr_int64_t counted_output(const gw_cell_t *cell,
                                  const gw_usage_rule_t *rule)
{
    apr_int64_t alone = cell->counts.n[GW_N_COMPLETION];
    gw_usage_t running;

    if (gw_usage_openai(&running, &cell->counts, rule) == APR_SUCCESS)
        return gw_usage_output(&running);
    return alone > 0 && alone <= GW_TOKENS_MAX ? alone : 0;
}

/* Prompt and output where nobody reported both.  Each of them stands where
 * it was counted, the output if it is more than the delivered text gives. */
static void estimate(gw_usage_t *usage, const facts_t *f, int delivered)
{
    const gw_cell_t *cell = f->cell;
    gw_usage_t running;
    gw_usage_rule_t rule;
    apr_int64_t output = gw_usage_estimate(cell->text, cell->rate), counted;

    memset(usage, 0, sizeof(*usage));
    rule_of(&rule, cell);
    usage->bucket[GW_INPUT] = cell->prompt;
    counted = counted_output(cell, &rule);
    if (counted > output)
        output = counted;
    rule.no_output = 1;
    if (cell->counts.n[GW_N_PROMPT] >= 0
        && gw_usage_openai(&running, &cell->counts, &rule) == APR_SUCCESS)
        memcpy(usage->bucket, running.bucket,
               GW_OUTPUT * sizeof(usage->bucket[0]));
    usage->bucket[GW_OUTPUT] = delivered ? output : 0;
    if (cell->reasoning)
        usage->flags |= GW_USAGE_THINKING;
    if (cell->counts.bad)
        usage->flags |= GW_USAGE_INCONSISTENT;
}

/* The amount that usage comes to; does it lie within the reserve? */
static int charge_it(gw_row_t *row, const facts_t *f)
{
    gw_charge_t charge = { 0, 0 };

    if (f->price == NULL
        || gw_tariff_charge(&charge, f->price, &row->usage, 1) != APR_SUCCESS)
        return 1;
    row->tier = (unsigned char)charge.tier;
    row->amount = charge.amount;
    return f->cell->reserve < 0 || row->amount <= f->cell->reserve;
}

/* Lower a count as far as the reserve demands. */
static void fit(gw_row_t *row, const facts_t *f, gw_bucket_t bucket)
{
    apr_int64_t *n = &row->usage.bucket[bucket], low = 0, high = *n;

    while (low < high) {
        *n = low + (high - low + 1) / 2;
        if (charge_it(row, f))
            low = *n;
        else
            high = *n - 1;
    }
    *n = low;
}

/* What nobody counted cannot have cost more than was reserved: so many
 * tokens are taken that the row gives its amount, whoever works it out. */
static void price_estimate(gw_row_t *row, const facts_t *f)
{
    if (charge_it(row, f))
        return;
    fit(row, f, GW_OUTPUT);
    if (charge_it(row, f))
        return;
    fit(row, f, GW_INPUT);
    if (!charge_it(row, f))
        row->amount = f->cell->reserve;
}

static void failed(gw_row_t *row, const facts_t *f)
{
    gw_usage_rule_t rule;

    rule_of(&rule, f->cell);
    if (gw_usage_openai(&row->usage, &f->cell->counts, &rule) != APR_SUCCESS)
        memset(&row->usage, 0, sizeof(row->usage));
    row->state = GW_STATE_FAILED;
    row->source = GW_SOURCE_NONE;
    row->amount = 0;
}

static void reported(gw_row_t *row, const facts_t *f, const gw_usage_t *usage)
{
    row->usage = *usage;
    row->state = GW_STATE_SETTLED;
    row->source = f->end == GW_END_DRAINED ? GW_SOURCE_DRAINED
                                           : GW_SOURCE_REPORTED;
    if (!charge_it(row, f))
        row->usage.flags |= GW_ROW_RESERVE_SHORT;
}

static void estimated(gw_row_t *row, const facts_t *f, int delivered)
{
    estimate(&row->usage, f, delivered);
    row->state = GW_STATE_ESTIMATED;
    row->source = GW_SOURCE_ESTIMATED;
    price_estimate(row, f);
}

/* The table of endings (BILLING B5). */
static void decide(gw_row_t *row, const facts_t *f)
{
    const gw_cell_t *cell = f->cell;
    int delivered = cell->phase >= GW_PHASE_DELIVERED;
    gw_usage_rule_t rule;
    gw_usage_t usage;
    int known;

    rule_of(&rule, cell);
    known = gw_usage_openai(&usage, &cell->counts, &rule) == APR_SUCCESS;
    switch (f->end) {
    case GW_END_COMPLETE:
    case GW_END_DRAINED:
        if (known)
            reported(row, f, &usage);
        else
            estimated(row, f, 1);
        break;
    case GW_END_CUT:
        if (!delivered)
            failed(row, f);
        else if (known)
            reported(row, f, &usage);
        else
            estimated(row, f, 1);
        break;
    case GW_END_CLIENT:
    case GW_END_STOPPED:
        if (cell->phase < GW_PHASE_SENT)
            failed(row, f);
        else
            estimated(row, f, delivered);
        break;
    default:
        failed(row, f);
        break;
    }
    if (cell->free_ && row->state != GW_STATE_FAILED) {
        row->state = GW_STATE_FREE;
        row->source = GW_SOURCE_REPORTED;
        row->amount = 0;
    }
}

void gw_settle_dead(gw_row_t *row, const gw_cell_t *cell,
                    const gw_price_t *price, apr_time_t now)
{
    facts_t f = { cell, price, GW_END_CLIENT };

    *row = cell->row;
    decide(row, &f);
    row->usage.flags |= GW_ROW_KILLED;
    row->end_ms = (apr_int32_t)((now - gw_id_time(row->id)) / 1000);
}

/* ---- a request's life ----------------------------------------------- */

void gw_settle_open(gw_call_t *call, apr_int64_t prompt, apr_int64_t reserve)
{
    gw_cell_t *cell = call->cell;
    gw_row_t *row = &cell->row;

    row->id = call->id;
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
    cell->reserve = reserve;
    cell->prompt = (apr_int32_t)prompt;
    cell->rate = 250;
    cell->free_ = call->price_free != 0;
    GW_CRASH("intent");
    gw_cell_open(gw_process.seg, cell);
    GW_CRASH("opened");
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
    cell->phase = GW_PHASE_SENDING;
    GW_CRASH("sending");
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

/* What the tap and the watch know and the cell does not yet. */
static void gather(gw_call_t *call, gw_end_t end, apr_time_t now)
{
    gw_cell_t *cell = call->cell;
    gw_row_t *row = &cell->row;

    gw_tap_report(call);
    row->end_ms = (apr_int32_t)((now - gw_id_time(row->id)) / 1000);
    if (end == GW_END_CLIENT
        || (end != GW_END_COMPLETE && call->watch != NULL
            && call->watch->client_gone))
        row->usage.flags |= GW_ROW_CLIENT_LEFT;
    if (end == GW_END_CUT || end == GW_END_STOPPED)
        row->usage.flags |= GW_ROW_CUT;
}

void gw_settle(gw_call_t *call, gw_end_t end)
{
    gw_cell_t *cell = call->cell;
    facts_t f = { cell, call->price, end };
    unsigned flags;
    gw_row_t *row;

    if (cell == NULL)
        return;
    gather(call, end, apr_time_now());
    flags = cell->row.usage.flags;
    row = apr_pmemdup(call->r->pool, &cell->row, sizeof(*row));
    decide(row, &f);
    row->usage.flags |= flags;
    GW_CRASH("settling");
    cell->row = *row;
    call->row = row;
    call->log_model = apr_pstrdup(call->r->pool, call->model->name);
    if (call->route != NULL)
        call->log_upstream = apr_pstrdup(call->r->pool,
                                         call->route->upstream->name);
    gw_limit_leave(gw_process.seg, cell);
    GW_CRASH("left");
    gw_cell_settle(gw_process.seg, cell);
    call->cell = NULL;
    GW_CRASH("settled");
    if (row->usage.flags & GW_ROW_RESERVE_SHORT)
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, call->r, GW_TAG(0050)
                      "%s cost more than was reserved: see the limits of "
                      "model %s", call->id_text, call->model->name);
}
