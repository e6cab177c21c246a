/* SPDX-License-Identifier: Apache-2.0 */
/* test_widening.c - the most that was seen, half of it a day later. */
#include "widening.h"
#include "tap.h"

#define DAY GW_WIDENING_HALF

static void test_half_life(void)
{
    is_int(gw_widening_left(1000, 5, 5), 1000, "at once all of it");
    is_int(gw_widening_left(1000, 5, 1), 1000, "before, as at once");
    is_int(gw_widening_left(1000, 0, DAY / 2), 750, "half a day");
    is_int(gw_widening_left(1000, 0, DAY), 500, "a day");
    is_int(gw_widening_left(1000, 0, DAY + DAY / 2), 375, "... and a half");
    is_int(gw_widening_left(1000, 0, 3 * DAY), 125, "three days");
    is_int(gw_widening_left(1000, 0, 10 * DAY), 0, "ten");
    is_int(gw_widening_left(APR_INT32_MAX, 0, 31 * DAY - 1), 1,
           "the largest, nearly gone");
    is_int(gw_widening_left(APR_INT32_MAX, 0, APR_INT64_MAX), 0,
           "the end of time");
}

static void test_maximum(void)
{
    gw_widening_t w = { 1, 1, 1, 0, 0, 0 };

    gw_widening_see(&w, 100, -5, 1000, DAY);
    gw_widening_see(&w, 60, 30, 1000, DAY);
    ok(w.prompt == 100 && w.output == 30, "the larger of each, no sum");
    gw_widening_see(&w, 60, -1, 1000, 2 * DAY);
    ok(w.prompt == 60 && w.output == 15, "a day later");
    gw_widening_see(&w, 70, 0, 1000, 0);
    is_int(w.seen, 2 * DAY, "a clock that went back");
    gw_widening_see(&w, 5000, 1001, 1000, 2 * DAY);
    ok(w.prompt == 1000 && w.output == 1000, "never above the context");
    gw_widening_see(&w, 100000000, 0, 0, 2 * DAY);
    is_int(w.prompt, GW_WIDENING_MOST, "nor beyond reason without one");
    gw_widening_see(&w, APR_INT64_MAX, 0, APR_INT64_MAX, 2 * DAY);
    is_int(w.prompt, APR_INT32_MAX, "whatever is said");
}

static void test_apply(void)
{
    is_int(gw_widening_apply(500, 0, 1000), 500, "no wider");
    is_int(gw_widening_apply(500, 300, 1000), 800, "wider");
    is_int(gw_widening_apply(500, 501, 1000), 1000, "up to the context");
    is_int(gw_widening_apply(2000, 5, 1000), 2000, "never narrower");
    is_int(gw_widening_apply(500, 300, 0), 800, "a context nobody knows");
}

int main(void)
{
    test_half_life();
    test_maximum();
    test_apply();
    return tap_end();
}
