/* SPDX-License-Identifier: Apache-2.0 */
/* test_bill.c - what each ending of a request comes to: a row of the table of
 * endings in docs/billing.md for each. */
#include "bill.h"
#include "fixture.h"
#include "id.h"
#include "set_clock.h"

#include "tap.h"

#define NO (-1)                 /* not counted; no reserve */
#define ESTIMATE 1024           /* of the prompt, by its text */
#define IN FIXTURE_INPUT
#define OUT FIXTURE_OUTPUT

typedef struct ending_t {
    const char *name;
    gw_end_t end;
    gw_phase_t phase;
    apr_int64_t prompt, output; /* as the upstream counted */
    apr_int64_t text;           /* bytes that were delivered */
    gw_pico_t reserve;
    gw_state_t state;
    gw_source_t source;
    apr_int64_t in, out;        /* tokens of the row */
    gw_pico_t amount;
    unsigned flags;
} ending_t;

#define SETTLED GW_STATE_SETTLED, GW_SOURCE_REPORTED
#define DRAINED GW_STATE_SETTLED, GW_SOURCE_DRAINED
#define ESTIMATED GW_STATE_ESTIMATED, GW_SOURCE_ESTIMATED
#define FAILED GW_STATE_FAILED, GW_SOURCE_NONE

static const ending_t endings[] = {
    { "complete, with usage", GW_END_COMPLETE, GW_PHASE_DELIVERED,
      100, 10, 44, NO, SETTLED, 100, 10, 100 * IN + 10 * OUT, 0 },
    { "complete, without usage", GW_END_COMPLETE, GW_PHASE_DELIVERED,
      NO, NO, 901, NO, ESTIMATED, ESTIMATE, 226, ESTIMATE * IN + 226 * OUT, 0 },
    { "complete, only the prompt was counted", GW_END_COMPLETE,
      GW_PHASE_DELIVERED, 100, NO, 400, NO,
      ESTIMATED, 100, 100, 100 * IN + 100 * OUT, 0 },
    { "complete, more output was counted than delivered text gives",
      GW_END_COMPLETE, GW_PHASE_DELIVERED, NO, 500, 400, NO,
      ESTIMATED, ESTIMATE, 500, ESTIMATE * IN + 500 * OUT, 0 },
    { "complete, all counts are 0 although text came", GW_END_COMPLETE,
      GW_PHASE_DELIVERED, 0, 0, 400, NO,
      ESTIMATED, ESTIMATE, 100, ESTIMATE * IN + 100 * OUT,
      GW_ROW_INCONSISTENT },
    { "cut after delivery, usage seen", GW_END_CUT, GW_PHASE_DELIVERED,
      100, 10, 44, NO, SETTLED, 100, 10, 100 * IN + 10 * OUT, 0 },
    { "cut after delivery, not seen", GW_END_CUT, GW_PHASE_DELIVERED,
      NO, NO, 400, NO, ESTIMATED, ESTIMATE, 100, ESTIMATE * IN + 100 * OUT,
      0 },
    { "cut before delivery", GW_END_CUT, GW_PHASE_SENT, 100, 10, 0, NO,
      FAILED, 100, 10, 0, 0 },
    { "the client left before all was sent", GW_END_CLIENT, GW_PHASE_SENDING,
      NO, NO, 0, NO, FAILED, 0, 0, 0, 0 },
    { "... before delivery", GW_END_CLIENT, GW_PHASE_SENT, NO, NO, 0, NO,
      ESTIMATED, ESTIMATE, 0, ESTIMATE * IN, 0 },
    { "... before delivery, the prompt was counted", GW_END_CLIENT,
      GW_PHASE_SENT, 100, NO, 0, NO, ESTIMATED, 100, 0, 100 * IN, 0 },
    { "... after 400 bytes", GW_END_CLIENT, GW_PHASE_DELIVERED, NO, NO, 400,
      NO, ESTIMATED, ESTIMATE, 100, ESTIMATE * IN + 100 * OUT, 0 },
    { "... after delivery, with running usage", GW_END_CLIENT,
      GW_PHASE_DELIVERED, 100, 120, 400, NO, ESTIMATED, 100, 120,
      100 * IN + 120 * OUT, 0 },
    { "drained to the end", GW_END_DRAINED, GW_PHASE_DELIVERED, 100, 10, 44,
      NO, DRAINED, 100, 10, 100 * IN + 10 * OUT, 0 },
    { "drained, without usage", GW_END_DRAINED, GW_PHASE_DELIVERED, NO, NO,
      400, NO, ESTIMATED, ESTIMATE, 100, ESTIMATE * IN + 100 * OUT, 0 },
    { "this process ends, after delivery", GW_END_STOPPED,
      GW_PHASE_DELIVERED, NO, NO, 400, NO, ESTIMATED, ESTIMATE, 100,
      ESTIMATE * IN + 100 * OUT, 0 },
    { "... before all was sent", GW_END_STOPPED, GW_PHASE_SENDING, NO, NO, 0,
      NO, FAILED, 0, 0, 0, 0 },
    { "no answer: counts are kept", GW_END_FAILED, GW_PHASE_SENT, 100, 0, 0,
      NO, FAILED, 100, 0, 0, 0 },
    { "no answer, no counts", GW_END_FAILED, GW_PHASE_SENT, NO, NO, 0, NO,
      FAILED, 0, 0, 0, 0 },
    { "more than the reserve, counted", GW_END_COMPLETE, GW_PHASE_DELIVERED,
      100, 10, 44, 100 * IN + 10 * OUT - 1, SETTLED, 100, 10,
      100 * IN + 10 * OUT, GW_ROW_RESERVE_SHORT },
    { "the whole reserve, counted", GW_END_COMPLETE, GW_PHASE_DELIVERED,
      100, 10, 44, 100 * IN + 10 * OUT, SETTLED, 100, 10,
      100 * IN + 10 * OUT, 0 },
    { "an estimate gives up output first", GW_END_COMPLETE,
      GW_PHASE_DELIVERED, NO, NO, 400, ESTIMATE * IN + 7 * OUT + 1,
      ESTIMATED, ESTIMATE, 7, ESTIMATE * IN + 7 * OUT, 0 },
    { "... then the prompt", GW_END_COMPLETE, GW_PHASE_DELIVERED, NO, NO, 400,
      3 * IN + 1, ESTIMATED, 3, 0, 3 * IN, 0 },
    { "... and all of it", GW_END_CLIENT, GW_PHASE_DELIVERED, NO, NO, 400, 0,
      ESTIMATED, 0, 0, 0, 0 }
};

