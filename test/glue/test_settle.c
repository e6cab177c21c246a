/* SPDX-License-Identifier: Apache-2.0 */
/* test_settle.c - what a cell says of its attempts, and how it is settled. */
#include "glue.h"
#include "settle.h"

#include "tap.h"

#define AMOUNT (5 * GLUE_INPUT + 7 * GLUE_OUTPUT)

apr_int32_t gw_call_ms(const gw_call_t *call)
{
    return 5;
}

static void count(gw_cell_t *cell)
{
    cell->counts.n[GW_N_PROMPT] = 5;
    cell->counts.n[GW_N_COMPLETION] = 7;
    cell->counts.n[GW_N_TOTAL] = 12;
    cell->counts.seen = 1;
    cell->text = 20;
}

static void test_attempts(void)
{
    gw_call_t *call = glue_call();
    gw_cell_t *cell = call->cell;

    gw_settle_attempt(call, call->route);
    is_int(cell->phase, GW_PHASE_SENDING, "an attempt begins");
    is_int(cell->row.reached, 0, "nobody was reached");
    gw_settle_sent(call);
    is_int(cell->phase, GW_PHASE_SENT, "it was sent");
    is_int(cell->row.reached, 1, "somebody was reached");
    count(cell);
    gw_settle_failed_attempt(call, GW_REASON_BROKE, 0, 3000);
    gw_settle_attempt(call, call->route);
    is_int(cell->row.attempts, 2, "another one");
    is_int(cell->row.failed_count, 1, "the first one failed");
    is_int(cell->row.failed[0].ms, 3, "after so long");
    ok(!cell->counts.seen, "what it counted is forgotten");
    is_int(cell->phase, GW_PHASE_SENDING, "and how far it came");
    is_int(cell->row.reached, 1, "somebody was reached before");
}

static void test_complete(void)
{
    gw_call_t *call = glue_call();
    gw_cell_t *cell = call->cell;

    gw_settle_attempt(call, call->route);
    gw_settle_sent(call);
    cell->phase = GW_PHASE_DELIVERED;
    count(cell);
    gw_settle(call, GW_END_COMPLETE);
    is_int(cell->row.amount, AMOUNT, "it costs what was counted");
    is_int(cell->row.state, GW_STATE_SETTLED, "and that was reported");
    is_int(glue_state(cell), GW_CELL_SETTLED, "its cell is settled");
    ok(cell->decided, "and decided, should its process die");
    is_int(call->exchange.answer, GW_ANSWER_SETTLED, "its end may be seen");
    ok(call->cell == NULL, "nobody settles it again");
    gw_settle(call, GW_END_FAILED);
    is_int(cell->row.amount, AMOUNT, "nothing changes then");
}

/* How it ended, whether it had been sent, what it costs. */
static void ends(gw_end_t end, int sent, gw_state_t state, int costs)
{
    gw_call_t *call = glue_call();
    gw_cell_t *cell = call->cell;

    gw_settle_attempt(call, call->route);
    if (sent)
        gw_settle_sent(call);
    cell->prompt = 5;
    gw_settle(call, end);
    is_int(cell->row.state, state, "end %d, sent %d: state", end, sent);
    is_int(cell->row.amount > 0, costs, "end %d, sent %d: amount", end, sent);
}

int main(void)
{
    test_attempts();
    test_complete();
    ends(GW_END_FAILED, 1, GW_STATE_FAILED, 0);
    ends(GW_END_CLIENT, 0, GW_STATE_FAILED, 0);
    ends(GW_END_CLIENT, 1, GW_STATE_ESTIMATED, 1);
    ends(GW_END_CUT, 1, GW_STATE_FAILED, 0);
    return tap_end();
}
