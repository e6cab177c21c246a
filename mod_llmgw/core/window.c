/* SPDX-License-Identifier: Apache-2.0 */
/* window.c - see window.h. */
#include "window.h"

#define MINUTE APR_INT64_C(60000000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

const char *const gw_window_names[GW_WINDOWS] = {
    "hour", "day", "month", "total"
};

static int digit(char c)
{
    return c >= '0' && c <= '9';
}

apr_status_t gw_zone_parse(int *minutes, gw_str_t text)
{
    const char *p = text.p;
    int hours, rest;

    if (text.n != 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':'
        || !digit(p[1]) || !digit(p[2]) || !digit(p[4]) || !digit(p[5]))
        return APR_EINVAL;
    hours = (p[1] - '0') * 10 + (p[2] - '0');
    rest = (p[4] - '0') * 10 + (p[5] - '0');
    if (rest > 59 || rest % 15 != 0 || hours * 60 + rest > 14 * 60)
        return APR_EINVAL;
    *minutes = (p[0] == '-' ? -1 : 1) * (hours * 60 + rest);
    return APR_SUCCESS;
}

char *gw_zone_text(char *out, int minutes)
{
    int m = minutes < 0 ? -minutes : minutes;

    out[0] = minutes < 0 ? '-' : '+';
    out[1] = (char)('0' + m / 600);
    out[2] = (char)('0' + m / 60 % 10);
    out[3] = ':';
    out[4] = (char)('0' + m % 60 / 10);
    out[5] = (char)('0' + m % 10);
    out[6] = '\0';
    return out;
}

/* Rounds towards the past, before 1970 too. */
static apr_int64_t floor_to(apr_int64_t t, apr_int64_t step)
{
    apr_int64_t rest = t % step;

    return t - rest - (rest < 0 ? step : 0);
}

/* Days since 1970-01-01 of the first of a month; months count from year 0.
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms",
 * days_from_civil. */
static apr_int64_t first_of_month(apr_int64_t month)
{
    apr_int64_t year = month / 12, m = month % 12 + 1;
    apr_int64_t y = year - (m <= 2), era = y / 400, yoe = y - era * 400;
    apr_int64_t doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5;
    apr_int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * 146097 + doe - 719468;
}

/* The month that a day is in, counted from year 0: an estimate that is at
 * most one too small, corrected. */
static apr_int64_t month_of(apr_int64_t day)
{
    apr_int64_t month = (day + 719468) * 12 * 400 / 146097 - 1;

    while (first_of_month(month + 1) <= day)
        month++;
    return month;
}

apr_time_t gw_window_start(gw_window_kind_t kind, int zone, apr_time_t t)
{
    apr_int64_t shift = zone * MINUTE;

    switch (kind) {
    case GW_WINDOW_HOUR:
        return floor_to(t + shift, HOUR) - shift;
    case GW_WINDOW_DAY:
        return floor_to(t + shift, DAY) - shift;
    case GW_WINDOW_MONTH:
        return first_of_month(month_of(floor_to(t + shift, DAY) / DAY)) * DAY
               - shift;
    default:
        return 0;
    }
}

apr_time_t gw_window_end(gw_window_kind_t kind, int zone, apr_time_t t)
{
    apr_int64_t shift = zone * MINUTE;

    switch (kind) {
    case GW_WINDOW_HOUR:
        return gw_window_start(kind, zone, t) + HOUR;
    case GW_WINDOW_DAY:
        return gw_window_start(kind, zone, t) + DAY;
    case GW_WINDOW_MONTH:
        return first_of_month(month_of(floor_to(t + shift, DAY) / DAY) + 1)
               * DAY - shift;
    default:
        return APR_INT64_MAX;
    }
}