static void fill(gw_cell_t *cell, const ending_t *e)
{
    memset(cell, 0, sizeof(*cell));
    cell->row.id = gw_id_make(WALL_FIRST, 0);
    cell->phase = (unsigned char)e->phase;
    cell->prompt = ESTIMATE;
    cell->rate = 250;
    cell->text = e->text;
    cell->reserve = e->reserve;
    gw_counts_clear(&cell->counts);
    cell->counts.seen = e->prompt != NO || e->output != NO;
    if (e->prompt != NO)
        gw_counts_put(&cell->counts, GW_N_PROMPT, e->prompt);
    if (e->output != NO)
        gw_counts_put(&cell->counts, GW_N_COMPLETION, e->output);
}

static void test_endings(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(endings); i++) {
        const ending_t *e = &endings[i];
        gw_cell_t cell;
        gw_row_t row;

        fill(&cell, e);
        row = cell.row;
        gw_bill_decide(&row, &cell, &fixture_price, e->end);
        is_int(row.state, e->state, "%s: state", e->name);
        is_int(row.source, e->source, "%s: source", e->name);
        is_int(gw_usage_prompt(&row.usage), e->in, "%s: prompt", e->name);
        is_int(gw_usage_output(&row.usage), e->out, "%s: output", e->name);
        is_int(row.amount, e->amount, "%s: amount", e->name);
        is_int(row.usage.flags, e->flags, "%s: flags", e->name);
    }
}

/* A free model bills nothing and counts all. */
static void test_free(void)
{
    unsigned i, wrong = 0;

    for (i = 0; i < GW_COUNT(endings); i++) {
        const ending_t *e = &endings[i];
        gw_cell_t cell;
        gw_row_t row;

        fill(&cell, e);
        cell.bills_nothing = 1;
        row = cell.row;
        gw_bill_decide(&row, &cell, &fixture_price, e->end);
        wrong += row.amount != 0
                 || gw_usage_prompt(&row.usage) != e->in
                 || gw_usage_output(&row.usage) != e->out
                 || (e->state == GW_STATE_FAILED
                     ? row.state != GW_STATE_FAILED
                     : row.state != GW_STATE_FREE
                       || row.source != GW_SOURCE_REPORTED);
    }
    is_int(wrong, 0, "each ending of a free model");
}

/* ---- search units ------------------------------------------------------- */

#define EACH APR_INT64_C(2000)  /* per_request, micro-units */

