/* SPDX-License-Identifier: Apache-2.0 */
/* bill.c - see bill.h; the rules are in docs/billing.md. */
#include "bill.h"

#include "dialect.h"
#include "id.h"

/* ---- usage and amount ----------------------------------------------- */

/* What the row is made from, in a child or in the helper. */
typedef struct facts_t {
    const gw_cell_t *cell;
    const gw_price_t *price;    /* NULL: it cannot be read */
    gw_end_t end;
} facts_t;

static void rule_of(gw_usage_rule_t *rule, const facts_t *f)
{
    const gw_cell_t *cell = f->cell;

    memset(rule, 0, sizeof(*rule));
    rule->cache = (gw_cache_place_t)cell->usage_cache;
    rule->output_total = cell->usage_total;
    rule->reasoning = cell->reasoning;
    rule->marked = cell->marked;
    rule->no_output = cell->row.endpoint < GW_ENDPOINTS
                      && gw_endpoint_row(cell->row.endpoint)->no_output;
    if (f->price != NULL) {
        rule->prompt_most = f->price->prompt_most;
        rule->output_most = f->price->output_most;
    }
}

/* What the counts of a cell come to, as its dialect counts.  APR_ENOENT: they
 * do not give it (usage.h), or the cell is of no dialect. */
static apr_status_t usage_of(gw_usage_t *usage, const gw_cell_t *cell,
                             const gw_usage_rule_t *rule)
{
    return cell->row.dialect < GW_DIALECTS
           ? gw_dialect_facts(cell->row.dialect)->usage(usage, &cell->counts,
                                                        rule)
           : APR_ENOENT;
}

/* Usage that was counted to the end, and that the price can bill. */
static int counted_usage(gw_usage_t *usage, const facts_t *f)
{
    gw_usage_rule_t rule;
    gw_charge_t charge;

    rule_of(&rule, f);
    return !f->cell->counts.beginning
           && usage_of(usage, f->cell, &rule) == APR_SUCCESS
           && (f->price == NULL
               || ((f->price->prompt_most | f->price->output_most) == 0
                   && usage->search_units == 0)
               || gw_tariff_charge(&charge, f->price, usage,
                                   gw_usage_units(usage)) == APR_SUCCESS);
}

/* The output that was counted so far; 0: none. */
static apr_int64_t counted_output(const gw_cell_t *cell,
                                  const gw_usage_rule_t *rule)
{
    apr_int64_t alone = cell->counts.n[GW_N_COMPLETION];
    gw_usage_t running;

    if (usage_of(&running, cell, rule) == APR_SUCCESS)
        return gw_usage_output(&running);
    return alone > 0 && alone <= GW_TOKENS_MAX
           && (rule->output_most == 0 || alone <= rule->output_most)
           ? alone : 0;
}

/* Prompt and output where the upstream did not report both.  Each of them
 * stands where it was counted, the output if it is more than the delivered
 * text gives. */
static void estimate(gw_usage_t *usage, const facts_t *f, int delivered)
{
    const gw_cell_t *cell = f->cell;
    gw_usage_t running;
    gw_usage_rule_t rule;
    apr_int64_t output = gw_usage_estimate(cell->text, cell->rate), counted;

    memset(usage, 0, sizeof(*usage));
    rule_of(&rule, f);
    usage->bucket[GW_INPUT] = cell->prompt;
    counted = counted_output(cell, &rule);
    if (counted > output)
        output = counted;
    rule.no_output = 1;
    if (cell->counts.n[GW_N_PROMPT] >= 0
        && usage_of(&running, cell, &rule) == APR_SUCCESS) {
        memcpy(usage->bucket, running.bucket,
               GW_OUTPUT * sizeof(usage->bucket[0]));
        usage->flags |= running.flags & GW_USAGE_CALLS;
        usage->largest = running.largest;
    }
    usage->bucket[GW_OUTPUT] = delivered ? output : 0;
    if (cell->reasoning)
        usage->flags |= GW_USAGE_THINKING;
    if (cell->counts.bad)
        usage->flags |= GW_USAGE_INCONSISTENT;
}

/* The amount that usage comes to; does it lie within the reserve, and within
 * what an amount holds? */
