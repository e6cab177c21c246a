/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_rfc3339.c - times are taken exactly when they are written as they must
 * be, are what the C library's calendar says, and come back from their text. */
#include <ctype.h>
#include <time.h>

#include "rfc3339.h"

#include "fuzz.h"

/* Does p match the pattern?  '0' stands for a digit, 'T' and 'Z' for either
 * letter case, all else for itself. */
static int matches(const char *p, const char *pattern)
{
    for (; *pattern != '\0'; p++, pattern++) {
        if (*pattern == '0' ? !isdigit((unsigned char)*p)
                            : toupper((unsigned char)*p) != *pattern)
            return 0;
    }
    return 1;
}

static int number(const char *p, int n)
{
    int value = 0;

    while (n-- > 0)
        value = value * 10 + (*p++ - '0');
    return value;
}

/* Seconds since 1970 of the day; -1: there is no such one.  timegm takes what
 * is too large for more of the next: then it is another day. */
static apr_int64_t day_of(const char *p)
{
    struct tm t = { .tm_year = number(p, 4) - 1900,
                    .tm_mon = number(p + 5, 2) - 1,
                    .tm_mday = number(p + 8, 2) };
    struct tm same = t;
    time_t seconds = timegm(&same);

    return same.tm_year == t.tm_year && same.tm_mon == t.tm_mon
           && same.tm_mday == t.tm_mday ? seconds : -1;
}

/* The time in ms; -1: none. */
static apr_int64_t expected(const char *p)
{
    apr_int64_t seconds, offset = 0;
    int h, m, s, i, ms = 0, scale = 100;

    if (!matches(p, "0000-00-00T00:00:00") || (seconds = day_of(p)) < 0)
        return -1;
    h = number(p + 11, 2), m = number(p + 14, 2), s = number(p + 17, 2);
    p += 19;
    if (*p == '.' && isdigit((unsigned char)p[1])) {
        for (i = 1; isdigit((unsigned char)p[i]); i++, scale /= 10)
            ms += (p[i] - '0') * scale;
        p += i;
    }
    if ((*p == '+' || *p == '-') && matches(p + 1, "00:00")
        && number(p + 1, 2) < 24 && number(p + 4, 2) < 60) {
        offset = (*p == '-' ? -1 : 1) * (number(p + 1, 2) * 60
                                         + number(p + 4, 2)) * 60;
        p += 6;
    }
    else if (matches(p, "Z")) {
        p++;
    }
    else {
        return -1;
    }
    seconds += h * 3600 + m * 60 + s - offset;
    return *p == '\0' && h < 24 && m < 60 && s < 61 && seconds >= 0
           ? seconds * 1000 + ms : -1;
}

static void read_again(apr_int64_t ms)
{
    char text[GW_RFC3339_TEXT];
    apr_int64_t again = -1;

    if (ms >= APR_INT64_C(253402300800000))     /* the year 10000 */
        return;
    must(gw_rfc3339_parse(&again, gw_rfc3339_text(text, ms)) == APR_SUCCESS);
    must(again == ms);
    must(gw_rfc3339_parse_day(&again, gw_rfc3339_day(text, ms))
         == APR_SUCCESS);
    must(again == ms - ms % 86400000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    apr_int64_t ms = -1, day = -1;

    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    must(gw_rfc3339_parse(&ms, text) == (expected(text) < 0 ? APR_EINVAL
                                                            : APR_SUCCESS));
    must(ms == expected(text));
    if (ms >= 0)
        read_again(ms);
    must(gw_rfc3339_parse_day(&day, text) == APR_SUCCESS
         ? matches(text, "0000-00-00") && strlen(text) == 10
           && day == day_of(text) * 1000
         : !matches(text, "0000-00-00") || strlen(text) != 10
           || day_of(text) < 0);
    free(text);
    return 0;
}
