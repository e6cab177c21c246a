/* SPDX-License-Identifier: Apache-2.0 */
/* test_budget.c - windows of a budget, what is left, the ends of the range. */
#include "budget.h"
#include "tap.h"

#define MAX APR_INT64_MAX

#define HOUR APR_INT64_C(3600000000)

static void is_sum(gw_sum_t got, apr_int64_t micro, apr_int64_t pico,
                   const char *what)
{
    is_int(got.micro, micro, "%s: micro", what);
    is_int(got.pico, pico, "%s: pico", what);
}

static gw_budget_t budget(gw_window_kind_t window, int zone)
{
    gw_budget_t b;

    memset(&b, 0, sizeof(b));
    b.limit.micro = 1000;
    b.window = (unsigned char)window;
    b.zone = (apr_int16_t)zone;
    memcpy(b.currency, "CNY", GW_CURRENCY);
    return b;
}

static void test_windows_roll_on_and_never_back(void)
{
    gw_budget_t b = budget(GW_WINDOW_HOUR, 0);

    ok(gw_budget_roll(&b, 5 * HOUR + 7), "a first window");
    is_int(b.start, 5 * HOUR, "begins at the hour");
    b.committed.micro = 10;
    b.pending.micro = 20;
    b.reserved.micro = 30;
    b.flags = GW_BUDGET_SOFT_LOGGED | GW_BUDGET_UNREAD;
    ok(gw_budget_roll(&b, 6 * HOUR - 1), "still the same one");
    is_sum(gw_budget_spent(&b), 30, 0, "which keeps what was spent");
    ok(!gw_budget_roll(&b, 5 * HOUR - 1), "an id of the window before");
    is_int(b.start, 5 * HOUR, "does not bring it back");
    ok(gw_budget_roll(&b, 6 * HOUR), "the next one");
    is_sum(b.committed, 0, 0, "is empty");
    is_sum(b.pending, 0, 0, "... of what is pending");
    is_sum(b.reserved, 0, 0, "... and of reserves");
    is_int(b.flags, GW_BUDGET_UNREAD, "and nothing was said in it");
}

static void test_what_counts(void)
{
    gw_budget_t b = budget(GW_WINDOW_DAY, 8 * 60);

    gw_budget_roll(&b, 16 * HOUR);      /* midnight at +08:00 */
    is_int(b.start, 16 * HOUR, "a day begins at its zone's midnight");
    ok(gw_budget_counts(&b, "CNY", 40 * HOUR - 1), "the last moment of it");
    ok(!gw_budget_counts(&b, "CNY", 40 * HOUR), "the next day");
    ok(!gw_budget_counts(&b, "CNY", 16 * HOUR - 1), "the day before");
    ok(!gw_budget_counts(&b, "USD", 17 * HOUR), "another currency");
    b = budget(GW_WINDOW_TOTAL, 0);
    gw_budget_roll(&b, 16 * HOUR);
    ok(gw_budget_counts(&b, "CNY", 1), "a total counts all of it");
}

static void test_sameness(void)
{
    gw_budget_t a = budget(GW_WINDOW_DAY, 60), b = a;

    b.limit.micro = 5;
    b.soft.micro = 3;
    ok(gw_budget_same(&a, &b), "figures make no other budget");
    b.zone = 0;
    ok(!gw_budget_same(&a, &b), "a zone does");
    b = budget(GW_WINDOW_HOUR, 60);
    ok(!gw_budget_same(&a, &b), "a window does");
    b = a;
    memcpy(b.currency, "USD", GW_CURRENCY);
    ok(!gw_budget_same(&a, &b), "a currency does");
}

static void test_what_is_left(void)
{
    gw_budget_t b = budget(GW_WINDOW_TOTAL, 0);

    b.committed.micro = 300;
    b.committed.pico = 999999;
    b.pending.micro = 200;
    b.pending.pico = 2;
    b.reserved.micro = 499;
    is_sum(gw_budget_spent(&b), 501, 1, "spent, with a carry");
    is_sum(gw_budget_left(&b), -1, 999999, "a pico-unit too much");
    ok(!gw_budget_has(&b, 0), "has not even nothing");
    b.reserved.micro = 498;
    is_sum(gw_budget_left(&b), 0, 999999, "what is left");
    ok(gw_budget_has(&b, 999999), "has all of it");
    ok(!gw_budget_has(&b, 1000000), "and not one more");
    b.limit.micro = 1000000000000 * 1000000;
    ok(gw_budget_has(&b, MAX), "a large one has whatever one request costs");
}

static void test_the_ends_of_the_range(void)
{
    gw_budget_t b = budget(GW_WINDOW_TOTAL, 0);
    const gw_sum_t all = { MAX, 999999 }, one = { 0, 1 },
                   minus = { -1, 999999 };

    b.committed = b.reserved = all;
    b.pending.micro = 1;
    is_sum(gw_budget_spent(&b), MAX, 999999, "the most that can be spent");
    b.pending.micro = 2000;
    is_sum(gw_budget_left(&b), APR_INT64_MIN, 0, "the least can be left");
    gw_budget_add(&b.committed, &one);
    is_sum(b.committed, MAX, 999999, "it stays at the end");
    gw_budget_take(&b.committed, &minus);
    is_sum(b.committed, MAX, 999999, "also taken from");
    gw_budget_take(&b.committed, &one);
    is_sum(b.committed, MAX, 999998, "and comes back from there");
    gw_budget_add(&b.committed, &minus);
    is_sum(b.committed, MAX, 999997, "again");
}

static void test_soft_is_said_once(void)
{
    gw_budget_t b = budget(GW_WINDOW_HOUR, 0);

    gw_budget_roll(&b, HOUR);
    b.committed.micro = 1000;
    ok(!gw_budget_soft(&b), "without a threshold nothing is said");
    b.soft.micro = 600;
    b.committed.micro = 500;
    b.pending.micro = 99;
    b.pending.pico = 999999;
    ok(!gw_budget_soft(&b), "below it nothing is");
    b.pending.micro = 100;
    b.pending.pico = 0;
    ok(gw_budget_soft(&b), "at it something is");
    ok(!gw_budget_soft(&b), "once");
    gw_budget_roll(&b, 2 * HOUR);
    b.committed.micro = 600;
    ok(gw_budget_soft(&b), "and again in the next window");
}

int main(void)
{
    test_windows_roll_on_and_never_back();
    test_what_counts();
    test_sameness();
    test_what_is_left();
    test_the_ends_of_the_range();
    test_soft_is_said_once();
    return tap_end();
}
