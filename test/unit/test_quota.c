/* SPDX-License-Identifier: Apache-2.0 */
/* test_quota.c - rate limits under a clock of our own: what passes, when the
 * next may, debts, and limits that change. */
#include "quota.h"

#include "tap.h"

#define SECOND APR_INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define DAY (86400 * SECOND)
#define NOON APR_INT64_C(1790000000000000)  /* some day in 2026 */

/* ---- a client that always asks -------------------------------------- */

static const struct {
    const char *name;
    apr_int64_t limit, period, n, step, until, admitted;
} greedy[] = {
    /* the burst, and what comes back while the clock runs */
    { "60 a minute", 60, MINUTE, 1, 1000, MINUTE, 120 },
    { "60 a minute, just before", 60, MINUTE, 1, 1000, MINUTE - 1000, 119 },
    { "1 a minute", 1, MINUTE, 1, 1000, MINUTE, 2 },
    { "1 a minute, just before", 1, MINUTE, 1, 1000, MINUTE - 1, 1 },
    { "1 a second", 1, SECOND, 1, 500, MINUTE, 61 },
    { "7 a millisecond: the eighth after 142.9 us", 7, 1000, 1, 1, 143, 8 },
    { "7 a millisecond, a microsecond before", 7, 1000, 1, 1, 142, 7 },
    { "1000 tokens a minute in tens", 1000, MINUTE, 10, 1000, MINUTE, 200 },
    { "in bites of more than half", 1000, MINUTE, 600, 1000, MINUTE, 3 },
    { "in bites of all", 1000, MINUTE, 1000, 1000, MINUTE, 2 },
    { "in bites larger than the limit", 1000, MINUTE, 1001, 1000, MINUTE, 0 },
    { "10 a second for a minute", 10, SECOND, 1, 1000, MINUTE, 610 },
    { "100000 a day", 100000, DAY, 1, 100, SECOND, 100001 },
    { "the largest, in large bites", GW_QUOTA_MAX, MINUTE,
      GW_QUOTA_MAX / 1000, 1000, MINUTE, 2000 },
    { "the largest, a second's worth", GW_QUOTA_MAX, MINUTE,
      GW_QUOTA_MAX / 60, 10000, MINUTE, 120 }
};

static apr_int64_t ask_all_the_time(unsigned row)
{
    gw_quota_t q;
    apr_int64_t admitted = 0;
    apr_time_t t;

    gw_quota_init(&q, greedy[row].limit, greedy[row].period);
    for (t = 0; t <= greedy[row].until; t += greedy[row].step) {
        while (gw_quota_wait(&q, greedy[row].n, NOON + t) == 0) {
            gw_quota_take(&q, greedy[row].n, NOON + t);
            admitted++;
        }
    }
    return admitted;
}

static void test_greedy(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(greedy); i++)
        is_int(ask_all_the_time(i), greedy[i].admitted, "greedy: %s",
               greedy[i].name);
}

/* ---- single words --------------------------------------------------- */

static void test_full(void)
{
    gw_quota_t q;

    gw_quota_init(&q, 100, MINUTE);
    is_int(gw_quota_remaining(&q, NOON), 100, "full: all remains");
    is_int(gw_quota_reset(&q, NOON), 0, "full: nothing to wait for");
    is_int(gw_quota_wait(&q, 100, NOON), 0, "full: all may pass");
    is_int(gw_quota_wait(&q, 101, NOON), -1, "full: more never may");
    is_int(gw_quota_wait(&q, 0, NOON), 0, "full: nothing may pass");
    gw_quota_take(&q, 100, NOON);
    is_int(gw_quota_remaining(&q, NOON), 0, "empty: nothing remains");
    is_int(gw_quota_reset(&q, NOON), MINUTE, "empty: full in a period");
    is_int(gw_quota_wait(&q, 1, NOON), MINUTE / 100, "empty: wait for one");
    is_int(gw_quota_wait(&q, 100, NOON), MINUTE, "empty: wait for all");
    is_int(gw_quota_wait(&q, 0, NOON), 0, "empty: nothing may pass");
    is_int(gw_quota_remaining(&q, NOON + MINUTE / 2), 50, "half a period");
    is_int(gw_quota_remaining(&q, NOON + 10 * MINUTE), 100,
           "never more than the limit");
    is_int(gw_quota_wait(&q, 1, NOON - SECOND), MINUTE / 100 + SECOND,
           "a clock set back waits");
}

static void test_debt(void)
{
    gw_quota_t q;

    gw_quota_init(&q, 100, MINUTE);
    gw_quota_take(&q, 250, NOON);
    is_int(gw_quota_remaining(&q, NOON), 0, "debt: nothing remains");
    is_int(gw_quota_reset(&q, NOON), 5 * MINUTE / 2, "debt: reset");
    is_int(gw_quota_wait(&q, 1, NOON), 3 * MINUTE / 2 + MINUTE / 100,
           "debt: is paid first");
    is_int(gw_quota_wait(&q, 0, NOON), 3 * MINUTE / 2,
           "debt: nothing passes until it is paid");
    is_int(gw_quota_remaining(&q, NOON + 2 * MINUTE), 50, "debt: paid");
    gw_quota_take(&q, -200, NOON);
    is_int(gw_quota_remaining(&q, NOON), 50, "taken too much comes back");
    gw_quota_take(&q, -1000, NOON);
    is_int(gw_quota_remaining(&q, NOON), 100, "... but no more than all");
    is_int(gw_quota_reset(&q, NOON), 0, "... and the meter is full");
    is_int(gw_quota_remaining(&q, NOON - MINUTE / 2), 50,
           "... and nothing more is saved up");
    gw_quota_take(&q, 100, NOON);
    is_int(gw_quota_remaining(&q, NOON), 0, "... and starts from there");
}

static const struct {
    apr_int64_t from, used, to, remaining, wait;
} changes[] = {
    { 100, 0, 1000, 1000, 0 }, { 100, 50, 1000, 500, 30 },
    { 100, 100, 1000, 0, 60 }, { 1000, 500, 100, 50, 30 },
    { 1000, 1000, 1, 0, 60 }, { 100, 200, 1000, 0, 120 },
    { 3, 1, 9, 6, 20 }, { 3, 1, 3, 2, 20 },
    { 1, 0, GW_QUOTA_MAX, GW_QUOTA_MAX, 0 },
    { 2, 1, GW_QUOTA_MAX, GW_QUOTA_MAX / 2, 30 },
    { GW_QUOTA_MAX, GW_QUOTA_MAX / 2, 2, 1, 30 }
};

static void test_changes(void)
{
    unsigned i;

    for (i = 0; i < GW_COUNT(changes); i++) {
        gw_quota_t q;

        gw_quota_init(&q, changes[i].from, MINUTE);
        gw_quota_take(&q, changes[i].used, NOON);
        gw_quota_change(&q, changes[i].to);
        is_int(gw_quota_remaining(&q, NOON), changes[i].remaining,
               "change: %lld of %lld used, now %lld",
               (long long)changes[i].used, (long long)changes[i].from,
               (long long)changes[i].to);
        is_int(gw_quota_wait(&q, changes[i].to, NOON),
               changes[i].wait * SECOND,
               "change: row %u: as long to wait", i);
    }
}

int main(void)
{
    test_greedy();
    test_full();
    test_debt();
    test_changes();
    return tap_end();
}
