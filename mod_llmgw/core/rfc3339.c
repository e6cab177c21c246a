/* SPDX-License-Identifier: Apache-2.0 */
/* rfc3339.c - see rfc3339.h. */
#include "rfc3339.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_time.h>

static int digits(const char *p, int n, int *out)
{
    for (*out = 0; n > 0; n--, p++) {
        if (*p < '0' || *p > '9')
            return 0;
        *out = *out * 10 + (*p - '0');
    }
    return 1;
}

/* The part after the seconds: fraction and offset. */
static int time_tail(const char *p, int *us, int *offset)
{
    int hours, minutes, scale = 100000, sign;

    *us = *offset = 0;
    if (*p == '.') {
        if (!apr_isdigit(*++p))
            return 0;
        for (; apr_isdigit(*p); p++, scale /= 10)
            *us += (*p - '0') * scale;
    }
    if (strcmp(p, "Z") == 0 || strcmp(p, "z") == 0)
        return 1;
    sign = *p == '+' ? 1 : *p == '-' ? -1 : 0;
    if (sign == 0 || strlen(p) != 6 || p[3] != ':'
        || !digits(p + 1, 2, &hours) || !digits(p + 4, 2, &minutes)
        || hours > 23 || minutes > 59)
        return 0;
    *offset = sign * (hours * 3600 + minutes * 60);
    return 1;
}

static int days_of(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
                                31 };

    return days[month - 1] + (month == 2 && year % 4 == 0
                              && (year % 100 != 0 || year % 400 == 0));
}

/* The ten characters of a day; text may be shorter. */
static int read_day(apr_time_exp_t *t, const char *text)
{
    int year, month;

    memset(t, 0, sizeof(*t));
    if (strlen(text) < 10 || text[4] != '-' || text[7] != '-'
        || !digits(text, 4, &year) || !digits(text + 5, 2, &month)
        || !digits(text + 8, 2, &t->tm_mday) || year < 1970
        || month < 1 || month > 12 || t->tm_mday < 1
        || t->tm_mday > days_of(year, month))
        return 0;
    t->tm_year = year - 1900;
    t->tm_mon = month - 1;
    return 1;
}

static apr_status_t give(apr_int64_t *ms, apr_time_exp_t *t)
{
    apr_time_t time;

    if (apr_time_exp_gmt_get(&time, t) != APR_SUCCESS || time < 0)
        return APR_EINVAL;
    *ms = apr_time_as_msec(time);
    return APR_SUCCESS;
}

apr_status_t gw_rfc3339_parse(apr_int64_t *ms, const char *text)
{
    apr_time_exp_t t;

    if (strlen(text) < 20 || !read_day(&t, text)
        || (text[10] != 'T' && text[10] != 't') || text[13] != ':'
        || text[16] != ':' || !digits(text + 11, 2, &t.tm_hour)
        || !digits(text + 14, 2, &t.tm_min)
        || !digits(text + 17, 2, &t.tm_sec)
        || t.tm_hour > 23 || t.tm_min > 59 || t.tm_sec > 60
        || !time_tail(text + 19, &t.tm_usec, &t.tm_gmtoff))
        return APR_EINVAL;
    return give(ms, &t);
}

apr_status_t gw_rfc3339_parse_day(apr_int64_t *ms, const char *text)
{
    apr_time_exp_t t;

    return strlen(text) == 10 && read_day(&t, text) ? give(ms, &t)
                                                    : APR_EINVAL;
}

static char *two(char *out, int n)
{
    *out++ = (char)('0' + n / 10);
    *out++ = (char)('0' + n % 10);
    return out;
}

/* "2026-11-20"; returns its end.  After the year 9999 there are more digits,
 * and room for them. */
static char *write_day(char *out, const apr_time_exp_t *t)
{
    int year = t->tm_year + 1900;

    if (year > 9999)
        out += apr_snprintf(out, GW_RFC3339_TEXT, "%d", year);
    else
        out = two(two(out, year / 100), year % 100);
    *out++ = '-';
    out = two(out, t->tm_mon + 1);
    *out++ = '-';
    return two(out, t->tm_mday);
}

char *gw_rfc3339_day(char *out, apr_int64_t ms)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_from_msec(ms));
    *write_day(out, &t) = '\0';
    return out;
}

char *gw_rfc3339_text(char *out, apr_int64_t ms)
{
    int part = (int)(ms % 1000);
    apr_time_exp_t t;
    char *o;

    apr_time_exp_gmt(&t, apr_time_from_msec(ms));
    o = write_day(out, &t);
    *o++ = 'T';
    o = two(o, t.tm_hour);
    *o++ = ':';
    o = two(o, t.tm_min);
    *o++ = ':';
    o = two(o, t.tm_sec);
    if (part != 0) {
        *o++ = '.';
        *o++ = (char)('0' + part / 100);
        o = two(o, part % 100);
    }
    *o++ = 'Z';
    *o = '\0';
    return out;
}
