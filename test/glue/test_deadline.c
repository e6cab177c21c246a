/* SPDX-License-Identifier: Apache-2.0 */
/* test_deadline.c - which deadline of an attempt passes first, and when. */
#include "glue.h"
#include "watch_private.h"

#include "tap.h"

#define SEC APR_INT64_C(1000000)

static gw_call_t *call;
static gw_watch_t watch;
static gw_model_t model;

static void begin(void)
{
    call = glue_call();
    memset(&watch, 0, sizeof(watch));
    watch.call = call;
    watch.x = &call->exchange;
    watch.x->attempt = GW_ATTEMPT_SENT;
    watch.began = 1000 * SEC;
    watch.attempt = 1010 * SEC;
    model = *call->model;
    model.deadlines.first_byte = 20 * SEC;
    model.deadlines.idle = 60 * SEC;
    model.deadlines.total = 100 * SEC;
    call->model = &model;
}

static void passes(apr_time_t now, apr_time_t at, gw_stop_t stop,
                   const char *name)
{
    gw_deadline_t d = gw_watch_deadline(&watch, now * SEC);

    is_int(d.at / SEC, at, "%s: when", name);
    is_int(d.stop, stop, "%s: which", name);
}

int main(void)
{
    begin();
    passes(1012, 1030, GW_STOP_FIRST_BYTE, "no byte came");
    watch.x->attempt = GW_ATTEMPT_BODY;
    passes(1012, 1072, GW_STOP_IDLE, "bytes came");
    passes(1090, 1100, GW_STOP_TOTAL, "it has taken long");
    watch.grace = 1013 * SEC;
    passes(1012, 1013, GW_STOP_GRACE, "it is read on");
    watch.hold = 1011 * SEC;
    passes(1012, 1013, GW_STOP_GRACE, "nothing is held");
    watch.x->answer = GW_ANSWER_HELD;
    passes(1012, 1011, GW_STOP_NONE, "the terminal event is held");
    begin();
    model.deadlines.first_byte = 0;
    passes(1012, 1072, GW_STOP_IDLE, "the default is longer");
    ((gw_upstream_t *)call->route->upstream)->deadlines.first_byte = 5 * SEC;
    passes(1012, 1015, GW_STOP_FIRST_BYTE, "the upstream's");
    is_int(gw_watch_ms(5001, 0), 6, "milliseconds are rounded up");
    is_int(gw_watch_ms(0, 5001), 0, "nothing is left");
    return tap_end();
}
