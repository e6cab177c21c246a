/* SPDX-License-Identifier: Apache-2.0 */
/* test_tap.c - an answer on its way to the client: what of it is passed, and
 * that it is settled before its end is. */
#include "tap_drive.h"

#define CHUNK(rest) "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\"," \
                    rest "}\n\n"
#define TEXT  CHUNK("\"choices\":[{\"index\":0,\"delta\":" \
                    "{\"content\":\"Hello\"},\"finish_reason\":null}]")
#define STOP  CHUNK("\"choices\":[{\"index\":0,\"delta\":{}," \
                    "\"finish_reason\":\"stop\"}]")
#define USAGE CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":5," \
                    "\"completion_tokens\":7,\"total_tokens\":12}")
#define LAST  "data: [DONE]\n\n"

/* ---- tests ---------------------------------------------------------- */

static void test_stream(void)
{
    begin(1);
    feed(TEXT);
    passed(TEXT, "an event leaves as it comes");
    is_int(glue_state(cell), GW_CELL_OPEN, "not settled yet");
    is_int(cell->phase, GW_PHASE_DELIVERED, "but delivered");
    feed(STOP USAGE);
    passed(TEXT STOP, "the usage that we asked for is hidden");
    feed(LAST);
    feed(NULL);
    passed(TEXT STOP LAST, "the end is passed");
    ok(ended && !ended_unsettled, "after the settlement");
    is_int(unsettled, strlen(TEXT STOP), "so is the terminal event");
    is_int(cell->row.amount, 5 * GLUE_INPUT + 7 * GLUE_OUTPUT,
           "it costs what was counted");
    is_int(cell->row.bytes, strlen(TEXT STOP LAST), "bytes");
}

static void test_usage_of_the_client(void)
{
    begin(0);
    feed(TEXT STOP USAGE LAST);
    feed(NULL);
    passed(TEXT STOP USAGE LAST, "what the client asked for is passed");
    ok(ended && !ended_unsettled, "and settled before");
}

static void test_whole_at_once(void)
{
    begin(1);
    feed(TEXT STOP USAGE LAST);
    feed(NULL);
    passed(TEXT STOP LAST, "all but the usage");
    ok(unsettled < length, "the end only after the settlement");
}

static void test_client_left(void)
{
    begin(1);
    feed(TEXT);
    gw_exchange_on(&call->exchange, GW_X_DRAIN);
    gw_tap_for_watch.client_leaves(call);
    feed(STOP USAGE LAST);
    feed(NULL);
    passed(TEXT, "nothing more is passed to it");
    is_int(cell->row.source, GW_SOURCE_DRAINED, "it was read on");
    is_int(cell->row.amount, 5 * GLUE_INPUT + 7 * GLUE_OUTPUT,
           "for its bill");
}

static void test_cut_drain(void)
{
    begin(1);
    feed(TEXT);
    gw_exchange_on(&call->exchange, GW_X_DRAIN);
    gw_tap_for_watch.client_leaves(call);
    feed(USAGE);
    gw_tap_abandon(call, GW_END_CLIENT);
    is_int(cell->row.state, GW_STATE_ESTIMATED, "it did not come to its end");
    is_int(cell->row.usage.bucket[GW_INPUT], 0,
           "what was counted after the client left is not billed");
}

/* Another attempt may follow comments, and needs the body of the request. */
static void test_body(void)
{
    begin(1);
    feed(": wait\n\n");
    passed(": wait\n\n", "a comment leaves as it comes");
    is_int(dropped, 0, "the body is kept for another attempt");
    feed(TEXT);
    is_int(dropped, 1, "once an answer has begun it goes");
    feed(STOP USAGE LAST);
    feed(NULL);
    is_int(dropped, 1, "once");
}

int main(void)
{
    drive_start();
    test_stream();
    test_usage_of_the_client();
    test_whole_at_once();
    test_client_left();
    test_cut_drain();
    test_body();
    return tap_end();
}