/* What a rerank that counted units alone comes to, at this per_request. */
static void rank(gw_row_t *row, apr_int64_t units, gw_end_t end,
                 gw_pico_t reserve, apr_int64_t rate)
{
    gw_tier_t tier = { GW_NO_BOUND, GW_NO_BOUND, { IN }, 0 };
    gw_price_t price = { 1, 1, 0, 1, &tier, 0, 0 };
    ending_t e = { .phase = GW_PHASE_DELIVERED, .prompt = NO, .output = NO,
                   .reserve = reserve };
    gw_charge_t charge;
    gw_cell_t cell;

    tier.rate[GW_RATE_PER_REQUEST] = rate;
    fill(&cell, &e);
    cell.row.endpoint = GW_EP_RERANK;
    cell.counts.seen = 1;
    gw_counts_put(&cell.counts, GW_N_UNITS, units);
    *row = cell.row;
    gw_bill_decide(row, &cell, &price, end);
    ok(gw_row_reprice(&charge, row, &price) == APR_SUCCESS
       && charge.amount == row->amount, "its amount can be made again");
}

static void test_search_units(void)
{
    const gw_pico_t each = EACH * 1000000;
    gw_row_t row;

    rank(&row, 3, GW_END_COMPLETE, NO, EACH);
    is_int(row.state, GW_STATE_SETTLED, "units alone are usage");
    is_int(row.source, GW_SOURCE_REPORTED, "... that was reported");
    is_int(row.usage.search_units, 3, "... and kept");
    is_int(gw_usage_prompt(&row.usage), 0, "... without tokens");
    is_int(row.amount, 3 * each, "each is charged");
    rank(&row, 3, GW_END_DRAINED, NO, EACH);
    is_int(row.source, GW_SOURCE_DRAINED, "drained");
    is_int(row.amount, 3 * each, "... they are charged, too");
    rank(&row, 3, GW_END_COMPLETE, 3 * each - 1, EACH);
    is_int(row.amount, 3 * each, "more than the reserve is charged");
    is_int(row.usage.flags, GW_ROW_RESERVE_SHORT, "... and said");
    rank(&row, 3, GW_END_FAILED, NO, EACH);
    is_int(row.amount, 0, "failed, they are not");
    rank(&row, 0, GW_END_COMPLETE, NO, EACH);
    is_int(row.state, GW_STATE_ESTIMATED, "no unit is no usage");
    is_int(row.amount, ESTIMATE * IN + each, "... and charged once");
    rank(&row, GW_TOKENS_MAX, GW_END_COMPLETE, NO, APR_INT64_C(9999999999));
    is_int(row.state, GW_STATE_ESTIMATED,
           "more than an amount holds is no usage");
    is_int(row.usage.search_units, 0, "... and nothing of it is kept");
}

/* ---- a process that died ------------------------------------------------ */

static void test_dead(void)
{
    gw_cell_t cell;
    gw_row_t row;

    fill(&cell, &endings[0]);
    gw_bill_dead(&cell, &fixture_price, WALL_FIRST + 3 * SECOND);
    is_int(cell.row.state, GW_STATE_ESTIMATED, "it is as if the client left");
    is_int(cell.row.amount, 100 * IN + 11 * OUT, "... at this point");
    ok(cell.row.usage.flags & GW_ROW_KILLED, "it says so");
    is_int(cell.row.end_ms, 3000, "until it was found");
    row = cell.row;
    gw_bill_dead(&cell, &fixture_price, WALL_FIRST + 9 * SECOND);
    ok(memcmp(&row, &cell.row, sizeof(row)) == 0, "no second time");
    fill(&cell, &endings[0]);
    row = cell.row;
    gw_bill_decide(&row, &cell, &fixture_price, GW_END_COMPLETE);
    gw_bill_store(&cell, &row);
    gw_bill_dead(&cell, &fixture_price, WALL_FIRST + 3 * SECOND);
    ok(memcmp(&row, &cell.row, sizeof(row)) == 0,
       "what was final stays: the client may know of it");
    fill(&cell, &endings[0]);
    gw_bill_dead(&cell, &fixture_price, WALL_FIRST - SECOND);
    is_int(cell.row.end_ms, 0, "the clock went back");
    fill(&cell, &endings[0]);
    gw_bill_dead(&cell, NULL, WALL_FIRST);
    is_int(cell.row.amount, 0, "a price that is gone charges nothing");
    is_int(gw_usage_prompt(&cell.row.usage), 100, "... and is counted");
}

int main(void)
{
    test_endings();
    test_free();
    test_search_units();
    test_dead();
    return tap_end();
}
