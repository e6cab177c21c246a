/* SPDX-License-Identifier: Apache-2.0 */
/* test_window.c - windows of budgets, against the C library's calendar. */
#include <time.h>

#include "window.h"
#include "tap.h"

static apr_time_t at(int y, int mo, int d, int h, int mi, int s)
{
    struct tm t = { .tm_year = y - 1900, .tm_mon = mo - 1, .tm_mday = d,
                    .tm_hour = h, .tm_min = mi, .tm_sec = s };

    return (apr_time_t)timegm(&t) * 1000000;
}

static const struct { const char *text; int minutes; apr_status_t rv; }
zones[] = {
    { "+00:00", 0, APR_SUCCESS }, { "+08:00", 480, APR_SUCCESS },
    { "-03:30", -210, APR_SUCCESS }, { "+05:45", 345, APR_SUCCESS },
    { "+14:00", 840, APR_SUCCESS }, { "+14:15", 0, APR_EINVAL },
    { "+05:20", 0, APR_EINVAL }, { "08:00", 0, APR_EINVAL },
    { "+8:00", 0, APR_EINVAL }, { "+08:60", 0, APR_EINVAL },
    { "+0800", 0, APR_EINVAL }, { "Z", 0, APR_EINVAL },
    { "+08:00 ", 0, APR_EINVAL }, { "+0a:00", 0, APR_EINVAL }
};

static void test_zones(void)
{
    unsigned i;
    char text[7];

    for (i = 0; i < GW_COUNT(zones); i++) {
        gw_str_t s = { zones[i].text, strlen(zones[i].text) };
        int minutes = 0;

        is_int(gw_zone_parse(&minutes, s), zones[i].rv, "%s", zones[i].text);
        if (zones[i].rv != APR_SUCCESS)
            continue;
        is_int(minutes, zones[i].minutes, "%s in minutes", zones[i].text);
        is_str(gw_zone_text(text, minutes), zones[i].text, "%s again",
               zones[i].text);
    }
}

/* BILLING, worked case 13. */
static void test_the_worked_case(void)
{
    apr_time_t t = at(2026, 11, 30, 16, 30, 0);

    is_int(gw_window_start(GW_WINDOW_MONTH, 480, t),
           at(2026, 11, 30, 16, 0, 0), "it is December in +08:00");
    is_int(gw_window_end(GW_WINDOW_MONTH, 480, t),
           at(2026, 12, 31, 16, 0, 0), "until the end of the year there");
    is_int(gw_window_start(GW_WINDOW_MONTH, 0, t), at(2026, 11, 1, 0, 0, 0),
           "and November in UTC");
}

static void test_hours(void)
{
    apr_time_t t = at(2026, 3, 1, 12, 34, 56) + 789;

    is_int(gw_window_start(GW_WINDOW_HOUR, 0, t), at(2026, 3, 1, 12, 0, 0),
           "an hour");
    is_int(gw_window_start(GW_WINDOW_HOUR, 345, t), at(2026, 3, 1, 12, 15, 0),
           "an hour of +05:45");
    is_int(gw_window_end(GW_WINDOW_HOUR, 345, t), at(2026, 3, 1, 13, 15, 0),
           "its end");
    is_int(gw_window_start(GW_WINDOW_TOTAL, 345, t), 0, "total begins");
    is_int(gw_window_end(GW_WINDOW_TOTAL, 345, t), APR_INT64_MAX,
           "and never ends");
}

/* Every day from 1999 to 2105: day and month against gmtime, at the first
 * and the last microsecond, in three zones. */
static void test_all_days(void)
{
    static const int offsets[] = { 0, 480, -210 };
    int bad = 0, n = 0, z, edge;
    apr_time_t day;

    for (day = at(1999, 1, 1, 0, 0, 0); day < at(2105, 1, 1, 0, 0, 0);
         day += APR_INT64_C(86400000000)) {
        for (z = 0; z < 3; z++) {
            apr_time_t shift = offsets[z] * APR_INT64_C(60000000);
            time_t seconds = (time_t)(day / 1000000);
            struct tm c;

            gmtime_r(&seconds, &c);
            for (edge = 0; edge < 2; edge++) {
                apr_time_t t = day - shift
                               + (edge ? APR_INT64_C(86399999999) : 0);

                n++;
                bad += gw_window_start(GW_WINDOW_DAY, offsets[z], t)
                       != day - shift;
                bad += gw_window_start(GW_WINDOW_MONTH, offsets[z], t)
                       != at(c.tm_year + 1900, c.tm_mon + 1, 1, 0, 0, 0)
                          - shift;
                bad += gw_window_end(GW_WINDOW_MONTH, offsets[z], t)
                       != at(c.tm_year + 1900, c.tm_mon + 2, 1, 0, 0, 0)
                          - shift;
            }
        }
    }
    is_int(bad, 0, "%d days, zones and edges", n);
}

/* A clock that was never set. */
static void test_before_1970(void)
{
    apr_time_t t = at(1970, 1, 1, 1, 0, 0);

    is_int(gw_window_start(GW_WINDOW_DAY, -480, t),
           at(1969, 12, 31, 8, 0, 0), "a day that began before 1970");
    is_int(gw_window_start(GW_WINDOW_MONTH, -480, t), 0,
           "a month that did begins with it");
    is_int(gw_window_end(GW_WINDOW_MONTH, -480, t), at(1970, 1, 1, 8, 0, 0),
           "and ends as any other");
    is_int(gw_window_end(GW_WINDOW_MONTH, 0, -1), 0,
           "so does the one before it");
}

int main(void)
{
    test_zones();
    test_the_worked_case();
    test_hours();
    test_all_days();
    test_before_1970();
    return tap_end();
}
