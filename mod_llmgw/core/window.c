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

#define ERA      146097         /* days of 400 years, which repeat */
#define TO_1970  719468         /* days from 1 March of the year 0 */

/* The day that begins the month of a day; both are counted from 1970 on.
 * Years begin in March here: the leap day is the last one of them, and five
 * months, from March on as from August on, have 153 days. */
static apr_int64_t first_of_month(apr_int64_t day)
{
    apr_int64_t from = floor_to(day + TO_1970, ERA);
    unsigned of_era = (unsigned)(day + TO_1970 - from);
    unsigned year = (of_era - of_era / 1460 + of_era / 36524
                     - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153;

    return day - (of_year - (153 * month + 2) / 5);
}

/* The first microsecond of the month that t is in, or of the next one.  0: it
 * is before 1970. */
static apr_time_t month(int zone, apr_time_t t, int next)
{
    apr_int64_t shift = zone * MINUTE;
    apr_int64_t first = first_of_month(floor_to(t + shift, DAY) / DAY);

    if (next)
        first = first_of_month(first + 31);
    return first < 0 ? 0 : first * DAY - shift;
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
        return month(zone, t, 0);
    default:
        return 0;
    }
}

apr_time_t gw_window_end(gw_window_kind_t kind, int zone, apr_time_t t)
{
    switch (kind) {
    case GW_WINDOW_HOUR:
        return gw_window_start(kind, zone, t) + HOUR;
    case GW_WINDOW_DAY:
        return gw_window_start(kind, zone, t) + DAY;
    case GW_WINDOW_MONTH:
        return month(zone, t, 1);
    default:
        return APR_INT64_MAX;
    }
}
