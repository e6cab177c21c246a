/* SPDX-License-Identifier: Apache-2.0 */
/* test_tap.c - an answer on its way to the client: what of it is passed, and
 * that it is settled before its end is. */
#include <http_protocol.h>

#include "glue.h"
#include "headers.h"
#include "settle.h"
#include "tap_private.h"        /* tap.h is the test's */

#include "tap.h"

#define CHUNK(rest) "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\"," \
                    rest "}\n\n"
#define TEXT  CHUNK("\"choices\":[{\"index\":0,\"delta\":" \
                    "{\"content\":\"Hello\"},\"finish_reason\":null}]")
#define STOP  CHUNK("\"choices\":[{\"index\":0,\"delta\":{}," \
                    "\"finish_reason\":\"stop\"}]")
#define USAGE CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":5," \
                    "\"completion_tokens\":7,\"total_tokens\":12}")
#define LAST  "data: [DONE]\n\n"

/* ---- the watch, as the tap sees it ---------------------------------- */

static gw_call_t *call;
static gw_cell_t *cell;
static gw_stop_t stopped;
static char out[8192];
static apr_size_t length;
static int ended;               /* the EOS was passed */
static apr_size_t unsettled;    /* bytes passed while the cell was open */
static int ended_unsettled;
static int dropped;             /* the request's body was */

apr_status_t gw_watch_pass(gw_call_t *c, ap_filter_t *f,
                           apr_bucket_brigade *bb)
{
    apr_bucket *e = APR_BRIGADE_FIRST(bb);
    int open = glue_state(cell) == GW_CELL_OPEN;

    for (; e != APR_BRIGADE_SENTINEL(bb); e = APR_BUCKET_NEXT(e)) {
        const char *p = NULL;
        apr_size_t n = 0;

        ended |= APR_BUCKET_IS_EOS(e);
        ended_unsettled |= APR_BUCKET_IS_EOS(e) && open;
        if (!APR_BUCKET_IS_METADATA(e))
            apr_bucket_read(e, &p, &n, APR_BLOCK_READ);
        if (n > sizeof(out) - length)
            abort();
        if (n > 0)
            memcpy(out + length, p, n);
        length += n;
        unsettled = open ? length : unsettled;
    }
    apr_brigade_cleanup(bb);
    return APR_SUCCESS;
}

gw_stop_t gw_watch_stopped(const gw_call_t *c)
{
    return stopped;
}

void gw_watch_note_stop(gw_call_t *c, gw_stop_t why)
{
    stopped = why;
}

int gw_watch_client_left(gw_call_t *c)
{
    return 1;
}

apr_status_t gw_watch_drained_enough(gw_call_t *c)
{
    return APR_ECONNABORTED;
}

void gw_watch_end(gw_call_t *c)
{
}

void gw_watch_hold(gw_call_t *c, apr_time_t until)
{
}

void gw_watch_hold_briefly(gw_call_t *c, int brief)
{
}

/* ---- and the rest of the request ------------------------------------ */

void gw_headers_add(gw_call_t *c, apr_table_t *headers)
{
}

apr_int32_t gw_call_ms(const gw_call_t *c)
{
    return 5;
}

void gw_call_drop_body(gw_call_t *c)
{
    dropped++;
}

/* ---- driving -------------------------------------------------------- */

static ap_filter_t *filter;
static ap_filter_rec_t *tap_rec;

static void begin(int usage_added)
{
    call = glue_call();
    cell = call->cell;
    call->usage_added = usage_added;
    call->r->content_type = "text/event-stream";
    stopped = GW_STOP_NONE;
    length = unsettled = 0;
    ended = ended_unsettled = dropped = 0;
    gw_settle_attempt(call, call->route);
    gw_tap_start(call);
    gw_exchange_on(&call->exchange, GW_X_ATTEMPT);
    gw_tap_attempt(call, 1);
    gw_exchange_on(&call->exchange, GW_X_SENT);
    gw_settle_sent(call);
    filter = apr_pcalloc(call->r->pool, sizeof(*filter));
    filter->ctx = call->tap;
    filter->r = call->r;
    filter->c = call->r->connection;
}

/* mod_proxy passes a part of the answer on; NULL: its end. */
static void feed(const char *part)
{
    apr_bucket_alloc_t *alloc = call->r->connection->bucket_alloc;
    apr_bucket_brigade *bb = apr_brigade_create(call->r->pool, alloc);

    APR_BRIGADE_INSERT_TAIL(bb, part == NULL
                                ? apr_bucket_eos_create(alloc)
                                : apr_bucket_immortal_create(part,
                                      strlen(part), alloc));
    tap_rec->filter_func.out_func(filter, bb);
}

static void passed(const char *want, const char *name)
{
    is_mem(out, length, want, strlen(want), "%s", name);
}

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
    gw_tap_register();
    call = glue_call();
    gw_tap_start(call);
    tap_rec = ap_register_output_filter("", NULL, NULL, AP_FTYPE_RESOURCE);
    gw_tap_register();
    test_stream();
    test_usage_of_the_client();
    test_whole_at_once();
    test_client_left();
    test_cut_drain();
    test_body();
    return tap_end();
}