static int charge_it(gw_row_t *row, const facts_t *f)
{
    gw_charge_t charge = { 0, 0 };

    if (f->price == NULL)
        return 1;
    if (gw_tariff_charge(&charge, f->price, &row->usage,
                         gw_usage_units(&row->usage)) != APR_SUCCESS)
        return 0;
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

/* What was not counted cannot have cost more than was reserved: tokens are
 * taken off, guessed ones first and those that were counted last, until the
 * row's usage gives an amount within it, however often it is worked out. */
static void price_estimate(gw_row_t *row, const facts_t *f)
{
    static const gw_bucket_t order[GW_BUCKETS] = {
        GW_OUTPUT, GW_OUTPUT_AUDIO, GW_INPUT, GW_INPUT_IMAGE, GW_INPUT_VIDEO,
        GW_INPUT_AUDIO, GW_CACHE_READ, GW_CACHE_READ_EXPLICIT,
        GW_CACHE_WRITE_5M, GW_CACHE_WRITE_1H
    };
    unsigned i;

    for (i = 0; !charge_it(row, f) && i < GW_BUCKETS; i++)
        fit(row, f, order[i]);
}

static void failed(gw_row_t *row, const facts_t *f)
{
    gw_usage_rule_t rule;

    rule_of(&rule, f);
    if (usage_of(&row->usage, f->cell, &rule) != APR_SUCCESS)
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
static void by_ending(gw_row_t *row, const facts_t *f)
{
    const gw_cell_t *cell = f->cell;
    int delivered = cell->phase >= GW_PHASE_DELIVERED;
    gw_usage_t usage;
    int known = counted_usage(&usage, f);

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
    if (cell->bills_nothing && row->state != GW_STATE_FAILED) {
        row->state = GW_STATE_FREE;
        row->source = GW_SOURCE_REPORTED;
        row->amount = 0;
    }
}

/* Counts that are all 0 although text came are none. */
static int counts_nothing(const gw_cell_t *cell)
{
    int i;

    for (i = 0; i < GW_COUNTS; i++) {
        if (cell->counts.n[i] > 0)
            return 0;
    }
    return cell->counts.seen && cell->text > 0
           && (cell->counts.n[GW_N_PROMPT] == 0
               || cell->counts.n[GW_N_COMPLETION] == 0
               || cell->counts.n[GW_N_TOTAL] == 0);
}

void gw_bill_decide(gw_row_t *row, const gw_cell_t *cell,
                    const gw_price_t *price, gw_end_t end)
{
    facts_t f = { cell, price, end };
    gw_cell_t uncounted;

    if (counts_nothing(cell)) {
        uncounted = *cell;
        gw_counts_clear(&uncounted.counts);
        uncounted.counts.bad = 1;
        f.cell = &uncounted;
    }
    by_ending(row, &f);
}

int gw_bill_counted(gw_usage_t *usage, const gw_cell_t *cell,
                    const gw_price_t *price)
{
    facts_t f = { cell, price, GW_END_COMPLETE };

    return !counts_nothing(cell) && counted_usage(usage, &f);
}

/* ---- the cell's row ------------------------------------------------- */

void gw_bill_store(gw_cell_t *cell, const gw_row_t *row)
{
    const apr_size_t id = sizeof(row->id);

    /* an owner's cells may be counted now: the id stays as it is */
    memcpy((char *)&cell->row + id, (const char *)row + id,
           sizeof(*row) - id);
    __atomic_store_n(&cell->decided, 1, __ATOMIC_RELEASE);
}

void gw_bill_dead(gw_cell_t *cell, const gw_price_t *price, apr_time_t now)
{
    gw_row_t row = cell->row;
    apr_time_t took = now - gw_id_time(row.id);

    if (__atomic_load_n(&cell->decided, __ATOMIC_ACQUIRE))
        return;     /* the client was told of it, or could be at any moment */
    gw_bill_decide(&row, cell, price, GW_END_CLIENT);
    row.usage.flags |= GW_ROW_KILLED;
    row.end_ms = took > 0 ? (apr_int32_t)(took / 1000) : 0;
    gw_bill_store(cell, &row);
}
