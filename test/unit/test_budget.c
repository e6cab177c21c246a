/* SPDX-License-Identifier: Apache-2.0 */
/* test_budget.c - windows of a budget, what is left, the ends of the range. */
#include "budget.h"
#include "tap.h"

#define HOUR APR_INT64_C(3600000000)

static gw_budget_t budget(gw_window_kind_t window, int zone)
{
    gw_budget_t b;

    memset(&b, 0, sizeof(b));
    b.limit = 1000;
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
    b.committed = 10;
    b.pending = 20;
    b.reserved = 30;
    b.flags = GW_BUDGET_SOFT_SAID | GW_BUDGET_UNREAD;
    ok(gw_budget_roll(&b, 6 * HOUR - 1), "still the same one");
    is_int(gw_budget_spent(&b), 30, "which keeps what was spent");
    ok(!gw_budget_roll(&b, 5 * HOUR - 1), "an id of the window before");
    is_int(b.start, 5 * HOUR, "does not bring it back");
    ok(gw_budget_roll(&b, 6 * HOUR), "the next one");
    is_int(b.committed + b.pending + b.reserved, 0, "is empty");
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

    b.limit = 5;
    b.soft = 3;
    ok(gw_budget_same(&a, &b), "figures make no other budget");
    b.zone = 0;
    ok(!gw_budget_same(&a, &b), "a zone does");
    b = budget(GW_WINDOW_HOUR, 60);
    ok(!gw_budget_same(&a, &b), "a window does");
    b = a;
    memcpy(b.currency, "USD", GW_CURRENCY);
    ok(!gw_budget_same(&a, &b), "a currency does");
}

static void test_left_at_the_ends_of_the_range(void)
{
    gw_budget_t b = budget(GW_WINDOW_TOTAL, 0);

    b.committed = 300;
    b.pending = 200;
    b.reserved = 499;
    is_int(gw_budget_left(&b), 1, "what is left");
    b.pending = 300;
    is_int(gw_budget_left(&b), -99, "overdrawn");
    b.committed = APR_INT64_MAX;
    b.reserved = APR_INT64_MAX;
    is_int(gw_budget_spent(&b), APR_INT64_MAX, "the most that can be spent");
    is_int(gw_budget_left(&b), APR_INT64_MIN, "the least that can be left");
    gw_budget_add(&b.committed, 1);
    is_int(b.committed, APR_INT64_MAX, "it stays at the end");
    gw_budget_add(&b.committed, -1);
    is_int(b.committed, APR_INT64_MAX - 1, "and comes back from there");
}

static void test_soft_is_said_once(void)
{
    gw_budget_t b = budget(GW_WINDOW_HOUR, 0);

    gw_budget_roll(&b, HOUR);
    b.committed = 1000;
    ok(!gw_budget_soft(&b), "without a threshold nothing is said");
    b.soft = 600;
    b.committed = 500;
    b.pending = 99;
    ok(!gw_budget_soft(&b), "below it nothing is");
    b.pending = 100;
    ok(gw_budget_soft(&b), "at it something is");
    ok(!gw_budget_soft(&b), "once");
    gw_budget_roll(&b, 2 * HOUR);
    b.committed = 600;
    ok(gw_budget_soft(&b), "and again in the next window");
}

int main(void)
{
    test_windows_roll_on_and_never_back();
    test_what_counts();
    test_sameness();
    test_left_at_the_ends_of_the_range();
    test_soft_is_said_once();
    return tap_end();
}
